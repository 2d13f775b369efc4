import { describe, expect, test } from 'vitest';
import { columnChance, meanSlope, oneIn } from '../../src/page/instruments/saturation/aids/one-unit.js';
import { placeName, strongest, weightGroups } from '../../src/page/instruments/saturation/incoming.js';
import { gradientText, reached, verdictOf } from '../../src/page/instruments/saturation/verdict.js';
import { below, saturatedShare } from '../../src/page/instruments/shared/normal.js';
import { share } from '../../src/page/view/figures.js';

describe('the verdict on a unit', () => {
  const examples = 1000;

  test('a batch reaches it as often as draws with replacement do', () => {
    expect(reached(0, examples, 32)).toBe(0);
    expect(reached(500, examples, 1)).toBeCloseTo(0.5, 12);
    expect(reached(10, examples, 32)).toBeCloseTo(1 - 0.99 ** 32, 12);
    expect(reached(examples, examples, 32)).toBe(1);
  });

  test('dead for good where no example lets a gradient through; exactly so for ReLU alone', () => {
    expect(verdictOf({ kind: 'ReLU', open: 0, examples }, 32)).toMatchObject({ severity: 'problem' });
    expect(verdictOf({ kind: 'ReLU', open: 0, examples }, 32).text).toContain('exactly 0 on every batch');
    expect(verdictOf({ kind: 'Tanh', open: 0, examples }, 32).text).toContain('though not exactly 0');
  });

  test('revived by another batch where a few do', () => {
    const rare = verdictOf({ kind: 'Tanh', open: 1, examples }, 32);
    expect(rare.severity).toBe('warning');
    expect(rare.text).toContain('1 of 1,000 training examples (0.10\u00a0%)');
    expect(rare.text).toContain('one step in 32');
    expect(verdictOf({ kind: 'Tanh', open: 900, examples }, 32).severity).toBe('healthy');
    expect(verdictOf({ kind: 'Tanh', open: 999, examples }, 32).text).toContain('probability above 99.99');
    expect(verdictOf({ kind: 'Tanh', open: 400, examples }, 32).severity).toBe('note');
    expect(verdictOf({ kind: 'ReLU', open: 400, examples }, 32).severity).toBe('healthy');
    expect(verdictOf({ kind: 'LeakyReLU', open: examples, examples }, 32).severity).toBe('healthy');
  });

  test('a gradient of 0 is said to be exactly that', () => {
    expect(gradientText({ step: 3, gradient: { norm: 0, median: 0.02 } })).toBe(
      'exactly 0 (median of the layer’s units: 0.0200)',
    );
    expect(gradientText({ step: 3, gradient: { norm: 2.5e-5, median: 0.02 } })).toContain('2.50·10⁻⁵');
    expect(gradientText({ step: 0, gradient: undefined })).toBe('none before the first step');
    expect(gradientText({ step: 3, gradient: undefined })).toContain('past moment');
  });
});

describe('what leads to a unit', () => {
  test('is grouped by the places of the context', () => {
    const weights = Float32Array.of(1, 2, 3, 4, 5, 6);
    const pushes = [Float32Array.of(0), Float32Array.of(0), Float32Array.of(0)];
    expect(weightGroups({ weights, pushes })).toEqual([
      { name: '3rd last', weights: Float32Array.of(1, 2) },
      { name: '2nd last', weights: Float32Array.of(3, 4) },
      { name: 'last character', weights: Float32Array.of(5, 6) },
    ]);
    expect(weightGroups({ weights })).toEqual([{ name: undefined, weights }]);
    expect([11, 12, 21, 113].map(placeName)).toEqual(['11th last', '12th last', '21st last', '113th last']);
  });

  test('the strongest characters either way', () => {
    const { up, down } = strongest(Float32Array.of(0.5, -2, 3, -1, 0), ['.', 'a', 'b', 'c', 'd'], 3);
    expect(up.map(({ character }) => character)).toEqual(['b', '.']);
    expect(down.map(({ character }) => character)).toEqual(['a', 'c']);
  });
});

describe('a unit with a normal pre-activation', () => {
  test('the normal distribution', () => {
    expect(below(0)).toBeCloseTo(0.5, 7);
    expect(below(1.959963985)).toBeCloseTo(0.975, 7);
    expect(below(-5) / 2.866515719e-7).toBeCloseTo(1, 6);
  });

  test('is saturated as the lecture’s layers at a std of 5/3', () => {
    expect(saturatedShare(0, 5 / 3, 0.97)).toBeCloseTo(0.2094, 3);
    expect(saturatedShare(0, 5 / 3, 0.99)).toBeCloseTo(0.1123, 3);
    expect([saturatedShare(3, 0, 0.99), saturatedShare(2, 0, 0.99)]).toEqual([1, 0]);
  });

  test('lets a mean gradient through', () => {
    expect(meanSlope(0, 0)).toBe(1);
    // 1 / std(tanh(z)) = 1.5925 is the gain that keeps the spread, to which torch's 5/3 comes near.
    expect(meanSlope(0, 1)).toBeCloseTo(1 - 1 / 1.59254 ** 2, 4);
    // For wide inputs the slope acts as a bump of area 2 at the density's peak.
    expect(meanSlope(0, 50)).toBeCloseTo(2 / (50 * Math.sqrt(2 * Math.PI)), 5);
  });

  test('chances in words', () => {
    expect(columnChance(0.9, 32)).toBeCloseTo(0.0343, 4);
    expect([0, 0.00001, 0.0034, 0.5, 0.99999, 1].map(share)).toEqual([
      '0\u00a0%',
      'below 0.01\u00a0%',
      '0.34\u00a0%',
      '50.0\u00a0%',
      'above 99.99\u00a0%',
      '100.0\u00a0%',
    ]);
    expect([0, 0.8, 0.0343, 1e-12].map(oneIn)).toEqual([
      'never',
      'more often than not',
      'about once in 29',
      'less than once in a billion',
    ]);
  });
});
