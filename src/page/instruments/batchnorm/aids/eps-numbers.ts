/** As BatchNorm1d has it, in torch and here. */
export const EPS = 1e-5;

/** Mean 0, unbiased variance 1. */
const shape = [-1.5, -0.5, 0.2, 0.6, 1.2];

interface Column {
  x: number[];
  variance: number;
  /** (x − mean) / √variance and (x − mean) / √(variance + eps); without eps a flat column gives NaN. */
  without: number[];
  with: number[];
  /** √variance and √(variance + eps). */
  std: number;
  stdWithEps: number;
  /** d output / d input is about this: what the gradient is multiplied by on its way back. */
  gradientWithout: number;
  gradientWith: number;
}

/** Five values about 2 whose standard deviation is `spread`, which may be 0. */
export function columnOf(spread: number, eps = EPS): Column {
  const centre = shape.reduce((sum, value) => sum + value, 0) / shape.length;
  const own = Math.sqrt(shape.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (shape.length - 1));
  const offsets = shape.map((value) => ((value - centre) / own) * spread);
  const variance = spread ** 2;
  const stdWithEps = Math.sqrt(variance + eps);
  return {
    x: offsets.map((offset) => 2 + offset),
    variance,
    without: offsets.map((offset) => offset / spread),
    with: offsets.map((offset) => offset / stdWithEps),
    std: spread,
    stdWithEps,
    gradientWithout: 1 / spread,
    gradientWith: 1 / stdWithEps,
  };
}

/** Deviations of four batches of one unit: the mean of them is less than the root of the mean of their squares. */
export function averages(stds: readonly number[]): { meanStd: number; rootMeanVariance: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { meanStd: mean(stds), rootMeanVariance: Math.sqrt(mean(stds.map((std) => std ** 2))) };
}
