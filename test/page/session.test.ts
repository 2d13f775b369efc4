import type { Remote } from 'comlink';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lectureSettings } from '../../src/makemore/index.js';
import type { Engine, NamesFile } from '../../src/page/engine/protocol.js';
import { Session } from '../../src/page/session/session.js';
import { FakeEngine, type FakeRun } from './fake-engine.js';

vi.stubGlobal('requestAnimationFrame', (then: (now: number) => void) =>
  setTimeout(() => then(performance.now()), 1),
);
vi.stubGlobal('cancelAnimationFrame', (id: number) => clearTimeout(id));

let fake: FakeEngine;
let session: Session;
beforeEach(async () => {
  fake = new FakeEngine();
  session = new Session(fake as unknown as Remote<Engine>);
  await session.show([of(1)]);
});

// Other files run here after this one: nothing is left that asks for a frame.
afterEach(() => fake.pause());
afterAll(async () => {
  await settled();
  vi.unstubAllGlobals();
});

/** Told apart by their hidden units. */
const of = (hidden: number, steps = 1000) => ({ settings: { ...lectureSettings, hidden, steps } });
const shown = () => session.shown.value.map(({ info }) => info.settings.hidden);
const stepsOf = () => session.shown.value.map(({ frame }) => frame.value.step);
const main = () => session.main.value as NonNullable<typeof session.main.value>;
const idle = () => expect.poll(() => session.busy.value).toBeUndefined();
/** Behind whatever takes fewer turns of the loop; timers of equal length come in their order, however slow it is. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}
const names = (first: number): NamesFile => ({ source: 'x.txt', bytes: new Uint8Array([first]) });

test('of several wishes the last one is shown, and nothing that was opened for the others is left', async () => {
  const done = await Promise.all([2, 3, 4, 5].map((hidden) => session.replace(of(hidden))));
  expect(done).toEqual([false, false, false, true]);
  await settled();
  expect(shown()).toEqual([5]);
  expect([...fake.runs.keys()]).toEqual([main().info.id]);
  expect(session.busy.value).toBeUndefined();
});

test('a wish while a run is being opened', async () => {
  fake.waits = true;
  const first = session.show([of(2)]);
  await settled();
  fake.waits = false;
  const second = session.show([of(3)]);
  expect(session.busy.value).toBe('preparing the run');
  fake.gates[0]();
  expect(await Promise.all([first, second])).toEqual([false, true]);
  await settled();
  expect(shown()).toEqual([3]);
  expect(fake.runs.size).toBe(1);
});

test('what cannot be opened leaves the page as it was, and says why', async () => {
  await session.play(20);
  const before = main();
  expect(await session.replace(of(5000))).toBe(false);
  expect(session.problem.value).toBe('too large');
  expect(await session.show([of(3), of(5000)])).toBe(false);
  await settled();
  expect(main()).toBe(before);
  expect(session.runs.value).toEqual([before]);
  expect(fake.runs.size).toBe(1);
  await session.play(30);
  expect(session.problem.value).toBeUndefined();
});

test('a changed setting replaces the main run; the one beside it stays', async () => {
  await session.show([of(2), of(3)]);
  await session.play(50);
  await session.replace(of(4));
  expect(shown()).toEqual([4, 3]);
  expect(stepsOf()).toEqual([0, 50]);
  expect(session.runs.value.map(({ info }) => info.settings.hidden)).toEqual([2, 3, 4]);
});

test('one step is of the run that is behind, until both are level', async () => {
  await session.show([of(2), of(3)]);
  await session.play(3);
  await session.replace(of(4));
  for (const expected of [
    [1, 3],
    [2, 3],
    [3, 3],
    [4, 4],
  ]) {
    await session.step();
    expect(stepsOf()).toEqual(expected);
  }
});

test('a run that is finished or has diverged waits for the other', async () => {
  await session.show([of(2, 10), of(3, 20)]);
  await session.play(15);
  expect(stepsOf()).toEqual([10, 15]);
  expect(session.open.value).toHaveLength(1);
  await session.step();
  expect(stepsOf()).toEqual([10, 16]);
  await session.play();
  expect(stepsOf()).toEqual([10, 20]);
  expect(session.open.value).toEqual([]);
  const calls = fake.calls.length;
  await session.step();
  expect(fake.calls.length).toBe(calls);
});

test('both are looked at at their kept moments nearest to the step', async () => {
  await session.show([of(2), of(3)]);
  await session.play(25);
  await session.replace(of(4));
  await session.play(12);
  expect(session.steps.value).toEqual([0, 10, 12, 20, 25]);
  await session.look(20);
  // The first one made 12 steps: that is its newest.
  expect(session.past.value).toBeUndefined();
  expect(session.otherFrame.value).toMatchObject({ step: 20, kept: [0, 10, 20, 25] });
  expect(session.looked.value).toBe(20);
  await session.look(10);
  expect([session.moment.value?.step, session.otherFrame.value?.step]).toEqual([10, 10]);
  await session.look(25);
  expect([session.moment.value?.step, session.otherFrame.value?.step]).toEqual([12, 25]);
  expect(session.looked.value).toBeUndefined();
});

test('of several looks the last one holds, and training looks at the newest again', async () => {
  await session.play(100);
  await Promise.all([10, 30, 20].map((step) => session.look(step)));
  expect(session.moment.value?.step).toBe(20);
  const look = session.look(10);
  await session.play(110);
  await look;
  expect(session.past.value).toBeUndefined();
  expect(session.moment.value?.step).toBe(110);
});

test('the step that is looked at is the one asked for before its moment is here', async () => {
  await session.play(100);
  const looks = [90, 80, 70].map((step) => {
    const look = session.look(step);
    expect(session.looked.value).toBe(step);
    expect(session.past.value).toBeUndefined();
    return look;
  });
  await looks[0];
  expect(session.looked.value).toBe(70);
  await Promise.all(looks);
  expect([session.looked.value, session.moment.value?.step]).toEqual([70, 70]);
  // What is done with it waits for it.
  void session.look(40);
  await session.fork();
  expect(main().info.parent?.step).toBe(40);
});

test('a moment that was let go of in the meantime is a message, and the one before is looked at', async () => {
  await session.play(100);
  await session.look(20);
  const run = fake.runs.get(main().info.id) as FakeRun;
  run.kept = [0, 100];
  await session.look(50);
  expect(session.problem.value).toBe('no step 50');
  expect([session.looked.value, session.moment.value?.step]).toEqual([20, 20]);
});

test('going on from a moment keeps the run that it was, and the one beside it', async () => {
  await session.show([of(2), of(3)]);
  await session.play(40);
  const original = main();
  await session.look(20);
  await session.fork();
  expect(main().info.parent).toEqual({ id: original.info.id, step: 20 });
  expect(shown()).toEqual([2, 3]);
  expect(session.past.value).toBeUndefined();
  expect(session.runs.value).toContain(original);
  await session.choose(main(), original);
  expect(stepsOf()).toEqual([20, 40]);
});

test('start over opens both again, each on its own names', async () => {
  await session.use(names(7));
  await session.play(10);
  const onNames = main();
  await session.use(undefined);
  await session.choose(main(), onNames);
  await session.startOver();
  expect(stepsOf()).toEqual([0, 0]);
  expect(session.shown.value.map((run) => run.names?.bytes[0])).toEqual([undefined, 7]);
  expect(session.names.value).toBeUndefined();
});

test('a run is closed unless it is shown; those without a step go by themselves, and the oldest beyond eight', async () => {
  await session.play(10);
  const first = main();
  session.close(first);
  expect(session.runs.value).toEqual([first]);
  await session.replace(of(2));
  await session.replace(of(3));
  expect(session.runs.value.map(({ info }) => info.settings.hidden)).toEqual([1, 3]);
  session.close(first);
  await settled();
  expect(session.runs.value.map(({ info }) => info.settings.hidden)).toEqual([3]);
  for (let hidden = 10; hidden < 22; hidden++) {
    await session.play(5);
    await session.replace(of(hidden));
  }
  await settled();
  expect(session.runs.value).toHaveLength(8);
  expect(fake.runs.size).toBe(8);
});

test('of large runs only as many are kept as a page has memory for, and those that are shown', async () => {
  fake.memory = 400e6;
  for (let hidden = 10; hidden < 14; hidden++) {
    await session.replace(of(hidden));
    await session.play(5);
  }
  await settled();
  expect(session.runs.value.map(({ info }) => info.settings.hidden)).toEqual([12, 13]);
  fake.memory = 600e6;
  await session.show([of(20), of(21)]);
  await settled();
  expect(session.runs.value.map(({ info }) => info.settings.hidden)).toEqual([20, 21]);
  expect(fake.runs.size).toBe(2);
});

test('a file that cannot be read is told by its name', async () => {
  const read = () => Promise.reject(new Error('gone'));
  expect(await session.reading('names', read)).toBeUndefined();
  expect(session.problem.value).toBe('names: expected a file that can be read, got: gone');
  expect(await session.reading('names', async () => new ArrayBuffer(3))).toHaveLength(3);
  expect(session.problem.value).toBeUndefined();
});

test('work at rest pauses, and goes on where it played', async () => {
  fake.endless = true;
  void session.play();
  await settled();
  expect(session.playing.value).toBe(true);
  await session.evaluate();
  await settled();
  expect(fake.calls.filter((call) => !call.startsWith('open'))).toEqual([
    'play 1 1000',
    'evaluate 1',
    'play 1 1000',
  ]);
  expect(session.playing.value).toBe(true);
  await session.pause();
  expect(session.playing.value).toBe(false);
});

test('a change while it plays pauses first; nothing plays on behind', async () => {
  fake.endless = true;
  void session.play();
  await settled();
  await Promise.all([session.evaluate(), session.replace(of(2))]);
  await settled();
  expect(session.playing.value).toBe(false);
  expect(shown()).toEqual([2]);
  expect([...fake.runs.values()].every(({ state }) => state === 'paused')).toBe(true);
});

test('nothing is played while something else is under way', async () => {
  fake.waits = true;
  const opening = session.replace(of(2));
  await settled();
  await session.play(10);
  fake.gates[0]();
  await opening;
  expect(fake.calls.filter((call) => call.startsWith('play'))).toEqual([]);
});

test('a link on a list of names: that list where it is here, a message where it is not', async () => {
  await session.use(names(7));
  await session.play(3);
  const { linked } = main();
  expect(linked.names).toBe('7'.padEnd(64, 'a'));
  await session.show([of(2)]);
  expect(session.names.value).toBeUndefined();
  await session.show([{ ...of(3), names: linked.names?.slice(0, 12) as string }]);
  expect(session.names.value?.bytes[0]).toBe(7);
  await session.show([{ ...of(4), names: 'cafecafecafe' }]);
  expect(shown()).toEqual([4]);
  expect(session.problem.value).toMatch(
    /^The link is of a list of names that is not in it, with a SHA-256 of cafecafecafe…/,
  );
  await settled();
  expect(session.problem.value).toBeDefined();
});

test('a link on a list that a visit before has kept, if that is still the same', async () => {
  const kept = (sha256: string) => [{ ...names(7), sha256: sha256.padEnd(64, 'a') }];
  const open = (sha256: string) => new Session(fake as unknown as Remote<Engine>, kept(sha256));
  const on = (sha256: string) => [{ ...of(3), names: sha256.padEnd(12, 'a') }];
  const later = open('7');
  expect([later.knows(on('7')), later.knows(on('8')), later.knows([of(3)])]).toEqual([true, false, true]);
  expect(await later.show(on('7'))).toBe(true);
  expect(later.names.value?.bytes[0]).toBe(7);
  expect(later.main.value?.linked.names).toBe('7'.padEnd(64, 'a'));
  expect(later.problem.value).toBeUndefined();
  // What is lost with a visit is said with what it has cost.
  const told = new Session(fake as unknown as Remote<Engine>, [], [on('9')[0].names]);
  expect(await told.show(on('9'))).toBe(true);
  expect(told.problem.value).toBeUndefined();
  const changed = open('8');
  expect(await changed.show(on('8'))).toBe(false);
  expect(changed.problem.value).toMatch(/^x\.txt: expected names with a SHA-256 of 8a+…, got 7a+$/);
  expect(changed.main.value).toBeUndefined();
});

test('a checkpoint of another list waits for that list', async () => {
  const file = { source: 'a.safetensors', bytes: new Uint8Array(9) };
  await session.resume(file);
  expect(session.awaiting.value?.saved.names.path).toBe('x.txt');
  expect(shown()).toEqual([1]);
  await session.use(names(6));
  expect(session.problem.value).toMatch(/^a\.safetensors: expected the names/);
  expect(session.awaiting.value).toBeDefined();
  await session.use(names(7));
  expect(session.awaiting.value).toBeUndefined();
  expect(main().info.file).toEqual({ source: 'a.safetensors', step: 5 });
  expect(main().linked.names).toBe('7'.padEnd(64, 'a'));
  // A second one finds the list that is here now.
  await session.resume(file);
  expect(session.awaiting.value).toBeUndefined();
});

test('without its worker the page says so, and stands still', async () => {
  fake.endless = true;
  void session.play();
  await settled();
  session.fail('gone');
  expect(session.broken.value).toBe('gone');
  expect(session.playing.value).toBe(false);
  expect(await session.replace(of(2))).toBe(false);
  await idle();
  expect(session.problem.value).toBeUndefined();
});
