import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embedding } from '../../src/core/reference/embedding.js';
import { anyFloats, bits, expectAgreement, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers({ embedding });
const [debug] = all;

interface Case {
  n: number;
  c: number;
  d: number;
  v: number;
  weight: Float32Array;
  dy: Float32Array;
  indices: Int32Array;
}

const makeCase = (
  [n, c, d, v]: readonly number[],
  seed: number,
  make: (count: number, seed: number) => Float32Array = values,
): Case => {
  const next = bits(seed + 9);
  for (let i = 0; i < 8; i++) next();
  return {
    ...{ n, c, d, v },
    ...{ weight: make(v * d, seed), dy: make(n * c * d, seed + 1) },
    indices: Int32Array.from({ length: n * c }, () => (next() >>> 0) % v),
  };
};

const forwardOracle = ({ d, weight, indices }: Case) => ({
  y: Float32Array.from({ length: indices.length * d }, (_, at) => {
    return weight[indices[Math.floor(at / d)] * d + (at % d)];
  }),
});

/** Each row of the table from 0, one addition after the other in the order of the indices. */
function backwardOracle({ d, v, dy, indices }: Case) {
  const dweight = new Float32Array(v * d);
  indices.forEach((index, place) => {
    for (let l = 0; l < d; l++) dweight[index * d + l] = fround(dweight[index * d + l] + dy[place * d + l]);
  });
  return { dweight };
}

function expectAll(c: Case): void {
  const { n, d, v } = c;
  const where = `(${n}, ${c.c}, ${d}, ${v})`;
  expectAgreement(all, `${where} forward`, forwardOracle(c), (arena) => {
    const y = arena.output(n, c.c * d);
    arena.kernels.embeddingForward(y, arena.input(v, d, c.weight), arena.indices(c.indices), n, c.c, d);
    return { y: arena.read(y, n, c.c * d) };
  });
  expectAgreement(all, `${where} backward`, backwardOracle(c), (arena) => {
    const dweight = arena.output(v, d);
    const dy = arena.input(n, c.c * d, c.dy);
    arena.kernels.embeddingBackward(dweight, dy, arena.indices(c.indices), n, c.c, d, v);
    return { dweight: arena.read(dweight, v, d) };
  });
}

test.each([0, ...SIZES])('a batch of %i is the oracle', (n) => {
  for (const c of [1, 2, 3, 5, 8])
    for (const d of [2, 10, ...SIZES]) expectAll(makeCase([n, c, d, 6], n + 43 * c + 997 * d));
});

test('an index that stands everywhere gathers its gradients in order', () => {
  const c = { ...makeCase([37, 3, 10, 4], 5), indices: new Int32Array(37 * 3).fill(2) };
  const backwards = { ...c, dy: c.dy.slice().reverse() };
  expectAll(c);
  expectAll(backwards);
  // The order shows: the same terms summed the other way round end in other bits.
  const sums = ({ dweight }: { dweight: Float32Array }) => Array.from(dweight.subarray(20, 30));
  expect(sums(backwardOracle(backwards)).reverse()).not.toEqual(sums(backwardOracle(c)));
});

test('rows of no index get gradient 0', () => {
  const c = { ...makeCase([3, 1, 5, 4], 5), indices: Int32Array.of(1, 3, 1) };
  const { dweight } = backwardOracle(c);
  expect(Array.from(dweight.subarray(0, 5))).toEqual([0, 0, 0, 0, 0]);
  expectAll(c);
});

test.each(SPECIAL)('%f among the values', (special) => {
  for (const sizes of [
    [9, 3, 10, 5],
    [4, 2, 3, 2],
  ])
    expectAll(makeCase(sizes, 3, (count, seed) => values(count, seed, special)));
});

test('any size, any bits', () => {
  const size = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(fc.nat(20), size, size, size, fc.nat(), fc.boolean(), (n, c, d, v, seed, ordinary) => {
      expectAll(makeCase([n, c, d, v], seed, ordinary ? values : anyFloats));
    }),
    { numRuns: 100 },
  );
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  test.each([
    [4, 0, 0],
    [0, 8, 0],
    [0, 0, 2],
  ])('pointers off by (%i, %i, %i)', (p, q, r) => {
    expect(() => kernels.embeddingForward(a + p, a + 256 + q, a + 512 + r, 1, 1, 4)).toThrow('assertion');
    expect(() => kernels.embeddingBackward(a + p, a + 256 + q, a + 512 + r, 1, 1, 4, 4)).toThrow('assertion');
  });
  test.each([
    [-1, 1, 1, 1],
    [1, 0, 1, 1],
    [1, 1, 0, 1],
    [1, 1, -4, 1],
  ])('sizes (%i, %i, %i, %i)', (n, c, d, v) => {
    expect(() => kernels.embeddingForward(a, a, a, n, c, d)).toThrow('assertion failed');
    expect(() => kernels.embeddingBackward(a, a, a, n, c, d, v)).toThrow('assertion failed');
  });
  test('a table of no rows', () => {
    expect(() => kernels.embeddingBackward(a, a, a, 1, 1, 4, 0)).toThrow('assertion failed');
  });
});
