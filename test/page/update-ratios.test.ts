import { expect, test } from 'vitest';
import { summarise } from '../../src/diagnostics/index.js';
import { Generator, load } from '../../src/index.js';
import { norm, rateFor, ratiosOf } from '../../src/page/instruments/updates/aids/update-ratios.js';

test('the norm follows from mean, std and count', async () => {
  const core = await load();
  const values = new Generator(7).randn(300).map((value) => value + 0.5);
  const summary = summarise(core.tensor([20, 15]).set(values));
  expect(norm(summary, 300)).toBeCloseTo(Math.hypot(...values), 5);
  expect(norm({ mean: -2, std: Number.NaN }, 1)).toBe(2);
});

test('both ratios, and the rate that moves the first to −3', () => {
  const counts = { min: 0, max: 0, saturated: 0, nan: 0, infinite: 0 };
  const gains = {
    name: '3.gamma',
    shape: [100],
    data: { mean: 1, std: 0.01, ...counts },
    gradient: { mean: 0, std: 0.01, histogram: undefined, ...counts },
    gradToData: 1,
    updateToData: -1,
  };
  const { std, norm } = ratiosOf(gains, 0.1);
  expect(std).toBe(-1);
  expect(norm).toBeCloseTo(-3, 2);
  expect(rateFor(std, 0.1)).toBeCloseTo(0.001, 12);
  expect(ratiosOf({ ...gains, gradient: undefined }, 0.1)).toEqual({ std: Number.NaN, norm: Number.NaN });
});
