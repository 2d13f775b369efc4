import binary from '../../../build/release/rmsprop.wasm?text';
import { rmsprop } from '../reference/rmsprop.js';
import type { KernelFamily } from './family.js';

/** RMSprop. Units and layout as `KernelFamily` says. */
export interface RmspropKernels {
  /**
   * d = g + decay · p; v = alpha · v + keep · d²; a = alpha · a + keep · d; s = √(v − a²) + eps, without a √v + eps;
   * b = momentum · b + d / s, p −= lr · b, without b p −= lr · d / s; over count floats, in place. a, b: 0 where not wanted.
   */
  rmspropUpdate(
    p: number,
    v: number,
    a: number,
    b: number,
    g: number,
    count: number,
    lr: number,
    alpha: number,
    keep: number,
    eps: number,
    decay: number,
    momentum: number,
  ): void;
}

/** The kernels of `RMSprop`; `core.use(rmspropKernels)` has them. */
export const rmspropKernels: KernelFamily<RmspropKernels> = { name: 'rmsprop', binary, reference: rmsprop };
