/** Steps after which half of a running average is new: ln 2 / −ln(1 − m). */
export const halfLife = (momentum: number): number => Math.LN2 / -Math.log1p(-momentum);

/** Share of a running average that is still what it began with, after so many steps: (1 − m)^steps. */
export const initialShare = (momentum: number, steps: number): number => (1 - momentum) ** steps;

/**
 * Standard deviation of a running average of independent values, of those of the values themselves, once it has
 * forgotten its beginning: √(m / (2 − m)).
 */
export const averagedNoise = (momentum: number): number => Math.sqrt(momentum / (2 - momentum));

/** running = (1 − m) · running + m · value, after each of the values. */
export function runningAverage(values: ArrayLike<number>, momentum: number, start = 0): Float64Array {
  const averages = new Float64Array(values.length);
  let running = start;
  for (let i = 0; i < values.length; i++) {
    running = (1 - momentum) * running + momentum * values[i];
    averages[i] = running;
  }
  return averages;
}

/** A unit's true mean over the steps of a run: it moves while the network learns, then stays. */
export const trueMean = (step: number): number => 1.5 - 0.75 * Math.exp(-step / 300);

/** What a unit of standard deviation 1 shows of it in each minibatch: draws of N(0, 1), averaged over the batch. */
export const batchMeans = (draws: ArrayLike<number>, batch: number): Float64Array =>
  Float64Array.from({ length: draws.length }, (_, step) => trueMean(step) + draws[step] / Math.sqrt(batch));
