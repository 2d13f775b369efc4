import binary from '../../../build/release/momentum.wasm?text';
import { momentum } from '../reference/momentum.js';
import type { KernelFamily } from './family.js';

/** Gradient descent with momentum, or with weight decay. Units and layout as `KernelFamily` says. */
export interface MomentumKernels {
  /**
   * d = g + decay · p; b = momentum · b + keep · d, or d at the first step; p −= lr · b, or with nesterov lr · (d + momentum ·
   * b); over count floats, p and b in place. nesterov, first: 0 or 1.
   */
  momentumUpdate(
    p: number,
    b: number,
    g: number,
    count: number,
    lr: number,
    momentum: number,
    keep: number,
    decay: number,
    nesterov: number,
    first: number,
  ): void;

  /** p −= lr · (g + decay · p). */
  decayedUpdate(p: number, g: number, count: number, lr: number, decay: number): void;
}

/** The kernels of `SGD` with momentum or weight decay; `core.use(momentumKernels)` has them. */
export const momentumKernels: KernelFamily<MomentumKernels> = {
  name: 'momentum',
  binary,
  reference: momentum,
};
