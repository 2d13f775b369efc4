import { niceAtLeast } from './numbers.js';

/** The largest number of windows that a smoothed curve is divided into: 200,000 steps come to windows of 1000. */
const WINDOWS = 200;
const LEAST_POINTS = 20;
const LEAST_WINDOWS = 20;

/**
 * The width in steps of the windows over which a recorded curve is averaged: wide enough for 20 recorded points or a
 * 200th of the run, but never so wide that fewer than 20 windows remain. A nice number: 1, 2, 5, 10 …
 */
export function smoothingWindow(steps: ArrayLike<number>): number {
  const { length } = steps;
  if (length < 2) return 1;
  const span = steps[length - 1] - steps[0];
  let gap = 1;
  for (let i = 1; i < length; i++) gap = Math.max(gap, steps[i] - steps[i - 1]);
  const wanted = Math.max(span / WINDOWS, LEAST_POINTS * gap);
  const window = niceAtLeast(Math.min(wanted, Math.max(gap, span / LEAST_WINDOWS)));
  return Number.isNaN(window) ? 1 : Math.max(window, 1);
}

/**
 * Means over windows of steps, at the middle of what each window holds. A point weighs as many steps as it stands for,
 * which is those up to the next, so that a run recorded at every step first and at every 1000th later is not judged by
 * its beginning. Values that are not finite are left out.
 */
export function windowMeans(
  steps: ArrayLike<number>,
  values: ArrayLike<number>,
  window: number,
): [number, number][] {
  const means: [number, number][] = [];
  let [current, sum, weight, middle] = [Number.NaN, 0, 0, 0];
  const close = () => {
    if (weight > 0) means.push([middle / weight, sum / weight]);
  };
  for (let i = 0; i < steps.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    const place = Math.floor((steps[i] - steps[0]) / window);
    if (place !== current) {
      close();
      [current, sum, weight, middle] = [place, 0, 0, 0];
    }
    const next = i + 1 < steps.length ? steps[i + 1] : steps[i] + 1;
    const share = Math.min(next - steps[i], window);
    sum += values[i] * share;
    middle += steps[i] * share;
    weight += share;
  }
  close();
  return means;
}
