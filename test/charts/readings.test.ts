import { describe, expect, test } from 'vitest';
import { lossAtTheEnd, readLoss } from '../../src/charts/index.js';

const run = (lossOf: (step: number) => number, steps = 100) =>
  Array.from({ length: steps }, (_, step): [number, number] => [step, lossOf(step)]);
const read = (losses: [number, number][]) =>
  readLoss({ losses, vocabularySize: 27 }).map(({ severity, text }) => `${severity}: ${text}`);

describe('the losses in words', () => {
  test('a run that begins far above ln 27 and comes down has undone its initialisation, so far', () => {
    const [first, last] = read(run((step) => 26 - 0.18 * step));
    expect(first).toMatch(/^warning: The first minibatch lost 26/);
    expect(last).toMatch(/^warning: .*only undone the initialisation/);
  });

  test('one that stays above ln 27 has learned nothing', () => {
    expect(read(run(() => 3.5)).at(-1)).toMatch(/^problem: .*nothing has been learned/);
  });

  test('one that broke off says where', () => {
    expect(read([...run(() => 3), [100, Number.NaN]])).toContain(
      'problem: At step 100 the loss stopped being a number.',
    );
  });
});

test('mean and deviation are those of the last two windows', () => {
  const end = lossAtTheEnd(run((step) => (step < 50 ? 9 : 2 + (step % 2))));
  expect(end).toMatchObject({ mean: expect.closeTo(2.5, 1), deviation: expect.closeTo(0.5, 1) });
  expect(end?.count).toBe(end?.steps);
  expect(lossAtTheEnd(run(() => 3, 10))).toBeUndefined();
});
