import { expectBoolean, expectInteger, expectOptions } from '../core/expect.js';
import { came, isFloat32Array } from '../core/kind.js';
import type { Generator } from './generator.js';

/** As in torch, whose float32 cannot count further. */
const MAX_CATEGORIES = 0x1000000;

const FLOAT32_MAX = 3.4028234663852886e38;

/** Of `multinomial`. */
export interface MultinomialOptions {
  generator: Generator;
  /** Default: false. */
  replacement?: boolean;
}

/**
 * torch.multinomial of one row of float32 probabilities, which need not sum to 1: numSamples category numbers.
 *
 * One sample, or without replacement: an exponential q per category; those with the largest p / q, largest first.
 * Several with replacement: a uniform of 53 bits each, found in the cumulative distribution (float32).
 *
 * Errors: RangeError for a probability that is negative, infinite or NaN, a sum of 0 or beyond float32, no or more than 2^24
 * categories, less than one sample, and, without replacement, more samples than categories of positive probability
 * (torch then returns categories of probability 0); TypeError for options, probabilities or a number of samples that are none.
 */
export function multinomial(
  probs: ArrayLike<number>,
  numSamples: number,
  options: MultinomialOptions,
): Int32Array {
  // Torch takes it by position.
  expectOptions('multinomial', options, ['generator', 'replacement']);
  const { generator } = options;
  if (typeof generator?.exponential_ !== 'function')
    throw new TypeError(`multinomial: expected generator to be a Generator, got ${came(generator)}`);
  const { replacement = false } = options;
  expectBoolean('multinomial', 'replacement', replacement);
  expectInteger('multinomial', 'numSamples', numSamples, 1);
  const p = isFloat32Array(probs) ? probs : floats(probs);
  check(p, numSamples, replacement);
  if (replacement && numSamples > 1) return searchCumulative(generator, p, numSamples);
  const ratios = generator.exponential_(new Float32Array(p.length));
  for (let i = 0; i < p.length; i++) ratios[i] = p[i] / ratios[i];
  return numSamples === 1 ? Int32Array.of(argmax(ratios)) : largest(ratios, numSamples);
}

function floats(probs: ArrayLike<number>): Float32Array {
  if (typeof probs !== 'object' || typeof probs?.length !== 'number')
    throw new TypeError(`multinomial: expected an array of probabilities, got ${came(probs)}`);
  const p = new Float32Array(probs.length);
  for (let i = 0; i < p.length; i++) {
    if (typeof probs[i] !== 'number')
      throw new TypeError(
        `multinomial: expected probabilities that are numbers, got ${came(probs[i])} at ${i}`,
      );
    p[i] = probs[i];
  }
  return p;
}

function check(p: Float32Array, numSamples: number, replacement: boolean): void {
  const place = 'multinomial: expected';
  if (p.length < 1 || p.length > MAX_CATEGORIES) {
    throw new RangeError(`${place} from 1 to 2^24 categories, got ${p.length}`);
  }
  let positive = 0;
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    if (!(p[i] >= 0 && p[i] < Infinity)) {
      throw new RangeError(`${place} finite probabilities of at least 0 (as float32), got ${p[i]} at ${i}`);
    }
    if (p[i] > 0) positive++;
    sum += p[i];
  }
  if (positive === 0) {
    throw new RangeError(`${place} a positive sum of probabilities, got 0 (${p.length} categories)`);
  }
  if (sum > FLOAT32_MAX) {
    throw new RangeError(`${place} probabilities whose sum is finite in float32, got ${sum}`);
  }
  if (!replacement && numSamples > positive) {
    throw new RangeError(
      `${place} at most as many samples as categories of positive probability without replacement, ` +
        `got ${numSamples} samples and ${positive} of ${p.length} categories`,
    );
  }
}

/** The first of the largest; a NaN (0 / 0, once in 2^53 draws) counts as largest, as in torch. */
function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return i;
    if (values[i] > values[best]) best = i;
  }
  return best;
}

/** The indices of the `count` largest, largest first; of equals the first (torch leaves their order open). */
function largest(values: Float32Array, count: number): Int32Array {
  const order = Int32Array.from(values, (_, i) => i);
  return order.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}

/** Finds each uniform u in the cumulative distribution: the first category with cumulative probability ≥ u. */
function searchCumulative(generator: Generator, p: Float32Array, numSamples: number): Int32Array {
  const cumulative = new Float32Array(p.length);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    sum = Math.fround(sum + p[i]);
    cumulative[i] = sum;
  }
  for (let i = 0; i < p.length; i++) cumulative[i] /= sum;

  const samples = new Int32Array(numSamples);
  for (let n = 0; n < numSamples; n++) {
    const u = generator.uniform53();
    let left = 0;
    let right = p.length;
    while (left < right) {
      const middle = (left + right) >>> 1;
      if (cumulative[middle] < u) left = middle + 1;
      else right = middle;
    }
    samples[n] = left;
  }
  return samples;
}
