import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Indices, load, rowStride, Tensor } from '../../src/index.js';

const core = await load({ backend: 'js' });

describe('a tensor', () => {
  test('has its shape, sizes and stride', () => {
    const facts = ({ shape, rows, columns, stride, capacity, size }: Tensor | Indices) => ({
      shape,
      rows,
      columns,
      stride,
      capacity,
      size,
    });
    expect(facts(core.tensor([5]))).toEqual({
      shape: [5],
      rows: 1,
      columns: 5,
      stride: 8,
      capacity: 1,
      size: 5,
    });
    expect(facts(core.tensor([3, 4]))).toEqual({
      shape: [3, 4],
      rows: 3,
      columns: 4,
      stride: 4,
      capacity: 3,
      size: 12,
    });
    expect(facts(core.tensor([2, 3, 3]))).toEqual({
      shape: [2, 3, 3],
      rows: 2,
      columns: 9,
      stride: 12,
      capacity: 2,
      size: 18,
    });
    expect(facts(core.tensor([0, 3]))).toEqual({
      shape: [0, 3],
      rows: 0,
      columns: 3,
      stride: 4,
      capacity: 0,
      size: 0,
    });
    expect(facts(core.indices([3]))).toEqual({
      shape: [3, 1],
      rows: 3,
      columns: 1,
      stride: 1,
      capacity: 3,
      size: 3,
    });
    expect(facts(core.indices([3, 5]))).toEqual({
      shape: [3, 5],
      rows: 3,
      columns: 5,
      stride: 5,
      capacity: 3,
      size: 15,
    });
  });

  test('rowStride is whole vectors', () => {
    expect([0, 1, 3, 4, 5, 27, 30, 200].map(rowStride)).toEqual([0, 4, 4, 4, 8, 28, 32, 200]);
  });

  test('lays its rows at the stride', () => {
    const tensor = core.tensor([2, 5]).set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(Array.from(tensor.data)).toEqual([1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 0, 0, 0]);
    expect(Array.from(tensor.toArray())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('set and toArray are inverse, whatever the padding holds; neighbours stay', () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, fc.nat(), (rows, columns, seed) => {
        const [before, tensor, after] = [
          core.tensor([1, 3]),
          core.tensor([rows, columns]),
          core.tensor([1, 3]),
        ];
        const values = Float32Array.from({ length: rows * columns }, (_, i) =>
          Math.fround(Math.sin(seed + i)),
        );
        tensor.fill(Number.NaN).set(values);
        expect(tensor.toArray()).toEqual(values);
        expect([...before.data, ...after.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  test('toArray is a copy', () => {
    const tensor = core.tensor([2]).set([1, 2]);
    tensor.toArray()[0] = 5;
    expect(Array.from(tensor.toArray())).toEqual([1, 2]);
  });

  test('refuses another number of values', () => {
    expect(() => core.tensor([2, 3]).set([1, 2, 3, 4, 5])).toThrow(
      new RangeError('Tensor.set: expected 6 values for shape (2, 3), got 5'),
    );
    expect(() => core.indices([2]).set([1, 2, 3])).toThrow(
      new RangeError('Tensor.set: expected 2 values for shape (2, 1), got 3'),
    );
  });

  test('refuses a shape that is none', () => {
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 31])
      expect(() => core.tensor([bad, 2])).toThrow(
        new RangeError(
          `Tensor: expected each size of the shape to be an integer from 0 to 2147483647, got ${bad}`,
        ),
      );
    expect(() => core.tensor(['2' as never])).toThrow(
      new TypeError("Tensor: expected each size of the shape to be a number, got '2'"),
    );
  });

  test('resize: fewer rows, and back; above the capacity both numbers', () => {
    const tensor = core.tensor([3, 2]).set([1, 2, 3, 4, 5, 6]);
    tensor.resize(2);
    expect(tensor.shape).toEqual([2, 2]);
    expect(Array.from(tensor.toArray())).toEqual([1, 2, 3, 4]);
    expect(tensor.data.length).toBe(8);
    expect(() => tensor.set([1, 2, 3, 4, 5, 6])).toThrow('expected 4 values');
    tensor.resize(0);
    expect(tensor.toArray().length).toBe(0);
    tensor.resize(3);
    expect(Array.from(tensor.toArray())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => tensor.resize(4)).toThrow(new RangeError('Tensor.resize: expected at most 3 rows, got 4'));
    expect(() => tensor.resize(-1)).toThrow(RangeError);
    expect(() => tensor.resize(Number.NaN)).toThrow(RangeError);
    expect(tensor.rows).toBe(3);
  });

  test('a fractional number of rows is refused', () => {
    expect(() => core.tensor([3, 2]).resize(1.5)).toThrow(RangeError);
  });

  test('seen at another pointer shares the memory', () => {
    const tensor = core.tensor([2, 2, 3]).set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const flat = new Tensor(core, [2, 6], tensor.pointer);
    expect(Array.from(flat.toArray())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    flat.data[0] = 42;
    expect(tensor.toArray()[0]).toBe(42);
  });
});

describe('scale', () => {
  test('multiplies each live element by the factor, both float32', () => {
    const tensor = core.tensor([3, 5]).fill(0.1);
    tensor.resize(2);
    expect(tensor.scale(1 / 3)).toBe(tensor);
    const product = Math.fround(Math.fround(0.1) * Math.fround(1 / 3));
    expect(tensor.toArray()).toEqual(new Float32Array(10).fill(product));
    tensor.resize(3);
    expect(tensor.toArray().slice(10)).toEqual(new Float32Array(5).fill(0.1));
    expect(() => tensor.scale('2' as never)).toThrow(
      new TypeError("Tensor.scale: expected a number, got '2'"),
    );
  });
});

describe('gather', () => {
  test('returns its tensor', () => {
    const [tensor, indices] = [core.tensor([1, 2]), core.indices([1, 2])];
    expect(tensor.gather(Float32Array.of(1, 2), 0)).toBe(tensor);
    expect(indices.gather(Int32Array.of(1, 2), 0)).toBe(indices);
  });

  const source = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

  test('takes rows one after the other, or those picked', () => {
    const tensor = core.tensor([2, 3]);
    tensor.gather(source, 1);
    expect(Array.from(tensor.toArray())).toEqual([4, 5, 6, 7, 8, 9]);
    tensor.gather(source, 0, Int32Array.of(2, 0));
    const picked = tensor.toArray();
    // As a generator draws them.
    tensor.fill(0).gather(source, [2, 0]);
    expect(tensor.toArray()).toEqual(picked);
    expect(Array.from(tensor.toArray())).toEqual([7, 8, 9, 1, 2, 3]);
    const indices = core.indices([2, 2]);
    indices.gather(Int32Array.of(1, 2, 3, 4, 5, 6), 0, Int32Array.of(2, 2));
    expect(Array.from(indices.toArray())).toEqual([5, 6, 5, 6]);
  });

  test('refuses a row that is not there, and another number of picks', () => {
    const tensor = core.tensor([2, 3]);
    const missing = (row: number) => new RangeError(`Tensor.gather: expected a row from 0 to 2, got ${row}`);
    expect(() => tensor.gather(source, 2)).toThrow(missing(3));
    expect(() => tensor.gather(source, -1)).toThrow(missing(-1));
    expect(() => tensor.gather(source, 0, Int32Array.of(0, 3))).toThrow(missing(3));
    expect(() => tensor.gather(source, 0, Int32Array.of(0))).toThrow('Tensor.gather: expected 2 rows, got 1');
  });
});

describe('indices', () => {
  test('are packed', () => {
    const indices = core.indices([2, 3]).set([1, 2, 3, 4, 5, 6]);
    expect(Array.from(indices.data)).toEqual([1, 2, 3, 4, 5, 6]);
    indices.resize(1);
    expect(Array.from(indices.data)).toEqual([1, 2, 3]);
  });

  test('expectBelow names the place, the range and the first that is outside', () => {
    const indices = core.indices([3]).set([0, 4, 5]);
    indices.expectBelow('Here', 6);
    expect(() => indices.expectBelow('Here', 5)).toThrow(
      new RangeError('Here: expected indices from 0 to 4, got 5'),
    );
    indices.resize(2);
    indices.expectBelow('Here', 5);
    indices.set([-1, 0]);
    expect(() => indices.expectBelow('Here', 5)).toThrow('got -1');
  });
});
