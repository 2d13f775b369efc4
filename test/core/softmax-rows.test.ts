import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { softmax } from '../../src/core/reference/softmax.js';
import { softmaxRows } from '../../src/core/reference/softmax-rows.js';
import { rowStride } from '../../src/core/row-stride.js';
import { type Arena, anyFloats, expectAgreement, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const all = await makers({ softmax, 'softmax-rows': softmaxRows });
const [debug, , reference] = all;
type Kernels = (typeof debug)['kernels'];

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: MINUS_INF } = Number;

/** Σ in four lanes, as the kernels add. */
const laneSum = (terms: ArrayLike<number>): number => {
  const lanes = [0, 0, 0, 0];
  for (let j = 0; j < terms.length; j++) lanes[j % 4] += terms[j];
  return lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
};

/** For each row of m of dy and y, what `of` makes of its sum. */
function byRow(
  [dy, y]: Float32Array[],
  m: number,
  terms: (dy: number, y: number) => number,
  of: (dy: number, y: number, sum: number) => number,
): Float32Array {
  return dy.map((value, at) => {
    const start = at - (at % m);
    const sum = laneSum(Float64Array.from({ length: m }, (_, j) => terms(dy[start + j], y[start + j])));
    return of(value, y[at], sum);
  });
}

const softmaxGradient = (dy: Float32Array, y: Float32Array, m: number) =>
  byRow(
    [dy, y],
    m,
    (g, p) => g * p,
    (g, p, sum) => p * (g - sum),
  );

type Name = 'softmaxBackward' | 'logSoftmaxBackward';
/** Runs a backward, dx apart or over dy. */
const backward =
  (name: Name, dy: Float32Array, y: Float32Array, n: number, m: number, over: boolean) =>
  (arena: Arena<Kernels>) => {
    const dyAt = over ? arena.inPlace(n, m, dy) : arena.input(n, m, dy);
    const yAt = arena.input(n, m, y);
    const dx = over ? dyAt : arena.output(n, m);
    arena.kernels[name](dx, dyAt, yAt, n, m);
    return { dx: arena.read(dx, n, m) };
  };

/** What the reference gives, which the exact values are held against elsewhere. */
const referenceOf = (name: Name, dy: Float32Array, y: Float32Array, n: number, m: number) => {
  const made = { dx: new Float32Array() };
  expectAgreement([reference], name, {}, (arena) =>
    Object.assign(made, backward(name, dy, y, n, m, false)(arena)),
  );
  return made;
};

function expectGradients(dy: Float32Array, y: Float32Array, n: number, m: number): void {
  const where = `(${n}, ${m})`;
  for (const over of [false, true]) {
    const gradient = { dx: softmaxGradient(dy, y, m) };
    expectAgreement(
      all,
      `softmaxBackward ${where}`,
      gradient,
      backward('softmaxBackward', dy, y, n, m, over),
    );
    const name = 'logSoftmaxBackward';
    expectAgreement(
      all,
      `${name} ${where}`,
      referenceOf(name, dy, y, n, m),
      backward(name, dy, y, n, m, over),
    );
  }
}

test.each([0, 1, 2, 5])('%i rows of any number of columns, NaN in the padding', (n) => {
  for (const m of [2, ...SIZES, 200]) expectGradients(values(n * m, m), values(n * m, m + 1), n, m);
});

test.each(SPECIAL)('%f among the values', (special) => {
  const [n, m] = [3, 9];
  expectGradients(values(n * m, 1, special), values(n * m, 2), n, m);
  expectGradients(values(n * m, 1), values(n * m, 2, special), n, m);
});

test('any bits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 13 }), fc.nat(), (n, m, seed) => {
      expectGradients(anyFloats(n * m, seed), anyFloats(n * m, seed + 1), n, m);
    }),
  );
});

test('logSoftmaxForward is x − the sum, rounded once, in place or not', () => {
  for (const m of SIZES)
    for (const special of [undefined, ...SPECIAL]) {
      const n = 3;
      const x = values(n * m, m, special);
      const logSums = Float64Array.of(1.25, -3e5, special ?? 1 / 3);
      const y = x.map((value, at) => value - logSums[Math.floor(at / m)]);
      for (const over of [false, true])
        expectAgreement(all, `logSoftmaxForward (${n}, ${m})`, { y }, (arena) => {
          const from = over ? arena.inPlace(n, m, x) : arena.input(n, m, x);
          const sums = arena.indices(new Int32Array(logSums.buffer));
          const to = over ? from : arena.output(n, m);
          arena.kernels.logSoftmaxForward(to, from, sums, n, m);
          return { y: arena.read(to, n, m) };
        });
    }
});

/** y and dx of a row of logits, by every maker. */
const rowsOf = (logits: number[], dy: number[], log: boolean) =>
  all.map(({ name, kernels, f32, heapBase: x }) => {
    const m = logits.length;
    const [y, g, dx, sums] = [1, 2, 3, 4].map((i) => x + 4 * i * rowStride(m));
    f32.set(logits, x >> 2);
    f32.set(dy, g >> 2);
    if (log) {
      kernels.logSumExp(sums, x, 1, m);
      kernels.logSoftmaxForward(y, x, sums, 1, m);
      kernels.logSoftmaxBackward(dx, g, y, 1, m);
    } else {
      kernels.softmaxForward(y, x, 1, m);
      kernels.softmaxBackward(dx, g, y, 1, m);
    }
    const row = (at: number) => [...f32.subarray(at >> 2, (at >> 2) + m)];
    return { name, y: row(y), dx: row(dx) };
  });

describe('special values are torch’s', () => {
  const nan = [NAN, NAN, NAN];
  test.each([
    [[MINUS_INF, MINUS_INF, MINUS_INF], nan, nan],
    [[0, NAN, 1], nan, nan],
    [[0, INF, 1], nan, nan],
    [
      [MINUS_INF, 0, 0],
      [0, 0.5, 0.5],
      [0, -0.25, 0.25],
    ],
    [
      [1e4, -1e4, 0],
      [1, 0, 0],
      [0, 0, 0],
    ],
  ])('softmax of %j', (logits, y, dx) => {
    for (const got of rowsOf(logits, [1, 2, 3], false)) {
      expect(got.y, got.name).toEqual(y);
      expect(
        got.dx.map((value) => value + 0),
        got.name,
      ).toEqual(dx);
    }
  });

  test.each([
    [[MINUS_INF, MINUS_INF, MINUS_INF], nan, nan],
    [[0, NAN, 1], nan, nan],
    [[0, INF, 1], nan, nan],
    [
      [MINUS_INF, 0, 0],
      [MINUS_INF, Math.fround(-Math.LN2), Math.fround(-Math.LN2)],
      [1, -1, 0],
    ],
    [
      [1e4, -1e4, 0],
      [0, -2e4, -1e4],
      [-5, 2, 3],
    ],
  ])('log-softmax of %j', (logits, y, dx) => {
    for (const got of rowsOf(logits, [1, 2, 3], true)) {
      expect(
        got.y.map((value) => value + 0),
        got.name,
      ).toEqual(y);
      got.dx.forEach((value, j) => {
        if (Number.isNaN(dx[j])) expect(value, got.name).toBeNaN();
        else expect(Math.abs(value - dx[j]), got.name).toBeLessThan(3e-7);
      });
    }
  });
});

test('dx is the slope, by central differences', () => {
  const m = 7;
  const logits = [...values(m, 3)];
  const dy = [...values(m, 4)];
  const along = (moved: number[], log: boolean): number => {
    const most = Math.max(...moved);
    const sum = moved.reduce((total, logit) => total + Math.exp(logit - most), 0);
    return moved.reduce((total, logit, j) => {
      const y = logit - most - Math.log(sum);
      return total + dy[j] * (log ? y : Math.exp(y));
    }, 0);
  };
  for (const log of [false, true])
    for (const { name, dx } of rowsOf(logits, dy, log))
      dx.forEach((value, j) => {
        const moved = (h: number) => along(logits.with(j, logits[j] + h), log);
        expect(Math.abs(value - (moved(1e-6) - moved(-1e-6)) / 2e-6), `${name}, ${j}`).toBeLessThan(2e-6);
      });
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  test('misaligned pointers, no columns, a negative number of rows', () => {
    for (const run of [
      () => kernels.softmaxBackward(a + 4, a, a, 1, 4),
      () => kernels.softmaxBackward(a, a + 8, a, 1, 4),
      () => kernels.softmaxBackward(a, a, a, 1, 0),
      () => kernels.logSoftmaxForward(a, a, a + 8, 1, 4),
      () => kernels.logSoftmaxForward(a, a, a, -1, 4),
      () => kernels.logSoftmaxBackward(a, a, a + 4, 1, 4),
      () => kernels.logSoftmaxBackward(a, a, a, 1, -1),
    ])
      expect(run).toThrow('assertion failed');
  });
});
