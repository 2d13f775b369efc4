import { beforeAll, describe, expect, test } from 'vitest';
import type { RunInfo } from '../../src/page/engine/protocol.js';
import { Runs } from '../../src/page/engine/runs.js';
import { lessons } from '../../src/page/lessons/all.js';
import type { Change, Claim, Experiment, Lesson } from '../../src/page/lessons/lesson.js';
import { type Observed, observe } from '../../src/page/lessons/observe.js';
import { writeAddress } from '../../src/page/settings/address.js';
import { whole } from '../../src/page/view/figures.js';

const experimentsOf = (lesson: Lesson): Experiment[] => [lesson, ...lesson.changes];

/** What each experiment was seen to do. Runs of the same settings and steps are one. */
const seen = new Map<Experiment, Observed>();

beforeAll(async () => {
  const engine = new Runs();
  const experiments = lessons.flatMap(experimentsOf);
  // Same settings play once: from the shortest to the longest.
  const keyOf = (settings: Experiment['runs'][0]) => writeAddress([{ settings }]);
  const ordered = experiments.toSorted((a, b) => a.until - b.until);
  const open = new Map<string, RunInfo>();
  for (const experiment of ordered) {
    const infos: RunInfo[] = [];
    for (const settings of experiment.runs) {
      if (settings === undefined) continue;
      const key = keyOf(settings);
      const info = open.get(key) ?? (await engine.open(settings, undefined, 'auto'));
      open.set(key, info);
      await engine.play(info.id, experiment.until);
      infos.push(info);
    }
    seen.set(experiment, await observe(engine, infos, experiment));
    // As many as a visit keeps: each has a share of the room for its moments.
    for (const [key] of open) {
      const rest = ordered.slice(ordered.indexOf(experiment) + 1);
      if (rest.some(({ runs }) => runs.some((settings) => settings && keyOf(settings) === key))) continue;
      await engine.close((open.get(key) as RunInfo).id);
      open.delete(key);
    }
  }
});

const seenOf = (experiment: Experiment): Observed => {
  const found = seen.get(experiment);
  if (found === undefined) throw new Error('lessons: expected the experiment to have been run');
  return found;
};

/** All sentences that an experiment may say of its runs. */
const claimsOf = (experiment: Experiment & Partial<Lesson>): Claim[] => [
  ...experiment.seen,
  ...(experiment.choices ?? []).flatMap(({ word }) => (typeof word === 'string' ? [] : [word])),
];

/** The words that are there before a run, or that no run has a say in. */
const wordsOf = (experiment: Experiment & Partial<Lesson & Change>): string[] => [
  experiment.title ?? '',
  experiment.looked,
  ...(experiment.text ?? []),
  experiment.question ?? '',
  ...(experiment.choices ?? []).flatMap(({ word }) => (typeof word === 'string' ? [word] : [])),
];

/** The same runs with other numbers in them, but for what tells where these are. */
function rescaled(seen: Observed, scale: (value: number) => number): Observed {
  const copy = (value: unknown): unknown => {
    if (typeof value === 'number') return scale(value);
    if (ArrayBuffer.isView(value)) return (value as Float32Array).map(scale);
    if (Array.isArray(value)) return value.map(copy);
    if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, copy(each)]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        // Where there were none, there is one, and the other way round.
        if (key === 'dead') return [key, each.length === 0 ? [0] : []];
        return [key, SAME.includes(key) ? each : copy(each)];
      }),
    );
  };
  return copy(seen) as Observed;
}
const SAME = ['info', 'step', 'steps', 'kept', 'run', 'shape', 'unit', 'units', 'layer', 'threshold'];

const distortions: ((seen: Observed) => Observed)[] = [
  (seen) => rescaled(seen, (value) => 7 * value),
  (seen) => rescaled(seen, (value) => value / 7),
  (seen) => rescaled(seen, () => 1),
  (seen) => rescaled(seen, () => 0),
  // Each by a factor of its own, from 1 to 4.
  (seen) => {
    let count = 0;
    return rescaled(seen, (value) => value * (1 + 3 * ((count++ * 0.618) % 1)));
  },
  (seen) => seen.toReversed(),
];

/** Of runs that have no such layer it says nothing. */
function refutes(seen: Observed, claim: Claim): boolean {
  try {
    return !claim.holds(seen);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

test('lessons come in the order of the video, each with an address of its own', () => {
  expect(lessons.length).toBeGreaterThan(0);
  expect(lessons.map(({ time }) => time)).toEqual(lessons.map(({ time }) => time).toSorted((a, b) => a - b));
  expect(new Set(lessons.map(({ id }) => id)).size).toBe(lessons.length);
  for (const { id } of lessons) expect(id).toMatch(/^[a-z0-9-]{1,60}$/);
});

describe.each(lessons.map((lesson) => [lesson.id, lesson] as const))('%s', (_, lesson) => {
  test.each(
    experimentsOf(lesson).map(
      (each, i) => [i === 0 ? 'its runs' : lesson.changes[i - 1].title, each] as const,
    ),
  )('every claim is true of %s', (_, experiment) => {
    const observed = seenOf(experiment);
    expect(experiment.seen.length).toBeGreaterThan(0);
    if (experiment.at !== undefined) expect(experiment.moments).toContain(experiment.at);
    for (const claim of claimsOf(experiment)) {
      const text = claim.says(observed);
      expect(claim.holds(observed), text).toBe(true);
      expect(text).not.toMatch(/NaN|undefined|Infinity|∞|–\s|\[object/);
    }
    for (const fact of experiment.facts ?? []) expect(fact.holds(observed), fact.states).toBe(true);
  });

  test('a claim that the run does not bear out is not said', () => {
    for (const experiment of experimentsOf(lesson)) {
      const observed = seenOf(experiment);
      const distorted = distortions.map((distort) => distort(observed));
      for (const claim of claimsOf(experiment))
        expect(
          distorted.some((other) => refutes(other, claim)),
          `true whatever was seen: ${claim.says(observed)}`,
        ).toBe(true);
    }
  });

  test('exactly one answer is right', () => {
    const observed = seenOf(lesson);
    expect(lesson.choices.length).toBeGreaterThan(1);
    const right = lesson.choices.filter((choice) => choice.holds(observed));
    expect(right.map(({ answer }) => answer)).toHaveLength(1);
  });

  test('no number stands in its words that is not checked', () => {
    for (const experiment of experimentsOf(lesson)) {
      const stated = [...(experiment.facts ?? []).map(({ states }) => states), whole(experiment.until)];
      const words = wordsOf(experiment);
      for (const { states } of experiment.facts ?? [])
        expect(
          words.some((text) => text.includes(states)),
          `unused: ${states}`,
        ).toBe(true);
      for (const text of words) {
        const rest = stated.reduce((left, states) => left.replaceAll(states, ''), text);
        expect(rest, text).not.toMatch(/\d/);
      }
    }
  });
});
