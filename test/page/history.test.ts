import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History } from '../../src/page/engine/history.js';
import type { Moment } from '../../src/page/engine/protocol.js';

const moment = (step: number) => ({ run: 1, step, samples: [] }) as unknown as Moment;
const save = () => new Uint8Array(1000);
const LARGE = 1e9;

/** As a run keeps: at its beginning, where it is time, and where it comes to rest. */
function filled(end: number, budget: number, rests: readonly number[] = []): History {
  const history = new History();
  for (let step = 0; step <= end; step++)
    if (step >= history.next || rests.includes(step)) history.keep(moment(step), save, budget);
  return history;
}

test('the first steps are kept, then each a tenth further', () => {
  const { steps } = filled(1000, LARGE);
  expect(steps.slice(0, 13)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13]);
  expect(steps.length).toBeLessThan(60);
});

test('a rest adds a moment and moves none of those after it', () => {
  const rested = filled(1000, LARGE, [500, 777]);
  expect(rested.steps.filter((step) => step !== 500 && step !== 777)).toEqual(
    filled(1000, LARGE).steps.filter((step) => step !== 500 && step !== 777),
  );
  expect(rested.steps).toContain(777);
});

test('within the budget, in order, with the first and the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2500, max: 60_000 }), fc.integer({ min: 10, max: 3000 }), (budget, end) => {
      const history = filled(end, budget, [end]);
      const { steps } = history;
      expect(history.bytes).toBeLessThanOrEqual(budget);
      expect(steps[0]).toBe(0);
      expect(steps.at(-1)).toBe(end);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
    }),
  );
});

test('what goes are the moments closest together, so that the rest are evenly far apart', () => {
  const { steps } = filled(10_000, 20_000, [10_000]);
  expect(steps.length).toBeGreaterThan(15);
  const ratios = steps.slice(1).map((step, i) => (step + 1) / (steps[i] + 1));
  expect(Math.max(...ratios)).toBeLessThan(2.5);
});

test('where two moments are too many the first stays, and none where one is', () => {
  expect(filled(100, 1999, [100]).steps).toEqual([0]);
  expect(filled(100, 500, [100]).steps).toEqual([]);
  const history = filled(100, LARGE);
  history.thin(1);
  expect(history.steps).toEqual([]);
  expect(history.bytes).toBe(0);
});

test('a network that is larger than the budget is not written again and again', () => {
  const history = new History();
  let written = 0;
  const writing = () => {
    written++;
    return save();
  };
  for (let step = 0; step <= 100; step++) if (step >= history.next) history.keep(moment(step), writing, 500);
  expect(written).toBe(1);
});

test('the same step twice is kept once', () => {
  const history = new History();
  history.keep(moment(0), save, LARGE);
  history.keep(moment(0), save, LARGE);
  expect(history.steps).toEqual([0]);
});

test('a branch has the moments up to its step, as its own', () => {
  const history = filled(100, LARGE, [42]);
  const branch = history.branch(42, 7);
  expect(branch.steps).toEqual(history.steps.filter((step) => step <= 42));
  expect(branch.at(42).moment.run).toBe(7);
  expect(history.at(42).moment.run).toBe(1);
  expect(branch.next).toBeGreaterThan(42);
  expect(branch.bytes).toBeLessThan(history.bytes);
});

test('a step that is not kept is refused by name', () => {
  expect(() => filled(3, LARGE).at(5)).toThrow('History: expected one of the kept steps 0, 1, 2, 3, got 5');
});
