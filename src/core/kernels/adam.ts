import binary from '../../../build/release/adam.wasm?text';
import { adam } from '../reference/adam.js';
import type { KernelFamily } from './family.js';

/** Adam. Units and layout as `KernelFamily` says. */
export interface AdamKernels {
  /**
   * p = shrink · p; d = g + decay · p; m = beta1 · m + keep1 · d; v = beta2 · v + keep2 · d²; p −= step · m / (√v / root +
   * eps), with the largest v so far, `most`, in its place where that is not 0; over count floats, in place.
   */
  adamUpdate(
    p: number,
    m: number,
    v: number,
    most: number,
    g: number,
    count: number,
    step: number,
    beta1: number,
    keep1: number,
    beta2: number,
    keep2: number,
    root: number,
    eps: number,
    decay: number,
    shrink: number,
  ): void;
}

/** The kernels of Adam and AdamW; `core.use(adamKernels)` has them. */
export const adamKernels: KernelFamily<AdamKernels> = { name: 'adam', binary, reference: adam };
