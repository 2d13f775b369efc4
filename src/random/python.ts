import { came } from '../core/kind.js';
import { entropy } from './entropy.js';
import { initByArray, MersenneTwister } from './mersenne-twister.js';

/**
 * Python's `random.Random`, for the draws below the same numbers: a Mersenne Twister seeded by an integer.
 *
 * Source: CPython's Lib/random.py and Modules/_randommodule.c (seeding version 2, the default).
 */
export class PythonRandom {
  readonly #twister = new MersenneTwister();

  /** Seeded as by `seed`; without an argument from the system's randomness (of Math.random without `crypto`). */
  constructor(seed?: number | bigint) {
    if (seed === undefined) initByArray(this.#twister, entropy(624));
    else this.seed(seed);
  }

  /**
   * random.seed(n) of an integer: the key is the 32-bit words of |n|, lowest first.
   *
   * @throws RangeError for a number that is not a safe integer; TypeError unless a number or a bigint.
   */
  seed(n: number | bigint): this {
    if (typeof n !== 'number' && typeof n !== 'bigint') {
      throw new TypeError(`PythonRandom.seed: expected a number or a bigint, got ${came(n)}`);
    }
    if (typeof n === 'number' && !Number.isSafeInteger(n)) {
      throw new RangeError(`PythonRandom.seed: expected a safe integer or a bigint, got ${n}`);
    }
    const key: number[] = [];
    let rest = BigInt(n);
    if (rest < 0n) rest = -rest;
    do {
      key.push(Number(rest & 0xffffffffn));
      rest >>= 32n;
    } while (rest > 0n);
    initByArray(this.#twister, key);
    return this;
  }

  /** A uniform of 53 bits in [0, 1): ((a ≫ 5) 2^26 + (b ≫ 6)) / 2^53 of two words a, b. */
  random(): number {
    const a = this.#twister.u32() >>> 5;
    return (a * 0x4000000 + (this.#twister.u32() >>> 6)) / 0x20000000000000;
  }

  /**
   * An integer of k random bits, k from 0 to 53: words, lowest first, the last one's top bits.
   *
   * @throws RangeError for another k; `getrandbitsBigInt` takes more.
   */
  getrandbits(k: number): number {
    if (!(Number.isInteger(k) && k >= 0 && k <= 53)) {
      throw new RangeError(
        `PythonRandom.getrandbits: expected a whole number of bits to 53, got ${String(k)}`,
      );
    }
    if (k === 0) return 0;
    if (k <= 32) return this.#twister.u32() >>> (32 - k);
    const low = this.#twister.u32();
    return (this.#twister.u32() >>> (64 - k)) * 0x100000000 + low;
  }

  /**
   * `getrandbits` for any k.
   *
   * @throws RangeError unless k is a whole number from 0.
   */
  getrandbitsBigInt(k: number): bigint {
    if (!(Number.isSafeInteger(k) && k >= 0)) {
      throw new RangeError(
        `PythonRandom.getrandbitsBigInt: expected a whole number of bits, got ${String(k)}`,
      );
    }
    let bits = 0n;
    for (let at = 0; at < k; at += 32) {
      const word = this.#twister.u32() >>> Math.max(0, 32 - (k - at));
      bits |= BigInt(word) << BigInt(at);
    }
    return bits;
  }

  /**
   * An integer from 0 to n − 1: as many bits as n has, drawn again until they are below n (Python's `_randbelow`,
   * which stands behind `randrange`, `choice` and `shuffle`).
   *
   * @throws RangeError unless n is a safe integer from 1.
   */
  randbelow(n: number): number {
    if (!(Number.isSafeInteger(n) && n >= 1)) {
      throw new RangeError(`PythonRandom.randbelow: expected a whole number from 1, got ${String(n)}`);
    }
    const k = n < 0x100000000 ? 32 - Math.clz32(n) : 64 - Math.clz32(n / 0x100000000);
    let value = this.getrandbits(k);
    while (value >= n) value = this.getrandbits(k);
    return value;
  }

  /** random.shuffle, in place: for i = n − 1 … 1, swaps i with randbelow(i + 1). Returns the array; TypeError for none. */
  shuffle<T extends { length: number; [index: number]: unknown }>(array: T): T {
    if (typeof array !== 'object' || !Number.isSafeInteger(array?.length))
      throw new TypeError(`PythonRandom.shuffle: expected an array, got ${came(array)}`);
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.randbelow(i + 1);
      const value = array[i];
      array[i] = array[j];
      array[j] = value;
    }
    return array;
  }
}
