import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pace } from '../../src/page/engine/pace.js';

const walker = (steps: number) => ({
  steps,
  interrupted: 0,
  interrupt() {
    this.interrupted++;
  },
});

test('a run that plays alone has no limit; a second one makes it ask again', () => {
  const pace = new Pace();
  const [first, second] = [walker(500), walker(0)];
  pace.enter(first);
  expect(pace.limit(first)).toBe(Number.POSITIVE_INFINITY);
  pace.enter(second);
  expect(first.interrupted).toBe(1);
  expect(pace.limit(first)).toBe(64);
  expect(pace.limit(second)).toBe(564);
  pace.leave(second);
  expect(pace.limit(first)).toBe(Number.POSITIVE_INFINITY);
});

test('somebody may always go on', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 4 }), (all) => {
      const pace = new Pace();
      const walkers = all.map(walker);
      for (const each of walkers) pace.enter(each);
      expect(walkers.some((each) => each.steps < pace.limit(each))).toBe(true);
    }),
  );
});

test('runs that are nearly level come to rest level; one that is far behind stays where it is', () => {
  const pace = new Pace();
  const walkers = [walker(1000), walker(940), walker(100)];
  for (const each of walkers) pace.enter(each);
  expect(walkers.map((each) => pace.rest(each))).toEqual([1000, 1000, 100]);
});
