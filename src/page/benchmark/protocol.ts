/** What the panel and the worker that measures say to each other; the measurement is also what is saved as JSON. */

/** JavaScript, WebAssembly SIMD with the same bits, and WebAssembly with relaxed SIMD. */
export const contenders = ['js', 'wasm', 'relaxed'] as const;
export type Contender = (typeof contenders)[number];

interface Timing {
  /** Median time of one call. */
  seconds: number;
  samples: number;
  /** Largest difference from float64 over the largest value; of steps, the largest relative difference of a loss. */
  error: number;
}

export interface Row {
  name: string;
  size: string;
  /** Multiplications and additions of the matrix products in one call. */
  flops: number | undefined;
  timings: Partial<Record<Contender, Timing>>;
}

export interface Measurement {
  rows: Row[];
  /** Most FLOP/s that a loop in registers alone came to; undefined where no WebAssembly runs. */
  ceiling: number | undefined;
  /** Why a contender is not there. */
  absent: Partial<Record<Contender, string>>;
  /** Seconds between two readings of the clock that differ. */
  clock: number;
}

export interface Progress {
  done: number;
  total: number;
  what: string;
}

export interface Stopwatch {
  measure(onProgress: (progress: Progress) => void): Promise<Measurement>;
}
