import { expect, test } from 'vitest';
import { Generator } from '../../src/index.js';
import { fixedPoint, stdOfTanh } from '../../src/page/instruments/activations/aids/fixed-point.js';
import { density, expectation, saturatedShare } from '../../src/page/instruments/shared/normal.js';

test('moments of the normal distribution', () => {
  expect(expectation(() => 1)).toBeCloseTo(1, 12);
  expect(expectation((z) => z * z)).toBeCloseTo(1, 12);
  expect(expectation((z) => z ** 4)).toBeCloseTo(3, 10);
  expect(density(0, 2)).toBeCloseTo(0.19947114, 8);
});

test('tanh makes a std of 1 to 0.628, whose inverse is 1.5925 and not 5/3', () => {
  expect(1 / stdOfTanh(1)).toBeCloseTo(1.5925, 4);
  const draws = new Generator(7).randn(2 ** 20);
  const squares = draws.reduce((sum, z) => sum + Math.tanh(z) ** 2, 0) / draws.length;
  expect(1 / Math.sqrt(squares)).toBeCloseTo(1.5925, 2);
});

test('a stack of tanh layers settles at 0.65 with gain 5/3 and at nothing with gain 1', () => {
  expect(fixedPoint(5 / 3)).toBeCloseTo(0.651, 3);
  expect(fixedPoint(1)).toBe(0);
  expect(fixedPoint(0.7)).toBe(0);
  const s = fixedPoint(3);
  expect(stdOfTanh(3 * s)).toBeCloseTo(s, 8);
});

test('shares of saturated outputs, as the findings have them', () => {
  for (const [std, share] of [
    [5 / 3, 0.21],
    [2, 0.3],
    [3.1, 0.5],
  ])
    expect(saturatedShare(0, std, 0.97)).toBeCloseTo(share, 2);
  // 2 (1 − Φ(atanh 0.97)): P(|z| > 2.0923).
  expect(saturatedShare(0, 1, 0.97)).toBeCloseTo(0.03641, 4);
  expect(saturatedShare(0, 0, 0.97)).toBe(0);
});
