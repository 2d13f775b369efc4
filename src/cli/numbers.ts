import { InvalidArgumentError } from 'commander';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A parser of an option's value: an integer from `low` to `high`. */
export function integer(low: number, high: number) {
  return (text: string): number => {
    const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected an integer from ${low} to ${high}, got '${text}'.`);
  };
}

/** A parser of an option's value: a finite number of 0 or more. */
export function rate(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError(`Expected a finite number of 0 or more, got '${text}'.`);
}

/** A parser of a seed: what torch's manual_seed takes. */
export function seed(text: string): number | bigint {
  if (/^[+-]?\d+$/.test(text)) {
    const value = BigInt(text.replace(/^\+/, ''));
    if (value >= -(2n ** 63n) && value < 2n ** 64n)
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  throw new InvalidArgumentError(
    `Expected an integer from -2^63 to 2^64 - 1, as torch takes, got '${text}'.`,
  );
}
