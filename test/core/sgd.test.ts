import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sgd } from '../../src/core/reference/sgd.js';
import { anyFloats, expectAgreement, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers({ sgd });
const [debug] = all;

function expectUpdate(p: Float32Array, dp: Float32Array, lr: number): void {
  const count = p.length;
  const oracle = { p: p.map((value, i) => value - fround(fround(lr) * dp[i])) };
  expectAgreement(all, `sgd (${count}), lr ${lr}`, oracle, (arena) => {
    const at = arena.inPlace(1, count, p);
    arena.kernels.sgdUpdate(at, arena.input(1, count, dp), count, lr);
    return { p: arena.read(at, 1, count) };
  });
}

test.each([0, 2, ...SIZES, 1000])('%i parameters', (count) => {
  for (const lr of [0.1, 0.01, 1, 0, -0.1, 1e-40, 1e30])
    expectUpdate(values(count, count), values(count, count + 1), lr);
});

test.each(SPECIAL)('%f among the values, and as the rate', (special) => {
  expectUpdate(values(27, 1, special), values(27, 2), 0.1);
  expectUpdate(values(27, 1), values(27, 2, special), 0.1);
  expectUpdate(values(27, 1, special), values(27, 2, special), 0.1);
  expectUpdate(values(27, 1), values(27, 2), special);
});

test('any bits', () => {
  const rate = fc.double({ noDefaultInfinity: true, noNaN: true, min: -10, max: 10 });
  fc.assert(
    fc.property(fc.nat(70), fc.nat(), rate, (count, seed, lr) => {
      expectUpdate(anyFloats(count, seed), anyFloats(count, seed + 1), lr);
    }),
  );
});

describe('the checked binary refuses', () => {
  const { kernels, heapBase: a } = debug;
  test('misaligned pointers and a negative count', () => {
    expect(() => kernels.sgdUpdate(a + 4, a + 64, 4, 0.1)).toThrow('assertion failed');
    expect(() => kernels.sgdUpdate(a, a + 72, 4, 0.1)).toThrow('assertion failed');
    expect(() => kernels.sgdUpdate(a, a, -1, 0.1)).toThrow('assertion failed');
  });
});
