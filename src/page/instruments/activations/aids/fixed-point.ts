/** Where a deep stack of linear layers and tanh settles. */
import { expectation } from '../../shared/normal.js';

/** std of tanh of numbers from N(0, std²). */
export const stdOfTanh = (std: number): number => Math.sqrt(expectation((z) => Math.tanh(std * z) ** 2));

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
