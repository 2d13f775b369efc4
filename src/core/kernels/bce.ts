import binary from '../../../build/release/bce.wasm?text';
import { bce } from '../reference/bce.js';
import type { KernelFamily } from './family.js';

/** Binary cross-entropy. Units and layout as `KernelFamily` says. */
export interface BceKernels {
  /**
   * Σ (1 − t) y + w (ln(1 + e⁻ʸ)), w = 1 + (p − 1) t, of logits y(n,m) and targets t(n,m) from 0 to 1; p(m): weight of the
   * positive class, 0: all 1. dy = ((1 − t) − w / (1 + eʸ)) · scale, and each element's loss; 0: not wanted.
   */
  bceWithLogits(
    dy: number,
    losses: number,
    y: number,
    t: number,
    p: number,
    n: number,
    m: number,
    scale: number,
  ): number;
}

/** The kernels of `BCEWithLogitsLoss`; `core.use(bceKernels)` has them. */
export const bceKernels: KernelFamily<BceKernels> = { name: 'bce', binary, reference: bce };
