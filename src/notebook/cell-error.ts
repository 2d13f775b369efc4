import type { GraphCell } from './graph.js';
import type { Place } from './strip-types.js';

/** What went wrong in a cell, as it can be sent to another thread. */
export interface CellError {
  /** `Error`, `RangeError` …; `SyntaxError` for what cannot be read. */
  name: string;
  message: string;
  /** Of the cell in which it arose: another one where that one's function was called. */
  cell: number;
  /** From 1; undefined where it arose at no line of a cell. */
  place?: Place;
  /** The name whose cell failed: this one did not run. */
  waitsFor?: string;
}

/** What the text of a cell's function is called, as a file of its own in stack traces. */
export const fileOf = (id: number): string => `notebook-cell-${id}.js`;
const FRAME = /notebook-cell-(\d+)\.js:(\d+):(\d+)/;

/**
 * An error that a cell threw: at the innermost line that a cell has written. What is thrown may be anything, even what throws
 * where it is read.
 */
export function thrownError(thrown: unknown, id: number, cells: ReadonlyMap<number, GraphCell>): CellError {
  try {
    return readError(thrown, id, cells);
  } catch {
    return { name: 'Error', message: 'expected an Error to be thrown, got what cannot be read', cell: id };
  }
}

function readError(thrown: unknown, id: number, cells: ReadonlyMap<number, GraphCell>): CellError {
  if (!(thrown instanceof Error) && typeof (thrown as Error | undefined)?.stack !== 'string')
    return { name: 'Error', message: `expected an Error to be thrown, got ${String(thrown)}`, cell: id };
  const error = thrown as Error;
  // A cell can set them to what is no text and cannot be sent.
  const [name, message] = [String(error.name), String(error.message)];
  const frame = FRAME.exec(String(error.stack));
  if (frame === null) return { name, message, cell: id };
  const [cell, line, column] = frame.slice(1).map(Number);
  const place = cells.get(cell)?.program?.placeOf(line, column);
  return { name, message, cell, ...(place && { place }) };
}

/** In words: `cell 12, line 3, column 5: RangeError: Linear: expected 30 input columns, got 27`. */
export function errorText({ name, message, cell, place, waitsFor }: CellError): string {
  if (waitsFor !== undefined) return `cell ${cell} did not run: ${message}`;
  const where = place === undefined ? '' : `, line ${place.line}, column ${place.column}`;
  return `cell ${cell}${where}: ${name === 'Error' ? '' : `${name}: `}${message}`;
}
