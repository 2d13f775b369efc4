/** Seconds of one call, and how many samples that comes from. */
export interface Timing {
  median: number;
  min: number;
  samples: number;
}

export interface Pace {
  rounds: number;
  turn: number;
  sample: number;
  warmUp: number;
}

type Paces = Readonly<Record<'kernels' | 'steps', Pace>>;
export declare const paces: { full: Paces; quick: Paces };
export declare function measure(
  entries: readonly { call(times: number): unknown }[],
  pace: Pace,
): Promise<Timing[]>;
export declare function summary(samples: readonly number[]): Timing;
