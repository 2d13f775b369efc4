/** Draws as torch makes them; for `import()`, so that the generator is not part of the page's first load. */
import { Generator } from 'lanewise';
import { batchNormWidget } from 'lanewise/makemore';

/** The lecture's five numbers of a seed, to the two decimals that are shown; the first is its slider's. */
export const fiveNumbers = (seed: number, first = 0): number[] =>
  Array.from(batchNormWidget(seed, first).x, (value) => Number(value.toFixed(2)));

/** N(0, 1). */
export const noise = (count: number, seed: number): Float32Array => new Generator(seed).randn(count);
