import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Generator, Linear, load, matmul, type Tensor, transpose } from '../../src/index.js';

const cores = await Promise.all([load({ backend: 'js' }), load({ backend: 'wasm' })]);

describe.each(cores)('on $backend', (core) => {
  const of = (shape: number[], seed: number): Tensor => {
    const tensor = core.tensor(shape);
    return tensor.set(new Generator(seed).randn(tensor.size));
  };

  test('a b is a sum of products, and in bits what a linear layer makes', () => {
    const size = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 0, max: 1000 }), (n, k, m, seed) => {
        const [a, b] = [of([n, k], seed), of([k, m], seed + 1)];
        const c = matmul(a, b);
        expect(c.shape).toEqual([n, m]);
        const linear = new Linear(k, m, { bias: false });
        linear.to(core);
        linear.weight.value.set(b.toArray());
        expect(c.toArray()).toEqual(linear.forward(a).toArray());
        const [x, w] = [a.toArray(), b.toArray()];
        c.toArray().forEach((value, at) => {
          let sum = 0;
          for (let i = 0; i < k; i++) sum += x[Math.floor(at / m) * k + i] * w[i * m + (at % m)];
          expect(Math.abs(value - sum)).toBeLessThan(1e-4);
        });
        linear.dispose();
        for (const tensor of [a, b, c]) tensor.dispose();
      }),
      { numRuns: 30 },
    );
  });

  test('a transpose has columns for rows, and leaves its input as it was', () => {
    const a = of([3, 5], 1);
    const t = transpose(a);
    expect(t.shape).toEqual([5, 3]);
    expect(Array.from(t.toArray())).toEqual(
      Array.from({ length: 15 }, (_, i) => a.toArray()[(i % 3) * 5 + Math.floor(i / 3)]),
    );
    expect(transpose(t).toArray()).toEqual(a.toArray());
    const untouched = core.tensor([2, 2]);
    expect(transpose(untouched).written).toBe(true);
    expect(untouched.written).toBe(false);
  });

  test('a vector is one row, and further dimensions of a row are one', () => {
    const [a, b] = [of([3], 1), of([3, 2], 2)];
    expect(matmul(a, b).shape).toEqual([1, 2]);
    expect(transpose(a).shape).toEqual([3, 1]);
    expect(matmul(of([4, 3, 2], 3), of([6, 5], 4)).shape).toEqual([4, 5]);
  });

  test('writes to out, and makes nothing then', () => {
    const [a, b, out] = [of([2, 3], 1), of([3, 4], 2), core.tensor([6, 4])];
    const before = matmul(a, b).toArray();
    expect(matmul(a, b, out)).toBe(out);
    expect(out.shape).toEqual([2, 4]);
    expect(out.toArray()).toEqual(before);
    const bytes = core.allocate(16);
    core.free(bytes, 16);
    for (let i = 0; i < 3; i++) matmul(a, b, out);
    expect(core.allocate(16)).toBe(bytes);
    core.free(bytes, 16);
  });

  test('what does not fit is refused', () => {
    const [a, b] = [of([2, 3], 1), of([2, 3], 2)];
    const square = of([3, 3], 3);
    const [other] = cores.filter((each) => each !== core);
    expect(() => matmul(a, b)).toThrow(new RangeError('matmul: b: expected 3 rows, got 2'));
    expect(() => matmul(a, square, core.tensor([2, 4]))).toThrow(
      new RangeError('matmul: expected an out of its own with 3 columns, got 4'),
    );
    expect(() => matmul(a, square, core.tensor([1, 3]))).toThrow(
      new RangeError('matmul: expected at most 1 rows, got 2'),
    );
    expect(() => matmul(square, square, square)).toThrow(
      new RangeError('matmul: expected an out of its own with 3 columns, got an input'),
    );
    expect(() => transpose(square, square)).toThrow(
      new RangeError('transpose: expected an out of its own with 3 columns, got an input'),
    );
    expect(() => matmul(a, other.tensor([3, 1]))).toThrow(
      new TypeError('matmul: expected b of its own core, got one of another'),
    );
    expect(() => matmul([1, 2] as never, a)).toThrow(/^matmul: expected a to be a Tensor \(float32\), got /);
    expect(() => transpose(core.indices([2, 2]) as never)).toThrow(/^transpose: expected a to be a Tensor/);
  });
});
