import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Generator } from '../../src/random/generator.js';
import { getRngState } from '../../src/random/generator-state.js';
import { multinomial } from '../../src/random/multinomial.js';

const seed = fc.integer({ min: 0 });

test('randint stays in range, whatever the bounds', () => {
  fc.assert(
    fc.property(seed, fc.maxSafeInteger(), fc.maxSafeInteger(), (s, a, b) => {
      fc.pre(a !== b);
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      for (const value of new Generator(s).randint(low, high, 20)) {
        expect(Number.isSafeInteger(value) && value >= low && value < high).toBe(true);
      }
    }),
  );
});

test('randintInto is randint', () => {
  const bound = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(seed, bound, bound, fc.nat(50), (s, a, b, n) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
      const [one, other] = [new Generator(s), new Generator(s)];
      const out = new Int32Array(n);
      expect(one.randintInto(out, low, high)).toBe(out);
      expect(Array.from(out)).toEqual(other.randint(low, high, n));
      expect(getRngState(one).join()).toBe(getRngState(other).join());
    }),
  );
});

test('randperm is a permutation', () => {
  fc.assert(
    fc.property(seed, fc.nat(500), (s, n) => {
      expect(new Generator(s).randperm(n).sort()).toEqual(Int32Array.from({ length: n }, (_, i) => i));
    }),
  );
});

test('multinomial never draws a category of probability 0, and without replacement none twice', () => {
  const weight = fc.constantFrom(0, 0, 1e-30, 0.5, 1, 1000);
  fc.assert(
    fc.property(seed, fc.array(weight, { minLength: 1, maxLength: 40 }), (s, weights) => {
      const positive = weights.filter((w) => w > 0).length;
      fc.pre(positive > 0);
      const g = new Generator(s);
      const without = Array.from(multinomial(weights, positive, { generator: g }));
      expect(without.sort((a, b) => a - b)).toEqual(weights.flatMap((w, i) => (w > 0 ? [i] : [])));
      for (const i of multinomial(weights, 30, { generator: g, replacement: true })) {
        expect(weights[i]).toBeGreaterThan(0);
      }
    }),
  );
});

test('u32, u64 and the uniforms are one stream of words', () => {
  const [a, b] = [new Generator(9), new Generator(9)];
  const [high, low] = [BigInt(a.u32()), BigInt(a.u32())];
  expect(b.u64()).toBe((high << 32n) | low);
  expect(b.uniform24()).toBe((a.u32() % 2 ** 24) / 2 ** 24);
  expect(b.uniform53()).toBe(Number(a.u64() % 2n ** 53n) / 2 ** 53);
});

test('no values: nothing is drawn', () => {
  const g = new Generator(3);
  const before = getRngState(g);
  expect(g.rand(0)).toHaveLength(0);
  expect(g.randn(0)).toHaveLength(0);
  expect(g.randint(0, 5, 0)).toEqual([]);
  expect(g.randperm(0)).toHaveLength(0);
  expect(g.randperm(1)).toEqual(Int32Array.of(0));
  expect(getRngState(g)).toEqual(before);
});

test("torch's edges: std 0, low = high, lambda 0 and infinite", () => {
  const g = new Generator(3);
  const three = () => new Float32Array(3);
  expect(Array.from(g.normal_(three(), 2.5, 0))).toEqual([2.5, 2.5, 2.5]);
  expect(Array.from(g.uniform_(three(), 2.5, 2.5))).toEqual([2.5, 2.5, 2.5]);
  expect(Array.from(g.exponential_(three(), 0))).toEqual([Infinity, Infinity, Infinity]);
  expect(Array.from(g.exponential_(three(), Infinity))).toEqual([0, 0, 0]);
});

describe('errors say where, what was expected, what was got', () => {
  const g = new Generator(1);
  const floats = new Float32Array(2);
  const wrong = <T>(value: unknown) => value as T;
  const cases: [string, () => unknown][] = [
    [
      'Generator.manualSeed: expected a seed, unless a bigint, to be an integer from -9007199254740991 to 9007199254740991, got 1.5',
      () => new Generator(1.5),
    ],
    [
      'Generator.manualSeed: expected a seed, unless a bigint, to be an integer from -9007199254740991 to 9007199254740991, got NaN',
      () => g.manualSeed(NaN),
    ],
    [
      'Generator.manualSeed: expected a seed, unless a bigint, to be an integer from -9007199254740991 to 9007199254740991, got 9007199254740992',
      () => g.manualSeed(2 ** 53),
    ],
    [
      'Generator.manualSeed: expected a seed from -2^63 to 2^64 - 1, got 18446744073709551616',
      () => g.manualSeed(2n ** 64n),
    ],
    [
      'Generator.manualSeed: expected a seed from -2^63 to 2^64 - 1, got -9223372036854775809',
      () => g.manualSeed(-(2n ** 63n) - 1n),
    ],
    ['Generator.rand: expected n to be an integer from 0 to 2147483647, got -1', () => g.rand(-1)],
    ['Generator.randn: expected n to be an integer from 0 to 2147483647, got 1.5', () => g.randn(1.5)],
    [
      'Generator.randint: expected n to be an integer from 0 to 2147483647, got NaN',
      () => g.randint(0, 5, NaN),
    ],
    [
      'Generator.randint: expected high to be an integer from 6 to 9007199254740991, got 5',
      () => g.randint(5, 5, 1),
    ],
    [
      'Generator.randint: expected high to be an integer from 1 to 9007199254740991, got 0.5',
      () => g.randint(0, 0.5, 1),
    ],
    [
      'Generator.randintInto: expected high to be an integer from 7 to 2147483648, got 5',
      () => g.randintInto(new Int32Array(1), 6, 5),
    ],
    [
      'Generator.randintInto: expected high to be an integer from 1 to 2147483648, got 2147483649',
      () => g.randintInto(new Int32Array(1), 0, 2 ** 31 + 1),
    ],
    [
      'Generator.uniform_: expected high to be a finite number from 1 to 3.4028234663852886e+38, got 0',
      () => g.uniform_(floats, 1, 0),
    ],
    [
      'Generator.uniform_: expected high to be a finite number from -3e+38 to 4.028234663852885e+37, got 3e+38',
      () => g.uniform_(floats, -3e38, 3e38),
    ],
    [
      'Generator.uniform_: expected low to be a finite number from -3.4028234663852886e+38 to 3.4028234663852886e+38, got NaN',
      () => g.uniform_(floats, NaN, 1),
    ],
    [
      'Generator.normal_: expected std to be a finite number from 0 to 3.4028234663852886e+38, got -1',
      () => g.normal_(floats, 0, -1),
    ],
    [
      'Generator.normal_: expected std to be a finite number from 0 to 3.4028234663852886e+38, got NaN',
      () => g.normal_(floats, 0, NaN),
    ],
    [
      'Generator.exponential_: expected lambda to be a finite number from 0 to 1.7976931348623157e+308, got -2',
      () => g.exponential_(floats, -2),
    ],
    [
      'Generator.randperm: expected n to be an integer from 0 to 214748363, got 214748364',
      () => g.randperm(214748364),
    ],
    [
      'multinomial: expected numSamples to be an integer from 1 to 2147483647, got 0',
      () => multinomial([1, 2], 0, { generator: g }),
    ],
    ['multinomial: expected from 1 to 2^24 categories, got 0', () => multinomial([], 1, { generator: g })],
    [
      'multinomial: expected finite probabilities of at least 0 (as float32), got -1 at 1',
      () => multinomial([1, -1], 1, { generator: g }),
    ],
    [
      'multinomial: expected finite probabilities of at least 0 (as float32), got NaN at 0',
      () => multinomial([NaN, 1], 1, { generator: g, replacement: true }),
    ],
    [
      'multinomial: expected finite probabilities of at least 0 (as float32), got Infinity at 0',
      () => multinomial([1e39, 1], 1, { generator: g }),
    ],
    [
      'multinomial: expected a positive sum of probabilities, got 0 (3 categories)',
      () => multinomial([0, 0, 0], 2, { generator: g, replacement: true }),
    ],
    [
      'multinomial: expected at most as many samples as categories of positive probability without ' +
        'replacement, got 3 samples and 2 of 4 categories',
      () => multinomial([0, 1, 0, 2], 3, { generator: g }),
    ],
  ];
  test.each(cases)('RangeError: %s', (message, call) => {
    expect(call).toThrow(new RangeError(message));
  });

  const kinds: [string, () => unknown][] = [
    [
      "Generator.manualSeed: expected a seed, unless a bigint, to be a number, got '42'",
      () => g.manualSeed(wrong('42')),
    ],
    ['Generator.randintInto: expected an Int32Array, got an array', () => g.randintInto(wrong([0]), 0, 5)],
    [
      'Generator.uniform_: expected a Float32Array, got a Float64Array',
      () => g.uniform_(wrong(new Float64Array(1))),
    ],
    ['Generator.normal_: expected a Float32Array, got 3', () => g.normal_(wrong(3))],
    ['Generator.exponential_: expected a Float32Array, got null', () => g.exponential_(wrong(null))],
  ];
  test.each(kinds)('TypeError: %s', (message, call) => {
    expect(call).toThrow(new TypeError(message));
  });
});

describe('what is no draw is refused, and draws nothing', () => {
  const few = new Float32Array(3);
  test.each<[string, (g: Generator) => unknown]>([
    [
      'multinomial: expected options { generator, replacement }, got true',
      () => multinomial([1, 2], 3, true as never),
    ],
    [
      'multinomial: expected options { generator, replacement }, got null',
      () => multinomial([1, 2], 1, null as never),
    ],
    [
      'multinomial: expected generator to be a Generator, got undefined',
      () => multinomial([1, 2], 1, {} as never),
    ],
    [
      "multinomial: expected options { generator, replacement }, got 'replace'",
      (g) => multinomial([1, 2], 1, { generator: g, replace: true } as never),
    ],
    [
      'multinomial: expected replacement to be true or false, got 1',
      (g) => multinomial([1, 2], 1, { generator: g, replacement: 1 } as never),
    ],
    [
      'multinomial: expected an array of probabilities, got null',
      (g) => multinomial(null as never, 1, { generator: g }),
    ],
    [
      "multinomial: expected an array of probabilities, got 'ab'",
      (g) => multinomial('ab' as never, 1, { generator: g }),
    ],
    [
      'multinomial: expected probabilities that are numbers, got 1n at 0',
      (g) => multinomial([1n] as never, 1, { generator: g }),
    ],
    [
      "multinomial: expected probabilities that are numbers, got '2' at 1",
      (g) => multinomial([1, '2'] as never, 1, { generator: g }),
    ],
    ["Generator.normal_: expected mean to be a number, got '1'", (g) => g.normal_(few, '1' as never)],
    ["Generator.normal_: expected std to be a number, got '2'", (g) => g.normal_(few, 0, '2' as never)],
    ["Generator.uniform_: expected low to be a number, got '0'", (g) => g.uniform_(few, '0' as never, 1)],
    [
      'Generator.exponential_: expected lambda to be a number, got null',
      (g) => g.exponential_(few, null as never),
    ],
  ])('%s', (message, draw) => {
    const g = new Generator(1);
    expect(() => draw(g)).toThrow(new TypeError(message));
    expect(getRngState(g)).toEqual(getRngState(new Generator(1)));
  });

  test('probabilities whose sum is no float: each draw would be the last', () => {
    const g = new Generator(1);
    for (const options of [{}, { replacement: true }])
      expect(() => multinomial([3e38, 3e38], 2, { generator: g, ...options })).toThrow(
        'multinomial: expected probabilities whose sum is finite in float32, got 6.0000000',
      );
    expect(multinomial([0, 3e38], 1, { generator: g })).toEqual(Int32Array.of(1));
  });
});
