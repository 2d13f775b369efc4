import { isInt32Array } from '../core/kind.js';

/** Rows of x and their labels, as a training keeps them. */
interface Examples {
  x: Int32Array | Float32Array;
  y: Int32Array | Float32Array;
  count: number;
}

/** Examples with the same x put together. */
export interface Distinct {
  /** The rows of x that differ, packed, in the order in which they first come. */
  x: Int32Array;
  rows: number;
  /** The labels of all examples, those of one row behind each other: row r has `starts[r]` to `starts[r + 1] − 1`. */
  labels: Int32Array;
  /** (rows + 1). */
  starts: Int32Array;
}

/** Slots of the smallest table. */
const FEWEST = 1024;
/** Most slots of a table with one for each row that is possible: 16 MB. */
const MOST = 2 ** 22;

/**
 * The distinct rows of integer x, and the labels that go with each: the 183,430 windows of the built-in training split
 * are 5,450. To a network whose rows do not depend on each other those are all there is to compute.
 *
 * The integers may be any. Rows are looked up by their hash, with open addressing, in a table with room for those that
 * differ; where there is a slot for each row that is possible, by what they spell in the base of the largest, which
 * saves comparing them. All of it takes no more memory than some copies of the examples.
 *
 * Undefined where it would not pay (rows come less than twice on average), x is not int32 in whole rows, or a label is
 * no class.
 */
export function distinctRows(examples: Examples, classes: number): Distinct | undefined {
  const { x, y, count } = examples;
  if (!isInt32Array(x) || !isInt32Array(y)) return undefined;
  const columns = x.length / count;
  if (!Number.isInteger(columns)) return undefined;
  const base = baseOf(x);
  const possible = base ** columns;
  const spelled = possible <= Math.min(MOST, 4 * count);
  const factor = spelled ? base : FACTOR;

  const most = count >> 1;
  const distinct = new Int32Array(most * columns);
  const placeOf = new Int32Array(count);
  let rows = 0;
  // One more than the place among the distinct rows; 0 where a slot is free.
  let slots: Int32Array = new Int32Array(spelled ? possible : FEWEST);
  for (let i = 0; i < count; i++) {
    const label = y[i];
    if (!(label >= 0 && label < classes)) return undefined;
    const from = i * columns;
    let slot = hash(x, from, columns, factor);
    if (!spelled) {
      const mask = slots.length - 1;
      slot = mixed(slot) & mask;
      while (slots[slot] !== 0 && !same(distinct, (slots[slot] - 1) * columns, x, from, columns))
        slot = (slot + 1) & mask;
    }
    if (slots[slot] !== 0) {
      placeOf[i] = slots[slot] - 1;
      continue;
    }
    if (rows === most) return undefined;
    for (let j = 0; j < columns; j++) distinct[rows * columns + j] = x[from + j];
    placeOf[i] = rows++;
    slots[slot] = rows;
    if (!spelled && 2 * rows >= slots.length) slots = larger(slots, distinct, rows, columns);
  }
  return { x: distinct.slice(0, rows * columns), rows, ...grouped(y, placeOf, rows) };
}

/** One more than the largest; ∞ where an integer is below 0. */
function baseOf(x: Int32Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i] > largest) largest = x[i];
    else if (x[i] < 0) return Number.POSITIVE_INFINITY;
  }
  return largest + 1;
}

/** 2^32 by the golden ratio. */
const FACTOR = 0x9e3779b1;

/** Σ x[from + j] factor^(columns − 1 − j), modulo 2^32. */
function hash(x: Int32Array, from: number, columns: number, factor: number): number {
  let h = 0;
  for (let i = from; i < from + columns; i++) h = (Math.imul(h, factor) + x[i]) | 0;
  return h;
}

/** What is in the upper bits comes into the lower ones too. */
function mixed(h: number): number {
  const m = Math.imul(h ^ (h >>> 16), FACTOR);
  return m ^ (m >>> 15);
}

function same(a: Int32Array, from: number, b: Int32Array, start: number, columns: number): boolean {
  for (let j = 0; j < columns; j++) if (a[from + j] !== b[start + j]) return false;
  return true;
}

/** A table of twice the slots for the same rows: at most half of them are taken. */
function larger({ length }: Int32Array, distinct: Int32Array, rows: number, columns: number): Int32Array {
  const mask = 2 * length - 1;
  const slots = new Int32Array(2 * length);
  for (let r = 0; r < rows; r++) {
    let slot = mixed(hash(distinct, r * columns, columns, FACTOR)) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = r + 1;
  }
  return slots;
}

/** The labels by the place of their example, counted first. */
function grouped(y: Int32Array, placeOf: Int32Array, rows: number): Pick<Distinct, 'labels' | 'starts'> {
  const starts = new Int32Array(rows + 1);
  for (let i = 0; i < placeOf.length; i++) starts[placeOf[i] + 1]++;
  for (let r = 0; r < rows; r++) starts[r + 1] += starts[r];
  const next = starts.slice();
  const labels = new Int32Array(placeOf.length);
  for (let i = 0; i < placeOf.length; i++) labels[next[placeOf[i]]++] = y[i];
  return { labels, starts };
}
