import { came, isFloat32Array } from '../core/kind.js';

// The checks of Generator's arguments: each names the method, what it expected, and what it got.

/** The seed as torch keeps it, from 0 to 2^64 − 1. */
export function seed64(seed: number | bigint): bigint {
  const place = 'Generator.manualSeed: expected';
  if (typeof seed !== 'number' && typeof seed !== 'bigint') {
    throw new TypeError(`${place} a number or a bigint, got ${came(seed)}`);
  }
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new RangeError(`${place} a safe integer or a bigint, got ${seed}`);
  }
  const exact = BigInt(seed);
  if (exact < -(2n ** 63n) || exact >= 2n ** 64n) {
    throw new RangeError(`${place} a seed from -2^63 to 2^64 - 1, got ${exact}`);
  }
  return BigInt.asUintN(64, exact);
}

/** n, if it is a number of values. */
export function count(method: string, n: number): number {
  if (Number.isSafeInteger(n) && n >= 0) return n;
  throw new RangeError(`Generator.${method}: expected a whole number of values from 0, got ${String(n)}`);
}

export function checkBounds(method: string, low: number, high: number, least: number, most: number): void {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low < least || high > most) {
    throw new RangeError(
      `Generator.${method}: expected integers from ${least} to ${most}, got ${String(low)} and ${String(high)}`,
    );
  }
  if (low >= high) throw new RangeError(`Generator.${method}: expected low < high, got ${low} and ${high}`);
}

export function checkArray(method: string, array: Float32Array): void {
  if (isFloat32Array(array)) return;
  throw new TypeError(`Generator.${method}: expected a Float32Array, got ${came(array)}`);
}

export function checkNumbers(method: string, numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers))
    if (typeof value !== 'number')
      throw new TypeError(`Generator.${method}: expected ${name} to be a number, got ${came(value)}`);
}
