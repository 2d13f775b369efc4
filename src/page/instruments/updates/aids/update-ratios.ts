import type { ParameterSnapshot, Summary } from 'lanewise/diagnostics';

/** log₁₀ of update:data: by standard deviations, as the lecture's code has it, and by norms, as it is spoken of. */
export interface Ratios {
  std: number;
  norm: number;
}

const AIM = -3;

/** ‖x‖ of n numbers by their mean and std: ‖x‖² = (n − 1) σ² + n μ². A single number has no std. */
export function norm({ mean, std }: Pick<Summary, 'mean' | 'std'>, n: number): number {
  const spread = n > 1 ? (n - 1) * std * std : 0;
  return Math.sqrt(spread + n * mean * mean);
}

/** NaN where there is no gradient yet. */
export function ratiosOf({ shape, data, gradient, updateToData }: ParameterSnapshot, lr: number): Ratios {
  if (gradient === undefined) return { std: Number.NaN, norm: Number.NaN };
  const n = shape.reduce((product, size) => product * size, 1);
  return {
    std: updateToData ?? Number.NaN,
    norm: Math.log10((Math.abs(lr) * norm(gradient, n)) / norm(data, n)),
  };
}

/** The learning rate at which a line at `log10` would be at −3, the gradients unchanged. */
export const rateFor = (log10: number, lr: number): number => lr * 10 ** (AIM - log10);
