import { describe, expect, test } from 'vitest';
import { Generator } from '../../src/index.js';
import {
  principalComponents,
  singularValues,
  steadyAxes,
  symmetricEigen,
} from '../../src/page/engine/symmetric-eigen.js';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
const draws = (count: number, seed: number) => new Generator(seed).randn(count);

describe('symmetricEigen', () => {
  test('of a matrix whose eigenvalues are known', () => {
    // [[2, 1], [1, 2]]: 3 along (1, 1), 1 along (1, −1).
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
    expect(Math.abs(dot(vectors[0], [Math.SQRT1_2, Math.SQRT1_2]))).toBeCloseTo(1, 14);
    expect(Math.abs(dot(vectors[1], [Math.SQRT1_2, -Math.SQRT1_2]))).toBeCloseTo(1, 14);
  });

  test.each([1, 2, 10, 40])('gives back a random matrix of %d from its parts', (n) => {
    const raw = draws(n * n, n);
    const matrix = Float64Array.from({ length: n * n }, (_, i) => {
      const [row, column] = [Math.floor(i / n), i % n];
      return raw[row * n + column] + raw[column * n + row];
    });
    const { values, vectors } = symmetricEigen(matrix.slice(), n);
    for (let i = 0; i < n; i++) {
      if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
      for (let j = 0; j < n; j++) {
        expect(dot(vectors[i], vectors[j])).toBeCloseTo(i === j ? 1 : 0, 11);
        const again = values.reduce((sum, value, k) => sum + value * vectors[k][i] * vectors[k][j], 0);
        expect(again).toBeCloseTo(matrix[i * n + j], 10);
      }
    }
  });

  test('of zeros, and what is no number', () => {
    expect(symmetricEigen(new Float64Array(9), 3).values).toEqual(new Float64Array(3));
    expect(() => symmetricEigen(Float64Array.of(Number.NaN, 0, 0, 1), 2)).toThrow(RangeError);
  });
});

describe('singularValues', () => {
  test('of a diagonal in a rectangle, whichever side is longer', () => {
    expect(Array.from(singularValues([3, 0, 0, 0, -4, 0], 2, 3))).toEqual([4, 3]);
    expect(Array.from(singularValues([3, 0, 0, -4, 0, 0], 3, 2))).toEqual([4, 3]);
  });

  test('their squares sum to those of the elements, and an outer product has one alone', () => {
    const data = draws(30 * 20, 3);
    const values = singularValues(data, 30, 20);
    expect(values).toHaveLength(20);
    expect(dot(values, values)).toBeCloseTo(dot(data, data), 9);
    const [left, right] = [draws(30, 4), draws(20, 5)];
    const outer = Array.from({ length: 600 }, (_, i) => left[Math.floor(i / 20)] * right[i % 20]);
    const single = singularValues(outer, 30, 20);
    expect(single[0]).toBeCloseTo(Math.sqrt(dot(left, left) * dot(right, right)), 9);
    expect(single[1] / single[0]).toBeLessThan(1e-7);
  });
});

test('principal components are those of the spread, whatever the mean', () => {
  const [long, short] = [draws(500, 6), draws(500, 7)];
  const data = Array.from(long, (value, i) => [
    5 + 0.6 * 3 * value - 0.8 * short[i],
    -2 + 0.8 * 3 * value + 0.6 * short[i],
  ]);
  const { vectors, shares, mean } = principalComponents(data.flat(), 500, 2);
  expect(Math.abs(dot(vectors[0], [0.6, 0.8]))).toBeGreaterThan(0.999);
  expect(shares[0]).toBeCloseTo(0.9, 1);
  expect(shares[0] + shares[1]).toBeCloseTo(1, 12);
  expect(mean[0]).toBeCloseTo(5, 0);
});

describe('steadyAxes', () => {
  const [x, y] = [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0)];
  const back = (axis: Float64Array) => axis.map((value) => -value);

  test('turn the signs back to where they were', () => {
    const { axes, swapped } = steadyAxes([back(x), back(y)], [x, y]);
    expect([...axes[0], ...axes[1]].map((value) => value + 0)).toEqual([1, 0, 0, 0, 1, 0]);
    expect(swapped).toBe(false);
  });

  test('follow two components that change places', () => {
    const { axes, swapped } = steadyAxes([y, back(x)], [x, y]);
    expect(Array.from(axes[0], (value) => value + 0)).toEqual([1, 0, 0]);
    expect(axes[1]).toEqual(y);
    expect(swapped).toBe(true);
  });

  test('without axes before, their largest element is positive', () => {
    const { axes } = steadyAxes([Float64Array.of(0.6, -0.8), Float64Array.of(0.8, 0.6)], undefined);
    expect(axes).toEqual([Float64Array.of(-0.6, 0.8), Float64Array.of(0.8, 0.6)]);
  });
});
