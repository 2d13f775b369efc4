/** How the mean loss of a minibatch depends on which examples are in it. */
export interface Spread {
  mean: number;
  /** Standard deviation of the means of minibatches. */
  deviation: number;
  least: number;
  most: number;
  histogram: { edges: number[]; values: number[] };
}

export const MINIBATCHES = 2000;
const BINS = 60;

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

export function deviationOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The means of 2000 minibatches of a size, drawn with replacement from the losses of single examples; counted in `bounds`. */
export function spreadOf(losses: Float32Array, size: number, bounds: readonly [number, number]): Spread {
  const random = mulberry32(size);
  const means = new Float32Array(MINIBATCHES);
  for (let i = 0; i < MINIBATCHES; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += losses[Math.floor(random() * losses.length)];
    means[i] = sum / size;
  }
  const [from, to] = bounds;
  const width = (to - from) / BINS;
  const edges = Array.from({ length: BINS + 1 }, (_, i) => from + i * width);
  const values = new Array<number>(BINS).fill(0);
  for (const mean of means) values[Math.min(BINS - 1, Math.max(0, Math.floor((mean - from) / width)))]++;
  return {
    mean: meanOf(means),
    deviation: deviationOf(means),
    least: means.reduce((least, mean) => Math.min(least, mean), Number.POSITIVE_INFINITY),
    most: means.reduce((most, mean) => Math.max(most, mean), Number.NEGATIVE_INFINITY),
    histogram: { edges, values },
  };
}

/** A small generator for choices that need not be torch's: the same ones for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
