import { BatchNorm1d, type Layer, type Tensor } from 'lanewise';
import type { CalibratedNorm, Difference, NormStatistics } from './protocol.js';

interface Placed {
  place: string;
  norm: BatchNorm1d;
  /** What goes into it. */
  x: Tensor | undefined;
}

const placed = (layers: readonly unknown[]): Placed[] =>
  (layers as readonly Layer[]).flatMap((norm, i) =>
    norm instanceof BatchNorm1d
      ? [{ place: `layer ${i} BatchNorm1d`, norm, x: (layers[i - 1] as Layer | undefined)?.out }]
      : [],
  );

/** Of each batch norm: statistics of the batch that the layers hold, the running ones beside them. */
export const normsOf = (layers: readonly unknown[]): NormStatistics[] =>
  placed(layers).flatMap(({ place, norm, x }) => {
    const { eps, momentum, runningMean, runningSpread } = norm;
    if (x === undefined || x.rows < 2 || momentum === null) return [];
    const unbiased = x.rows / (x.rows - 1);
    const { mean, variance } = norm.measure(x);
    return [
      {
        place,
        momentum,
        batchMean: mean.slice(),
        batchStd: variance.map((v) => Math.sqrt(v * unbiased + eps)),
        runningMean: runningMean.toArray(),
        runningStd: deviations(norm, runningSpread.toArray()),
      },
    ];
  });

/** Of each batch norm, after an evaluation: what was calibrated, and the units of which the running ones know least. */
export const calibratedNorms = (layers: readonly unknown[]): CalibratedNorm[] =>
  placed(layers)
    .filter(({ norm }) => norm.calibrated)
    .map(({ place, norm }) => {
      const mean = norm.calibratedMean.toArray();
      const std = deviations(norm, norm.calibratedSpread.toArray());
      return {
        place,
        mean,
        std,
        furthestMean: furthest(norm.runningMean.toArray(), mean),
        furthestStd: furthest(deviations(norm, norm.runningSpread.toArray()), std),
      };
    });

/** What the layer divides by, whichever it tracks. */
export const deviations = ({ tracks, eps }: BatchNorm1d, spread: Float32Array): Float32Array =>
  tracks === 'std' ? spread : spread.map((variance) => Math.sqrt(variance + eps));

function furthest(running: Float32Array, calibrated: Float32Array): Difference {
  let unit = 0;
  const apart = (j: number) => Math.abs(running[j] - calibrated[j]);
  for (let j = 1; j < running.length; j++) if (apart(j) > apart(unit)) unit = j;
  return { unit, running: running[unit], calibrated: calibrated[unit] };
}
