import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchnorm } from '../../src/core/reference/batchnorm.js';
import { anyFloats, expectAgreement, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers({ batchnorm });
const [debug] = all;

/** Columns around the widest tile, 4 vectors, as well. */
const COLUMNS = [...SIZES, 15, 16, 17, 33, 64, 67];

type Make = (count: number, seed: number) => Float32Array;

/** Row-major from its columns: `column` gets j and gives one value for each of the `rows` rows. */
const byColumn = (rows: number, m: number, column: (j: number) => number[]): Float32Array => {
  const columns = Array.from({ length: m }, (_, j) => column(j));
  return Float32Array.from({ length: rows * m }, (_, at) => columns[at % m][Math.floor(at / m)]);
};

const rowsOf = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The sum in order from 0, each addition rounded. */
const sum = (terms: number[]): number => terms.reduce((total, term) => fround(total + term), 0);

function statistics(x: Float32Array, n: number, m: number, correction: number) {
  const mean = byColumn(1, m, (j) => [sum(rowsOf(n).map((i) => x[i * m + j])) / n]);
  const variance = byColumn(1, m, (j) => {
    const squares = rowsOf(n).map((i) => {
      const d = fround(x[i * m + j] - mean[j]);
      return fround(d * d);
    });
    return [sum(squares) / (n - correction)];
  });
  return { mean, variance };
}

function deviation(variance: Float32Array, eps: number) {
  const std = variance.map((v) => Math.sqrt(fround(v + fround(eps))));
  return { std, rstd: std.map((s) => 1 / s) };
}

const tracked = (running: Float32Array, batch: Float32Array, momentum: number) => ({
  running: running.map((r, j) => fround(fround(1 - momentum) * r) + fround(fround(momentum) * batch[j])),
});

interface Tensors {
  n: number;
  m: number;
  x: Float32Array;
  mean: Float32Array;
  rstd: Float32Array;
  gamma: Float32Array;
  beta: Float32Array;
  dy: Float32Array;
  xhat: Float32Array;
}

function normalised({ n, m, x, mean, rstd, gamma, beta }: Tensors) {
  const xhat = byColumn(n, m, (j) => rowsOf(n).map((i) => fround(fround(x[i * m + j] - mean[j]) * rstd[j])));
  const y = byColumn(n, m, (j) => rowsOf(n).map((i) => fround(xhat[i * m + j] * gamma[j]) + beta[j]));
  return { xhat, y };
}

/** `correction` undefined: the statistics were given. */
function gradients({ n, m, dy, xhat, rstd, gamma }: Tensors, correction?: number) {
  const dgamma = byColumn(1, m, (j) => [sum(rowsOf(n).map((i) => fround(dy[i * m + j] * xhat[i * m + j])))]);
  const dbeta = byColumn(1, m, (j) => [sum(rowsOf(n).map((i) => dy[i * m + j]))]);
  const dx = byColumn(n, m, (j) => {
    const scale = fround(gamma[j] * rstd[j]);
    if (correction === undefined) return rowsOf(n).map((i) => scale * dy[i * m + j]);
    const meanOfDy = fround(dbeta[j] / n);
    const slope = fround(dgamma[j] / (n - correction));
    return rowsOf(n).map((i) => {
      const at = i * m + j;
      return scale * fround(fround(dy[at] - meanOfDy) - fround(xhat[at] * slope));
    });
  });
  return { dx, dgamma, dbeta };
}

const makeTensors = (n: number, m: number, seed: number, make: Make): Tensors => {
  const [x, dy, xhat] = [0, 1, 2].map((i) => make(n * m, seed + i));
  const [mean, rstd, gamma, beta] = [3, 4, 5, 6].map((i) => make(m, seed + i));
  return { n, m, x, mean, rstd, gamma, beta, dy, xhat };
};

function expectAll(n: number, m: number, seed: number, make: Make = values): void {
  const t = makeTensors(n, m, seed, make);
  const where = `(${n}, ${m})`;
  if (n > 0)
    for (const correction of [0, 1]) {
      expectAgreement(all, `${where} statistics`, statistics(t.x, n, m, correction), (arena) => {
        const [mean, variance] = [arena.output(1, m), arena.output(1, m)];
        arena.kernels.batchNormStatistics(mean, variance, arena.input(n, m, t.x), n, m, correction);
        return { mean: arena.read(mean, 1, m), variance: arena.read(variance, 1, m) };
      });
    }
  expectAgreement(all, `${where} forward`, normalised(t), (arena) => {
    const [y, xhat] = [arena.output(n, m), arena.output(n, m)];
    const row = (one: Float32Array) => arena.input(1, m, one);
    const inputs = [arena.input(n, m, t.x), row(t.mean), row(t.rstd), row(t.gamma), row(t.beta)] as const;
    arena.kernels.batchNormForward(y, xhat, ...inputs, n, m);
    return { xhat: arena.read(xhat, n, m), y: arena.read(y, n, m) };
  });
  for (const correction of n > 0 ? [0, 1, undefined] : [undefined])
    expectAgreement(all, `${where} backward`, gradients(t, correction), (arena) => {
      const [dx, dgamma, dbeta] = [arena.output(n, m), arena.output(1, m), arena.output(1, m)];
      const outputs = [dx, dgamma, dbeta] as const;
      const matrices = [arena.input(n, m, t.dy), arena.input(n, m, t.xhat)] as const;
      const vectors = [arena.input(1, m, t.rstd), arena.input(1, m, t.gamma)] as const;
      if (correction === undefined)
        arena.kernels.batchNormBackwardFixed(...outputs, ...matrices, ...vectors, n, m);
      else arena.kernels.batchNormBackward(...outputs, ...matrices, ...vectors, n, m, correction);
      return {
        ...{ dx: arena.read(dx, n, m), dgamma: arena.read(dgamma, 1, m), dbeta: arena.read(dbeta, 1, m) },
      };
    });
}

function expectVectors(m: number, seed: number, eps: number, momentum: number, make: Make = values): void {
  const [signed, batch] = [make(m, seed), make(m, seed + 1)];
  const variance = signed.map(Math.abs);
  expectAgreement(all, `deviation (${m}), eps ${eps}`, deviation(variance, eps), (arena) => {
    const [std, rstd] = [arena.output(1, m), arena.output(1, m)];
    arena.kernels.batchNormDeviation(std, rstd, arena.input(1, m, variance), m, eps);
    return { std: arena.read(std, 1, m), rstd: arena.read(rstd, 1, m) };
  });
  expectAgreement(all, `track (${m}), ${momentum}`, tracked(signed, batch, momentum), (arena) => {
    const running = arena.inPlace(1, m, signed);
    arena.kernels.batchNormTrack(running, arena.input(1, m, batch), m, momentum);
    return { running: arena.read(running, 1, m) };
  });
}

test.each([0, ...SIZES, 2, 37])('a batch of %i is the oracle at every width around the tiles', (n) => {
  for (const m of COLUMNS) expectAll(n, m, n + 41 * m);
});

test.each(COLUMNS)('%i columns: deviation and running statistics', (m) => {
  for (const eps of [0, 1e-5, 1e-3, 1e-45])
    for (const momentum of [0, 0.001, 0.1, 1]) expectVectors(m, m, eps, momentum);
});

test('1 − momentum is rounded once, from the double', () => {
  expect(fround(1 - 0.9)).not.toBe(fround(1 - fround(0.9)));
  expectVectors(9, 2, 1e-5, 0.9);
});

describe.each(SPECIAL)('%f among the values', (special) => {
  test('is the oracle', () => {
    const make: Make = (count, seed) => values(count, seed, special);
    for (const [n, m] of [
      [5, 9],
      [8, 16],
      [3, 27],
    ])
      expectAll(n, m, 7, make);
    expectVectors(27, 7, 1e-5, 0.1, make);
  });
});

test('any size, any bits', () => {
  const [rows, columns] = [fc.nat(40), fc.integer({ min: 1, max: 80 })];
  fc.assert(
    fc.property(rows, columns, fc.nat(), fc.boolean(), (n, m, seed, ordinary) => {
      expectAll(n, m, seed, ordinary ? values : anyFloats);
      expectVectors(m, seed, 1e-5, 0.1, ordinary ? values : anyFloats);
    }),
    { numRuns: 60 },
  );
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  const at = (count: number, misaligned: number) =>
    Array.from({ length: count }, (_, i) => a + 256 * i + (i === misaligned ? 4 : 0));
  // Pointers, then sizes and scalars.
  const calls: [keyof typeof kernels, number, number[], number[][]][] = [
    [
      'batchNormStatistics',
      3,
      [4, 4, 1],
      [
        [0, 4, 1],
        [4, 0, 1],
        [-1, 4, 0],
      ],
    ],
    [
      'batchNormDeviation',
      3,
      [4, 1e-5],
      [
        [0, 1e-5],
        [-4, 1e-5],
      ],
    ],
    [
      'batchNormTrack',
      2,
      [4, 0.1],
      [
        [0, 0.1],
        [-1, 0.1],
      ],
    ],
    [
      'batchNormForward',
      7,
      [4, 4],
      [
        [-1, 4],
        [4, 0],
      ],
    ],
    [
      'batchNormBackward',
      7,
      [4, 4, 1],
      [
        [0, 4, 1],
        [4, 0, 1],
      ],
    ],
    [
      'batchNormBackwardFixed',
      7,
      [4, 4],
      [
        [-1, 4],
        [4, 0],
      ],
    ],
  ];
  test.each(calls)('%s: misaligned pointers and bad sizes', (name, pointers, sizes, bad) => {
    const call = kernels[name] as (...args: number[]) => void;
    expect(() => call(...at(pointers, -1), ...sizes)).not.toThrow();
    for (let i = 0; i < pointers; i++)
      expect(() => call(...at(pointers, i), ...sizes)).toThrow('assertion failed');
    for (const one of bad) expect(() => call(...at(pointers, -1), ...one)).toThrow('assertion failed');
  });
});
