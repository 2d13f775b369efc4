import type { Track } from '../../engine/protocol.js';

/** Minibatches that are looked at, at most. */
const MOST = 256;

export interface RecentLosses {
  count: number;
  mean: number;
  /** Of one of them, unbiased. */
  std: number;
}

/** The last recorded minibatches before a step, from the later half of the run: undefined where there are fewer than 8. */
export function recentLosses({ steps, columns: [losses] }: Track, before: number): RecentLosses | undefined {
  let end = steps.length;
  while (end > 0 && steps[end - 1] >= before) end--;
  let from = end;
  // The first half is where the loss still falls: that is no noise.
  while (from > 0 && end - from < MOST && 2 * steps[from - 1] >= before) from--;
  const count = end - from;
  if (count < 8) return undefined;
  const recent = losses.subarray(from, end);
  const mean = recent.reduce((sum, loss) => sum + loss, 0) / count;
  const squares = recent.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
  return { count, mean, std: Math.sqrt(squares / (count - 1)) };
}
