/**
 * Statistics of activations, gradients and parameters, taken where they lie in the core's memory. Given an object to
 * fill, a measurement allocates nothing; what the kernels work in is reserved in the core at the first measurement and
 * kept (so that the memory may grow then, and old views of it die).
 */
import type { Core } from '../core/core.js';
import { expectInteger, expectNumber, expectOptions, expectRows, expectTensor } from '../core/expect.js';
import { histogramRoom, statsKernels } from '../core/kernels/stats.js';
import { came } from '../core/kind.js';
import { rowStride } from '../core/row-stride.js';
import type { Tensor } from '../core/tensor.js';

/** Of all elements of a tensor. */
export interface Summary {
  mean: number;
  /** √(Σ (x − mean)² / (size − 1)), as torch.std. */
  std: number;
  /** NaN left out. */
  min: number;
  max: number;
  /** Share of |x| > threshold, from 0 to 1. */
  saturated: number;
  /** How many elements are NaN. */
  nan: number;
  /** How many are +∞ or −∞. */
  infinite: number;
}

/** What `summarise` counts beside mean and spread. */
export interface SummaryOptions {
  /** Above which |x| is saturated; default 0.97, for tanh. */
  threshold?: number;
}

/**
 * Mean, spread, range, saturation and what is not finite, summed in double. mean and std are NaN or ±∞ as torch's where
 * an element is; all but the counts are NaN where there is no element.
 *
 * Errors: RangeError for a negative threshold. Source: makemore part 3.
 */
export function summarise(
  tensor: Tensor,
  options: SummaryOptions = {},
  out: Summary = { mean: 0, std: 0, min: 0, max: 0, saturated: 0, nan: 0, infinite: 0 },
): Summary {
  expectOptions('summarise', options, ['threshold']);
  expectFloats('summarise', tensor);
  const { threshold = 0.97 } = options;
  expectNumber('summarise', 'threshold', threshold, 0, LARGEST);
  const { core, pointer, rows, columns } = tensor;
  const { block } = scratchOf(core);
  core.use(statsKernels).moments(block, pointer, rows, columns);
  const { f64 } = core;
  const at = block >>> 3;
  out.mean = f64[at];
  out.std = Math.sqrt(f64[at + 1]);
  out.min = f64[at + 2];
  out.max = f64[at + 3];
  out.nan = f64[at + 4];
  out.infinite = f64[at + 5] + f64[at + 6];
  out.saturated = core.use(statsKernels).countAbove(0, pointer, rows, columns, threshold) / tensor.size;
  return out;
}

/** The std of `summarise` alone, in one pass: NaN where an element is not finite. */
export function deviation({ core, pointer, rows, columns }: Tensor): number {
  const { block } = scratchOf(core);
  core.use(statsKernels).moments(block, pointer, rows, columns);
  return Math.sqrt(core.f64[(block >>> 3) + 1]);
}

/** Reserves what `summarise`, `deviation` and histograms of so many bins work in: later ones let the core's memory be. */
export function reserveScratch(core: Core, bins: number): void {
  scratchOf(core).reserve(histogramRoom(bins), bins + 1);
}

/** The address of int32 that a kernel may count so many columns in, until the next measurement. */
export function reserveCounts(core: Core, columns: number): number {
  const scratch = scratchOf(core);
  scratch.reserve(rowStride(columns), 0);
  return scratch.counts;
}

/** How often values fall into each of some bins. */
export interface Histogram {
  /** The bins' edges, ascending, one more than bins. */
  edges: Float32Array;
  /** A bin's density, or its count. */
  values: Float32Array;
}

/** How `histogram` counts. */
export interface HistogramOptions {
  /** Default 100. */
  bins?: number;
  /** Least and largest edge; by default the least and largest finite element. */
  range?: readonly [number, number];
  /** Whether the values are count / (sum · width), whose integral is 1, or counts. Default true. */
  density?: boolean;
}

/**
 * Equal bins; each has its left edge, the last one its right edge too. NaN, infinities and what is outside the range are
 * dropped. A range without width is widened by 0.5 on both sides, and without a finite element it is 0 to 1. Where nothing
 * is counted, every value is 0. A density beyond a float is ∞; that of an empty bin is 0, where its edges are one too (torch: NaN).
 *
 * Errors: RangeError for bins below 1, a range that is not ascending, not finite or wider than a float, or an `out` of
 * another length. Source: torch.histogram (CPU, float32).
 */
export function histogram(tensor: Tensor, options: HistogramOptions = {}, out?: Histogram): Histogram {
  expectOptions('histogram', options, ['bins', 'range', 'density']);
  expectFloats('histogram', tensor);
  const { bins = 100, range, density = true } = options;
  expectInteger('histogram', 'bins', bins, 1, 2 ** 22 - 1);
  const { core, pointer, rows, columns } = tensor;
  const scratch = scratchOf(core);
  let low: number;
  let high: number;
  if (range === undefined) {
    core.use(statsKernels).moments(scratch.block, pointer, rows, columns);
    low = core.f64[(scratch.block >>> 3) + 7];
    high = core.f64[(scratch.block >>> 3) + 8];
    if (Number.isNaN(low)) [low, high] = [0, 1];
  } else {
    if (typeof range !== 'object' || range?.length !== 2) {
      const told = Array.isArray(range) ? `[${range.join(', ')}]` : came(range);
      throw new TypeError(`histogram: expected range [low, high], got ${told}`);
    }
    expectNumber('histogram', 'range[0]', range[0], -LARGEST, LARGEST);
    expectNumber('histogram', 'range[1]', range[1], range[0], LARGEST);
    low = Math.fround(range[0]);
    high = Math.fround(range[1]);
  }
  if (low === high) {
    // At least an ulp where a half is less than that.
    const margin = Math.max(0.5, Math.abs(low) * 2 ** -20);
    low = Math.fround(low - margin);
    high = Math.fround(high + margin);
  }
  if (!Number.isFinite(Math.fround(high - low)))
    throw new RangeError(`histogram: expected a range narrower than ${LARGEST}, got ${low} to ${high}`);
  scratch.reserve(histogramRoom(bins), bins + 1);
  const { counts, edges } = scratch;
  const total = core.use(statsKernels).histogram(counts, edges, pointer, rows, columns, bins, low, high);
  const result = out ?? { edges: new Float32Array(bins + 1), values: new Float32Array(bins) };
  if (result.edges.length !== bins + 1 || result.values.length !== bins)
    throw new RangeError(
      `histogram: expected ${bins + 1} edges and ${bins} values to fill, ` +
        `got ${result.edges.length} and ${result.values.length}`,
    );
  copy(core, result, counts >>> 2, edges >>> 2, density ? total : 0);
  return result;
}

/** Edges and counts out of the memory; with a total, the densities, rounded as torch does. */
function copy(core: Core, { edges, values }: Histogram, counts: number, from: number, total: number): void {
  const { f32, i32 } = core;
  for (let i = 0; i < edges.length; i++) edges[i] = f32[from + i];
  for (let i = 0; i < values.length; i++) {
    const count = i32[counts + i];
    values[i] =
      total === 0 || count === 0
        ? count
        : Math.fround(count / Math.fround(total)) / Math.fround(f32[from + i + 1] - f32[from + i]);
  }
}

/**
 * For each unit (column), the share of the rows in which |x| > threshold, from 0 to 1: 1 is a unit of tanh that is
 * saturated for every example. A threshold of 0 gives the share of the rows in which a unit of relu is active.
 *
 * Errors: RangeError for a negative threshold or an `out` of another length.
 */
export function saturatedUnits(
  tensor: Tensor,
  threshold = 0.97,
  out: Float32Array = new Float32Array(tensor.columns),
): Float32Array {
  expectFloats('saturatedUnits', tensor);
  if (out.length !== tensor.columns)
    throw new RangeError(`saturatedUnits: expected ${tensor.columns} values to fill, got ${out.length}`);
  const start = countUnits('saturatedUnits', tensor, threshold);
  const { i32 } = tensor.core;
  for (let j = 0; j < out.length; j++) out[j] = i32[start + j] / tensor.rows;
  return out;
}

/**
 * How many units (columns) no gradient gets through, whatever the row: without a threshold those that are 0 in every row
 * (relu), with one those with |x| > threshold in every row (tanh: 0.99).
 *
 * Errors: RangeError for a negative threshold.
 */
export function deadUnits(tensor: Tensor, threshold?: number): number {
  expectFloats('deadUnits', tensor);
  const start = countUnits('deadUnits', tensor, threshold ?? 0);
  const { i32 } = tensor.core;
  const whenDead = threshold === undefined ? 0 : tensor.rows;
  let dead = 0;
  for (let j = 0; j < tensor.columns; j++) if (i32[start + j] === whenDead) dead++;
  return dead;
}

/** Counts |x| > threshold in each column; the index of the first count. RangeError without rows. */
function countUnits(place: string, tensor: Tensor, threshold: number): number {
  expectNumber(place, 'threshold', threshold, 0, LARGEST);
  const { core, pointer, rows, columns } = tensor;
  if (rows === 0) expectRows(place, 1, rows);
  const counts = reserveCounts(core, columns);
  core.use(statsKernels).countAbove(counts, pointer, rows, columns, threshold);
  return counts >>> 2;
}

const expectFloats = (place: string, tensor: Tensor): void =>
  expectTensor(place, 'what is measured', tensor?.core, 'float32', tensor);

/** The largest float. */
const LARGEST = 3.4028234663852886e38;

/** The memory in a core that measurements work in. */
class Scratch {
  readonly #core: Core;
  /** Address of the moments' nine doubles. */
  readonly block: number;
  /** Addresses of int32 counts and of edges, once reserved. */
  counts = 0;
  edges = 0;
  #countsRoom = 0;
  #edgesRoom = 0;

  constructor(core: Core) {
    this.#core = core;
    this.block = core.allocate(72);
  }

  /** Makes room for so many counts and edges, if there is less; the smaller one goes back to the core. */
  reserve(counts: number, edges: number): void {
    const core = this.#core;
    if (counts > this.#countsRoom) {
      const larger = core.allocate(4 * counts);
      core.free(this.counts, 4 * this.#countsRoom);
      this.counts = larger;
      this.#countsRoom = counts;
    }
    if (edges > this.#edgesRoom) {
      const larger = core.allocate(4 * edges);
      core.free(this.edges, 4 * this.#edgesRoom);
      this.edges = larger;
      this.#edgesRoom = edges;
    }
  }
}

const scratches = new WeakMap<Core, Scratch>();

function scratchOf(core: Core): Scratch {
  let scratch = scratches.get(core);
  if (scratch === undefined) {
    scratch = new Scratch(core);
    scratches.set(core, scratch);
  }
  return scratch;
}
