import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lockstep } from '../../src/page/engine/lockstep.js';

const walker = (steps: number) => ({
  steps,
  interrupted: 0,
  interrupt() {
    this.interrupted++;
  },
});

test('a run that plays alone has no limit; a second one makes it ask again', () => {
  const lockstep = new Lockstep();
  const [first, second] = [walker(500), walker(0)];
  lockstep.enter(first);
  expect(lockstep.limit(first)).toBe(Number.POSITIVE_INFINITY);
  lockstep.enter(second);
  expect(first.interrupted).toBe(1);
  expect(lockstep.limit(first)).toBe(64);
  expect(lockstep.limit(second)).toBe(564);
  lockstep.leave(second);
  expect(lockstep.limit(first)).toBe(Number.POSITIVE_INFINITY);
});

test('somebody may always go on', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 4 }), (all) => {
      const lockstep = new Lockstep();
      const walkers = all.map(walker);
      for (const each of walkers) lockstep.enter(each);
      expect(walkers.some((each) => each.steps < lockstep.limit(each))).toBe(true);
    }),
  );
});

test('runs that are nearly level come to rest level; one that is far behind stays where it is', () => {
  const lockstep = new Lockstep();
  const walkers = [walker(1000), walker(940), walker(100)];
  for (const each of walkers) lockstep.enter(each);
  expect(walkers.map((each) => lockstep.rest(each))).toEqual([1000, 1000, 100]);
});
