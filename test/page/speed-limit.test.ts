import { builtInNames } from 'lanewise/makemore';
import { expect, test } from 'vitest';
import { LiveRun } from '../../src/page/engine/live-run.js';
import { Lockstep } from '../../src/page/engine/lockstep.js';
import { SpeedLimit, type Timer } from '../../src/page/engine/speed-limit.js';
import { presets } from '../../src/page/settings/fields.js';

/** Time that goes on when a test says so. */
class ManualTimer {
  readonly waiting: { milliseconds: number; done: () => void }[] = [];
  readonly start: Timer = (milliseconds, done) => {
    const entry = { milliseconds, done };
    this.waiting.push(entry);
    return () => {
      const place = this.waiting.indexOf(entry);
      if (place >= 0) this.waiting.splice(place, 1);
    };
  };
  /** The next that waits is done. */
  next(): number {
    const [first] = this.waiting;
    first.done();
    return first.milliseconds;
  }
}

async function prepared(steps = 1000) {
  const timer = new ManualTimer();
  const speedLimit = new SpeedLimit(timer.start);
  const shared = { threshold: 0.97, budget: 1e6, lockstep: new Lockstep(), speedLimit };
  const settings = { ...presets.mlp, hidden: 10, steps };
  const run = await LiveRun.open(1, await builtInNames(), settings, 'auto', shared);
  const waits = () => expect.poll(() => timer.waiting.length).toBe(1);
  return { timer, speedLimit, run, waits };
}

test.each([
  [1, 1, 1000],
  [10, 1, 100],
  [20, 1, 50],
  [1000, 50, 50],
])('at %i steps a second a run makes %i at once and rests for %i ms', async (speed, portion, rest) => {
  const { timer, speedLimit, run, waits } = await prepared();
  speedLimit.set(speed);
  const played = run.play(3 * portion);
  for (let i = 1; i < 3; i++) {
    await waits();
    expect(run.steps).toBe(i * portion);
    expect(timer.next()).toBe(rest);
  }
  // No rest behind the last step.
  await played;
  expect(run.steps).toBe(3 * portion);
  expect(timer.waiting).toEqual([]);
  run.dispose();
});

test('a rest ends with a pause, and when the speed is changed', async () => {
  const { timer, speedLimit, run, waits } = await prepared(30);
  speedLimit.set(1);
  const played = run.play(20);
  await waits();
  await run.pause();
  await played;
  expect([run.steps, run.state, timer.waiting.length]).toEqual([1, 'paused', 0]);
  const again = run.play(30);
  await waits();
  speedLimit.set(Number.POSITIVE_INFINITY);
  await again;
  expect([run.steps, run.state, timer.waiting.length]).toEqual([30, 'finished', 0]);
  run.dispose();
});

test('steps are the same at any speed, bit for bit', async () => {
  const { timer, speedLimit, run } = await prepared();
  const other = await prepared();
  speedLimit.set(100);
  const played = run.play(50);
  for (let done = false; !done; ) {
    if (timer.waiting.length > 0) timer.next();
    done = await Promise.race([
      played.then(() => true),
      new Promise<boolean>((r) => setTimeout(r, 0, false)),
    ]);
  }
  await other.run.play(50);
  expect(run.run.record('test').fingerprint).toBe(other.run.run.record('test').fingerprint);
  run.dispose();
  other.run.dispose();
});

test.each([0, -1, Number.NaN])('a speed of %d is refused', (speed) => {
  expect(() => new SpeedLimit().set(speed)).toThrow(RangeError);
});
