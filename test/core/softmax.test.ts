import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { softmax } from '../../src/core/reference/softmax.js';
import { rowStride } from '../../src/core/row-stride.js';
import { makers } from './makers.js';

const all = await makers({ softmax });
const [{ kernels: checked, heapBase: checkedBase }] = all;
type Maker = (typeof all)[number];

const GUARD = 0x5eed5eed;
const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: MINUS_INF } = Number;

/** A generator of numbers in −1..1, the same on each run. */
const generator = (seed: number) => {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
};

const matrix = (n: number, m: number, seed: number, scale: number): number[][] => {
  const random = generator(seed);
  return Array.from({ length: n }, () => Array.from({ length: m }, () => Math.fround(random() * scale)));
};

/** Writes rows at a byte address, the padding filled with `padding`; returns the byte behind. */
const put = ({ f32 }: Maker, at: number, rows: number[][], padding: number): number => {
  const stride = rowStride(rows[0].length);
  rows.forEach((row, i) => {
    f32.fill(padding, (at >> 2) + i * stride, (at >> 2) + (i + 1) * stride);
    f32.set(row, (at >> 2) + i * stride);
  });
  return at + 4 * stride * rows.length;
};

const take = ({ f32 }: Maker, at: number, n: number, m: number): number[][] =>
  Array.from({ length: n }, (_, i) => {
    const start = (at >> 2) + i * rowStride(m);
    return [...f32.subarray(start, start + m)];
  });

const runSoftmax = (maker: Maker, logits: number[][], { padding = 0, inPlace = false } = {}): number[][] => {
  const [n, m] = [logits.length, logits[0].length];
  const { i32, heapBase } = maker;
  const end = put(maker, heapBase, logits, padding);
  i32.fill(GUARD, end >> 2, (end >> 2) + n * rowStride(m) + 8);
  const p = inPlace ? heapBase : end + 16;
  maker.kernels.softmaxForward(p, heapBase, n, m);
  expect(i32[end >> 2], `${maker.name}: behind the logits`).toBe(GUARD);
  expect(i32[(p >> 2) + n * rowStride(m)], `${maker.name}: behind p`).toBe(GUARD);
  return take(maker, p, n, m);
};

interface Loss {
  loss: number;
  dlogits: number[][];
}

const runLoss = (maker: Maker, logits: number[][], targets: number[], padding = 0): Loss => {
  const [n, m] = [logits.length, logits[0].length];
  const { i32, heapBase } = maker;
  const logitsEnd = put(maker, heapBase, logits, padding);
  const targetsAt = logitsEnd + 16;
  const dlogits = (targetsAt + 4 * n + 31) & ~15;
  const end = dlogits + 4 * n * rowStride(m);
  i32.fill(GUARD, logitsEnd >> 2, (end >> 2) + 4);
  i32.set(targets, targetsAt >> 2);
  const loss = maker.kernels.crossEntropy(dlogits, heapBase, targetsAt, n, m);
  for (const at of [logitsEnd, targetsAt + 4 * n, dlogits - 4, end])
    expect(i32[at >> 2], `${maker.name}: guard at ${at}`).toBe(GUARD);
  expect(take(maker, heapBase, n, m), `${maker.name}: the logits are only read`).toEqual(logits);
  const result = { loss, dlogits: take(maker, dlogits, n, m) };
  i32.fill(GUARD, dlogits >> 2, end >> 2);
  expect(maker.kernels.crossEntropy(0, heapBase, targetsAt, n, m), `${maker.name}: loss alone`).toBe(loss);
  expect(i32.subarray(dlogits >> 2, end >> 2).every((word) => word === GUARD)).toBe(true);
  return result;
};

/** The same by its definition, in double precision. */
const straightforward = (logits: number[][], targets: number[]): Loss => {
  const n = logits.length;
  const rows = logits.map((row) => {
    const maximum = row.reduce((a, b) => Math.max(a, b));
    const exps = row.map((logit) => Math.exp(logit - maximum));
    const sum = exps.reduce((a, b) => a + b);
    return { p: exps.map((e) => e / sum), logs: row.map((logit) => logit - maximum - Math.log(sum)) };
  });
  return {
    loss: rows.reduce((total, { logs }, i) => total - logs[targets[i]], 0) / n,
    dlogits: rows.map(({ p }, i) => p.map((value, j) => (value - (j === targets[i] ? 1 : 0)) / n)),
  };
};

/** `expect` at each element would take longer than what it looks at. */
const expectWithin = (away: number, most: number, what: () => string) => {
  if (!(away <= most)) expect.fail(`${what()}: ${away} is more than ${most}`);
};

const SHAPES = [1, 2, 3, 4, 5, 7, 8, 9, 27, 30, 65].flatMap((m) => [1, 2, 5].map((n) => [n, m] as const));
// Rows go through the kernels in blocks of 64, or of what 2048 columns have room for; longer rows one by one.
SHAPES.push([64, 27], [65, 27], [131, 5], [9, 260], [2, 2047], [3, 2053]);
const targetsFor = (n: number, m: number) => Array.from({ length: n }, (_, i) => (i * 7 + m - 1) % m);

/** By bits: +0 is not −0, NaN is NaN. */
const same = (actual: unknown, expected: unknown, message: string) =>
  expect(actual, message).toStrictEqual(expected);

describe('logSumExp', () => {
  it('is ln Σ exp of each row by every maker with the same bits, whatever the padding holds', () => {
    for (const [n, m] of SHAPES)
      for (const scale of [1, 30, 1e4])
        for (const padding of [0, NAN, INF]) {
          const logits = matrix(n, m, n + 7 * m, scale);
          const results = all.map((maker) => {
            const { f64, i32, heapBase } = maker;
            const out = (put(maker, heapBase, logits, padding) + 15) & ~15;
            i32.fill(GUARD, out >> 2, (out >> 2) + 2 * n + 2);
            maker.kernels.logSumExp(out, heapBase, n, m);
            expect(i32[(out >> 2) + 2 * n], maker.name).toBe(GUARD);
            return [...f64.subarray(out >> 3, (out >> 3) + n)];
          });
          same(results[0], results[2], `debug ${n}×${m}`);
          same(results[1], results[2], `release ${n}×${m}`);
          results[2].forEach((got, i) => {
            const most = Math.max(...logits[i]);
            const exact = most + Math.log(logits[i].reduce((sum, logit) => sum + Math.exp(logit - most), 0));
            expect(Math.abs(got - exact)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(exact)));
          });
        }
  });

  it('treats special values as the loss does', () => {
    const rows = [
      [0, MINUS_INF, 0],
      [MINUS_INF, MINUS_INF, MINUS_INF],
      [0, INF, 1],
      [0, NAN, 1],
    ];
    for (const maker of all) {
      const out = (put(maker, maker.heapBase, rows, 0) + 15) & ~15;
      maker.kernels.logSumExp(out, maker.heapBase, rows.length, 3);
      same([...maker.f64.subarray(out >> 3, (out >> 3) + 4)], [Math.LN2, NAN, NAN, NAN], maker.name);
    }
  });
});

describe('softmaxForward', () => {
  it('gives the same bits by every maker, in place or not, whatever the padding holds', () => {
    for (const [n, m] of SHAPES)
      for (const scale of [1, 30, 1e4]) {
        const logits = matrix(n, m, 5 * n + m, scale);
        const expected = runSoftmax(all[2], logits);
        for (const maker of all)
          for (const padding of [0, NAN, INF, 1e30])
            for (const inPlace of [false, true])
              same(runSoftmax(maker, logits, { padding, inPlace }), expected, `${maker.name} ${n}×${m}`);
      }
  });

  it('is the softmax in doubles, rounded once', () => {
    for (const [n, m] of SHAPES) {
      const logits = matrix(n, m, 3 * n + m, 20);
      for (const maker of all) {
        const rows = runSoftmax(maker, logits);
        logits.forEach((row, i) => {
          const most = Math.max(...row);
          const exps = row.map((logit) => Math.exp(logit - most));
          const sum = exps.reduce((a, b) => a + b);
          exps.forEach((e, j) => {
            expectWithin(
              Math.abs(rows[i][j] / (e / sum) - 1),
              1.0001 * 2 ** -24,
              () => `${maker.name} ${n}×${m}`,
            );
          });
        });
      }
    }
  });

  it('treats special values as torch does', () => {
    for (const maker of all)
      same(
        runSoftmax(maker, [
          [0, MINUS_INF, 0],
          [MINUS_INF, MINUS_INF, MINUS_INF],
          [0, INF, 1],
          [0, NAN, 1],
          [1e4, -1e4, 0],
          [-0, 0, MINUS_INF],
        ]),
        [
          [0.5, 0, 0.5],
          [NAN, NAN, NAN],
          [NAN, NAN, NAN],
          [NAN, NAN, NAN],
          [1, 0, 0],
          [0.5, 0.5, 0],
        ],
        maker.name,
      );
  });
});

describe('crossEntropy', () => {
  it('gives the same bits by every maker, whatever the padding holds', () => {
    for (const [n, m] of SHAPES)
      for (const scale of [1, 30, 1e4]) {
        const logits = matrix(n, m, n + 3 * m, scale);
        const expected = runLoss(all[2], logits, targetsFor(n, m));
        for (const maker of all)
          for (const padding of [0, NAN, INF, 1e30])
            same(runLoss(maker, logits, targetsFor(n, m), padding), expected, `${maker.name} ${n}×${m}`);
      }
  });

  it('gives the same bits by every maker on any logits', () => {
    const logit = fc.oneof(fc.float({ noNaN: true, min: -200, max: 200 }), fc.float());
    const rows = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 11 }))
      .chain(([n, m]) =>
        fc.array(fc.array(logit, { minLength: m, maxLength: m }), { minLength: n, maxLength: n }),
      );
    fc.assert(
      fc.property(rows, (logits) => {
        const targets = targetsFor(logits.length, logits[0].length);
        const [debug, release, reference] = all.map((maker) => runLoss(maker, logits, targets));
        same(debug, reference, 'debug');
        same(release, reference, 'release');
      }),
      { numRuns: 500 },
    );
  });

  it('is the mean negative log-likelihood and its gradient', () => {
    for (const [n, m] of [...SHAPES, [32, 27] as const])
      for (const scale of [0.1, 3, 40, 1e4]) {
        const logits = matrix(n, m, 11 * n + m, scale);
        const targets = targetsFor(n, m);
        const expected = straightforward(logits, targets);
        for (const maker of all) {
          const { loss, dlogits } = runLoss(maker, logits, targets);
          expect(Math.abs(loss - expected.loss), `${maker.name} ${n}×${m}`).toBeLessThanOrEqual(
            1e-14 * Math.max(1, expected.loss),
          );
          dlogits.forEach((row, i) => {
            row.forEach((value, j) => {
              const exact = expected.dlogits[i][j];
              // Half an ulp of the float, and what a difference from 1 leaves of the doubles.
              expectWithin(
                Math.abs(value - exact),
                2 ** -24 * Math.abs(exact) * 1.0001 + 2 ** -150 + (j === targets[i] ? 1e-15 : 0),
                () => `${maker.name} ${n}×${m}: ${value}, not ${exact}`,
              );
            });
          });
        }
      }
  });

  it('has the gradient of finite differences in a random direction', () => {
    const [n, m] = [6, 27];
    const targets = targetsFor(n, m);
    for (const seed of [1, 2, 3]) {
      const logits = matrix(n, m, seed, 4);
      const direction = matrix(n, m, seed + 100, 1);
      const moved = (h: number) =>
        straightforward(
          logits.map((row, i) => row.map((value, j) => value + h * direction[i][j])),
          targets,
        ).loss;
      const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
      for (const maker of all) {
        const { dlogits } = runLoss(maker, logits, targets);
        const along = dlogits.flatMap((row, i) => row.map((value, j) => value * direction[i][j]));
        expect(Math.abs(along.reduce((a, b) => a + b) - slope), maker.name).toBeLessThan(1e-7);
      }
    }
  });

  it('keeps the digits of the gradient where the softmax is nearly 1', () => {
    for (const maker of all) {
      const { dlogits } = runLoss(maker, [[20, 0, 0]], [0]);
      const exact = -2 / (Math.exp(20) + 2);
      expect(Math.abs(dlogits[0][0] / exact - 1), maker.name).toBeLessThan(1.2e-7);
    }
  });

  it('treats special values as torch does', () => {
    const nan = [NAN, NAN, NAN];
    for (const maker of all) {
      const of = (row: number[], target: number) => runLoss(maker, [row], [target]);
      same(of([0, MINUS_INF, 0], 0), { loss: Math.LN2, dlogits: [[-0.5, 0, 0.5]] }, maker.name);
      same(of([0, MINUS_INF, 0], 1), { loss: INF, dlogits: [[0.5, -1, 0.5]] }, maker.name);
      same(of([MINUS_INF, MINUS_INF, MINUS_INF], 0), { loss: NAN, dlogits: [nan] }, maker.name);
      same(of([0, INF, 0], 1), { loss: NAN, dlogits: [nan] }, maker.name);
      same(of([0, INF, 0], 0), { loss: NAN, dlogits: [nan] }, maker.name);
      same(of([0, 1, NAN], 0), { loss: NAN, dlogits: [nan] }, maker.name);
      same(of([NAN, 1, 2], 2), { loss: NAN, dlogits: [nan] }, maker.name);
      same(of([1e4, -1e4, 0], 1), { loss: 2e4, dlogits: [[1, -1, 0]] }, maker.name);
      same(of([-1e4], 0), { loss: 0, dlogits: [[0]] }, maker.name);
      const { loss, dlogits } = runLoss(
        maker,
        [
          [NAN, 0, 0],
          [MINUS_INF, 0, 0],
        ],
        [1, 1],
      );
      same(
        [loss, dlogits],
        [NAN, [nan, [0, -0.25, 0.25]]],
        `${maker.name}: the other row keeps its gradient`,
      );
    }
  });

  it('is NaN without rows, as a mean of nothing', () => {
    for (const { kernels, heapBase } of all)
      expect(kernels.crossEntropy(heapBase, heapBase + 16, heapBase + 32, 0, 3)).toBeNaN();
  });
});

describe('the debug build', () => {
  const at = checkedBase;
  it.each([
    ['softmaxForward, p not aligned', () => checked.softmaxForward(at + 4, at, 1, 4)],
    ['softmaxForward, no columns', () => checked.softmaxForward(at, at, 1, 0)],
    ['crossEntropy, rows below 0', () => checked.crossEntropy(0, at, at + 64, -1, 4)],
    ['crossEntropy, targets not aligned', () => checked.crossEntropy(0, at, at + 4, 1, 4)],
    [
      'crossEntropy, a target too large',
      () => {
        all[0].i32[(at + 64) >> 2] = 4;
        checked.crossEntropy(0, at, at + 64, 1, 4);
      },
    ],
    [
      'crossEntropy, a negative target',
      () => {
        all[0].i32[(at + 64) >> 2] = -1;
        checked.crossEntropy(0, at, at + 64, 1, 4);
      },
    ],
  ])('refuses %s', (_name, call) => {
    expect(call).toThrow(/assertion failed in line \d+/);
  });
});
