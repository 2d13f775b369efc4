/** The normal distribution, and what tanh makes of it. */

/** The trapezoidal rule's: so many standard deviations either way, in so many intervals. */
const REACH = 9;
const INTERVALS = 400;

/** The mean of f(z) for z from N(0, 1). */
export function expectation(f: (z: number) => number): number {
  const width = (2 * REACH) / INTERVALS;
  let sum = 0;
  for (let i = 0; i <= INTERVALS; i++) {
    const z = -REACH + i * width;
    sum += density(z) * f(z);
  }
  return sum * width;
}

export const density = (z: number, std = 1): number =>
  Math.exp((-z * z) / (2 * std * std)) / (std * Math.sqrt(2 * Math.PI));

/**
 * P(z < x) for a standard normal z, by a Chebyshev fit of erfc whose relative error is below 1.2e-7 (Press et al., Numerical
 * Recipes, 6.2).
 */
export function below(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const sum = coefficients.reduceRight((rest, coefficient) => coefficient + t * rest, 0);
  const tail = (t * Math.exp(-z * z + sum)) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** Share of a normal pre-activation for which |tanh| is above the threshold. */
export function saturatedShare(mean: number, std: number, threshold: number): number {
  const edge = Math.atanh(threshold);
  if (std === 0) return Math.abs(mean) > edge ? 1 : 0;
  return below((mean - edge) / std) + below((-edge - mean) / std);
}
