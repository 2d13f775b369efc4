import { describe, expect, test } from 'vitest';
import { smoothingWindow, windowMeans } from '../../src/charts/index.js';

const range = (count: number, gap = 1) => Array.from({ length: count }, (_, i) => i * gap);

describe('the smoothing window', () => {
  test('is 1000 for the 200,000 steps of the lecture', () =>
    expect(smoothingWindow(range(200_000))).toBe(1000));
  test('holds 20 steps of a short run', () => expect(smoothingWindow(range(1001))).toBe(20));
  test('is wider where only every 1000th step is recorded, with 20 windows left', () =>
    expect(smoothingWindow([...range(1001), ...range(199, 1000).map((step) => step + 2000)])).toBe(10_000));
  test('is 1 for a run without length', () => {
    expect(smoothingWindow([])).toBe(1);
    expect(smoothingWindow([5])).toBe(1);
  });
});

describe('means over windows', () => {
  test('lie at the middle of what each window holds', () => {
    expect(windowMeans(range(6), [1, 3, 5, 7, 9, 11], 2)).toEqual([
      [0.5, 2],
      [2.5, 6],
      [4.5, 10],
    ]);
  });

  test('weigh a point by the steps that it stands for', () => {
    // 0, 1, 2 stand for one step each, 3 for seven, until 10.
    const [[, first]] = windowMeans([0, 1, 2, 3, 10], [10, 10, 10, 0, 0], 10);
    expect(first).toBeCloseTo(3, 12);
  });

  test('leave out what is not finite', () => {
    expect(windowMeans([0, 1, 2, 3], [1, Number.NaN, Number.POSITIVE_INFINITY, 3], 2)).toEqual([
      [0, 1],
      [3, 3],
    ]);
    expect(windowMeans([0], [Number.NaN], 1)).toEqual([]);
  });
});
