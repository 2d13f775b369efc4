import { expectInteger } from '../core/expect.js';
import { came, isFloat32Array, isInt32Array } from '../core/kind.js';
import { packRows, type RowData } from '../core/rows.js';
import type { Dtype } from '../core/tensor.js';
import type { Loss } from '../nn/losses/loss.js';
import { layerName, placedLayers, type Sequential } from '../nn/sequential.js';

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
export function packExamples(place: string, { x, y }: RawExamples, model: Sequential, loss: Loss): Examples {
  const inputs = packRows(place, 'x', x, model.inputDtype, model.inFeatures);
  const { count } = inputs;
  // Targets of one number may lie flat.
  const flat = typeof y?.[0] !== 'object';
  const width = flat ? Math.max(1, y?.length / count) : undefined;
  const targets = packRows(
    place,
    'y',
    y,
    loss.targetDtype,
    flat && Number.isInteger(width) ? width : undefined,
  );
  if (targets.count !== count)
    throw new RangeError(`${place}: expected as many rows of y as of x, ${count}, got ${targets.count}`);
  return { x: inputs.values, y: targets.values, count };
}

/**
 * RangeError or TypeError, with the row, unless the network can take every example and the loss its targets: x of the kind
 * that the first layer takes and packed, indices that an `Embedding` has, labels that are classes. What is NaN in x is for
 * the loss to tell. `columns`: of the network's output.
 */
export function expectExamples(
  place: string,
  { x, y, count }: Examples,
  model: Sequential,
  loss: Loss,
  columns: number,
): void {
  expectInteger(place, 'examples.count', count, 1);
  const [{ layer: first }] = placedLayers(model);
  if (!isOf(first.inputDtype ?? 'float32', x))
    throw new TypeError(
      `${place}: expected examples.x of the type ${arrayOf(first.inputDtype ?? 'float32')}, which layer 0 ${layerName(first)} takes, got ${came(x)}`,
    );
  if (!isOf(loss.targetDtype, y))
    throw new TypeError(
      `${place}: expected examples.y of the type ${arrayOf(loss.targetDtype)}, ${loss.targetDtype === 'int32' ? 'a class a row' : 'which the loss takes'}, got ${came(y)}`,
    );
  const perRow = loss.targetColumns(columns);
  if (y.length !== count * perRow)
    throw new RangeError(
      `${place}: expected ${count * perRow} ${loss.targetDtype === 'int32' ? 'labels' : 'values'} in examples.y, got ${y.length}`,
    );
  if (x.length % count !== 0)
    throw new RangeError(
      `${place}: expected examples.x to be ${count} rows of equal length, got ${x.length} numbers`,
    );
  loss.expectTargets?.(place, y, columns);
  const { numEmbeddings } = first as { numEmbeddings?: number };
  if (numEmbeddings === undefined) return;
  const outside = (x as Int32Array).findIndex((index) => !(index >= 0 && index < numEmbeddings));
  if (outside >= 0)
    throw new RangeError(
      `${place}: expected indices from 0 to ${numEmbeddings - 1}, got ${x[outside]} in row ` +
        `${Math.floor(outside / (x.length / count))} of examples.x`,
    );
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
