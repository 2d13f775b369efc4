import { runInThisContext } from 'node:vm';
import type { Cell } from '../../src/notebook/format.js';
import { type CellFunction, type CellState, type Host, Session } from '../../src/notebook/session.js';
import type { Shown } from '../../src/notebook/shown.js';

/** Cells of TypeScript, numbered from 1. */
export const cellsOf = (...sources: string[]): Cell[] =>
  sources.map((source, i) => ({ id: i + 1, mode: 'ts', source, pinned: false, hidden: false }));

export interface Tried {
  session: Session;
  /** Ids of the cells whose execution began, in that order. */
  begun: number[];
  /** What a cell shows, in words. */
  shows(id: number): string[];
}

/** A session whose cells are functions made from text. */
export function sessionOf(cells: readonly Cell[], more: Partial<Host> = {}): Tried {
  const begun: number[] = [];
  const session = new Session(cells, {
    given: {},
    load: async (name) => ({ name, default: `default of ${name}` }),
    compile: (text, file) => runInThisContext(text, { filename: file }) as CellFunction,
    onChange: (id: number, { status, outputs, progress }: CellState) => {
      if (status === 'running' && outputs.length === 0 && progress === undefined) begun.push(id);
    },
    ...more,
  });
  return { session, begun, shows: (id) => session.stateOf(id).outputs.map(text) };
}

const text = (shown: Shown): string => (shown.kind === 'text' ? shown.text : JSON.stringify(shown));
