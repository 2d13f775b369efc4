import type { BatchNorm1d } from './batchnorm.js';

/** Work on calibrated statistics: where it fails or is ended, all of them are those from before, not some. */
export async function allCalibratedOrNone(
  norms: readonly BatchNorm1d[],
  work: () => Promise<void>,
): Promise<void> {
  const before = norms.map((norm) => ({
    norm,
    calibrated: norm.calibrated,
    mean: norm.calibratedMean.toArray(),
    spread: norm.calibratedSpread.toArray(),
  }));
  try {
    await work();
  } catch (error) {
    for (const { norm, calibrated, mean, spread } of before) {
      norm.calibratedMean.set(mean);
      norm.calibratedSpread.set(spread);
      norm.calibrated = calibrated;
    }
    throw error;
  }
}
