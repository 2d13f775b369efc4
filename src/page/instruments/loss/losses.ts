/** Losses of a run as the charts take them. */
import type { LossAtTheEnd } from 'lanewise/charts';
import type { Track } from '../../engine/protocol.js';

/** How many of a track's records lie before a step. */
export function endOf({ steps }: Track, before: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** [step, loss] of the records before a step, or of all. */
export function pairsOf(track: Track, before = Number.POSITIVE_INFINITY): [number, number][] {
  const { steps, columns } = track;
  const [values] = columns;
  const pairs = new Array<[number, number]>(endOf(track, before));
  for (let i = 0; i < pairs.length; i++) pairs[i] = [steps[i], values[i]];
  return pairs;
}

interface SmoothedLosses {
  /** [step, geometric mean of the losses] of windows of steps, after the loss of step 0 itself. */
  curve: [number, number][];
  /** [step, from, to]: one standard deviation of log10 of single minibatches on either side. */
  band: [number, number, number][];
}

/** Means of log10 over windows, as the curve of one run is drawn, and how far single minibatches lie around them. */
export function smoothed(
  charts: Pick<typeof import('lanewise/charts'), 'smoothingWindow' | 'windowMeans'>,
  track: Track,
): SmoothedLosses {
  const { steps } = track;
  const logs = track.columns[0].map(Math.log10);
  const window = charts.smoothingWindow(steps);
  const means = charts.windowMeans(steps, logs, window);
  const squares = charts.windowMeans(
    steps,
    logs.map((log) => log * log),
    window,
  );
  const first: [number, number][] = steps[0] === 0 && means[0]?.[0] > 0 ? [[0, track.columns[0][0]]] : [];
  return {
    curve: [...first, ...means.map(([step, mean]): [number, number] => [step, 10 ** mean])],
    band: means.map(([step, mean], i) => {
      const deviation = Math.sqrt(Math.max(0, squares[i][1] - mean * mean));
      return [step, 10 ** (mean - deviation), 10 ** (mean + deviation)];
    }),
  };
}

interface Difference {
  /** Mean of the second less that of the first. */
  nats: number;
  /** Its standard error, as far as the losses of minibatches are independent. */
  error: number;
}

type Mean = Pick<LossAtTheEnd, 'count' | 'mean' | 'deviation'>;

export function differenceOf(first: Mean, second: Mean): Difference {
  const error = Math.hypot(
    first.deviation / Math.sqrt(first.count),
    second.deviation / Math.sqrt(second.count),
  );
  return { nats: second.mean - first.mean, error };
}
