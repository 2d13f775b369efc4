import type { Timing } from './measure.mjs';

export interface KernelRow extends Timing {
  kernel: string;
  size: string;
  contender: string;
  error: number;
  flops?: number;
  elements?: number;
  bytes?: number;
}

export interface StepRow extends Timing {
  net: string;
  contender: string;
  flops: number;
  error: number;
}

export interface Ceiling {
  flopsPerSecond: number;
  shapes: ({ shape: string; flopsPerSecond: number; error: number } & Timing)[];
}

/** The JSON of `npm run bench`, schema 1; seconds, bytes, FLOP/s. A part that was not run is not there. */
export interface BenchResult {
  schema: number;
  date: string;
  quick: boolean;
  machine: {
    cpu: string;
    cores: number;
    os: string;
    node: string;
    v8: string;
    lanewise: string;
    peers: Record<string, string>;
  };
  /** Of the contenders, by file. */
  names: Record<string, string>;
  kernels?: { ceiling: Ceiling; rows: KernelRow[] };
  steps?: {
    ceiling: Ceiling;
    rows: StepRow[];
    uses: ({ use: string; contender: string; error: number } & Timing)[];
    absent: Record<string, string>;
  };
  life?: {
    sizes: { what: string; raw: number; gzip: number; brotli: number }[];
    start: ({ what: string; error?: number } & Timing)[];
    memory: {
      steps: number;
      wasmBytes: number;
      before: { wasm: number; heap: number; rss: number };
      after: { wasm: number; heap: number; rss: number };
      error: number;
    };
  };
}
