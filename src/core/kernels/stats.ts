import binary from '../../../build/release/stats.wasm?text';
import { stats } from '../reference/stats.js';
import type { KernelFamily } from './family.js';

/** What diagnostics count and sum. Units and layout as `KernelFamily` says. */
export interface StatsKernels {
  /**
   * out, nine doubles, of all elements of x(n,m): mean; variance Σ (x − mean)² / (nm − 1); min, max, NaN left out; how
   * many NaN, +∞, −∞; min and max of the finite ones. Summed in double, element (i,j) in partial sum j mod 4, as
   * x − x₀ with x₀ the first element. Mean and variance are torch's where something is not finite; what there is
   * nothing to take of is NaN; a least or largest zero is +0.
   */
  moments(out: number, x: number, n: number, m: number): void;

  /**
   * counts(m), int32 in rowStride(m): how often |x| > threshold in each column of x(n,m); returns their sum. threshold
   * is rounded to float32; 0 counts what is not zero. `counts = 0`: not wanted.
   */
  countAbove(counts: number, x: number, n: number, m: number, threshold: number): number;

  /**
   * counts(m), int32 in rowStride(m): how often x < low or x > high in each column of x(n,m), NaN never; returns their
   * sum. low and high are rounded to float32, and may be infinite. `counts = 0`: not wanted.
   */
  countOutside(counts: number, x: number, n: number, m: number, low: number, high: number): number;

  /**
   * edges(bins + 1): equal bins from low to high, rounded to float32 and low < high. counts(bins), int32, in room for
   * histogramRoom(bins): how many elements of x(n,m) lie from each edge to before the next, the last bin with its right edge; NaN
   * and what is outside are dropped. Returns the sum of the counts.
   */
  histogram(
    counts: number,
    edges: number,
    x: number,
    n: number,
    m: number,
    bins: number,
    low: number,
    high: number,
  ): number;
}

/** The kernels of measurements of a tensor; `core.use(statsKernels)` has them. */
export const statsKernels: KernelFamily<StatsKernels> = { name: 'stats', binary, reference: stats };

/** int32 values that the counts of a histogram need, with what its kernel works in. */
export const histogramRoom = (bins: number): number => 4 * (bins + 1) + 256;
