import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { families, type Unary, unary } from './elementwise.js';
import {
  ALL_SPECIAL,
  firstDifference,
  fromBits,
  GUARD,
  randomBits,
  TINY,
  toBits,
  windowAround,
  worstError,
} from './floats.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers(families);
const [checked] = all;

type Maker = (typeof all)[number];
type Run = (...values: number[]) => void;

/** Runs a kernel over inputs in a maker's memory, whole vectors and a guard behind. */
const apply = (
  maker: Maker,
  { title, forward, usual }: Unary,
  inputs: ArrayLike<number>,
  inPlace = false,
  scalars: readonly number[] = usual,
): Float32Array => {
  const { f32, i32, heapBase } = maker;
  const count = inputs.length;
  const padded = (count + 3) & ~3;
  const x = heapBase + 16;
  const y = inPlace ? x : x + 4 * padded + 16;
  i32.fill(GUARD, heapBase >> 2, (y >> 2) + padded + 4);
  f32.set(inputs, x >> 2);
  const run: Run = forward(maker.kernels);
  run(y, x, count, ...scalars);
  const guards = [(x >> 2) - 1, (y >> 2) - 1, (y >> 2) + padded, (x >> 2) + padded];
  for (const at of guards) expect(i32[at], `${maker.name} ${title}(${count}) at ${at}`).toBe(GUARD);
  return f32.slice(y >> 2, (y >> 2) + count);
};

describe.each(unary)('$title', (kernel) => {
  const { title, exact, usual, scalars: others = [], turns = false, positive = false } = kernel;
  const bound = kernel.ulps.y;
  const oracle = (x: number) => exact(x, ...usual);
  const sets = [usual, ...others.map((set) => set.map(fround))];

  it('gives the same bits by every maker, at every size, in place or not, within its buffers', () => {
    const random = randomBits(1);
    for (const size of [0, 1, 2, 3, 4, 5, 7, 8, 9, 27, 30, 31, 32, 200, 1001])
      for (const scalars of sets) {
        const inputs = Float32Array.from({ length: size }, (_, i) =>
          i % 3 === 2 ? ALL_SPECIAL[i % ALL_SPECIAL.length] : fromBits(random.next().value),
        );
        const expected = apply(all[2], kernel, inputs, false, scalars);
        for (const maker of all)
          for (const inPlace of [false, true]) {
            const outputs = apply(maker, kernel, inputs, inPlace, scalars);
            const at = firstDifference(outputs, expected);
            expect(
              at,
              `${maker.name}, size ${size}, ${scalars}: ${outputs[at]} for ${inputs[at]}, not ${expected[at]}`,
            ).toBe(-1);
          }
      }
  });

  it('gives the same bits by every maker on any floats', () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 70 }), fc.constantFrom(...sets), (inputs, scalars) => {
        const [debug, release, reference] = all.map((maker) => apply(maker, kernel, inputs, false, scalars));
        return firstDifference(debug, reference) === -1 && firstDifference(release, reference) === -1;
      }),
      { numRuns: 500 },
    );
  });

  it('is right on special values, whatever its scalars', () => {
    for (const maker of all)
      for (const scalars of sets) {
        const outputs = apply(maker, kernel, ALL_SPECIAL, false, scalars);
        ALL_SPECIAL.forEach((value, i) => {
          const input = fround(value);
          const want = fround(exact(input, ...scalars));
          expect(outputs[i], `${maker.name} ${title}(${input}), ${scalars}`).toBe(want);
        });
      }
  });

  it('keeps its bound on 2^18 random floats and 2^18 of the magnitudes that occur', () => {
    const random = randomBits(7);
    const count = 1 << 18;
    const anything = Float32Array.from({ length: count }, () => fromBits(random.next().value));
    const common = Float32Array.from({ length: count }, (_, i) => {
      const magnitude = 2 ** ((i / count) * 40 - 33);
      return positive || i % 2 ? magnitude : -magnitude;
    });
    for (const maker of all)
      for (const inputs of [anything, common]) {
        const { ulp, input, got, exact } = worstError(oracle, inputs, apply(maker, kernel, inputs));
        expect(ulp, `${maker.name} at ${input}: ${got}, not ${exact}`).toBeLessThanOrEqual(bound);
      }
  });

  it('keeps its bound and its direction on consecutive floats', () => {
    const centers = [
      ...[TINY, 2 ** -126, 1e-20, 2 ** -12, 0.01, 0.25, 0.347, 0.5493, 0.75, 0.8834, Math.SQRT1_2, 1],
      // Where GELU and SiLU turn, where the tails of the first fall below the floats, where Softplus is x.
      ...[1.2784645, Math.SQRT2, 2, 4.5, 9.0109, 10, 14.2, 14.5, 20, 88.7228, 87.3365, 103.97, 108, 1e10],
    ];
    for (const center of centers) {
      const inputs = windowAround(center, 4000);
      for (const maker of all)
        for (const sign of positive ? [1] : [1, -1]) {
          const signed = inputs.map((value) => sign * value);
          const outputs = apply(maker, kernel, signed);
          const { ulp, input } = worstError(oracle, signed, outputs);
          expect(ulp, `${maker.name} at ${input}`).toBeLessThanOrEqual(bound);
          const descent = outputs.findIndex((value, i) => i > 0 && sign * (value - outputs[i - 1]) < 0);
          if (!turns) expect(descent, `${maker.name} turns back at ${signed[descent]}`).toBe(-1);
        }
    }
  });

  it('has its scalars rounded to float32 first', () => {
    const inputs = Float32Array.from([-1e30, -30, -3, -0.25, -1e-20, -0, 0, 1e-20, 0.5, 7, 25]);
    for (const maker of all)
      for (const scalars of others) {
        const rounded = scalars.map(fround);
        const outputs = apply(maker, kernel, inputs, false, scalars);
        const { ulp, input, got, exact: want } = worstError((x) => exact(x, ...rounded), inputs, outputs);
        expect(ulp, `${maker.name}, ${scalars}: ${got} at ${input}, not ${want}`).toBeLessThanOrEqual(bound);
      }
  });

  it('refuses bad arguments in the debug build', () => {
    const run: Run = kernel.forward(checked.kernels);
    const at = checked.heapBase;
    const wrong = [
      [at + 4, at, 1],
      [at, at + 8, 1],
      [at, at, -1],
    ];
    for (const values of wrong)
      expect(() => run(...values, ...usual), `${values}`).toThrow(/assertion failed in line \d+/);
  });
});

describe('Tanh', () => {
  const kernel = unary.find(({ title }) => title === 'Tanh') as Unary;

  it('is odd, keeps zeros and subnormals, and is ±1 exactly where the rounded tanh is', () => {
    const random = randomBits(3);
    const positive = Float32Array.from({ length: 20_000 }, (_, i) =>
      i % 2 ? fromBits(random.next().value & 0x7f7fffff) : fromBits(random.next().value & 0x007fffff),
    );
    const one = 9.010913848876953;
    for (const maker of all) {
      const up = apply(maker, kernel, positive);
      const down = apply(
        maker,
        kernel,
        positive.map((value) => -value),
      );
      const mirrored = down.map((value) => -value);
      expect(firstDifference(mirrored, up), `${maker.name} is not odd`).toBe(-1);
      const moved = positive.findIndex((value, i) => value < 2 ** -126 && up[i] !== value);
      expect(moved, `${maker.name}: tanh ${positive[moved]} is ${up[moved]}`).toBe(-1);
      const below = fromBits(toBits(one) - 1);
      expect([...apply(maker, kernel, [0, -0, one, below, -one, -below])]).toEqual([
        ...[0, -0, 1, 1 - 2 ** -24, -1, -1 + 2 ** -24],
      ]);
    }
  });
});

describe('GELU', () => {
  const kernel = unary.find(({ title }) => title === 'GELU') as Unary;

  it('has the digits of its tail, down to the smallest floats', () => {
    // x Φ(x) by arithmetic of 60 digits.
    const tail = new Map([
      [-5, -1.43325785939597e-6],
      [-8, -4.976768459417427e-15],
      [-10, -7.619853024160526e-23],
      [-13, -7.952313719414844e-38],
      [-14, -1.091095154686992e-43],
    ]);
    for (const maker of all)
      expect([...apply(maker, kernel, [...tail.keys()])]).toEqual([...tail.values()].map(fround));
  });
});
