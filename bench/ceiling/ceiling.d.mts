import type { Timing } from '../measure.mjs';
import type { Ceiling } from '../result.mjs';

interface Shape {
  accumulators: number;
  steps: number;
  outer: boolean;
}

interface Row {
  name: string;
  flops: number;
  call(times: number): void;
  error(): number;
}

export declare const shapes: Readonly<Record<string, Shape>>;
export declare function flopsOfRound(shape: Shape): number;
export declare function ceilingRows(bytes: Uint8Array): Promise<Row[]>;
export declare function ceilingOf(rows: readonly Row[], timings: readonly Timing[]): Ceiling;
