import type { Remote } from 'comlink';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lectureSettings } from '../../src/makemore/index.js';
import type { Engine } from '../../src/page/engine/protocol.js';
import type { Change, Lesson } from '../../src/page/lessons/lesson.js';
import { Lessons } from '../../src/page/lessons/lessons.js';
import type { Store } from '../../src/page/session/lost-run.js';
import { Session } from '../../src/page/session/session.js';
import { FakeEngine } from './fake-engine.js';

vi.stubGlobal('requestAnimationFrame', (then: (now: number) => void) =>
  setTimeout(() => then(performance.now()), 1),
);
vi.stubGlobal('cancelAnimationFrame', (id: number) => clearTimeout(id));

/** Told apart by their hidden units. */
const of = (hidden: number) => ({ ...lectureSettings, hidden });
const change = (hidden: number): Change => ({
  title: `with ${hidden}`,
  runs: [of(1), of(hidden)],
  until: 20,
  look: 'loss',
  looked: 'the loss',
  seen: [],
});
const lesson = (id: string, hidden: number, time: number): Lesson => ({
  ...change(hidden),
  id,
  title: id,
  time,
  kind: 'lecture',
  text: [],
  question: '?',
  runs: [of(hidden)],
  until: 10,
  choices: [0, 1].map((i) => ({ answer: `${i}`, word: '', holds: () => i === 1 })),
  changes: [change(7), change(8)],
});
const list = [lesson('one', 1, 0), lesson('two', 2, 1), lesson('three', 3, 2)];
const [one, two, three] = list;

class Memory implements Store {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

let fake: FakeEngine;
let session: Session;
let store: Memory;
let lessons: Lessons;
beforeEach(async () => {
  fake = new FakeEngine();
  session = new Session(fake as unknown as Remote<Engine>);
  store = new Memory();
  lessons = new Lessons(session, store, list);
  await lessons.open();
});
afterEach(() => fake.pause());
afterAll(() => vi.unstubAllGlobals());

const shown = () => session.shown.value.map(({ info }) => info.settings.hidden);
const steps = () => session.shown.value.map(({ frame }) => frame.value.step);

test('begins in the first lesson, with its run, and plays nothing before there is a prediction', async () => {
  expect(lessons.current.value).toBe(one);
  expect(shown()).toEqual([1]);
  await lessons.play();
  await lessons.goOn();
  expect([steps(), lessons.stage.value]).toEqual([[0], 'ask']);
});

test('finds a lesson by its name and by its number', () => {
  expect(['two', '2', '0', '4', '02', undefined].map((id) => lessons.find(id))).toEqual([
    two,
    two,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('plays to its step when something is predicted, and then has seen it', async () => {
  lessons.predict(0);
  const playing = lessons.play();
  expect(lessons.stage.value).toBe('playing');
  // Not any more.
  lessons.predict(1);
  await playing;
  expect(lessons.prediction).toBe(0);
  expect([steps(), lessons.stage.value]).toEqual([[10], 'seen']);
  expect(lessons.sight.value?.seen.map(({ frame }) => frame.step)).toEqual([10]);
  expect([...lessons.done.value]).toEqual(['one']);
  // Slow enough to be followed, and then as fast as before.
  expect(fake.calls.filter((call) => call.startsWith('speed'))).toEqual(['speed 3', 'speed Infinity']);
});

test('goes on: plays, then to the next lesson, whose run begins at 0; the last one is the last', async () => {
  for (const each of list) {
    expect(lessons.current.value).toBe(each);
    expect(steps()).toEqual([0]);
    lessons.predict(1);
    await lessons.goOn();
    expect(lessons.stage.value).toBe('seen');
    await lessons.goOn();
  }
  expect([lessons.current.value, lessons.stage.value]).toEqual([three, 'seen']);
});

test('a lesson that one comes back to is as one left it, with the runs that were seen', async () => {
  lessons.predict(1);
  await lessons.play();
  const run = session.main.value;
  await lessons.open(two);
  expect(lessons.sight.value).toBeUndefined();
  await lessons.open(one);
  expect(session.main.value).toBe(run);
  expect([steps(), lessons.stage.value, lessons.prediction]).toEqual([[10], 'seen', 1]);
  // From free play too, where other runs were.
  await session.show([{ settings: of(50) }]);
  expect(lessons.stage.value).toBe('ask');
  await lessons.open();
  expect([session.main.value === run, lessons.stage.value]).toEqual([true, 'seen']);
});

test('runs that the visitor has changed are not the lesson’s: nothing is said of them, and to play sets it up anew', async () => {
  lessons.predict(1);
  await lessons.play();
  await session.replace({ settings: of(50) });
  expect([lessons.sight.value, lessons.itsRuns.value]).toEqual([undefined, false]);
  await lessons.play();
  expect([shown(), steps(), lessons.stage.value]).toEqual([[1], [10], 'seen']);
});

test('one that was paused on its way goes on, and one that is beyond its step begins anew', async () => {
  lessons.predict(1);
  await session.play(4);
  expect(lessons.stage.value).toBe('ask');
  const run = session.main.value;
  await lessons.play();
  expect([session.main.value, steps()]).toEqual([run, [10]]);
  await session.startOver();
  await session.play(30);
  await lessons.play();
  expect([steps(), lessons.stage.value]).toEqual([[10], 'seen']);
});

test('a pause while it plays leaves it to be gone on with', async () => {
  lessons.predict(1);
  fake.endless = true;
  const playing = lessons.play();
  await expect.poll(() => session.playing.value).toBe(true);
  await expect.poll(() => [...fake.runs.values()].some(({ stop }) => stop !== undefined)).toBe(true);
  // The fake makes ten steps at its pause: fewer than are asked for here.
  for (const run of fake.runs.values()) run.step = -5;
  await session.pause();
  await playing;
  expect([steps(), lessons.stage.value]).toEqual([[5], 'ask']);
  fake.endless = false;
  await lessons.play();
  expect(lessons.stage.value).toBe('seen');
});

test('something changed: its runs are set up and played, and said to be what one sees', async () => {
  lessons.predict(1);
  await lessons.play();
  await lessons.try(one.changes[1]);
  expect([shown(), steps()]).toEqual([
    [1, 8],
    [20, 20],
  ]);
  expect(lessons.sight.value?.change).toBe(one.changes[1]);
});

test('another lesson while one plays: the first comes to nothing', async () => {
  lessons.predict(1);
  fake.endless = true;
  const playing = lessons.play();
  await expect.poll(() => session.playing.value).toBe(true);
  fake.endless = false;
  await Promise.all([playing, lessons.open(two)]);
  expect([shown(), steps(), lessons.stage.value]).toEqual([[2], [0], 'ask']);
  expect(lessons.done.value.size).toBe(0);
});

test('place, predictions and what was played are kept for the next visit', async () => {
  lessons.predict(1);
  await lessons.play();
  await lessons.open(two);
  lessons.predict(0);
  const again = new Lessons(session, store, list);
  expect(again.current.value.id).toBe('two');
  expect(again.predicted.value).toEqual({ one: 1, two: 0 });
  expect([...again.done.value]).toEqual(['one']);
});

test.each([
  '',
  'null',
  '[]',
  '7',
  '{"current":5,"predicted":{"one":9,"two":"1","gone":0},"done":["gone",4]}',
  '{"predicted":[],"done":{}}',
])('what another version has kept is left aside: %s', (kept) => {
  store.setItem('lanewise: lessons', kept);
  const again = new Lessons(session, store, list);
  expect(again.current.value).toBe(one);
  expect(again.predicted.value).toEqual({});
  expect(again.done.value.size).toBe(0);
});

test('works where nothing can be kept', async () => {
  const refuses = {
    getItem() {
      throw new Error('forbidden');
    },
    setItem() {
      throw new Error('full');
    },
    removeItem() {},
  };
  for (const none of [undefined, refuses]) {
    const free = new Lessons(session, none, list);
    free.predict(1);
    await free.open(two);
    expect([free.current.value, free.predicted.value]).toEqual([two, { one: 1 }]);
  }
});
