/** One unit whose pre-activation is normal: how often it is on the flat part, and how much gradient comes through. */

/** P(z < x) for a standard normal z, by a Chebyshev fit of erfc whose relative error is below 1.2e-7. */
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
