import { expect, test } from 'vitest';
import { chanceOfAll, lettersOf, oneIn } from '../../src/page/instruments/samples/name-path.js';

const path = {
  step: 10,
  tokens: [2, 1, 0],
  size: 7,
  probabilities: Float32Array.from(
    [
      [0.1, 0.2, 0.5, 0.05, 0.05, 0.05, 0.05],
      [0.3, 0.01, 0.2, 0.15, 0.14, 0.11, 0.09],
      [0.25, 0.25, 0.1, 0.1, 0.1, 0.1, 0.1],
    ].flat(),
  ),
};

test('each letter has what it was drawn after, and what it might have been', () => {
  const [first, second, end] = lettersOf(path, 3);
  expect(first.context).toEqual([0, 0, 0]);
  expect(second.context).toEqual([0, 0, 2]);
  expect(end.context).toEqual([0, 2, 1]);
  expect([first.rank, second.rank]).toEqual([1, 7]);
  expect(first.drawn).toEqual({ token: 2, probability: 0.5 });
  expect(first.shown.map(({ token }) => token)).toEqual([2, 1, 0, 3, 4]);
  // An unlikely one is shown behind the likeliest.
  expect(second.shown.map(({ token }) => token)).toEqual([0, 2, 3, 4, 1]);
});

test('the chance of the whole name is the product', () => {
  expect(chanceOfAll(lettersOf(path, 3))).toBeCloseTo(0.5 * 0.01 * 0.25, 9);
  expect(oneIn(0.00125)).toBe('1 in 800');
  expect(oneIn(1 / 123_456)).toBe('1 in 120,000');
  expect(oneIn(1e-12)).toBe('1 in 1.0·10¹²');
  expect(oneIn(0)).toBe('none');
});
