import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip } from '../../src/core/reference/clip.js';
import { Arena, anyFloats, expectAgreement, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers({ clip });
const [debug] = all;

/** Both sums of x (n, m), which is only read. */
function expectSums(x: Float32Array, n: number, m: number): void {
  const squares = x.reduce((sum, value) => sum + value * value, 0);
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const maker of all) {
    const arena = new Arena(maker);
    const at = arena.input(n, m, x);
    const where = `${maker.name} (${n}, ${m})`;
    expect(arena.kernels.sumOfSquares(at, n, m), where).toBe(squares);
    expect(arena.kernels.largestSize(at, n, m), where).toBe(largest);
    arena.check(where);
  }
}

/** x · factor and x within a limit, in place. */
function expectChanges(x: Float32Array, n: number, m: number, scalar: number): void {
  const limit = fround(Math.abs(scalar));
  const oracle = {
    scaled: x.map((value) => value * fround(scalar)),
    clamped: x.map((value) => Math.max(Math.min(value, limit), -limit)),
  };
  expectAgreement(all, `clip (${n}, ${m}) by ${scalar}`, oracle, (arena) => {
    const [scaled, clamped] = [arena.inPlace(n, m, x), arena.inPlace(n, m, x)];
    arena.kernels.scaleBy(scaled, n, m, scalar);
    arena.kernels.clampTo(clamped, n, m, Math.abs(scalar));
    return { scaled: arena.read(scaled, n, m), clamped: arena.read(clamped, n, m) };
  });
}

test.each([0, 1, 2, 5])('%i rows of any number of columns, NaN in the padding', (n) => {
  for (const m of [2, ...SIZES, 200]) {
    expectSums(values(n * m, m), n, m);
    for (const scalar of [0.1, 1, 0, 1e-40, 1e30]) expectChanges(values(n * m, m), n, m, scalar);
  }
});

test.each(SPECIAL)('%f among the values, and as factor and limit', (special) => {
  const x = values(27, 1, special);
  expectSums(x, 3, 9);
  expectChanges(x, 3, 9, 0.7);
  if (!Number.isNaN(special)) expectChanges(values(27, 1), 3, 9, special);
});

test('any bits', () => {
  const [rows, columns] = [fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 13 })];
  fc.assert(
    fc.property(
      rows,
      columns,
      fc.nat(),
      fc.double({ noNaN: true, min: 0, max: 1e3 }),
      (n, m, seed, scalar) => {
        const x = anyFloats(n * m, seed);
        expectSums(x, n, m);
        expectChanges(x, n, m, scalar);
      },
    ),
  );
});

test('squares that no float holds are summed in doubles', () => {
  for (const { kernels, f32, heapBase } of all) {
    f32.set([3e38, -3e38, 1e-45, 0], heapBase >> 2);
    expect(kernels.sumOfSquares(heapBase, 1, 4)).toBeCloseTo(2 * fround(3e38) ** 2, -64);
    expect(kernels.sumOfSquares(heapBase, 1, 2)).toBeGreaterThan(1e77);
  }
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  test('misaligned pointers and negative sizes', () => {
    for (const run of [
      () => kernels.sumOfSquares(a + 4, 1, 4),
      () => kernels.largestSize(a, -1, 4),
      () => kernels.scaleBy(a, 1, -4, 1),
      () => kernels.clampTo(a + 8, 1, 4, 1),
    ])
      expect(run).toThrow('assertion failed');
  });
});
