/** What the batch norm instrument draws of a run, without the page. */

import type { Evaluation, Frame, Moment, NormStatistics } from '../../engine/protocol.js';
import { layerName, type PlacedLayer } from '../../view/layer-names.js';

export type Points = [number, number][];

/** Of one quantity of one layer, unit by unit: [what it is compared with, running]. */
export interface Group {
  name: string;
  points: Points;
}

const pairs = (x: Float32Array, y: Float32Array): Points => Array.from(x, (value, j) => [value, y[j]]);

/** Running against the minibatch; against the calibrated ones too, where they were measured at this moment. */
export function groupsOf(
  quantity: 'mean' | 'std',
  layer: number,
  { norms, step }: Moment,
  evaluation: Evaluation | undefined,
): Group[] {
  const norm = norms[layer];
  if (norm === undefined) return [];
  const [batch, running] =
    quantity === 'mean' ? [norm.batchMean, norm.runningMean] : [norm.batchStd, norm.runningStd];
  const calibrated = evaluation?.step === step ? evaluation.norms[layer] : undefined;
  return [
    { name: 'minibatch', points: pairs(batch, running) },
    ...(calibrated === undefined
      ? []
      : [{ name: 'calibrated', points: pairs(calibrated[quantity], running) }]),
  ];
}

/** How far the running statistics of a layer were from each minibatch's. */
export function distancesOf(
  { normDistances }: Pick<Frame, 'normDistances'>,
  layer: number,
): Record<'mean' | 'std', Points> {
  const { steps, columns } = normDistances;
  const read = (column: Float32Array | undefined): Points => {
    const points: Points = [];
    if (column === undefined) return points;
    for (let i = 0; i < steps.length; i++) if (Number.isFinite(column[i])) points.push([steps[i], column[i]]);
    return points;
  };
  return { mean: read(columns[2 * layer]), std: read(columns[2 * layer + 1]) };
}

/** How far the mean of a batch is from the true one, in deviations, by chance alone: 1/√n. */
export const chanceOf = (batch: number): number => 1 / Math.sqrt(batch);

/** A batch norm in the list of them. */
export const normName = ({ place, batchMean }: NormStatistics, layers: readonly PlacedLayer[]): string =>
  `${layerName(place, layers)}, ${batchMean.length} units`;
