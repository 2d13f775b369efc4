import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointwise } from '../../src/core/reference/pointwise.js';
import { anyFloats, expectAgreement, SIZES, SPECIAL, values } from './arena.js';
import { makers } from './makers.js';

const all = await makers({ pointwise });
const [debug] = all;

const KERNELS = {
  addPointwise: (a: number, b: number) => a + b,
  multiplyPointwise: (a: number, b: number) => a * b,
};
type Name = keyof typeof KERNELS;
const names = Object.keys(KERNELS) as Name[];

/** Into an output of its own, and in place of each operand. */
function expectBits(name: Name, a: Float32Array, b: Float32Array): void {
  const count = a.length;
  const oracle = { y: a.map((value, i) => KERNELS[name](value, b[i])) };
  for (const into of ['y', 'a', 'b'])
    expectAgreement(all, `${name} (${count}) into ${into}`, oracle, (arena) => {
      const one = into === 'a' ? arena.inPlace(1, count, a) : arena.input(1, count, a);
      const other = into === 'b' ? arena.inPlace(1, count, b) : arena.input(1, count, b);
      const y = into === 'a' ? one : into === 'b' ? other : arena.output(1, count);
      arena.kernels[name](y, one, other, count);
      return { y: arena.read(y, 1, count) };
    });
}

describe.each(names)('%s', (name) => {
  test.each([0, 2, ...SIZES, 1000])('%i elements', (count) => {
    expectBits(name, values(count, count), values(count, count + 1));
  });

  test.each(SPECIAL)('%f among the values of one, and of both', (special) => {
    expectBits(name, values(27, 1, special), values(27, 2));
    expectBits(name, values(27, 1), values(27, 2, special));
    expectBits(name, values(27, 1, special), values(27, 9, special));
    expectBits(name, new Float32Array(5).fill(special), Float32Array.of(0, -0, 1, -1, special));
  });

  test('any bits', () => {
    fc.assert(
      fc.property(fc.nat(70), fc.nat(), (count, seed) => {
        expectBits(name, anyFloats(count, seed), anyFloats(count, seed + 1));
      }),
    );
  });

  test('the checked binary refuses misaligned pointers and a negative count', () => {
    const { kernels, heapBase: a } = debug;
    const call = kernels[name];
    expect(() => call(a, a + 64, a + 128, 4)).not.toThrow();
    for (const at of [0, 1, 2]) {
      const pointers = [a, a + 64, a + 128].with(at, a + 8) as [number, number, number];
      expect(() => call(...pointers, 4)).toThrow('assertion failed');
    }
    expect(() => call(a, a + 64, a + 128, -1)).toThrow('assertion failed');
  });
});
