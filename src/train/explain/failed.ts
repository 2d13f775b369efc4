import type { Tensor } from '../../core/tensor.js';
import type { Loss } from '../../nn/losses/loss.js';
import type { Sequential } from '../../nn/sequential.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { Diverged } from '../divergence.js';
import type { Examples } from '../examples.js';

/** A loss that is not finite, and the training that led to it. */
export interface Failed extends Diverged {
  model: Sequential;
  loss: Loss;
  optimizer: Optimizer;
  /** Whether gradients are clipped before an update. */
  clips: boolean;
  /** What is trained on, and the minibatch of the last update. */
  trained: { examples: Examples; rows: Int32Array };
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
