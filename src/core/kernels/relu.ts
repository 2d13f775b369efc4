import binary from '../../../build/release/relu.wasm?text';
import { relu } from '../reference/relu.js';
import type { KernelFamily } from './family.js';

/** ReLU and its leaky form. Units and layout as `KernelFamily` says. */
export interface ReluKernels {
  /** y = x where x > 0, else 0, but −0 and NaN are kept; y may be x. */
  reluForward(y: number, x: number, count: number): void;

  /** dx = 0 where y ≤ 0, else dy; dx may be dy. */
  reluBackward(dx: number, dy: number, y: number, count: number): void;

  /** y = x where x > 0, else x · slope; y may be x. slope is rounded to float32. */
  leakyReluForward(y: number, x: number, count: number, slope: number): void;

  /** dx = dy where x > 0, else dy · slope; dx may be dy or x. */
  leakyReluBackward(dx: number, dy: number, x: number, count: number, slope: number): void;
}

/** The kernels of `ReLU` and `LeakyReLU`; `core.use(reluKernels)` has them. */
export const reluKernels: KernelFamily<ReluKernels> = { name: 'relu', binary, reference: relu };
