import { Generator } from '../../dist/index.js';

/** So many normal numbers, the same for the same seed. */
export const random = (count, seed) => new Generator(seed).randn(count);

export const integers = (high, count, seed) => Int32Array.from(new Generator(seed).randint(0, high, count));
