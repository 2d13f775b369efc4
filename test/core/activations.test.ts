import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementary } from '../../src/core/reference/elementary.js';
import { gated } from '../../src/core/reference/gated.js';
import { gelu } from '../../src/core/reference/gelu.js';
import { relu } from '../../src/core/reference/relu.js';
import { smooth } from '../../src/core/reference/smooth.js';
import { softplus } from '../../src/core/reference/softplus.js';
import { tanh } from '../../src/core/reference/tanh.js';
import { distribution } from './erf.js';
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

const all = await makers({ tanh, relu, smooth, elementary, gelu, gated, softplus });
const [{ kernels: checked, heapBase: checkedBase }] = all;

type Maker = (typeof all)[number];

/** (1 + e^x) − 1, and its logarithm, without loss of digits. */
const log1p = (e: number) => Math.log1p(e);
const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));
const gate = (x: number) => sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));

/**
 * Each kernel: the exact function, the bound in ulps stated at the kernel, what follows `count` in a call, and whether the
 * function turns.
 */
const FORWARD: Record<string, Forward> = {
  tanhForward: { oracle: Math.tanh, bound: 0.9271, scalars: [] },
  reluForward: { oracle: (x: number) => (x === 0 ? x : Math.max(x, 0)), bound: 0, scalars: [] },
  leakyReluForward: {
    oracle: (x: number) => (x > 0 ? x : x * Math.fround(0.01)),
    bound: 0.5,
    scalars: [0.01],
  },
  sigmoidForward: { oracle: (x: number) => 1 / (1 + Math.exp(-x)), bound: 0.50001, scalars: [] },
  eluForward: { oracle: (x: number) => (x > 0 ? x : Math.expm1(x) + 0), bound: 0.50001, scalars: [1] },
  expForward: { oracle: Math.exp, bound: 0.50001, scalars: [] },
  logForward: { oracle: Math.log, bound: 0.50001, scalars: [] },
  geluForward: { oracle: (x: number) => x * distribution(x), bound: 0.5002, scalars: [], turns: true },
  siluForward: { oracle: (x: number) => x * sigmoid(x), bound: 0.5001, scalars: [], turns: true },
  geluTanhForward: { oracle: (x: number) => x * gate(x), bound: 0.5001, scalars: [], turns: true },
  softplusForward: {
    oracle: (x: number) => (x > 20 ? x : Math.max(x, 0) + log1p(Math.exp(-Math.abs(x)))),
    bound: 0.5001,
    scalars: [1, 20],
  },
};
interface Forward {
  oracle: (x: number) => number;
  bound: number;
  scalars: readonly number[];
  turns?: boolean;
}
type Unary =
  | 'tanhForward'
  | 'reluForward'
  | 'leakyReluForward'
  | 'sigmoidForward'
  | 'eluForward'
  | 'expForward'
  | 'logForward'
  | 'geluForward'
  | 'siluForward'
  | 'geluTanhForward'
  | 'softplusForward';
const UNARY = Object.keys(FORWARD) as Unary[];

/** Runs a kernel over inputs in a maker's memory, whole vectors and a guard behind. */
const apply = (
  maker: Maker,
  kernel: Unary,
  inputs: ArrayLike<number>,
  inPlace = false,
  scalars: readonly number[] = FORWARD[kernel].scalars,
): Float32Array => {
  const { f32, i32, heapBase } = maker;
  const count = inputs.length;
  const padded = (count + 3) & ~3;
  const x = heapBase + 16;
  const y = inPlace ? x : x + 4 * padded + 16;
  i32.fill(GUARD, heapBase >> 2, (y >> 2) + padded + 4);
  f32.set(inputs, x >> 2);
  const run: (...values: number[]) => void = maker.kernels[kernel];
  run(y, x, count, ...scalars);
  const guards = [(x >> 2) - 1, (y >> 2) - 1, (y >> 2) + padded, (x >> 2) + padded];
  for (const at of guards) expect(i32[at], `${maker.name} ${kernel}(${count}) at ${at}`).toBe(GUARD);
  return f32.slice(y >> 2, (y >> 2) + count);
};

describe.each(UNARY)('%s', (kernel) => {
  const { oracle, bound, turns = false } = FORWARD[kernel];

  it('gives the same bits by every maker, at every size, in place or not, within its buffers', () => {
    const random = randomBits(1);
    for (const size of [0, 1, 2, 3, 4, 5, 7, 8, 9, 27, 30, 31, 32, 200, 1001]) {
      const inputs = Float32Array.from({ length: size }, (_, i) =>
        i % 3 === 2 ? ALL_SPECIAL[i % ALL_SPECIAL.length] : fromBits(random.next().value),
      );
      const expected = apply(all[2], kernel, inputs);
      for (const maker of all)
        for (const inPlace of [false, true]) {
          const outputs = apply(maker, kernel, inputs, inPlace);
          const at = firstDifference(outputs, expected);
          expect(
            at,
            `${maker.name}, size ${size}: ${outputs[at]} for ${inputs[at]}, not ${expected[at]}`,
          ).toBe(-1);
        }
    }
  });

  it('gives the same bits by every maker on any floats', () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 70 }), (inputs) => {
        const [debug, release, reference] = all.map((maker) => apply(maker, kernel, inputs));
        return firstDifference(debug, reference) === -1 && firstDifference(release, reference) === -1;
      }),
      { numRuns: 500 },
    );
  });

  it('is right on special values', () => {
    for (const maker of all) {
      const outputs = apply(maker, kernel, ALL_SPECIAL);
      ALL_SPECIAL.forEach((value, i) => {
        const input = Math.fround(value);
        expect(outputs[i], `${maker.name} ${kernel}(${input})`).toBe(Math.fround(oracle(input)));
      });
    }
  });

  it('keeps its bound on 2^18 random floats and 2^18 of the magnitudes that occur', () => {
    const random = randomBits(7);
    const count = 1 << 18;
    const anything = Float32Array.from({ length: count }, () => fromBits(random.next().value));
    const usual = Float32Array.from({ length: count }, (_, i) => {
      const magnitude = 2 ** ((i / count) * 40 - 33);
      return kernel === 'logForward' || i % 2 ? magnitude : -magnitude;
    });
    for (const maker of all)
      for (const inputs of [anything, usual]) {
        const { ulp, input, got, exact } = worstError(oracle, inputs, apply(maker, kernel, inputs));
        expect(ulp, `${maker.name} at ${input}: ${got}, not ${exact}`).toBeLessThanOrEqual(bound);
      }
  });

  it('keeps its bound and its direction on consecutive floats', () => {
    const centers = [
      TINY,
      2 ** -126,
      1e-20,
      2 ** -12,
      0.01,
      0.25,
      0.347,
      0.5493,
      0.8834,
      Math.SQRT1_2,
      1,
      Math.SQRT2,
    ];
    for (const center of [...centers, 2, 4.5, 9.0109, 10, 88.7228, 87.3365, 103.97, 1e10]) {
      const inputs = windowAround(center, 4000);
      for (const maker of all)
        for (const sign of kernel === 'logForward' ? [1] : [1, -1]) {
          const signed = inputs.map((value) => sign * value);
          const outputs = apply(maker, kernel, signed);
          const { ulp, input } = worstError(oracle, signed, outputs);
          expect(ulp, `${maker.name} at ${input}`).toBeLessThanOrEqual(bound);
          const descent = outputs.findIndex((value, i) => i > 0 && sign * (value - outputs[i - 1]) < 0);
          if (!turns) expect(descent, `${maker.name} turns back at ${signed[descent]}`).toBe(-1);
        }
    }
  });
});

describe('tanhForward', () => {
  it('is odd, keeps zeros and subnormals, and is ±1 exactly where the rounded tanh is', () => {
    const random = randomBits(3);
    const positive = Float32Array.from({ length: 20_000 }, (_, i) =>
      i % 2 ? fromBits(random.next().value & 0x7f7fffff) : fromBits(random.next().value & 0x007fffff),
    );
    const one = 9.010913848876953;
    for (const maker of all) {
      const up = apply(maker, 'tanhForward', positive);
      const down = apply(
        maker,
        'tanhForward',
        positive.map((value) => -value),
      );
      expect(
        firstDifference(
          down.map((value) => -value),
          up,
        ),
        `${maker.name} is not odd`,
      ).toBe(-1);
      const moved = positive.findIndex((value, i) => value < 2 ** -126 && up[i] !== value);
      expect(moved, `${maker.name}: tanh ${positive[moved]} is ${up[moved]}`).toBe(-1);
      const below = fromBits(toBits(one) - 1);
      expect([...apply(maker, 'tanhForward', [0, -0, one, below, -one, -below])]).toEqual([
        ...[0, -0, 1, 1 - 2 ** -24, -1, -1 + 2 ** -24],
      ]);
    }
  });
});

describe('scalars', () => {
  it('scale the part below 0, rounded to float32 first', () => {
    const inputs = Float32Array.from([-1e30, -3, -0.25, -1e-20, -0, 0, 0.5, 7]);
    for (const maker of all)
      for (const scalar of [0.1, 0, 1.7, -2]) {
        const rounded = Math.fround(scalar);
        const leaky = inputs.map((x) => (x > 0 ? x : x * rounded));
        const elu = inputs.map((x) => (x > 0 ? x : (Math.expm1(x) + 0) * rounded));
        expect(apply(maker, 'leakyReluForward', inputs, false, [scalar]), maker.name).toEqual(leaky);
        expect(apply(maker, 'eluForward', inputs, false, [scalar]), maker.name).toEqual(elu);
      }
  });
});

describe('the debug build', () => {
  const aligned = checkedBase;
  it.each([
    ['tanhForward', () => checked.tanhForward(aligned + 4, aligned, 1)],
    ['tanhForward', () => checked.tanhForward(aligned, aligned + 8, 1)],
    ['reluForward', () => checked.reluForward(aligned, aligned + 4, 1)],
    ['leakyReluForward', () => checked.leakyReluForward(aligned + 8, aligned, 1, 0.5)],
    ['sigmoidForward', () => checked.sigmoidForward(aligned, aligned, -1)],
    ['eluForward', () => checked.eluForward(aligned, aligned + 4, 1, 1)],
    ['expForward', () => checked.expForward(aligned, aligned, -1)],
    ['logForward', () => checked.logForward(aligned, aligned + 2, 1)],
  ])('refuses bad arguments of %s', (_name, call) => {
    expect(call).toThrow(/assertion failed in line \d+/);
  });
});
