import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bce } from '../../src/core/reference/bce.js';
import { Arena, anyFloats, expectSame, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const all = await makers({ bce });
const [debug, , reference] = all;
type Maker = (typeof all)[number];

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: MINUS_INF } = Number;

interface Given {
  y: Float32Array;
  t: Float32Array;
  /** Of the columns; without, all 1. */
  p?: Float32Array;
  n: number;
  m: number;
  scale?: number;
}

/** Sum, gradient and losses by one maker, guards and inputs checked; and that the sum is the same where they are not wanted. */
function run(maker: Maker, { y, t, p, n, m, scale = 1 }: Given) {
  const sums = [true, false].map((wanted) => {
    const arena = new Arena(maker);
    const dy = wanted ? arena.output(n, m) : 0;
    const losses = wanted ? arena.output(n, m) : 0;
    const inputs = [arena.input(n, m, y), arena.input(n, m, t), p ? arena.input(1, m, p) : 0] as const;
    const sum = arena.kernels.bceWithLogits(dy, losses, ...inputs, n, m, scale);
    arena.check(`${maker.name} (${n}, ${m})`);
    return { sum, ...(wanted && { dy: arena.read(dy, n, m), losses: arena.read(losses, n, m) }) };
  });
  expect(sums[1].sum, `${maker.name}: sum alone`).toBe(sums[0].sum);
  return sums[0] as { sum: number; dy: Float32Array; losses: Float32Array };
}

/** The same by every maker; returned as the reference has it. */
function expectSameBits(given: Given) {
  const want = run(reference, given);
  for (const maker of all) {
    const got = run(maker, given);
    const where = `${maker.name} (${given.n}, ${given.m})`;
    expect(got.sum, where).toBe(want.sum);
    expectSame(`${where}: dy`, got.dy, want.dy);
    expectSame(`${where}: losses`, got.losses, want.losses);
  }
  return want;
}

/** By its definition, −(p t ln σ(y) + (1 − t) ln(1 − σ(y))), without a loss of digits. */
const exactLoss = (y: number, t: number, p: number) =>
  (1 - t) * y + (1 + (p - 1) * t) * (Math.log1p(Math.exp(-Math.abs(y))) + Math.max(-y, 0));
const exactSlope = (y: number, t: number, p: number) => 1 - t - (1 + (p - 1) * t) / (1 + Math.exp(y));

const shares = (count: number, seed: number) =>
  anyFloats(count, seed).map((_, i) => ((i * 7 + seed) % 11) / 10);

describe('bceWithLogits', () => {
  test.each([0, 1, 2, 5])('%i rows of any number of columns: its definition, NaN in the padding', (n) => {
    for (const m of [2, ...SIZES, 200])
      for (const weighted of [false, true]) {
        const y = values(n * m, m).map((value) => 3 * value);
        const t = shares(n * m, m);
        const p = weighted ? values(m, 3).map((value) => Math.abs(value) + 0.1) : undefined;
        const scale = 1 / (n * m || 1);
        const { sum, dy, losses } = expectSameBits({ y, t, n, m, scale, ...(p && { p }) });
        let total = 0;
        y.forEach((logit, i) => {
          const weight = p?.[i % m] ?? 1;
          const loss = exactLoss(logit, t[i], weight);
          total += loss;
          // Half an ulp, and what doubles lose where the two terms cancel.
          const ulp = 2 ** -24 * Math.abs(loss) + 4e-15 * (Math.abs(logit) + 1) * (weight + 1);
          expect(Math.abs(losses[i] - loss), `loss of ${logit}, ${t[i]}`).toBeLessThanOrEqual(ulp);
          const slope = exactSlope(logit, t[i], weight) * scale;
          expect(Math.abs(dy[i] - slope), `slope of ${logit}, ${t[i]}`).toBeLessThanOrEqual(
            2 ** -24 * Math.abs(slope) + 1e-15 * (weight + 1),
          );
        });
        expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-13 * (1 + total));
      }
  });

  test('for the target 1 loss and slope have the digits of their tails', () => {
    const y = Float32Array.from([-80, -5, 5, 30, 80]);
    const { losses, dy } = expectSameBits({ y, t: y.map(() => 1), n: 1, m: y.length });
    y.forEach((logit, i) => {
      const e = Math.exp(-logit);
      expect(losses[i] / Math.log1p(e), `loss of ${logit}`).toBeCloseTo(1, 6);
      expect(-dy[i] / (e / (1 + e)), `slope of ${logit}`).toBeCloseTo(1, 6);
    });
  });

  test.each(SPECIAL)('%f among logits, targets and weights', (special) => {
    const [n, m] = [3, 9];
    const [y, t] = [values(n * m, 1), shares(n * m, 2)];
    expectSameBits({ y: values(n * m, 1, special), t, n, m });
    expectSameBits({ y, t: values(n * m, 2, special), n, m });
    expectSameBits({ y: values(n * m, 1, special), t, p: values(m, 3, special), n, m, scale: special });
  });

  test('any bits', () => {
    const [rows, columns] = [fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 13 })];
    fc.assert(
      fc.property(rows, columns, fc.nat(), fc.boolean(), (n, m, seed, weighted) => {
        const [y, t] = [anyFloats(n * m, seed), shares(n * m, seed % 1000)];
        expectSameBits({ y, t, n, m, ...(weighted && { p: anyFloats(m, seed + 1) }) });
      }),
    );
  });

  test.each([
    [INF, 0, INF, 1],
    [INF, 1, NAN, 0],
    [MINUS_INF, 0, NAN, 0],
    [MINUS_INF, 1, NAN, -1],
    [NAN, 0, NAN, NAN],
    [0, NAN, NAN, NAN],
    [0, 0.5, Math.fround(Math.LN2), 0],
    [3.4028234663852886e38, 0, 3.4028234663852886e38, 1],
    [-3.4028234663852886e38, 1, 3.4028234663852886e38, -1],
  ])('a logit %f for the target %f: loss %f, slope %f, as torch', (logit, target, loss, slope) => {
    const { losses, dy } = expectSameBits({
      y: Float32Array.of(logit),
      t: Float32Array.of(target),
      n: 1,
      m: 1,
    });
    expect([losses[0], dy[0] + 0]).toEqual([loss, slope]);
  });

  test('dy is the slope, by central differences', () => {
    const y = values(9, 5);
    const [t, p] = [shares(9, 4), values(9, 6).map(Math.abs)];
    const { dy } = expectSameBits({ y, t, p, n: 1, m: 9 });
    y.forEach((at, i) => {
      const central = (exactLoss(at + 1e-5, t[i], p[i]) - exactLoss(at - 1e-5, t[i], p[i])) / 2e-5;
      expect(Math.abs(dy[i] - central)).toBeLessThan(1e-6);
    });
  });

  test('the checked binary refuses misaligned pointers, no columns, a negative number of rows', () => {
    const { kernels, heapBase: a } = debug;
    for (const call of [
      () => kernels.bceWithLogits(a + 4, 0, a, a, 0, 1, 4, 1),
      () => kernels.bceWithLogits(0, a + 8, a, a, 0, 1, 4, 1),
      () => kernels.bceWithLogits(0, 0, a, a, a + 4, 1, 4, 1),
      () => kernels.bceWithLogits(0, 0, a, a, 0, -1, 4, 1),
      () => kernels.bceWithLogits(0, 0, a, a, 0, 1, 0, 1),
    ])
      expect(call).toThrow('assertion failed');
  });
});
