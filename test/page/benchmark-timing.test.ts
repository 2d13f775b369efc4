import { expect, test } from 'vitest';
import { type Entry, measure, median, resolutionOf, timingFor } from '../../src/page/benchmark/timing.js';

/** A clock that moves only by what entries take, in steps. */
function machine(step = 0) {
  let time = 0;
  const clock = () => (step === 0 ? time : Math.floor(time / step) * step);
  const entry = (milliseconds: (call: number) => number): Entry => {
    let calls = 0;
    return {
      call(times) {
        for (let i = 0; i < times; i++) time += milliseconds(calls++);
      },
    };
  };
  const tick = (by: number) => {
    time += by;
  };
  return { clock, entry, tick };
}

const turns = { rounds: 20, turn: 2, warmUp: 10 };

test('each entry has the time of one of its calls, in seconds', async () => {
  const { clock, entry } = machine();
  const [fast, slow] = await measure([entry(() => 0.01), entry(() => 5)], turns, undefined, clock);
  expect(fast.median).toBeCloseTo(1e-5, 12);
  expect(slow.median).toBeCloseTo(5e-3, 12);
  expect(fast.samples).toBe(20);
});

test('a disturbance of a third of the turns does not move the median, and the least is the undisturbed time', async () => {
  const { clock, entry } = machine();
  const [timed] = await measure([entry((call) => (call % 3 === 0 ? 40 : 4))], turns, undefined, clock);
  expect(timed.median).toBeCloseTo(4e-3, 12);
  expect(timed.least).toBeCloseTo(4e-3, 12);
});

test('entries take turns: none has two in a row', async () => {
  const { clock, entry } = machine();
  const order: string[] = [];
  const named = (name: string): Entry => {
    const { call } = entry(() => 3);
    return {
      call(times) {
        order.push(name);
        call(times);
      },
    };
  };
  await measure([named('a'), named('b'), named('c')], turns, undefined, clock);
  expect(order.slice(-60).join('')).toBe('abc'.repeat(20));
});

test('progress counts each warm-up and each turn', async () => {
  const { clock, entry } = machine();
  const told: number[][] = [];
  await measure(
    [entry(() => 3), entry(() => 3)],
    { ...turns, rounds: 2 },
    (...one) => void told.push(one),
    clock,
  );
  expect(told).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
});

test('a coarse clock gets longer turns, and not fewer than fifteen', () => {
  expect(timingFor(0.005)).toEqual({ turn: 2, rounds: 75, warmUp: 60 });
  expect(timingFor(0.1).turn).toBeCloseTo(3);
  expect(timingFor(1)).toEqual({ turn: 30, rounds: 15, warmUp: 60 });
});

test('the resolution of a clock is the step between readings that differ', () => {
  const { clock, tick } = machine(0.125);
  const reading = () => {
    tick(0.01);
    return clock();
  };
  expect(resolutionOf(reading)).toBeCloseTo(0.125, 12);
});

test('a median lies between the middle two of an even number; of nothing there is none', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
  expect(() => median([])).toThrow('expected at least one value, got none');
});
