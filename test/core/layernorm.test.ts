import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layernorm } from '../../src/core/reference/layernorm.js';
import { type Arena, anyFloats, expectAgreement, type Outputs, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const all = await makers({ layernorm });
const [debug] = all;
type Kernels = typeof debug.kernels;

/** Columns around the vectors, the lecture's, and more than one KB of doubles. */
const COLUMNS = [...SIZES, 2, 6, 16, 17, 100, 131];

type Make = (count: number, seed: number) => Float32Array;

interface Tensors {
  n: number;
  m: number;
  x: Float32Array;
  dy: Float32Array;
  /** Without: not affine. */
  weight?: Float32Array | undefined;
  bias?: Float32Array | undefined;
}

const make = (n: number, m: number, seed: number, affine: boolean, of: Make = values): Tensors => {
  const [x, dy] = [of(n * m, seed), of(n * m, seed + 1)];
  return affine ? { n, m, x, dy, weight: of(m, seed + 2), bias: of(m, seed + 3) } : { n, m, x, dy };
};

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** In lanes, as the contract says; written apart from the kernels. */
function across(terms: number[]): number {
  const [a, b, c, d] = [0, 1, 2, 3].map((lane) =>
    terms.filter((_, j) => j % 4 === lane).reduce((sum, term) => sum + term, 0),
  );
  return a + c + (b + d);
}

function oracle({ n, m, x, dy, weight, bias }: Tensors, eps: number): Outputs {
  const y = new Float32Array(n * m);
  const dx = new Float32Array(n * m);
  const [dweight, dbias] = [new Float64Array(m), new Float64Array(m)];
  for (const i of range(n)) {
    const row = Array.from(x.subarray(i * m, (i + 1) * m));
    const mean = across(row) / m;
    const rstd = 1 / Math.sqrt(across(row.map((value) => (value - mean) * (value - mean))) / m + eps);
    const h = row.map((value) => (value - mean) * rstd);
    const slopes = Array.from(dy.subarray(i * m, (i + 1) * m));
    const g = slopes.map((slope, j) => (weight === undefined ? slope : slope * weight[j]));
    const meanOfG = across(g) / m;
    const along = across(g.map((slope, j) => slope * h[j])) / m;
    for (const j of range(m)) {
      y[i * m + j] = weight === undefined ? h[j] : h[j] * weight[j] + (bias as Float32Array)[j];
      dx[i * m + j] = rstd * (g[j] - meanOfG - h[j] * along);
      dweight[j] += slopes[j] * h[j];
      dbias[j] += slopes[j];
    }
  }
  const sums = { dweight: Float32Array.from(dweight), dbias: Float32Array.from(dbias) };
  return { y, dx, ...(weight === undefined ? {} : sums) };
}

function run(arena: Arena<Kernels>, { n, m, x, dy, weight, bias }: Tensors, eps: number): Outputs {
  const row = (values?: Float32Array) => (values === undefined ? 0 : arena.input(1, m, values));
  const [y, dx, statistics] = [arena.output(n, m), arena.output(n, m), arena.output(n, 4)];
  const [dweight, dbias] = weight === undefined ? [0, 0] : [arena.output(1, m), arena.output(1, m)];
  const [xs, dys, w, b] = [arena.input(n, m, x), arena.input(n, m, dy), row(weight), row(bias)];
  arena.kernels.layerNormForward(y, statistics, xs, w, b, n, m, eps);
  arena.kernels.layerNormBackward(dx, dweight, dbias, dys, xs, statistics, w, n, m);
  const sums = { dweight: arena.read(dweight, 1, m), dbias: arena.read(dbias, 1, m) };
  return { y: arena.read(y, n, m), dx: arena.read(dx, n, m), ...(weight === undefined ? {} : sums) };
}

const expectBits = (tensors: Tensors, eps: number): void =>
  expectAgreement(all, `(${tensors.n}, ${tensors.m}), eps ${eps}`, oracle(tensors, eps), (arena) =>
    run(arena, tensors, eps),
  );

test.each(COLUMNS)('%i columns, forward and backward, with weight and without', (m) => {
  for (const n of [0, 1, 2, 5, 32])
    for (const affine of [true, false])
      for (const eps of [1e-5, 1e-3]) expectBits(make(n, m, n + 41 * m, affine), eps);
});

test.each(SPECIAL)('%f among the values', (special) => {
  const of: Make = (count, seed) => values(count, seed, special);
  for (const [n, m] of [
    [5, 9],
    [8, 16],
    [3, 27],
  ])
    for (const affine of [true, false]) expectBits(make(n, m, 7, affine, of), 1e-5);
});

test('NaN and infinities stay in their row; other rows are as without them', () => {
  const clean = make(4, 7, 3, true);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const x = clean.x.slice();
    x[9] = bad;
    const [got, want] = [oracle({ ...clean, x }, 1e-5), oracle(clean, 1e-5)];
    for (const name of ['y', 'dx']) {
      expect(got[name].subarray(7, 14).every(Number.isNaN)).toBe(true);
      for (const [from, to] of [
        [0, 7],
        [14, 28],
      ])
        expect(got[name].subarray(from, to)).toEqual(want[name].subarray(from, to));
    }
    expectBits({ ...clean, x }, 1e-5);
  }
});

test('subnormal and huge rows, and rows without spread', () => {
  for (const scale of [2 ** -149, 2 ** -130, 1e30, 3e38, 0]) {
    const t = make(3, 11, 5, true);
    expectBits({ ...t, x: t.x.map((value) => (value / 4) * scale) }, 1e-5);
    expectBits({ ...t, x: t.x.map(() => scale) }, 1e-5);
  }
  const one = make(4, 1, 2, true);
  const { y, dx, dweight } = oracle(one, 1e-5);
  expect(y).toEqual(Float32Array.from({ length: 4 }, () => (one.bias as Float32Array)[0]));
  expect([...dx, ...dweight].map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
  expectBits(one, 1e-5);
});

test('an output is the exact one rounded once, where the exact one is known', () => {
  // Of mean 2^24 + 1, which no float is.
  const x = Float32Array.of(2 ** 24, 2 ** 24 + 2, 2 ** 24 + 2, 2 ** 24);
  const t: Tensors = { n: 1, m: 4, x, dy: Float32Array.of(1, 0, 0, 0) };
  expectBits(t, 0);
  expect(oracle(t, 0).y).toEqual(Float32Array.of(-1, 1, 1, -1));
});

test('any size, any bits', () => {
  const [rows, columns] = [fc.nat(12), fc.integer({ min: 1, max: 80 })];
  fc.assert(
    fc.property(rows, columns, fc.nat(), fc.boolean(), fc.boolean(), (n, m, seed, affine, ordinary) => {
      expectBits(make(n, m, seed, affine, ordinary ? values : anyFloats), 1e-5);
    }),
    { numRuns: 60 },
  );
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  const at = (count: number, misaligned: number) =>
    Array.from({ length: count }, (_, i) => a + 256 * i + (i === misaligned ? 4 : 0));
  test.each([
    ['layerNormForward', 5, [4, 4, 1e-5]],
    ['layerNormBackward', 7, [4, 4]],
  ] as const)('%s: misaligned pointers and bad sizes', (name, pointers, sizes) => {
    const call = kernels[name] as (...args: number[]) => void;
    expect(() => call(...at(pointers, -1), ...sizes)).not.toThrow();
    for (let i = 0; i < pointers; i++)
      expect(() => call(...at(pointers, i), ...sizes)).toThrow('assertion failed');
    for (const [n, m] of [
      [-1, 4],
      [4, 0],
    ])
      expect(() => call(...at(pointers, -1), n, m, 1e-5)).toThrow('assertion failed');
  });
});
