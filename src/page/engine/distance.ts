import type { NormStatistics } from './protocol.js';

/**
 * How far the running statistics are from those of one batch, over all units: root mean square of
 * (running mean − batch mean) / batch std, and of ln(running std / batch std). Units without spread are left out.
 */
export function distanceOf(norm: Omit<NormStatistics, 'place' | 'momentum'>): { mean: number; std: number } {
  const { batchMean, batchStd, runningMean, runningStd } = norm;
  let [means, stds, units] = [0, 0, 0];
  for (let j = 0; j < batchMean.length; j++) {
    if (!(batchStd[j] > 0)) continue;
    means += ((runningMean[j] - batchMean[j]) / batchStd[j]) ** 2;
    stds += Math.log(runningStd[j] / batchStd[j]) ** 2;
    units++;
  }
  return { mean: Math.sqrt(means / units), std: Math.sqrt(stds / units) };
}
