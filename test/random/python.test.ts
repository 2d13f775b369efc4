import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initByArray, MersenneTwister } from '../../src/random/mersenne-twister.js';
import { PythonRandom } from '../../src/random/python.js';
import { fnv, hex64, PYTHON } from './fixtures.js';

const indices = (n: number) => Array.from({ length: n }, (_, i) => i);

describe.each(PYTHON)("Python's draws with seed $seed", (want) => {
  test('random, getrandbits, randbelow, shuffle, one after the other', () => {
    const python = new PythonRandom(BigInt(want.seed));
    expect(want.random.map(() => hex64(python.random()))).toEqual(want.random);
    expect([1, 7, 31, 32, 33, 53].map((k) => String(python.getrandbits(k)))).toEqual(want.getrandbits);
    expect(String(python.getrandbitsBigInt(100))).toBe(want.getrandbits100);
    const bounds = [1, 2, 27, 1000, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
    expect(bounds.map((n) => String(python.randbelow(n)))).toEqual(want.randbelow);
    expect(python.shuffle(indices(12))).toEqual(want.shuffle);
    expect(fnv(python.shuffle(Int32Array.from(indices(100000))))).toBe(want.shuffleSum);
  });
});

// The first words of the authors' own mt19937ar.out, and of mt19937ar with its default seed 5489.
test('the Mersenne Twister itself', () => {
  const twister = new MersenneTwister();
  expect([twister.u32(), twister.u32()]).toEqual([3499211612, 581869302]);
  initByArray(twister, [0x123, 0x234, 0x345, 0x456]);
  expect([twister.u32(), twister.u32()]).toEqual([1067595299, 955945823]);
});

test('a sign does not matter to the seed; numbers and bigints are alike', () => {
  expect(new PythonRandom(-7).random()).toBe(new PythonRandom(7n).random());
  expect(new PythonRandom(0).random()).toBe(new PythonRandom(0n).random());
});

test('without a seed, each starts elsewhere', () => {
  expect(new PythonRandom().getrandbitsBigInt(128)).not.toBe(new PythonRandom().getrandbitsBigInt(128));
});

test('shuffle keeps the multiset', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer()), (seed, array) => {
      const shuffled = new PythonRandom(seed).shuffle(array.slice());
      expect(shuffled.sort((a, b) => a - b)).toEqual(array.sort((a, b) => a - b));
    }),
  );
});

test('randbelow is below; getrandbits has at most k bits and is getrandbitsBigInt', () => {
  fc.assert(
    fc.property(fc.integer(), fc.maxSafeInteger(), fc.nat(53), (seed, bound, k) => {
      const n = Math.abs(bound) + 1;
      fc.pre(Number.isSafeInteger(n));
      const python = new PythonRandom(seed);
      expect(python.randbelow(n)).toBeLessThan(n);
      const bits = new PythonRandom(seed).getrandbits(k);
      expect(bits).toBeLessThan(2 ** k);
      expect(BigInt(bits)).toBe(new PythonRandom(seed).getrandbitsBigInt(k));
    }),
  );
});

describe('errors say where, what was expected, what was got', () => {
  const python = new PythonRandom(1);
  test.each<[Error, () => unknown]>([
    [
      new RangeError('PythonRandom.seed: expected a safe integer or a bigint, got 0.5'),
      () => python.seed(0.5),
    ],
    [
      new TypeError("PythonRandom.seed: expected a number or a bigint, got '42'"),
      () => python.seed('42' as unknown as number),
    ],
    [
      new RangeError('PythonRandom.getrandbits: expected a whole number of bits to 53, got 54'),
      () => python.getrandbits(54),
    ],
    [
      new RangeError('PythonRandom.getrandbitsBigInt: expected a whole number of bits, got -1'),
      () => python.getrandbitsBigInt(-1),
    ],
    [
      new RangeError('PythonRandom.randbelow: expected a whole number from 1, got 0'),
      () => python.randbelow(0),
    ],
    [
      new TypeError('PythonRandom.shuffle: expected an array, got a Set'),
      () => python.shuffle(new Set([1, 2]) as never),
    ],
    [new TypeError('PythonRandom.shuffle: expected an array, got 5'), () => python.shuffle(5 as never)],
    [
      new TypeError("PythonRandom.shuffle: expected an array, got 'abc'"),
      () => python.shuffle('abc' as never),
    ],
    [
      new RangeError('MersenneTwister.initByArray: expected a key of at least 1 word, got 0'),
      () => initByArray(new MersenneTwister(), []),
    ],
  ])('%s', (error, call) => {
    expect(call).toThrow(error);
  });
});
