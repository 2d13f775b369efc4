import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Core,
  calculateGain,
  constant,
  Embedding,
  Generator,
  type Initialisable,
  kaimingNormal,
  kaimingUniform,
  load,
  normal,
  Parameter,
  uniform,
  xavierNormal,
  xavierUniform,
} from '../../src/index.js';
import { getRngState } from '../../src/interchange/index.js';

let core: Core;
beforeAll(async () => {
  core = await load();
  return () => core.dispose();
});

/** Tensors of a property's run, which give their memory back. */
function using<T>(shapes: number[][], act: (...tensors: ReturnType<Core['tensor']>[]) => T): T {
  const tensors = shapes.map((shape) => core.tensor(shape));
  try {
    return act(...tensors);
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}

type Fill = (target: Initialisable, generator: Generator) => unknown;
const fills: [string, Fill][] = [
  ['normal', (w, g) => normal(w, g, { mean: 1, std: 2 })],
  ['uniform', (w, g) => uniform(w, g, { a: -3, b: 5 })],
];
const fanned: [string, Fill][] = [
  ['kaimingNormal', kaimingNormal],
  ['kaimingUniform', kaimingUniform],
  ['xavierNormal', xavierNormal],
  ['xavierUniform', xavierUniform],
];

const seed = fc.nat();
const size = fc.integer({ min: 1, max: 40 });

describe.each([...fills, ...fanned])('%s', (_name, fill) => {
  test('the draws lie transposed, unless torch keeps the tensor as it is here', () => {
    fc.assert(
      fc.property(seed, size, size, (s, fanIn, fanOut) =>
        using(
          [
            [fanIn, fanOut],
            [fanOut, fanIn],
            [fanIn, fanOut],
          ],
          (matrix, torch, value) => {
            fill(matrix, new Generator(s));
            fill({ value: torch, transposed: false }, new Generator(s));
            fill(new Parameter('weight', value, value), new Generator(s));
            const [here, there] = [matrix.toArray(), torch.toArray()];
            expect(value.toArray()).toEqual(here);
            const want = here.map((_, at) => there[(at % fanOut) * fanIn + Math.floor(at / fanOut)]);
            expect(here).toEqual(want);
          },
        ),
      ),
    );
  });

  test('the next draws are those after as many elements', () => {
    using(
      [
        [30, 7],
        [7, 30],
      ],
      (one, other) => {
        const [a, b] = [new Generator(3), new Generator(3)];
        fill(one, a);
        fill({ value: other, transposed: false }, b);
        expect(getRngState(a)).toEqual(getRngState(b));
        expect(getRngState(a)).not.toEqual(getRngState(new Generator(3)));
      },
    );
  });

  test('returns what it was given; nothing is drawn for no elements', () => {
    using(
      [
        [3, 4],
        [0, 4],
      ],
      (tensor, none) => {
        expect(fill(tensor, new Generator(1))).toBe(tensor);
        expect(tensor.written).toBe(true);
        const generator = new Generator(1);
        expect(fill(none, generator)).toBe(none);
        expect(getRngState(generator)).toEqual(getRngState(new Generator(1)));
      },
    );
  });
});

test('a vector, and more than two dimensions, take the draws as they come', () => {
  using([[20], [2, 3, 4]], (vector, box) => {
    expect(normal(vector, new Generator(5)).toArray()).toEqual(new Generator(5).randn(20));
    expect(normal(box, new Generator(5)).toArray()).toEqual(new Generator(5).randn(24));
    expect(uniform(vector, new Generator(5)).toArray()).toEqual(new Generator(5).rand(20));
  });
});

/** Mean and standard deviation. */
function moments(values: Float32Array): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

/** Six standard errors: of 10^8 honest runs hardly one is outside. */
function expectMoments(values: Float32Array, mean: number, std: number): void {
  const got = moments(values);
  const root = Math.sqrt(values.length);
  expect(Math.abs(got.mean - mean)).toBeLessThan((6 * std) / root);
  expect(Math.abs(got.std / std - 1)).toBeLessThan(6 / Math.SQRT2 / root);
}

describe('spread', () => {
  const wide = fc.integer({ min: 20, max: 60 });
  const slope = fc.double({ min: -3, max: 3, noNaN: true });
  const gain = fc.double({ min: 0.1, max: 5, noNaN: true });

  test('normal and uniform', () => {
    fc.assert(
      fc.property(seed, slope, gain, (s, mean, width) =>
        using([[40, 40]], (tensor) => {
          expectMoments(normal(tensor, new Generator(s), { mean, std: width }).toArray(), mean, width);
          const [a, b] = [mean, mean + width];
          const values = uniform(tensor, new Generator(s), { a, b }).toArray();
          expectMoments(values, mean + width / 2, width / Math.sqrt(12));
          expect(Math.min(...values)).toBeGreaterThanOrEqual(Math.fround(a));
          expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(b));
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('kaiming: gain / √fan', () => {
    fc.assert(
      fc.property(seed, wide, wide, slope, fc.boolean(), (s, fanIn, fanOut, a, forward) =>
        using([[fanIn, fanOut]], (tensor) => {
          const mode = forward ? 'fan_in' : 'fan_out';
          const std = Math.sqrt(2 / (1 + a * a) / (forward ? fanIn : fanOut));
          expectMoments(kaimingNormal(tensor, new Generator(s), { a, mode }).toArray(), 0, std);
          const values = kaimingUniform(tensor, new Generator(s), { a, mode }).toArray();
          expectMoments(values, 0, std);
          expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(3) * std * (1 + 1e-6));
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('xavier: gain · √(2 / (fan in + fan out))', () => {
    fc.assert(
      fc.property(seed, wide, wide, gain, (s, fanIn, fanOut, factor) =>
        using([[fanIn, fanOut]], (tensor) => {
          const std = factor * Math.sqrt(2 / (fanIn + fanOut));
          expectMoments(xavierNormal(tensor, new Generator(s), { gain: factor }).toArray(), 0, std);
          const values = xavierUniform(tensor, new Generator(s), { gain: factor }).toArray();
          expectMoments(values, 0, std);
          expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(3) * std * (1 + 1e-6));
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('of more than two dimensions: (out, in, …), each fan times the elements of the others', () => {
    using([[8, 5, 3, 2], [240]], (box, flat) => {
      const same = (std: number) => normal(flat, new Generator(1), { std }).toArray();
      expect(kaimingNormal(box, new Generator(1)).toArray()).toEqual(same(Math.SQRT2 / Math.sqrt(30)));
      expect(kaimingNormal(box, new Generator(1), { mode: 'fan_out' }).toArray()).toEqual(
        same(Math.SQRT2 / Math.sqrt(48)),
      );
      expect(xavierNormal(box, new Generator(1)).toArray()).toEqual(same(Math.sqrt(2 / 78)));
    });
  });
});

test('calculateGain: of leaky_relu by its slope, 0.01 where none is said', () => {
  expect(calculateGain('leaky_relu')).toBe(Math.sqrt(2 / (1 + 0.01 ** 2)));
  expect(calculateGain('leaky_relu', 0)).toBe(calculateGain('relu'));
  expect(calculateGain('leaky_relu', -1)).toBe(1);
  // Kaiming's slope is 0 where none is said.
  using(
    [
      [3, 4],
      [3, 4],
    ],
    (one, other) => {
      kaimingNormal(one, new Generator(1));
      kaimingNormal(other, new Generator(1), { nonlinearity: 'relu' });
      expect(one.toArray()).toEqual(other.toArray());
    },
  );
});

test('constant fills with one number', () => {
  using([[3, 5]], (tensor) => {
    expect(constant(tensor, 0)).toBe(tensor);
    expect([tensor.written, ...tensor.toArray()]).toEqual([true, ...new Array(15).fill(0)]);
    const parameter = new Parameter('weight', tensor, tensor);
    expect(constant(parameter, 1)).toBe(parameter);
    expect(tensor.toArray()).toEqual(new Float32Array(15).fill(1));
  });
});

test("Embedding's own initialisation is normal's", () => {
  const embedding = new Embedding(9, 5);
  embedding.to(core);
  embedding.initialise(new Generator(7));
  const own = embedding.weight.value.toArray();
  expect(own).toEqual(new Generator(7).randn(45));
  expect(normal(embedding.weight, new Generator(7)).value.toArray()).toEqual(own);
  embedding.dispose();
});
