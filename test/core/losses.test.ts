import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { losses } from '../../src/core/reference/losses.js';
import { anyFloats, expectAgreement, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const all = await makers({ losses });
const [debug] = all;
type Kernels = (typeof debug)['kernels'];

interface Loss {
  loss(d: number, delta: number): number;
  slope(d: number, delta: number): number;
  run(
    kernels: Kernels,
    addresses: readonly number[],
    n: number,
    m: number,
    scale: number,
    delta: number,
  ): number;
}

const LOSSES: Record<string, Loss> = {
  mseLoss: {
    loss: (d) => d * d,
    slope: (d) => 2 * d,
    run: (kernels, [dy, each, y, t], n, m, scale) => kernels.mseLoss(dy, each, y, t, n, m, scale),
  },
  l1Loss: {
    loss: (d) => Math.abs(d),
    slope: (d) => (d === 0 ? 0 : Math.sign(d)),
    run: (kernels, [dy, each, y, t], n, m, scale) => kernels.l1Loss(dy, each, y, t, n, m, scale),
  },
  huberLoss: {
    loss: (d, delta) => (Math.abs(d) > delta ? delta * (Math.abs(d) - delta / 2) : (d * d) / 2),
    slope: (d, delta) => (Math.abs(d) > delta ? delta * Math.sign(d) : d),
    run: (kernels, [dy, each, y, t], n, m, scale, delta) =>
      kernels.huberLoss(dy, each, y, t, n, m, scale, delta),
  },
};

/** y and t (n, m): each loss and slope in double, rounded once, and the sum in lanes j % 4. */
function expectLoss(
  name: string,
  y: Float32Array,
  t: Float32Array,
  n: number,
  m: number,
  scale = 1,
  delta = 1,
): void {
  const { loss, slope, run } = LOSSES[name];
  const lanes = [0, 0, 0, 0];
  const each = y.map((value, i) => {
    const one = loss(value - t[i], delta);
    lanes[(i % m) % 4] += one;
    return one;
  });
  const dy = y.map((value, i) => slope(value - t[i], delta) * scale);
  const want = lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
  const where = `${name} (${n}, ${m}), scale ${scale}, delta ${delta}`;
  for (const wanted of [{ dy, each }, { dy }, { each }, {}])
    expectAgreement(all, where, wanted, (arena) => {
      const dyAt = 'dy' in wanted ? arena.output(n, m) : 0;
      const eachAt = 'each' in wanted ? arena.output(n, m) : 0;
      const inputs = [arena.input(n, m, y), arena.input(n, m, t)];
      const sum = run(arena.kernels, [dyAt, eachAt, ...inputs], n, m, scale, delta);
      expect(sum, `${arena.maker.name} ${where}`).toBe(want);
      return {
        ...(dyAt && { dy: arena.read(dyAt, n, m) }),
        ...(eachAt && { each: arena.read(eachAt, n, m) }),
      };
    });
}

describe.each(Object.keys(LOSSES))('%s', (name) => {
  test.each([0, 1, 2, 5])('%i rows of any number of columns, NaN in the padding', (n) => {
    for (const m of [2, ...SIZES, 200])
      for (const scale of [1, 1 / (n * m || 1), 0, -3])
        expectLoss(name, values(n * m, m), values(n * m, m + 1), n, m, scale, 1.5);
  });

  test.each(SPECIAL)('%f among outputs and targets', (special) => {
    const [n, m] = [3, 9];
    for (const delta of [0.3, 1, 1e30]) {
      expectLoss(name, values(n * m, 1, special), values(n * m, 2), n, m, 0.5, delta);
      expectLoss(name, values(n * m, 1), values(n * m, 2, special), n, m, 0.5, delta);
      expectLoss(name, values(n * m, 1, special), values(n * m, 2, special), n, m, 0.5, delta);
    }
  });

  test('any bits', () => {
    const [rows, columns] = [fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 13 })];
    fc.assert(
      fc.property(
        rows,
        columns,
        fc.nat(),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (n, m, seed, delta) => {
          expectLoss(name, anyFloats(n * m, seed), anyFloats(n * m, seed + 1), n, m, 1 / (n * m || 1), delta);
        },
      ),
    );
  });

  test('dy is the slope, by central differences; at the kinks the middle of both sides', () => {
    const { loss, run } = LOSSES[name];
    const delta = 0.75;
    const d = Float32Array.from([-2, -0.76, -0.75, -0.74, -0.1, 0, 0.1, 0.74, 0.75, 0.76, 2]);
    for (const { kernels, f32, heapBase: dy, name: maker } of all) {
      const [y, t] = [dy + 64, dy + 128];
      f32.fill(0, t >> 2, (t >> 2) + 16);
      f32.set(d, y >> 2);
      run(kernels, [dy, 0, y, t], 1, d.length, 1, delta);
      d.forEach((at, i) => {
        const central = (loss(at + 1e-6, delta) - loss(at - 1e-6, delta)) / 2e-6;
        expect(Math.abs(f32[(dy >> 2) + i] - central), `${maker} at ${at}`).toBeLessThan(1e-6);
      });
    }
  });
});

test('the checked binary refuses misaligned pointers, no columns, a negative number of rows', () => {
  const { kernels, heapBase: a } = debug;
  for (const run of [
    () => kernels.mseLoss(a + 4, 0, a, a, 1, 4, 1),
    () => kernels.mseLoss(0, a + 8, a, a, 1, 4, 1),
    () => kernels.l1Loss(0, 0, a + 4, a, 1, 4, 1),
    () => kernels.l1Loss(0, 0, a, a, -1, 4, 1),
    () => kernels.huberLoss(0, 0, a, a + 4, 1, 4, 1, 1),
    () => kernels.huberLoss(0, 0, a, a, 1, 0, 1, 1),
  ])
    expect(run).toThrow('assertion failed');
});
