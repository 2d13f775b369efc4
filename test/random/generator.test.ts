import { afterEach, describe, expect, test, vi } from 'vitest';
import { Generator } from '../../src/random/generator.js';
import { getRngState } from '../../src/random/generator-state.js';
import { multinomial } from '../../src/random/multinomial.js';
import { PythonRandom } from '../../src/random/python.js';
import { bits, fnv, hex, PROBS, TORCH } from './fixtures.js';

const floats = (n: number) => new Float32Array(n);

describe.each(TORCH)("torch's draws with seed $seed", (want) => {
  const generator = () => new Generator(BigInt(want.seed));

  test('the seed, as a bigint and as a number', () => {
    expect(generator().initialSeed()).toBe(BigInt(want.initialSeed));
    expect(new Generator(Number(want.seed)).initialSeed()).toBe(BigInt(want.initialSeed));
  });

  test('randint of 32 and of 64 bits', () => {
    expect(generator().randint(-20, 1000, 8)).toEqual(want.randint);
    expect(generator().randint(0, 2 ** 32 - 1, 4)).toEqual(want.randint32);
    expect(generator().randint(-(2 ** 31), 2 ** 31, 4)).toEqual(want.randintFull);
    expect(generator().randint(-(2 ** 53) + 1, 2 ** 53 - 1, 4)).toEqual(want.randint53);
  });

  test('randintInto', () => {
    expect(Array.from(generator().randintInto(new Int32Array(8), -20, 1000))).toEqual(want.randint);
    expect(Array.from(generator().randintInto(new Int32Array(4), -(2 ** 31), 2 ** 31))).toEqual(
      want.randintFull,
    );
  });

  test('rand and uniform_', () => {
    expect(hex(generator().rand(6))).toBe(want.rand);
    expect(hex(generator().uniform_(floats(6)))).toBe(want.rand);
    expect(hex(generator().uniform_(floats(6), -2.55, 3.7))).toBe(want.uniform);
    expect(hex(generator().uniform_(floats(6), -0.1, 2.3))).toBe(want.uniformRounded);
  });

  test('randn and normal_ below and from 16 values', () => {
    expect(hex(generator().randn(7))).toBe(want.randn7);
    expect(hex(generator().randn(21))).toBe(want.randn21);
    expect(hex(generator().normal_(floats(5), 0.3, 0.7))).toBe(want.normal5);
    expect(hex(generator().normal_(floats(18), 0.3, 0.7))).toBe(want.normal18);
  });

  test('exponential_', () => {
    expect(hex(generator().exponential_(floats(6), 1.7))).toBe(want.exponential);
  });

  test('randperm', () => {
    expect(Array.from(generator().randperm(12))).toEqual(want.randperm);
  });

  test('multinomial', () => {
    const g = generator();
    expect(want.multinomial1.map(() => multinomial(PROBS, 1, { generator: g })[0])).toEqual(
      want.multinomial1,
    );
    expect(Array.from(multinomial(PROBS, 4, { generator: generator() }))).toEqual(want.multinomial4);
    expect(Array.from(multinomial(PROBS, 16, { generator: generator(), replacement: true }))).toEqual(
      want.multinomialReplacement,
    );
    expect(Array.from(multinomial(PROBS, 1, { generator: generator(), replacement: true }))).toEqual([
      want.multinomial1[0],
    ]);
  });

  test('100,000 draws and more of each', () => {
    const { sums } = want;
    const many = (times: number, draw: (g: Generator) => Float32Array) => {
      const g = generator();
      return fnv(Array.from({ length: times }, () => Array.from(bits(draw(g)))).flat());
    };
    expect(fnv(bits(generator().rand(100000)))).toBe(sums.rand);
    expect(fnv(bits(generator().randn(100000)))).toBe(sums.randn);
    expect(fnv(bits(generator().randn(100003)))).toBe(sums.randnOdd);
    expect(many(10000, (g) => g.randn(10))).toBe(sums.randn10);
    expect(fnv(bits(generator().uniform_(floats(100000), -2.55, 3.7)))).toBe(sums.uniform);
    expect(fnv(bits(generator().normal_(floats(100000), 0.3, 0.7)))).toBe(sums.normal);
    expect(many(6667, (g) => g.normal_(floats(15), 0.3, 0.7))).toBe(sums.normal15);
    expect(fnv(bits(generator().exponential_(floats(100000), 1.7)))).toBe(sums.exponential);
    expect(fnv(generator().randperm(10000))).toBe(sums.randperm);
    expect(fnv(generator().randint(0, 182625, 100000))).toBe(sums.randint);
    expect(fnv(generator().randintInto(new Int32Array(100000), 0, 182625))).toBe(sums.randint);
    const weights = generator().rand(1000);
    const g = generator();
    expect(fnv(multinomial(weights, 50000, { generator: g, replacement: true }))).toBe(sums.multinomial);
    expect(fnv(multinomial(weights, 20, { generator: g }))).toBe(sums.multinomialWithout);
  });
});

describe('seeds', () => {
  test("the default is torch's", () => {
    expect(new Generator().initialSeed()).toBe(67280421310721n);
  });

  test('seed() takes one from the system, and it reproduces the draws', () => {
    const g = new Generator();
    const seed = g.seed();
    expect(g.initialSeed()).toBe(seed);
    expect(new Generator(seed).rand(5)).toEqual(g.rand(5));
    expect(g.seed()).not.toBe(seed);
  });

  test('manualSeed drops the cached normal', () => {
    const g = new Generator(42);
    g.randn(1);
    expect(g.manualSeed(42).randn(7)).toEqual(new Generator(42).randn(7));
  });
});

describe("no function whose accuracy is the engine's decides a bit", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('all draws work, and draw the same, while Math.log, sin, cos … throw', () => {
    const draw = () => {
      const g = new Generator(42);
      const array = floats(40);
      return [
        g.randn(7),
        g.randn(40),
        g.normal_(floats(5), 1, 2),
        g.uniform_(array, -1, 1),
        g.exponential_(floats(9), 3),
        g.randint(0, 9, 3),
        g.randint(0, 2 ** 40, 3),
        g.randperm(9),
        multinomial(PROBS, 3, { generator: g }),
        multinomial(PROBS, 3, { generator: g, replacement: true }),
        getRngState(g),
        new PythonRandom(42).shuffle([1, 2, 3, 4]),
        new PythonRandom(42).random(),
      ];
    };
    const undisturbed = draw();
    const inexact = [
      ...([
        'log',
        'log1p',
        'log2',
        'log10',
        'exp',
        'expm1',
        'pow',
        'sin',
        'cos',
        'tan',
        'asin',
        'acos',
      ] as const),
      ...([
        'atan',
        'atan2',
        'sinh',
        'cosh',
        'tanh',
        'asinh',
        'acosh',
        'atanh',
        'cbrt',
        'hypot',
        'random',
      ] as const),
    ];
    for (const name of inexact) {
      vi.spyOn(Math, name).mockImplementation(() => {
        throw new Error(`Math.${name} was called`);
      });
    }
    expect(() => Math.log(2)).toThrow('Math.log was called');
    expect(draw()).toEqual(undisturbed);
  });
});
