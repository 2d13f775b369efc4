import type { Tensor } from '../core/tensor.js';
import type { IndexLayer, Statistics } from '../nn/layer.js';
import type { Loss } from '../nn/losses/loss.js';
import { placedLayers, type Sequential } from '../nn/sequential.js';
import type { Signal } from './abort.js';
import type { Batches } from './batches.js';
import type { Examples } from './examples.js';
import type { KeptBuffers } from './kept-buffers.js';

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
 * Mean loss over all the examples, or their sum where the loss is one. `expectFinite` throws for a batch's loss that is not,
 * given the first row of the batch.
 */
export async function evaluate(
  { model, loss, columns, batches }: Parts,
  examples: Examples,
  { statistics = 'running', signal, onBatch, onProgress }: EvaluateOptions,
  expectFinite: (value: number, first: number) => number,
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
      sum += expectFinite(loss.evaluateCounts?.(forward(), counts) as number, first);
      counts.fill(0, 0, rows * columns);
      first += rows;
      onProgress?.(first, count);
    });
    return sum / examples.count;
  }
  let weights = 0;
  await batches.each(examples, signal, (rows) => {
    const value = expectFinite(loss.evaluate(forward(), batches.y), first);
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
