import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { softmax } from '../../src/core/reference/softmax.js';
import { Arena, anyFloats, expectSame, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const all = await makers({ softmax });
const [debug, , reference] = all;
type Maker = (typeof all)[number];

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: MINUS_INF } = Number;
const IGNORED = -100;

interface Given {
  logits: Float32Array;
  targets: readonly number[];
  /** Of the classes; without, all 1. */
  weights?: Float32Array;
  m: number;
  smoothing?: number;
  scale?: number;
}

interface Loss {
  sum: number;
  dlogits: Float32Array;
  losses: Float32Array;
}

/** Sum, gradient and losses by one maker, guards and inputs checked; and that the sum is the same where they are not wanted. */
function run(maker: Maker, { logits, targets, weights, m, smoothing = 0, scale = 1 }: Given): Loss {
  const n = targets.length;
  const results = [true, false].map((wanted) => {
    const arena = new Arena(maker);
    const dlogits = wanted ? arena.output(n, m) : 0;
    // One in a vector of 4.
    const losses = wanted ? arena.output(n, 1) : 0;
    const inputs = [
      arena.input(n, m, logits),
      arena.indices(targets),
      weights ? arena.input(1, m, weights) : 0,
    ] as const;
    const sum = arena.kernels.weightedCrossEntropy(
      dlogits,
      losses,
      ...inputs,
      n,
      m,
      IGNORED,
      smoothing,
      scale,
    );
    arena.check(`${maker.name} (${n}, ${m})`);
    return { sum, ...(wanted && { dlogits: arena.read(dlogits, n, m), losses: arena.read(losses, n, 1) }) };
  });
  expect(results[1].sum, `${maker.name}: sum alone`).toBe(results[0].sum);
  return results[0] as Loss;
}

/** The same by every maker; returned as the reference has it. */
function expectSameBits(given: Given): Loss {
  const want = run(reference, given);
  for (const maker of all) {
    const got = run(maker, given);
    const where = `${maker.name} (${given.targets.length}, ${given.m})`;
    expect(got.sum, where).toBe(want.sum);
    expectSame(`${where}: dlogits`, got.dlogits, want.dlogits);
    expectSame(`${where}: losses`, got.losses, want.losses);
  }
  return want;
}

/** Of each row, by its definition: the loss, in double. */
function lossOf(row: Float64Array, target: number, { weights, m, smoothing = 0 }: Given): number {
  if (target === IGNORED) return 0;
  const most = Math.max(...row);
  const logSum = most + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  const weight = (j: number) => weights?.[j] ?? 1;
  const others = row.reduce((sum, logit, j) => sum + weight(j) * (logSum - logit), 0);
  return (1 - smoothing) * weight(target) * (logSum - row[target]) + (smoothing / m) * others;
}

const targetsFor = (n: number, m: number) =>
  Array.from({ length: n }, (_, i) => (i % 4 === 2 ? IGNORED : (i * 7 + m - 1) % m));
const weightsFor = (m: number) => values(m, 3).map((value) => Math.abs(value) + 0.1);

describe('weightedCrossEntropy', () => {
  test.each([0, 1, 3, 6])('%i rows of any number of columns: its definition, NaN in the padding', (n) => {
    for (const m of [2, ...SIZES, 65])
      for (const smoothing of [0, 0.1, 1])
        for (const weights of [undefined, weightsFor(m)]) {
          const given: Given = {
            ...{ logits: values(n * m, m), targets: targetsFor(n, m), m, smoothing, scale: 1 / (n || 1) },
            ...(weights && { weights }),
          };
          const { sum, losses, dlogits } = expectSameBits(given);
          let total = 0;
          given.targets.forEach((target, i) => {
            const row = Float64Array.from(given.logits.subarray(i * m, (i + 1) * m));
            const loss = lossOf(row, target, given);
            total += loss;
            expect(Math.abs(losses[i] - loss), `row ${i}`).toBeLessThanOrEqual(
              2 ** -24 * loss + 1e-14 * (loss + 1),
            );
            const slopes = row.map((value, j) => {
              const moved = (h: number) => lossOf(row.with(j, value + h), target, given);
              return ((moved(1e-5) - moved(-1e-5)) / 2e-5) * (given.scale as number);
            });
            slopes.forEach((slope, j) => {
              expect(Math.abs(dlogits[i * m + j] - slope), `(${n}, ${m}) slope ${i}, ${j}`).toBeLessThan(
                2e-6,
              );
            });
          });
          expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-13 * (1 + total));
        }
  });

  test('without weights, smoothing and an ignored row it is crossEntropy', () => {
    const [n, m] = [5, 11];
    const logits = values(n * m, 2);
    const targets = [3, 0, 10, 4, 4];
    const { sum, dlogits } = expectSameBits({ logits, targets, m, scale: 1 / n });
    const arena = new Arena(reference);
    const [dAt, at, tAt] = [arena.output(n, m), arena.input(n, m, logits), arena.indices(targets)];
    const mean = arena.kernels.crossEntropy(dAt, at, tAt, n, m);
    expect(Math.abs(sum / n - mean)).toBeLessThan(1e-14);
    arena.read(dAt, n, m).forEach((slope, i) => {
      expect(Math.abs(dlogits[i] - slope)).toBeLessThan(3e-8);
    });
  });

  test.each(SPECIAL)('%f among logits and weights', (special) => {
    const [n, m] = [3, 9];
    for (const smoothing of [0, 0.3]) {
      const given = { targets: targetsFor(n, m), m, smoothing };
      expectSameBits({ ...given, logits: values(n * m, 1, special) });
      expectSameBits({ ...given, logits: values(n * m, 1, special), weights: weightsFor(m) });
      expectSameBits({ ...given, logits: values(n * m, 1), weights: values(m, 3, special) });
    }
  });

  test('any bits', () => {
    const [rows, columns] = [fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 13 })];
    const smoothings = fc.constantFrom(0, 0.1, 0.9);
    fc.assert(
      fc.property(rows, columns, fc.nat(), smoothings, fc.boolean(), (n, m, seed, smoothing, weighted) => {
        const given = { logits: anyFloats(n * m, seed), targets: targetsFor(n, m), m, smoothing };
        expectSameBits({ ...given, ...(weighted && { weights: anyFloats(m, seed + 1) }) });
      }),
    );
  });

  const nan = [NAN, NAN, NAN];
  test.each([
    [[0, MINUS_INF, 0], 0, Math.LN2, [-0.5, 0, 0.5]],
    [[0, MINUS_INF, 0], 1, INF, [0.5, -1, 0.5]],
    [[MINUS_INF, MINUS_INF, MINUS_INF], 0, NAN, nan],
    [[0, INF, 0], 1, NAN, nan],
    [[0, 1, NAN], 0, NAN, nan],
    [[1e4, -1e4, 0], 1, 2e4, [1, -1, 0]],
    [[0, NAN, INF], IGNORED, 0, [0, 0, 0]],
  ])('the row %j with the target %i, as torch', (logits, target, loss, dlogits) => {
    const got = expectSameBits({ logits: Float32Array.from(logits), targets: [target], m: 3 });
    expect([got.sum, got.losses[0]]).toEqual([loss, Math.fround(loss)]);
    expect([...got.dlogits]).toEqual(dlogits);
  });

  test('a row that is NaN leaves the gradients of the others', () => {
    const { sum, dlogits } = expectSameBits({
      ...{ logits: Float32Array.from([NAN, 0, 0, 0]), targets: [1, 1], m: 2 },
    });
    expect(sum).toBeNaN();
    expect([...dlogits]).toEqual([NAN, NAN, 0.5, -0.5]);
  });

  test('the checked binary refuses misaligned pointers, no columns and targets that are no class', () => {
    const { kernels, i32, heapBase: a } = debug;
    const t = a + 64;
    i32.fill(0, t >> 2, (t >> 2) + 4);
    const wrong = (target: number) => () => {
      i32[t >> 2] = target;
      kernels.weightedCrossEntropy(0, 0, a, t, 0, 1, 4, IGNORED, 0, 1);
    };
    for (const call of [
      () => kernels.weightedCrossEntropy(a + 4, 0, a, t, 0, 1, 4, IGNORED, 0, 1),
      () => kernels.weightedCrossEntropy(0, a + 4, a, t, 0, 1, 4, IGNORED, 0, 1),
      () => kernels.weightedCrossEntropy(0, 0, a, t + 4, 0, 1, 4, IGNORED, 0, 1),
      () => kernels.weightedCrossEntropy(0, 0, a, t, a + 8, 1, 4, IGNORED, 0, 1),
      () => kernels.weightedCrossEntropy(0, 0, a, t, 0, 1, 0, IGNORED, 0, 1),
      wrong(4),
      wrong(-1),
    ])
      expect(call).toThrow('assertion failed');
  });
});
