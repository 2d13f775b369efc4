import type { Indices, Tensor } from '../core/tensor.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Examples } from './examples.js';

/** Where the first value that is not finite arose, or what was too large for the next one to be finite. */
export interface Origin {
  /**
   * `input`: the examples, x or y; `parameter`: one that was so at the beginning, or was written to; `forward`, `backward`: of
   * a layer; `loss`; `update`: of the parameters, with the learning rate that it used.
   */
  kind: 'input' | 'parameter' | 'forward' | 'loss' | 'backward' | 'update';
  /**
   * `example 12`, `parameter 2.weight`, `layer 3 BatchNorm1d`, `clip`, `loss`, or of an update `learning rate`, `weight decay`,
   * `momentum` or `eps`.
   */
  place: string;
  /** What happened there, with its numbers, and what helps. */
  text: string;
}

/** A forward whose loss is not finite, while the layers still hold it. */
export interface Failed {
  model: Sequential;
  loss: Loss;
  /** What it gave. */
  value: number;
  optimizer: Optimizer;
  /** Whether gradients are clipped before an update. */
  clips: boolean;
  /** The batch, and which example row i of it is. */
  x: Tensor | Indices;
  y: Tensor | Indices;
  exampleOf: (row: number) => number;
  /** What is trained on, and the minibatch of the last update. */
  examples: Examples;
  trained: Int32Array;
  /** The number of steps made, and that with which the trainer began or went on. */
  steps: number;
  begin: number;
  /** The largest |element| of each parameter then. */
  initial: readonly number[];
}

/** Beyond this a number is too large to compute with: products of three of them overflow. */
export const HUGE = 1e12;

export const allFinite = (tensor: Tensor): boolean => tensor.toArray().every(Number.isFinite);

/** The largest |element| that is finite; 0 where there is none. */
export function largest(tensor: Tensor): number {
  let most = 0;
  for (const value of tensor.toArray()) {
    const size = Math.abs(value);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

export const short = (value: number): string => `${Number(value.toPrecision(3))}`;
