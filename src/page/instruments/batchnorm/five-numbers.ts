/** Five numbers and what batch normalisation makes of them; std 0: nothing, there is no deviation to divide by. */
export interface FiveNumbers {
  x: number[];
  y: number[];
  mean: number;
  std: number;
}

/** y = (x − mean) / std with the unbiased deviation and no eps, as the lecture's widget has it. */
export function normalise(x: readonly number[]): FiveNumbers {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const std = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (x.length - 1));
  return { x: [...x], y: x.map((value) => (std > 0 ? (value - mean) / std : 0)), mean, std };
}
