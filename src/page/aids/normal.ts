/** Integrals over the standard normal density, by the trapezoidal rule. */

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

/** std of tanh of numbers from N(0, std²). */
export const stdOfTanh = (std: number): number => Math.sqrt(expectation((z) => Math.tanh(std * z) ** 2));

/** Share of numbers from N(0, std²) whose tanh is beyond ±threshold. */
export function saturatedShare(std: number, threshold: number): number {
  if (std === 0) return 0;
  const edge = Math.atanh(threshold) / std;
  const width = REACH / INTERVALS;
  let sum = density(edge) / 2;
  for (let i = 1; i <= INTERVALS; i++) sum += density(edge + i * width);
  return 2 * sum * width;
}

/**
 * The std that a deep stack of linear layers and tanh settles at, weights randn · gain / √fan_in: the s with
 * s = std(tanh(N(0, (gain · s)²))). 0 for a gain up to 1.
 */
export function fixedPoint(gain: number): number {
  // gain · s is what matters; s / stdOfTanh(gain · s) rises with s.
  if (gain <= 1) return 0;
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (stdOfTanh(gain * middle) > middle) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
