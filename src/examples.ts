import { expectInteger } from './core/expect.js';
import { came, isFloat32Array, isInt32Array } from './core/kind.js';
import { Embedding } from './nn/embedding.js';
import { layerName, placedLayers, type Sequential } from './nn/sequential.js';

/** Labelled examples: `count` rows of x, packed row-major, and the class of each. */
export interface Examples {
  /** int32 for a network that begins with an `Embedding`, float32 for any other. */
  x: Int32Array | Float32Array;
  y: Int32Array;
  count: number;
}

/** Numbers of x in an example. */
export const columnsOf = ({ x, count }: Examples): number => x.length / count;

/**
 * RangeError or TypeError, with the row, unless the network can take every example: x of the kind that its first layer
 * takes and packed, indices that an `Embedding` has, labels that are classes. What is NaN in x is for the loss to tell.
 */
export function expectExamples(place: string, examples: Examples, model: Sequential): void {
  if (typeof examples !== 'object' || examples === null)
    throw new TypeError(`${place}: expected examples { x, y, count }, got ${came(examples)}`);
  const { x, y, count } = examples;
  expectInteger(place, 'examples.count', count, 1);
  const [{ layer: first }] = placedLayers(model);
  const takes = first.inputDtype === 'int32' ? 'Int32Array' : 'Float32Array';
  if (!(takes === 'Int32Array' ? isInt32Array(x) : isFloat32Array(x)))
    throw new TypeError(
      `${place}: expected examples.x of the type ${takes}, which layer 0 ${layerName(first)} takes, got ${came(x)}`,
    );
  if (!isInt32Array(y))
    throw new TypeError(
      `${place}: expected examples.y of the type Int32Array, a class a row, got ${came(y)}`,
    );
  if (y.length !== count)
    throw new RangeError(`${place}: expected ${count} labels in examples.y, got ${y.length}`);
  if (x.length % count !== 0)
    throw new RangeError(
      `${place}: expected examples.x to be ${count} rows of equal length, got ${x.length} numbers`,
    );
  const classes = model.out?.columns ?? 0;
  const wrong = y.findIndex((label) => !(label >= 0 && label < classes));
  if (wrong >= 0)
    throw new RangeError(
      `${place}: expected labels from 0 to ${classes - 1}, got ${y[wrong]} in row ${wrong} of examples.y`,
    );
  if (!(first instanceof Embedding)) return;
  const { numEmbeddings } = first;
  const outside = (x as Int32Array).findIndex((index) => !(index >= 0 && index < numEmbeddings));
  if (outside >= 0)
    throw new RangeError(
      `${place}: expected indices from 0 to ${numEmbeddings - 1}, got ${x[outside]} in row ` +
        `${Math.floor(outside / (x.length / count))} of examples.x`,
    );
}

/**
 * Reads a number of each picked example. They lie anywhere in megabytes: a loop with nothing else in it has all of their
 * cache misses under way at once, where copying them in one row after the other waits for each (2 µs in a step of 55).
 */
export function touch(examples: Examples, picks: Int32Array): number {
  const { x, y } = examples;
  const columns = columnsOf(examples);
  let sum = 0;
  for (let i = 0; i < picks.length; i++) sum += x[picks[i] * columns] + y[picks[i]];
  return sum;
}
