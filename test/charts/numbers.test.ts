import { expect, test } from 'vitest';
import { count, tidy } from '../../src/charts/numbers.js';

test('labels are grouped in one way, from a thousand on', () => {
  expect([0, 500, 1000, 5000, 9999, 10_000, 182_625].map((step) => tidy(step))).toEqual([
    '0',
    '500',
    '1,000',
    '5,000',
    '9,999',
    '10,000',
    '182,625',
  ]);
  for (const step of [999, 1000, 9999, 10_000, 123_456]) expect(tidy(step)).toBe(count(step));
  expect([1234.5, -1234.5678, 9999.996, 1499.7].map((value) => tidy(value))).toEqual([
    '1,234.5',
    '−1,234.57',
    '10,000',
    '1,499.7',
  ]);
  expect([tidy(1499.7, 3), tidy(-4000), tidy(-0), tidy(0.001234), tidy(Number.NaN)]).toEqual([
    '1,500',
    '−4,000',
    '0',
    '0.001234',
    'NaN',
  ]);
});
