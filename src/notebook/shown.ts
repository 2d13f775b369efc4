/** What cells show, as data that another thread can be sent: the page and the command draw it. */
import { Chart, type ChartData } from 'lanewise/charts';

export interface Table {
  kind: 'table';
  caption: string;
  columns: string[];
  rows: string[][];
}

/** A value beside what PyTorch printed in its place. */
export interface Compared {
  label: string;
  ours: string;
  /** Absent where nothing is recorded. */
  recorded?: string;
  agrees?: boolean;
}

/** What a check found of an exercise. */
export interface Checked {
  kind: 'check';
  name: string;
  passed: boolean;
  /** What differs; empty where it passed. */
  differs: string;
  /** To be read one after the other. */
  hints: string[];
}

/** A number that the reader sets: `Session.setInput` takes it up. */
export interface Slider {
  kind: 'slider';
  /** Which of the cell's sliders it is. */
  name: string;
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
}

export type Shown =
  | { kind: 'text'; text: string }
  | Table
  | { kind: 'chart'; chart: ChartData }
  | { kind: 'compared'; rows: Compared[] }
  | Checked
  | Slider;

/** Of a table: more is cut. */
const ROWS = 12;
const COLUMNS = 10;
/** Characters of a text. */
const LENGTH = 20_000;
/** Of a tensor. */
const TENSOR_ROWS = 4;
const TENSOR_COLUMNS = 6;

interface TensorLike {
  readonly dtype: string;
  readonly shape: readonly number[];
  toArray(): ArrayLike<number>;
}

const isTensor = (value: unknown): value is TensorLike =>
  typeof value === 'object' &&
  value !== null &&
  'dtype' in value &&
  Array.isArray((value as TensorLike).shape) &&
  typeof (value as TensorLike).toArray === 'function';

/** How a value is shown: charts as such, tensors and rows of objects as tables, all else in words. */
export function shown(value: unknown): Shown {
  if (value instanceof Chart) return { kind: 'chart', chart: value.toJSON() };
  if (isTensor(value)) return tensorTable(value);
  if (typeof value === 'string') return { kind: 'text', text: cut(value) };
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) return rowsTable(value);
  return { kind: 'text', text: cut(inspected(value, 0)) };
}

/** The first elements of a tensor, with its shape and moments above them. */
function tensorTable(tensor: TensorLike): Table {
  const { shape } = tensor;
  const values = tensor.toArray();
  const width = shape.at(-1) ?? 1;
  const height = width === 0 ? 0 : values.length / width;
  const [rows, columns] = [Math.min(height, TENSOR_ROWS), Math.min(width, TENSOR_COLUMNS)];
  const more = columns < width;
  const { mean, std } = moments(values);
  const body = Array.from({ length: rows }, (_, i) => [
    ...Array.from({ length: columns }, (_, j) => numberText(values[i * width + j])),
    ...(more ? ['…'] : []),
  ]);
  return {
    kind: 'table',
    caption: `${tensor.dtype} (${shape.join(', ')}), mean ${numberText(mean)}, std ${numberText(std)}`,
    columns: [...Array.from({ length: columns }, (_, j) => String(j)), ...(more ? ['…'] : [])],
    rows: rows < height ? [...body, body[0].map(() => '…')] : body,
  };
}

function moments(values: ArrayLike<number>): { mean: number; std: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return { mean, std: Math.sqrt(squares / (values.length - 1)) };
}

function rowsTable(records: readonly Record<string, unknown>[]): Table {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.slice(0, ROWS).map((record) => columns.map((name) => cellText(record[name])));
  const left = records.length - rows.length;
  return { kind: 'table', caption: left > 0 ? `… and ${left} more rows` : '', columns, rows };
}

const cellText = (value: unknown): string =>
  value === undefined ? '' : cut(typeof value === 'string' ? value : inspected(value, 1));

const cut = (text: string): string =>
  text.length > LENGTH ? `${text.slice(0, LENGTH)}… ${text.length} characters in all` : text;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A value in words, one line; what is long or deep is cut. */
function inspected(value: unknown, depth: number): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isTensor(value)) return `${value.dtype} (${value.shape.join(', ')})`;
  const list = listOf(value);
  if (list !== undefined) {
    if (depth > 2) return `${list.length} values`;
    const first = Array.from(list.first, (each) => inspected(each, depth + 1));
    return `[${first.join(', ')}${list.length > first.length ? `, … ${list.length} in all` : ''}]`;
  }
  // A class that says what it is, such as a layer.
  if (!isRecord(value) && String(value) !== '[object Object]') return String(value);
  if (depth > 2) return '{…}';
  const entries = Object.entries(value).slice(0, COLUMNS);
  return `{ ${entries.map(([name, each]) => `${name}: ${inspected(each, depth + 1)}`).join(', ')} }`;
}

function listOf(value: object): { first: ArrayLike<unknown>; length: number } | undefined {
  if (value instanceof Map || value instanceof Set)
    return { first: [...value].slice(0, COLUMNS), length: value.size };
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return undefined;
  const list = value as unknown[];
  return list.length === undefined ? undefined : { first: list.slice(0, COLUMNS), length: list.length };
}

/** A number in six digits at most. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e7 ? value.toExponential(4) : String(Number(value.toPrecision(6)));
}
