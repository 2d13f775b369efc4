import { expectInteger } from '../core/expect.js';
import { came, isFloat32Array, isInt32Array } from '../core/kind.js';
import { packRows, type RowData } from '../core/rows.js';
import type { Dtype } from '../core/tensor.js';
import type { IndexLayer } from '../nn/layer.js';
import { layerName } from '../nn/layer-names.js';
import type { Loss } from '../nn/losses/loss.js';
import { placedLayers, type Sequential } from '../nn/sequential.js';

/** Examples as they are kept: `count` rows of x and their targets, packed row-major. */
export interface Examples<Targets extends Int32Array | Float32Array = Int32Array | Float32Array> {
  /** int32 for a network that begins with an `Embedding`, float32 for any other. */
  x: Int32Array | Float32Array;
  /** By the loss: the class of each (int32), or values (float32). */
  y: Targets;
  count: number;
}

/** Examples as a user has them. */
export interface RawExamples {
  x: RowData;
  y: RowData;
}

/** Examples with classes. */
export type Classified = Examples<Int32Array>;

/** Numbers of x in an example. */
export const columnsOf = ({ x, count }: Pick<Examples, 'x' | 'count'>): number => x.length / count;

/**
 * Examples of rows as a user has them, of the kinds that a network and a loss take. Errors: as `packRows`; RangeError where
 * x and y have another number of rows.
 */
export function packExamples(
  place: string,
  raw: RawExamples | undefined,
  model: Sequential,
  loss: Loss,
): Examples {
  const { x, y } = raw ?? ({} as RawExamples);
  const inputs = packRows(place, 'x', x, model.inputDtype, model.inFeatures);
  const { count } = inputs;
  // Targets may lie flat, of one number or more.
  const perRow = y?.length / count;
  const width = typeof y?.[0] === 'object' ? undefined : Number.isInteger(perRow) ? perRow : 1;
  const targets = packRows(place, 'y', y, loss.targetDtype, width);
  if (targets.count !== count)
    throw new RangeError(`${place}: expected as many rows of y as of x, ${count}, got ${targets.count}`);
  return { x: inputs.values, y: targets.values, count };
}

/**
 * RangeError or TypeError, with the row, unless the network can take the x of every example: of the kind that the first
 * layer takes and packed, with indices that an `Embedding` has, and of `columns` columns where that is given. What is NaN
 * in x is for the loss to tell.
 */
export function expectInputs(
  place: string,
  { x, count }: Examples,
  model: Sequential,
  columns?: number,
): void {
  expectInteger(place, 'examples.count', count, 1);
  const [{ layer: first }] = placedLayers(model);
  const { inputDtype = 'float32' } = first;
  if (!isOf(inputDtype, x))
    throw new TypeError(
      `${place}: expected x of the type ${arrayOf(inputDtype)}, which layer 0 ${layerName(first)} takes, got ${came(x)}`,
    );
  const own = x.length / count;
  if (!Number.isInteger(own))
    throw new RangeError(`${place}: expected x to be ${count} rows of equal length, got ${x.length} numbers`);
  if (columns !== undefined) expectColumnsOfX(place, columns, own);
  (first as IndexLayer).expectIndices?.(place, x, own);
}

export function expectColumnsOfX(place: string, expected: number, got: number): void {
  if (got !== expected) throw new RangeError(`${place}: expected ${expected} columns of x, got ${got}`);
}

/** The same for the loss and their y, such as labels that are classes. `columns`: of the network's output. */
export function expectTargets(place: string, { y, count }: Examples, loss: Loss, columns: number): void {
  const { targetDtype } = loss;
  const [what, which] =
    targetDtype === 'int32' ? ['labels', 'a class a row'] : ['values', 'which the loss takes'];
  if (!isOf(targetDtype, y))
    throw new TypeError(`${place}: expected y of the type ${arrayOf(targetDtype)}, ${which}, got ${came(y)}`);
  const size = count * loss.targetColumns(columns);
  if (y.length !== size) throw new RangeError(`${place}: expected ${size} ${what} in y, got ${y.length}`);
  loss.expectTargets?.(place, y, columns);
}

const isOf = (dtype: Dtype, values: unknown): boolean =>
  dtype === 'int32' ? isInt32Array(values) : isFloat32Array(values);

const arrayOf = (dtype: Dtype): string => (dtype === 'int32' ? 'Int32Array' : 'Float32Array');

/**
 * Reads a number of each picked example. They lie anywhere in megabytes: a loop with nothing else in it has all of their
 * cache misses under way at once, where copying them in one row after the other waits for each (2 µs in a step of 55).
 */
export function touch({ x, y, count }: Examples, picks: Int32Array): number {
  const columns = x.length / count;
  const perRow = y.length / count;
  let sum = 0;
  for (let i = 0; i < picks.length; i++) sum += x[picks[i] * columns] + y[picks[i] * perRow];
  return sum;
}
