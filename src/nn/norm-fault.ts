import type { Tensor } from '../core/tensor.js';
import type { BatchNorm1d } from './batchnorm.js';

/**
 * Why the output of a batch norm is not finite though its input x is: given statistics that cannot be used, or a column of
 * the batch without a deviation. Undefined where neither is so.
 */
export const normFault = (norm: BatchNorm1d, place: string, x: Tensor): string | undefined =>
  norm.mode === 'batch' ? flatColumn(norm, place, x) : badStatistics(norm, place);

function badStatistics(norm: BatchNorm1d, place: string): string | undefined {
  const { mode, eps, tracks } = norm;
  const [means, spreads] = (
    mode === 'running' ? [norm.runningMean, norm.runningSpread] : [norm.calibratedMean, norm.calibratedSpread]
  ).map((tensor) => tensor.toArray());
  const out = norm.out.toArray();
  const column = out.findIndex((value) => !Number.isFinite(value)) % norm.numFeatures;
  const [mean, spread] = [means[column], spreads[column]];
  // The deviation has eps in it.
  const divisor = tracks === 'std' ? spread : Math.sqrt(spread + eps);
  if (divisor === 0)
    return `${place} has ${mode} statistics whose spread is 0 in column ${column}, and no eps to divide by`;
  if (Number.isFinite(mean) && divisor > 0) return undefined;
  const what = tracks === 'std' ? 'deviation' : 'variance';
  return `${place} has ${mode} statistics that cannot be: in column ${column} mean ${mean} and ${what} ${spread}`;
}

function flatColumn(norm: BatchNorm1d, place: string, x: Tensor): string | undefined {
  if (norm.eps > 0) return undefined;
  const { rows, columns } = x;
  const values = x.toArray();
  const isConstant = (column: number) => {
    for (let i = 1; i < rows; i++) if (values[i * columns + column] !== values[column]) return false;
    return true;
  };
  const constant = Array.from({ length: columns }, (_, column) => column).findIndex(isConstant);
  // The variance of values that hardly differ can round to 0 too.
  const column = constant < 0 ? norm.measure(x).variance.indexOf(0) : constant;
  if (column < 0) return undefined;
  const same = constant < 0 ? 'hardly differs' : 'has the same value';
  return (
    `column ${column} of the input of ${place} ${same} in all ${rows} rows of the batch, and so no standard ` +
    'deviation for the batch norm to divide by; a larger batch has one, or an eps above 0'
  );
}
