import { expectInteger } from '../core/expect.js';
import { came, isFloat32Array } from '../core/kind.js';

// The checks of Generator's arguments: each names the method, what it expected, and what it got.

/** The seed as torch keeps it, from 0 to 2^64 − 1. */
export function seed64(seed: number | bigint): bigint {
  const place = 'Generator.manualSeed';
  if (typeof seed !== 'bigint')
    expectInteger(place, 'a seed, unless a bigint,', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const exact = BigInt(seed);
  if (exact < -(2n ** 63n) || exact >= 2n ** 64n)
    throw new RangeError(`${place}: expected a seed from -2^63 to 2^64 - 1, got ${exact}`);
  return BigInt.asUintN(64, exact);
}

/** TypeError unless it is such an array, in whatever realm it was made. */
export function expectFloats(place: string, array: Float32Array): void {
  if (!isFloat32Array(array)) throw new TypeError(`${place}: expected a Float32Array, got ${came(array)}`);
}

/** Integers low < high. */
export function expectBounds(place: string, low: number, high: number, least: number, most: number): void {
  expectInteger(place, 'low', low, least, most - 1);
  expectInteger(place, 'high', high, low + 1, most);
}
