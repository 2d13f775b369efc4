import binary from '../../../build/release/softplus.wasm?text';
import { softplus } from '../reference/softplus.js';
import type { KernelFamily } from './family.js';

/** Softplus. Units and layout as `KernelFamily` says. */
export interface SoftplusKernels {
  /** y = ln(1 + e^(beta x)) / beta where beta x ≤ threshold, else x; y may be x. */
  softplusForward(y: number, x: number, count: number, beta: number, threshold: number): void;

  /** dx = dy / (1 + e^(−beta x)) where beta x ≤ threshold, else dy; dx may be dy or x. */
  softplusBackward(dx: number, dy: number, x: number, count: number, beta: number, threshold: number): void;
}

/** The kernels of `Softplus`; `core.use(softplusKernels)` has them. */
export const softplusKernels: KernelFamily<SoftplusKernels> = {
  name: 'softplus',
  binary,
  reference: softplus,
};
