/** One unit whose pre-activation is normal: how often it is on the flat part, and how much gradient comes through. */
import { whole } from '../../../view/figures.js';

/** Mean of 1 − tanh² over a normal pre-activation: the factor on the gradient, on average. */
export function meanSlope(mean: number, std: number): number {
  const slope = (a: number) => 1 - Math.tanh(a) ** 2;
  if (std === 0) return slope(mean);
  // The bump of the slope is about 1 wide: steps of std / 250 resolve it up to a std of 50.
  const [reach, steps] = [8, 4000];
  let [sum, weight] = [0, 0];
  for (let i = 0; i <= steps; i++) {
    const z = reach * ((2 * i) / steps - 1);
    const density = Math.exp((-z * z) / 2);
    sum += density * slope(mean + std * z);
    weight += density;
  }
  return sum / weight;
}

/** That a unit that is saturated in such a share of the examples is so in all of a batch, drawn with replacement. */
export const columnChance = (share: number, batch: number): number => share ** batch;

/** A standard normal number, by Box and Muller. */
export const draw = (): number =>
  Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/** How often something of a chance happens. */
export function oneIn(chance: number): string {
  if (chance === 0) return 'never';
  if (chance > 0.5) return 'more often than not';
  const every = 1 / chance;
  if (every > 1e9) return 'less than once in a billion';
  return `about once in ${whole(Number(every.toPrecision(2)))}`;
}
