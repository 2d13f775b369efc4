import { describe, expect, it } from 'vitest';
import { gated } from '../../src/core/reference/gated.js';
import { gelu } from '../../src/core/reference/gelu.js';
import { relu } from '../../src/core/reference/relu.js';
import { smooth } from '../../src/core/reference/smooth.js';
import { softplus } from '../../src/core/reference/softplus.js';
import { tanh } from '../../src/core/reference/tanh.js';
import { density, distribution } from './erf.js';
import { ALL_SPECIAL, firstDifference, GUARD, randomBits } from './floats.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers({ tanh, relu, smooth, gelu, gated, softplus });
const [{ kernels: checked, heapBase: checkedBase }] = all;

type Maker = (typeof all)[number];

const SLOPE = fround(0.2);
const ALPHA = fround(0.7);

const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));
const gate = (x: number) => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const gateSlope = (x: number) => 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);

/**
 * Each backward with what it reads beside dy (`from`: y or x), its formula with every rounding, the function whose
 * slope it is, and what follows `count` in a call.
 */
const BACKWARD = {
  tanhBackward: {
    from: 'y',
    formula: (dy: number, y: number) => dy * fround(1 - fround(y * y)),
    exact: Math.tanh,
    scalars: [],
  },
  reluBackward: {
    from: 'y',
    formula: (dy: number, y: number) => (y <= 0 ? 0 : dy),
    exact: (x: number) => Math.max(x, 0),
    scalars: [],
  },
  leakyReluBackward: {
    from: 'x',
    formula: (dy: number, x: number) => (x > 0 ? dy : dy * SLOPE),
    exact: (x: number) => (x > 0 ? x : SLOPE * x),
    scalars: [SLOPE],
  },
  sigmoidBackward: {
    from: 'y',
    formula: (dy: number, y: number) => fround(dy * fround(1 - y)) * y,
    exact: (x: number) => 1 / (1 + Math.exp(-x)),
    scalars: [],
  },
  eluBackward: {
    from: 'x',
    formula: (dy: number, x: number) => (x <= 0 ? dy * (ALPHA * Math.exp(x)) : dy),
    exact: (x: number) => (x > 0 ? x : ALPHA * Math.expm1(x)),
    scalars: [ALPHA],
  },
  geluBackward: {
    from: 'x',
    formula: (dy: number, x: number) => dy * (distribution(x) + x * density(x)),
    exact: (x: number) => x * distribution(x),
    scalars: [],
  },
  siluBackward: {
    from: 'x',
    formula: (dy: number, x: number) => dy * (sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    exact: (x: number) => x * sigmoid(x),
    scalars: [],
  },
  geluTanhBackward: {
    from: 'x',
    formula: (dy: number, x: number) =>
      dy * (sigmoid(gate(x)) * (1 + x * gateSlope(x) * (1 - sigmoid(gate(x))))),
    exact: (x: number) => x * sigmoid(gate(x)),
    scalars: [],
  },
  softplusBackward: {
    from: 'x',
    formula: (dy: number, x: number) => (1.5 * x > 20 ? dy : dy * sigmoid(1.5 * x)),
    exact: (x: number) => Math.log1p(Math.exp(1.5 * x)) / 1.5,
    scalars: [1.5, 20],
  },
};
type Backward = keyof typeof BACKWARD;

/** Runs a backward in a maker's memory, guards behind each operand; `over`: which operand dx overwrites. */
const apply = (
  maker: Maker,
  kernel: Backward,
  dy: Float32Array,
  other: Float32Array,
  over: 'dy' | 'other' | 'none',
): Float32Array => {
  const { f32, i32, heapBase } = maker;
  const { from, scalars } = BACKWARD[kernel];
  const padded = (other.length + 3) & ~3;
  const dyAt = heapBase;
  const otherAt = dyAt + 4 * padded + 16;
  const dxAt = over === 'dy' ? dyAt : over === 'other' ? otherAt : otherAt + 4 * padded + 16;
  i32.fill(GUARD, dyAt >> 2, (otherAt >> 2) + 2 * padded + 16);
  f32.set(dy, dyAt >> 2);
  f32.set(other, otherAt >> 2);
  const run: (...values: number[]) => void = maker.kernels[kernel];
  run(dxAt, dyAt, otherAt, other.length, ...scalars);
  for (const at of [dyAt, otherAt, dxAt]) expect(i32[(at >> 2) + padded], maker.name).toBe(GUARD);
  const kept = f32.slice(otherAt >> 2, (otherAt >> 2) + other.length);
  if (over !== 'other') expect(firstDifference(kept, other), `${from} was changed`).toBe(-1);
  return f32.slice(dxAt >> 2, (dxAt >> 2) + other.length);
};

describe.each(Object.keys(BACKWARD) as Backward[])('%s', (kernel) => {
  const { from, formula, exact, scalars } = BACKWARD[kernel];

  it('is its formula, each rounding in its place, by every maker and in place', () => {
    const random = randomBits(11);
    for (const size of [0, 1, 3, 4, 5, 7, 8, 27, 30, 200, 1001]) {
      const other = Float32Array.from({ length: size }, (_, i) =>
        i % 5 === 4
          ? [0, -0, 1, -1, Number.NaN, 1e-45, -1e-45, -200, Number.NEGATIVE_INFINITY][i % 9]
          : random.next().value / 2 ** 31,
      );
      const dy = Float32Array.from({ length: size }, (_, i) =>
        i % 7 === 6 ? ALL_SPECIAL[i % ALL_SPECIAL.length] : random.next().value / 2 ** 35,
      );
      const expected = dy.map((value, i) => formula(value, other[i]));
      for (const maker of all)
        for (const over of ['none', 'dy', ...(from === 'x' ? (['other'] as const) : [])] as const) {
          const got = apply(maker, kernel, dy, other, over);
          const at = firstDifference(got, expected);
          expect(
            at,
            `${maker.name}, size ${size}: ${got[at]} for dy = ${dy[at]}, ${from} = ${other[at]}, not ${expected[at]}`,
          ).toBe(-1);
        }
    }
  });

  it('is the slope of its forward', () => {
    // The kink at 0 has no slope; there the formula decides.
    const x = Float32Array.from({ length: 400 }, (_, i) => (i - 199.5) / 50);
    const forward = kernel.replace('Backward', 'Forward') as 'tanhForward';
    for (const maker of all) {
      const { f32, heapBase } = maker;
      f32.set(x, heapBase >> 2);
      const run: (...values: number[]) => void = maker.kernels[forward];
      run(heapBase + 1600, heapBase, 400, ...scalars);
      const y = f32.slice((heapBase + 1600) >> 2, (heapBase + 3200) >> 2);
      const dx = apply(maker, kernel, new Float32Array(400).fill(1), from === 'x' ? x : y, 'none');
      const h = 1e-6;
      x.forEach((value, i) => {
        const slope = (exact(value + h) - exact(value - h)) / (2 * h);
        expect(Math.abs(dx[i] - slope), `${maker.name} at ${value}`).toBeLessThan(2e-7);
      });
    }
  });
});

describe('the debug build', () => {
  const at = checkedBase;
  it.each([
    ['tanhBackward', () => checked.tanhBackward(at, at, at + 4, 1)],
    ['reluBackward', () => checked.reluBackward(at, at, at + 4, 1)],
    ['leakyReluBackward', () => checked.leakyReluBackward(at, at, at + 8, 1, 0.1)],
    ['sigmoidBackward', () => checked.sigmoidBackward(at, at, at + 4, 1)],
    ['eluBackward', () => checked.eluBackward(at, at, at + 2, 1, 1)],
    ['sigmoidBackward', () => checked.sigmoidBackward(at + 4, at, at, 1)],
  ])('refuses bad arguments of %s', (_name, call) => {
    expect(call).toThrow(/assertion failed in line \d+/);
  });
});
