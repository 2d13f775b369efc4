import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linear } from '../../src/core/reference/linear.js';
import { type Arena, anyFloats, expectAgreement, expectSame, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers({ linear });
const [debug] = all;
type K = (typeof debug)['kernels'];

interface Case {
  n: number;
  k: number;
  m: number;
  x: Float32Array;
  w: Float32Array;
  b: Float32Array;
  dy: Float32Array;
}

const makeCase = (
  [n, k, m]: readonly number[],
  seed: number,
  make: (count: number, seed: number) => Float32Array = values,
): Case => ({
  ...{ n, k, m },
  ...{ x: make(n * k, seed), w: make(k * m, seed + 1), b: make(m, seed + 2), dy: make(n * m, seed + 3) },
});

/** Σ a(p) b(p), p = 0 … depth − 1 in order from 0, multiply then add. */
const sum = (depth: number, a: (p: number) => number, b: (p: number) => number): number => {
  let total = 0;
  for (let p = 0; p < depth; p++) total = fround(total + fround(a(p) * b(p)));
  return total;
};

const matrix = (rows: number, columns: number, element: (i: number, j: number) => number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, at) => element(Math.floor(at / columns), at % columns));

const forwardOracle = ({ n, k, m, x, w, b }: Case, bias: boolean) => ({
  y: matrix(n, m, (i, j) => {
    const product = sum(
      k,
      (p) => x[i * k + p],
      (p) => w[p * m + j],
    );
    return bias ? fround(product + b[j]) : product;
  }),
});

const backwardOracle = ({ n, k, m, x, w, dy }: Case) => ({
  dx: matrix(n, k, (i, p) =>
    sum(
      m,
      (j) => dy[i * m + j],
      (j) => w[p * m + j],
    ),
  ),
  dw: matrix(k, m, (p, j) =>
    sum(
      n,
      (i) => x[i * k + p],
      (i) => dy[i * m + j],
    ),
  ),
  db: matrix(1, m, (_, j) =>
    sum(
      n,
      (i) => dy[i * m + j],
      () => 1,
    ),
  ),
});

const forward =
  ({ n, k, m, x, w, b }: Case, bias: boolean) =>
  (arena: Arena<K>) => {
    const y = arena.output(n, m);
    const pointers = [arena.input(n, k, x), arena.input(k, m, w), bias ? arena.input(1, m, b) : 0] as const;
    arena.kernels.linearForward(y, ...pointers, n, k, m);
    return { y: arena.read(y, n, m) };
  };

const backward =
  ({ n, k, m, x, w, dy }: Case, wantsDx: boolean, wantsDb: boolean) =>
  (arena: Arena<K>) => {
    const dx = arena.output(n, k);
    const dw = arena.output(k, m);
    const db = arena.output(1, m);
    arena.kernels.linearBackward(
      wantsDx ? dx : 0,
      dw,
      wantsDb ? db : 0,
      arena.input(n, m, dy),
      arena.input(n, k, x),
      arena.input(k, m, w),
      arena.output(Math.ceil(m * 1.5), k),
      ...([n, k, m] as const),
    );
    return { dx: arena.read(dx, n, k), dw: arena.read(dw, k, m), db: arena.read(db, 1, m) };
  };

const untouched = (length: number) => new Float32Array(length).fill(Number.NaN);

const expectAll = (where: string, c: Case): void => {
  for (const bias of [true, false])
    expectAgreement(all, `${where} forward`, forwardOracle(c, bias), forward(c, bias));
  expectAgreement(all, `${where} backward`, backwardOracle(c), backward(c, true, true));
};

describe.each([0, ...SIZES])('a batch of %i', (n) => {
  test('is the oracle at every size around the tile', () => {
    for (const k of SIZES)
      for (const m of SIZES) expectAll(`(${n}, ${k}, ${m})`, makeCase([n, k, m], n + 37 * k + 1009 * m));
  });

  test('leaves dx or db alone where they are not wanted', () => {
    const c = makeCase([n, 7, 9], n);
    const { dx, dw, db } = backwardOracle(c);
    const [noDx, noDb] = [untouched(n * 7), untouched(9)];
    expectAgreement(all, 'dx = 0', { dx: noDx, dw, db }, backward(c, false, true));
    expectAgreement(all, 'db = 0', { dx, dw, db: noDb }, backward(c, true, false));
    expectAgreement(all, 'dx = db = 0', { dx: noDx, dw, db: noDb }, backward(c, false, false));
  });
});

// Which of the three products copies blocks depends on their sizes; these reach each of them, whole tiles and not, one
// block and several.
test.each([
  [64, 256, 256],
  [67, 259, 261],
  [130, 129, 132],
  [16, 1030, 516],
  [18, 513, 1031],
  [259, 70, 65],
  [18, 33, 512],
  [18, 512, 33],
  // Only the last vector of each row of dx is left over from the blocks.
  [64, 260, 256],
])('a large product, (%i, %i, %i), is the oracle', (n, k, m) => {
  expectAll(`(${n}, ${k}, ${m})`, makeCase([n, k, m], n + k + m));
});

// For few rows dx is computed from the transposed dy, where 2 ⌈n / 8⌉ 8 (m + k) ≤ 3 m k: the least of k and m, the scratch
// filled to its end, the first size beyond, and the last one before copied blocks take over.
test.each([
  [5, 11, 11],
  [6, 6, 48],
  [8, 48, 6],
  [9, 22, 22],
  [24, 32, 32],
  [25, 32, 32],
  [96, 128, 128],
  [97, 128, 128],
  [64, 255, 257],
])('a product of few rows, (%i, %i, %i), is the oracle', (n, k, m) => {
  expectAll(`(${n}, ${k}, ${m})`, makeCase([n, k, m], n + k + m));
});

// The transposes take the last rows, and the last columns, by the same blocks of 4 by 4, and pad with the last row: what is
// there, NaN and infinities too, must not reach an element, nor a word behind an output or the scratch.
describe.each([1, 3, 4, 5, 7, 8, 9, 27, 30, 31, 200, 203])(
  '%i rows, and columns at the edges of a block',
  (n) => {
    const columns = n < 200 ? [1, 3, 4, 5, 7, 8, 9, 27, 30, 31, 200, 203] : [1, 4, 7, 30, 203];
    const shapes = columns.flatMap((k) => columns.map((m) => [n, k, m]));

    test('of ordinary values', () => {
      for (const sizes of shapes) expectAll(`(${sizes})`, makeCase(sizes, 3));
    });

    test('that end in what is not ordinary', () => {
      const ends = (special: number) => (count: number, seed: number) => {
        const made = values(count, seed);
        for (let i = 1; i <= Math.min(3, count); i++) made[count - i] = special;
        return made;
      };
      shapes.forEach((sizes, i) => {
        const special = SPECIAL[i % SPECIAL.length];
        expectAll(`${special} (${sizes})`, makeCase(sizes, 5, ends(special)));
      });
    });
  },
);

test('NaN, infinities and zeros in a large product', () => {
  for (const special of SPECIAL)
    expectAll(
      `${special}`,
      makeCase([66, 260, 257], 5, (count, seed) => values(count, seed, special)),
    );
});

test.each([33, 36, 40, 61, 64, 68, 100, 200])('one row of %i columns is the oracle', (m) => {
  for (const k of [1, 2, 30]) expectAll(`(1, ${k}, ${m})`, makeCase([1, k, m], 7 * k + m));
});

test.each(SPECIAL)('%f among the values', (special) => {
  const make = (count: number, seed: number) => values(count, seed, special);
  for (const sizes of [
    [5, 3, 9],
    [4, 8, 8],
    [7, 5, 27],
    [2, 19, 13],
    [5, 19, 13],
    [9, 30, 27],
  ])
    expectAll(`${special} (${sizes})`, makeCase(sizes, 5, make));
});

test('products and sums of subnormals keep every bit', () => {
  const tiny = (count: number, seed: number) => values(count, seed).map((value) => value * 2 ** -72);
  for (const sizes of [
    [9, 11, 19],
    [9, 30, 27],
  ])
    expectAll(`subnormal (${sizes})`, makeCase(sizes, 3, tiny));
});

test('any size, any bits', () => {
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(size, size, size, fc.nat(), fc.boolean(), (n, k, m, seed, ordinary) => {
      expectAll(`(${n}, ${k}, ${m})`, makeCase([n, k, m], seed, ordinary ? values : anyFloats));
    }),
    { numRuns: 60 },
  );
});

test.each(all)('$name: a row of a batch of 37 is the same row alone', (maker) => {
  const c = makeCase([37, 30, 27], 11);
  const alone = (i: number): Case => ({
    ...{ ...c, n: 1 },
    ...{ x: c.x.subarray(i * 30, i * 30 + 30), dy: c.dy.subarray(i * 27, i * 27 + 27) },
  });
  const run = (one: Case) => {
    const got: { y?: Float32Array; dx?: Float32Array } = {};
    const { y } = forwardOracle(one, true);
    const { dx } = backwardOracle(one);
    expectAgreement([maker], 'y', { y }, (arena) => {
      const outputs = forward(one, true)(arena);
      got.y = outputs.y;
      return outputs;
    });
    expectAgreement([maker], 'dx', { dx }, (arena) => {
      const outputs = backward(one, true, true)(arena);
      got.dx = outputs.dx;
      return outputs;
    });
    return got as Required<typeof got>;
  };
  const batch = run(c);
  for (let i = 0; i < 37; i++) {
    const { y, dx } = run(alone(i));
    expectSame(`y of row ${i}`, y, batch.y.subarray(i * 27, i * 27 + 27));
    expectSame(`dx of row ${i}`, dx, batch.dx.subarray(i * 30, i * 30 + 30));
  }
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  test.each([0, 1, 2, 3])('a misaligned pointer, linearForward argument %i', (position) => {
    const pointers = [a, a + 256, a + 512, a + 768];
    pointers[position] += 4;
    expect(() => kernels.linearForward(...(pointers as [number, number, number, number]), 1, 4, 4)).toThrow(
      'assertion failed',
    );
  });
  test.each([0, 1, 2, 3, 4, 5, 6])('a misaligned pointer, linearBackward argument %i', (position) => {
    const pointers = Array.from({ length: 7 }, (_, i) => a + 256 * i);
    pointers[position] += 8;
    const [dx, dw, db, dy, x, w, scratch] = pointers;
    expect(() => kernels.linearBackward(dx, dw, db, dy, x, w, scratch, 1, 4, 4)).toThrow('assertion failed');
  });
  test.each([
    [-1, 4, 4],
    [1, 0, 4],
    [1, 4, 0],
    [1, -4, 4],
    [1, 4, -4],
  ])('sizes (%i, %i, %i)', (n, k, m) => {
    expect(() => kernels.linearForward(a, a, a, a, n, k, m)).toThrow('assertion failed');
    expect(() => kernels.linearBackward(a, a, a, a, a, a, a, n, k, m)).toThrow('assertion failed');
  });
});
