import { expect, test } from 'vitest';
import { timeTicks } from '../../src/page/frame/time-ticks.js';

test('ends and round steps are labelled, each at its place between the stops', () => {
  expect(timeTicks([0, 1, 2, 3, 4])).toEqual([0, 1, 2, 4].map((step) => ({ step, at: step / 4 })));
  const ticks = timeTicks([0, 100, 3000]);
  expect(ticks.map(({ step }) => step)).toEqual([0, 50, 100, 1000, 2000, 3000]);
  expect(ticks[3].at).toBeCloseTo(0.5 + (0.5 * 900) / 2900, 9);
});

test('labels have room, whatever the stops', () => {
  for (const last of [2, 7, 40, 1000, 200_000, 1e9]) {
    const steps = [0];
    while (steps[steps.length - 1] < last)
      steps.push(Math.min(last, Math.ceil(steps[steps.length - 1] * 1.1 + 1)));
    const ticks = timeTicks(steps);
    expect([ticks[0], ticks[ticks.length - 1]]).toEqual([
      { at: 0, step: 0 },
      { at: 1, step: last },
    ]);
    for (let i = 1; i < ticks.length; i++) expect(ticks[i].at - ticks[i - 1].at).toBeGreaterThan(0.11);
  }
  expect([timeTicks([]), timeTicks([5])]).toEqual([[], [{ at: 0, step: 5 }]]);
});
