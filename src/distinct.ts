import { isInt32Array } from './core/kind.js';
import { columnsOf, type Examples } from './examples.js';

/** Examples with the same x put together. */
export interface Distinct {
  /** The rows of x that differ, packed, in the order in which they first come. */
  x: Int32Array;
  rows: number;
  /** For each of them, for each class, how many examples have it. */
  counts: Int32Array;
}

/** Most keys in the table of rows seen: 16 MB. */
const KEYS = 2 ** 22;

/**
 * The distinct rows of integer x, and the labels that go with each: the 183,430 windows of the built-in training split
 * are 5,450. To a network whose rows do not depend on each other those are all there is to compute.
 *
 * Undefined where it would not pay (few rows repeat, or too many are possible), x is not int32 from 0 on, or a label is
 * no class.
 */
export function distinctRows(examples: Examples, classes: number): Distinct | undefined {
  const { x, y, count } = examples;
  if (!isInt32Array(x)) return undefined;
  const columns = columnsOf(examples);
  let base = 0;
  for (const value of x) {
    if (value < 0) return undefined;
    if (value >= base) base = value + 1;
  }
  const keys = base ** columns;
  if (keys > KEYS || keys > 4 * count) return undefined;
  // One more than the place among the distinct rows; 0 where none was seen.
  const places = new Int32Array(keys);
  const firsts = new Int32Array(Math.min(keys, count));
  const placeOf = new Int32Array(count);
  let rows = 0;
  for (let i = 0; i < count; i++) {
    const label = y[i];
    if (!(label >= 0 && label < classes)) return undefined;
    let key = 0;
    for (let j = i * columns; j < (i + 1) * columns; j++) key = key * base + x[j];
    if (places[key] === 0) {
      firsts[rows++] = i;
      places[key] = rows;
    }
    placeOf[i] = places[key] - 1;
  }
  if (2 * rows > count) return undefined;
  const distinct = new Int32Array(rows * columns);
  for (let r = 0; r < rows; r++)
    distinct.set(x.subarray(firsts[r] * columns, (firsts[r] + 1) * columns), r * columns);
  const counts = new Int32Array(rows * classes);
  for (let i = 0; i < count; i++) counts[placeOf[i] * classes + y[i]]++;
  return { x: distinct, rows, counts };
}
