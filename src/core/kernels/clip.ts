import binary from '../../../build/release/clip.wasm?text';
import { clip } from '../reference/clip.js';
import type { KernelFamily } from './family.js';

/** What clipping of gradients needs, of x(n,m). Units and layout as `KernelFamily` says. */
export interface ClipKernels {
  /** Σ x², in double, row-major. */
  sumOfSquares(x: number, n: number, m: number): number;
  /** The largest |x|; NaN where there is one. */
  largestSize(x: number, n: number, m: number): number;
  /** x = x · factor, in place. */
  scaleBy(x: number, n: number, m: number, factor: number): void;
  /** x = x from −limit to limit, in place; NaN stays. */
  clampTo(x: number, n: number, m: number, limit: number): void;
}

/** The kernels of gradient clipping; `core.use(clipKernels)` has them. */
export const clipKernels: KernelFamily<ClipKernels> = { name: 'clip', binary, reference: clip };
