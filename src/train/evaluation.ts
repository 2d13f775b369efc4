import type { Core } from '../core/core.js';
import { expectFunction, expectInteger, expectOptions, expectSignal } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import { type CalibratedLayer, isCalibrated } from '../nn/calibration.js';
import type { IndexLayer, Layer, Statistics } from '../nn/layer.js';
import type { Loss } from '../nn/losses/loss.js';
import { placedLayers } from '../nn/sequential.js';
import type { Signal } from './abort.js';
import type { Batches } from './batches.js';
import { pauses } from './breathe.js';
import type { Examples, RawExamples } from './examples.js';
import { keepModes } from './keep-modes.js';
import type { Trainer } from './trainer.js';
import { expectNetwork } from './trainer-options.js';
import { TrainerParts } from './trainer-parts.js';

/** Of `evaluate`. */
export interface EvaluateOptions {
  /** Default: the running ones. */
  statistics?: Statistics;
  signal?: Signal | undefined;
  /** Called after the forward of each batch with its rows; the layers' `out` are those of the batch then. */
  onBatch?: ((rows: number) => void) | undefined;
  /** Called after each batch with how many rows are done, of how many there are to compute: the examples, or the distinct ones. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

/** Of `calibrate`. */
export interface CalibrateOptions {
  signal?: Signal | undefined;
  /** Called after each batch with how many examples were measured, of each batch norm, and how many that will be in all. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

/** Of `visit`. */
export interface VisitOptions {
  /** What batch norm uses: `'batch'`, each batch's own as in training, or those of `eval(…)`. Default: the running ones. */
  statistics?: Statistics | 'batch';
  signal?: Signal | undefined;
}

/** What is evaluated: a trainer's network, by what that has; or a network in a core and its loss, alone. */
export type Evaluated = Pick<Trainer, 'model' | 'loss'>;

/**
 * Works with what a trainer has, or with buffers of its own, and one at a time. Leaves the model in the mode that it was in
 * where `keeps` says so, or there is no trainer; else in training.
 */
async function working<T>(
  place: string,
  evaluated: Evaluated,
  keeps: boolean,
  work: (parts: TrainerParts) => Promise<T>,
): Promise<T> {
  const { model, loss, parts: trainers } = (evaluated ?? {}) as Trainer;
  if (model === undefined)
    throw new TypeError(`${place}: expected a Trainer, or { model, loss }, got ${came(evaluated)}`);
  const core = expectNetwork(place, model, loss);
  // Not where a trainer's were spread into another object, such as with another loss.
  const own = trainers?.trained === evaluated ? trainers : undefined;
  const parts = own ?? new TrainerParts({ model, loss }, core);
  // Such as a trainer's, which goes on with it.
  const inUse = isUsed(loss, core);
  const leave = keeps || own === undefined ? keepModes(model as Layer) : undefined;
  try {
    return await parts.alone(place, () => work(parts), leave);
  } finally {
    if (own === undefined) {
      parts.dispose();
      // It makes its buffers anew where it is used again.
      if (!inUse) loss.dispose?.();
    }
  }
}

/** Whether a loss has a gradient, in that core; a built-in one without buffers throws. */
function isUsed(loss: Loss, core: Core): boolean {
  try {
    return loss.gradient?.core === core;
  } catch {
    return false;
  }
}

/** The options of a way through examples; `further`: statistics beside those of `eval`. */
function expectPass(
  place: string,
  options: EvaluateOptions | VisitOptions,
  known: readonly string[],
  ...further: readonly string[]
): void {
  expectOptions(place, options, known);
  const { statistics = 'running', signal, ...functions } = options as EvaluateOptions;
  const those = ['running', 'calibrated', ...further];
  // Whether there is a batch norm to mind them or not.
  if (!those.includes(statistics))
    throw new TypeError(
      `${place}: expected statistics ${those.map(came).join(' or ')}, got ${came(statistics)}`,
    );
  expectSignal(place, signal);
  for (const name of ['onBatch', 'onProgress'] as const) expectFunction(place, name, functions[name]);
}

/**
 * Mean loss over all the examples, or their sum where the loss is one, batch by batch, with running or calibrated
 * statistics. Rejects with the signal's reason where that ends it. Where many examples have the same integers for x, each of
 * these rows is computed once and counts for all of them; not so with `onBatch`, which sees every example. Leaves a trainer's
 * model in training, any other in the mode that it was in.
 *
 * Errors: DivergenceError for a loss that is NaN or infinite; as `Trainer` for examples that it cannot take; Error while the
 * trainer works.
 */
export async function evaluate(
  evaluated: Evaluated,
  data: Examples | RawExamples,
  options: EvaluateOptions = {},
): Promise<number> {
  expectPass('evaluate', options, ['statistics', 'signal', 'onBatch', 'onProgress']);
  return working('evaluate', evaluated, false, (parts) => meanLoss(parts, parts.packed(data), options));
}

/** What `evaluate` does, with parts that nothing else works with. */
export async function meanLoss(
  parts: TrainerParts,
  examples: Examples,
  { statistics = 'running', signal, onBatch, onProgress }: EvaluateOptions,
): Promise<number> {
  const { model, loss } = parts.trained;
  const { batches, columns } = parts.of(examples);
  let sum = 0;
  let first = 0;
  // The mode is set for each batch: between two of them others may use the model.
  const forward = () => {
    model.eval(statistics);
    return model.forward(batches.x as never);
  };
  const finite = (value: number) =>
    Number.isFinite(value) ? value : parts.diverge(value, examples, (row) => first + row);
  // Of an `Embedding`: what its rows are like is told by their indices.
  const [{ layer: firstLayer }] = placedLayers(model);
  const { distinctRows } = firstLayer as IndexLayer;
  const distinct =
    onBatch || loss.evaluateCounts === undefined ? undefined : distinctRows?.(examples, columns);
  if (distinct !== undefined) {
    const { x, rows: count, labels, starts } = distinct;
    // Of one batch, however many rows and classes there are.
    const counts = new Int32Array(Math.min(batches.capacity, count) * columns);
    await eachBatch(batches, { x, y: new Int32Array(count), count }, signal, (rows) => {
      for (let r = 0; r < rows; r++)
        for (let i = starts[first + r]; i < starts[first + r + 1]; i++) counts[r * columns + labels[i]]++;
      sum += finite(loss.evaluateCounts?.(forward(), counts) as number);
      counts.fill(0, 0, rows * columns);
      first += rows;
      onProgress?.(first, count);
    });
    return sum / examples.count;
  }
  let weights = 0;
  await eachBatch(batches, examples, signal, (rows) => {
    const value = finite(loss.evaluate(forward(), batches.y));
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

/**
 * Forwards all the examples in their order, batch by batch, and calls `visitor` after each batch with its rows; the
 * layers' `out` are those of the batch then. With the statistics of each batch, batches are as large as in training, of
 * 256 rows where there is no trainer (one row that would be left over joins the batch before, or takes a row of it).
 * Leaves the parameters, the running statistics, the modes of batch norm and the minibatches of a run as they were.
 * Errors: as `evaluate`, but for the loss.
 */
export async function visit(
  evaluated: Evaluated,
  data: Examples | RawExamples,
  visitor: (rows: number) => void,
  options: VisitOptions = {},
): Promise<void> {
  expectPass('visit', options, ['statistics', 'signal'], 'batch');
  if (typeof visitor !== 'function')
    throw new TypeError(`visit: expected visitor to be a function, got ${came(visitor)}`);
  const { statistics = 'running', signal } = options;
  const work = async (parts: TrainerParts) => {
    const { batchSize: size, trained } = parts;
    const { model } = trained;
    const examples = parts.packed(data);
    const { batches, kept } = parts.of(examples);
    const forward = () => model.forward(batches.x as never);
    if (statistics !== 'batch')
      return eachBatch(batches, examples, signal, (rows) => {
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
    return eachBatch(batches, examples, signal, untracked, sizeOf);
  };
  return working('visit', evaluated, true, work);
}

/**
 * Measures mean and unbiased variance of the input of each BatchNorm1d over all the examples, as if they were one
 * batch: the first layer's first, then, with those in use, the second's, and so on. `eval('calibrated')` uses them.
 *
 * The other layers are in `eval()` meanwhile. Where it is ended, the statistics are those from before. Each layer is
 * computed once: the input of the batch norm before is kept meanwhile, up to 128 MB of it. Leaves the modes as `evaluate`.
 * Errors: RangeError for an example that is not finite; as `evaluate`, but for the loss.
 */
export async function calibrate(
  evaluated: Evaluated,
  data: Examples | RawExamples,
  options: CalibrateOptions = {},
): Promise<void> {
  expectPass('calibrate', options, ['signal', 'onProgress']);
  const { signal, onProgress } = options;
  return working('calibrate', evaluated, false, async (parts) => {
    const { model } = parts.trained;
    const examples = parts.packed(data);
    expectInteger('calibrate', 'examples.count', examples.count, 2);
    const { batches } = parts.of(examples);
    const norm = placedLayers(model).find(({ layer }) => isCalibrated(layer))?.layer as unknown;
    await (norm as CalibratedLayer | undefined)?.calibrateAll(model as never, {
      x: examples.x,
      count: examples.count,
      capacity: batches.capacity,
      each: (see) => eachBatch(batches, examples, signal, (rows) => see(batches.x as Tensor, rows)),
      onProgress,
    });
  });
}

/** All examples in their order; gives time back to the event loop. Rejects with the signal's reason. */
async function eachBatch(
  batches: Batches,
  examples: Examples,
  signal: Signal | undefined,
  see: (rows: number) => void,
  sizeOf = (left: number) => Math.min(batches.capacity, left),
): Promise<void> {
  const paused = pauses();
  let rows = 0;
  for (let from = 0; from < examples.count; from += rows) {
    signal?.throwIfAborted();
    rows = sizeOf(examples.count - from);
    batches.load(examples, from, undefined, rows);
    see(rows);
    const pause = paused();
    if (pause) await pause;
  }
}
