import type { Histogram } from './layer-histograms.js';

/** A tensor, or what can be asked as one. */
export interface TensorLike {
  readonly shape: readonly number[];
  toArray(): ArrayLike<number>;
}

/** Numbers to draw: a tensor, an array, or rows of arrays. */
export type Values = TensorLike | ArrayLike<number> | readonly ArrayLike<number>[];

export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' &&
  value !== null &&
  (typeof (value as TensorLike).toArray === 'function' ||
    typeof (value as ArrayLike<number>).length === 'number');

/** The numbers one after the other, and how many make a row. */
export function rowsOf(place: string, values: Values): { flat: number[]; rows: number; columns: number } {
  if (!isValues(values)) throw new TypeError(`${place}: expected a tensor or an array, got ${typeof values}`);
  const isTensor = 'toArray' in values;
  const list: ArrayLike<unknown> = isTensor ? values.toArray() : (values as ArrayLike<unknown>);
  const nested = list.length > 0 && typeof list[0] === 'object';
  const flat = (
    nested ? Array.from(list).flatMap((row) => Array.from(row as ArrayLike<number>)) : Array.from(list)
  ) as number[];
  const wrong = flat.findIndex((value) => typeof value !== 'number');
  if (wrong >= 0) throw new TypeError(`${place}: expected numbers, got ${typeof flat[wrong]} at ${wrong}`);
  const shape = isTensor ? values.shape : [];
  const rows = nested ? list.length : shape.length > 1 ? shape[0] : 1;
  return { flat, rows, columns: rows === 0 ? 0 : flat.length / rows };
}

/** Equal bins from the least to the largest; `density`: their integral is 1. */
export function countsOf(place: string, flat: readonly number[], bins: number, density: boolean): Histogram {
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new RangeError(`${place}: expected 1 bin or more, got ${bins}`);
  const there = flat.filter(Number.isFinite);
  let low = there.reduce((least, value) => Math.min(least, value), there[0] ?? 0);
  let high = there.reduce((most, value) => Math.max(most, value), there[0] ?? 1);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const width = (high - low) / bins;
  const values = new Array<number>(bins).fill(0);
  const weight = density && there.length > 0 ? 1 / (there.length * width) : 1;
  for (const value of there) values[Math.min(bins - 1, Math.floor((value - low) / width))] += weight;
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + i * width), values };
}

/** Mean and deviation, with n − 1. */
export function momentsOf(flat: readonly number[]): { mean: number; std: number } {
  let sum = 0;
  for (const value of flat) sum += value;
  const mean = sum / flat.length;
  let squares = 0;
  for (const value of flat) squares += (value - mean) ** 2;
  return { mean, std: Math.sqrt(squares / (flat.length - 1)) };
}
