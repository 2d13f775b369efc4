import { expectFunction, expectOptions, expectSignal } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import { type CalibratedLayer, isCalibrated } from '../nn/calibration.js';
import type { IndexLayer, Statistics } from '../nn/layer.js';
import type { Loss } from '../nn/losses/loss.js';
import { placedLayers, type Sequential } from '../nn/sequential.js';
import type { Signal } from './abort.js';
import type { Batches } from './batches.js';
import type { Examples } from './examples.js';
import type { KeptBuffers } from './kept-buffers.js';
import type { Trace } from './trace.js';
import type { RunOptions } from './trainer-options.js';

/** Of `Trainer.evaluate`. */
export interface EvaluateOptions {
  /** Default: the running ones. */
  statistics?: Statistics;
  signal?: Signal | undefined;
  /** Called after the forward of each batch with its rows; the layers' `out` are those of the batch then. */
  onBatch?: ((rows: number) => void) | undefined;
  /** Called after each batch with how many rows are done, of how many there are to compute: the examples, or the distinct ones. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

/** Of `Trainer.calibrate`. */
export interface CalibrateOptions {
  signal?: Signal | undefined;
  /** Called after each batch with how many examples were measured, of each batch norm, and how many that will be in all. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

/** Of `Trainer.visit`. */
export interface VisitOptions {
  /** What batch norm uses: `'batch'`, each batch's own as in training, or those of `eval(…)`. Default: the running ones. */
  statistics?: Statistics | 'batch';
  signal?: Signal | undefined;
}

/** What goes through examples without training: the network, its loss, and the room that the trainer has for a batch. */
export interface Parts {
  model: Sequential;
  loss: Loss;
  /** Columns of the network's output. */
  columns: number;
  batches: Batches;
  kept: KeptBuffers;
}

/**
 * The options of a way through examples, which say what statistics are used, when it ends and who is told; `further`:
 * statistics beside those of `eval`.
 */
export function expectPass(
  place: string,
  options: EvaluateOptions | RunOptions | VisitOptions,
  known: readonly string[],
  ...further: readonly string[]
): void {
  expectOptions(place, options, known);
  const { statistics = 'running', signal, ...functions } = options as EvaluateOptions & RunOptions;
  const those = ['running', 'calibrated', ...further];
  // Whether there is a batch norm to mind them or not.
  if (!those.includes(statistics))
    throw new TypeError(
      `${place}: expected statistics ${those.map(came).join(' or ')}, got ${came(statistics)}`,
    );
  expectSignal(place, signal);
  for (const name of ['onStep', 'onBatch', 'onProgress'] as const)
    expectFunction(place, name, functions[name]);
}

/** Mean loss over all the examples, or their sum where the loss is one. */
export async function evaluate(
  { model, loss, columns, batches }: Parts,
  examples: Examples,
  { statistics = 'running', signal, onBatch, onProgress }: EvaluateOptions,
  trace: Trace,
): Promise<number> {
  let sum = 0;
  let first = 0;
  // The mode is set for each batch: between two of them others may use the model.
  const forward = () => {
    model.eval(statistics);
    return model.forward(batches.x as Tensor);
  };
  // Of an `Embedding`: what its rows are like is told by their indices.
  const [{ layer: firstLayer }] = placedLayers(model);
  const { distinctRows } = firstLayer as IndexLayer;
  const distinct =
    onBatch || loss.evaluateCounts === undefined ? undefined : distinctRows?.(examples, columns);
  if (distinct !== undefined) {
    const { x, rows: count, labels, starts } = distinct;
    // Of one batch, however many rows and classes there are.
    const counts = new Int32Array(Math.min(batches.capacity, count) * columns);
    await batches.each({ x, y: new Int32Array(count), count }, signal, (rows) => {
      for (let r = 0; r < rows; r++)
        for (let i = starts[first + r]; i < starts[first + r + 1]; i++) counts[r * columns + labels[i]]++;
      sum += trace.finite(loss.evaluateCounts?.(forward(), counts) as number, batches, examples, first);
      counts.fill(0, 0, rows * columns);
      first += rows;
      onProgress?.(first, count);
    });
    return sum / examples.count;
  }
  let weights = 0;
  await batches.each(examples, signal, (rows) => {
    const value = trace.finite(loss.evaluate(forward(), batches.y), batches, examples, first);
    const weight = loss.weight ?? rows;
    // A sum counts as it is.
    sum += weight === 0 ? value : value * weight;
    weights += weight;
    first += rows;
    onBatch?.(rows);
    onProgress?.(first, examples.count);
  });
  return weights === 0 ? sum : sum / weights;
}

/** All the examples forward, in their order; `size`: of a minibatch in training. */
export async function visit(
  { model, batches, kept }: Parts,
  examples: Examples,
  visitor: (rows: number) => void,
  { statistics = 'running', signal }: VisitOptions,
  size: number,
): Promise<void> {
  const forward = () => model.forward(batches.x as Tensor);
  if (statistics !== 'batch')
    return batches.each(examples, signal, (rows) => {
      model.eval(statistics);
      forward();
      visitor(rows);
    });
  // Of a single row batch norm cannot take a deviation.
  const sizeOf = (left: number) => {
    if (left !== size + 1 || size < 2) return Math.min(size, left);
    return size < batches.capacity ? left : size - 1;
  };
  const untracked = (rows: number) => {
    model.train();
    kept.keep();
    try {
      forward();
      visitor(rows);
    } finally {
      kept.restore();
    }
  };
  return batches.each(examples, signal, untracked, sizeOf);
}

/** What `Trainer.calibrate` says; nothing without a batch norm. */
export async function calibrate(
  { model, batches }: Parts,
  examples: Examples,
  { signal, onProgress }: CalibrateOptions,
): Promise<void> {
  const norm = placedLayers(model).find(({ layer }) => isCalibrated(layer))?.layer as unknown;
  await (norm as CalibratedLayer | undefined)?.calibrateAll(model, {
    x: examples.x,
    count: examples.count,
    capacity: batches.capacity,
    each: (visit) => batches.each(examples, signal, (rows) => visit(batches.x as Tensor, rows)),
    onProgress,
  });
}
