import { beforeAll, describe, expect, test } from 'vitest';
import { builtInNames, deepSettings, type NameList, parseNames } from '../../src/makemore/index.js';
import { LiveRun } from '../../src/page/engine/live-run.js';
import { Lockstep } from '../../src/page/engine/lockstep.js';
import { isMilestone, Origins } from '../../src/page/engine/origins.js';
import { SpeedLimit } from '../../src/page/engine/speed-limit.js';
import { countOrigins, milestonesOf, shownName } from '../../src/page/instruments/samples/sampled-name.js';

let names: NameList;
beforeAll(async () => {
  names = await builtInNames();
});

test('names of the list are told apart by their split', () => {
  const origins = Origins.for(names);
  expect(Origins.for(names)).toBe(origins);
  // First and last of the list after random.seed(42); random.shuffle.
  expect(origins.of('myliah.')).toBe('trained');
  expect(origins.of('geovany.')).toBe('held-out');
  expect(origins.of('zzqx.')).toBe('new');
  // Cut before its end: nobody's name.
  expect(origins.of('myliah')).toBe('new');
});

test('names with a dot are found in the list, with the dot', () => {
  const list = parseNames(new TextEncoder().encode('ann\nbo\nst.john\njr.\ned\nflo\n'), 'list.txt');
  const origins = Origins.for(list);
  expect(['st.john␃', 'jr.␃'].map((name) => origins.of(name))).not.toContain('new');
  expect(['st.john.', 'jr␃', 'jr.', 'ann.'].map((name) => origins.of(name))).toEqual(Array(4).fill('new'));
});

test('milestones are 0 and the powers of ten from 10', () => {
  const steps = Array.from({ length: 2001 }, (_, step) => step);
  expect(steps.filter(isMilestone)).toEqual([0, 10, 100, 1000]);
  expect([10_000, 100_000, 1_000_000].every(isMilestone)).toBe(true);
});

test('the history has the first row, and the last ones that are reached with the next', () => {
  expect(milestonesOf(999, 0)).toEqual([0, 10, 100]);
  expect(milestonesOf(5, 5)).toEqual([0]);
  expect(milestonesOf(200_000, 0)).toEqual([0, 10, 100, 1000]);
  expect(milestonesOf(200_000, 99)).toEqual([0, 10, 100, 1000]);
  expect(milestonesOf(200_000, 1000)).toEqual([0, 100, 1000, 10_000]);
  expect(milestonesOf(200_000, 200_000)).toEqual([0, 1000, 10_000, 100_000]);
});

test('a name is shown without its end, shortened where it is long', () => {
  expect(shownName('emma.', 'trained', '.')).toEqual({ text: 'emma', full: undefined, origin: 'trained' });
  expect(shownName('.', 'new', '.').text).toBe('∅');
  const cut = shownName('é'.repeat(256), 'new', '.');
  expect(cut.text).toBe(`${'é'.repeat(23)}…`);
  expect(cut.full).toContain('256 characters');
  expect(shownName('st.john.␃', 'new', '␃').text).toBe('st.john.');
  const open = shownName('st.john.', 'new', '␃');
  expect(open.full).toContain('cut: no end after 8 characters');
  const turned = shownName(`a\u202eb${'\u200b'.repeat(20)}`, 'new', '.');
  expect(turned.text).toBe(`a\\u{202e}b${'\\u{200b}'.repeat(20)}…`);
  expect(turned.full).toMatch(/^a\\u\{202e\}b(\\u\{200b\}){20} … \(cut/);
  expect(shownName('b\u202ea.', 'new', '.').text).toBe('b\\u{202e}a');
  expect(countOrigins(['new', 'trained', 'held-out'])).toEqual({
    real: 'Real: 2 of 3',
    which: ' (1 trained on, 1 never shown)',
  });
  expect(countOrigins(['new', 'new'])).toEqual({ real: 'Real: 0 of 2', which: '' });
});

describe('a run', () => {
  const settings = { ...deepSettings, hidden: 10, depth: 2, steps: 200 };
  const shared = { threshold: 0.97, budget: 1e6, lockstep: new Lockstep(), speedLimit: new SpeedLimit() };

  test('remembers its names at the milestones, in a run that goes on from a kept moment too', async () => {
    const run = await LiveRun.open(1, names, settings, 'auto', shared);
    await run.play(120);
    const { milestones, kept } = run.frame();
    expect(milestones.map(({ step }) => step)).toEqual([0, 10, 100]);
    expect(milestones[0].samples).toHaveLength(12);
    const from = kept.filter((step) => step < 100).at(-1) as number;
    const fork = await run.fork(2, from);
    expect(fork.frame().milestones).toEqual(milestones.slice(0, 2));
    await fork.play(100);
    expect(fork.frame().milestones).toEqual(milestones);
    run.dispose();
    fork.dispose();
  });

  test('draws the same names from a kept step as it drew then, and trains on as if it had not', async () => {
    const [drawing, silent] = await Promise.all([
      LiveRun.open(1, names, settings, 'auto', shared),
      LiveRun.open(2, names, settings, 'auto', shared),
    ]);
    await drawing.play(20);
    const then = await drawing.draw(undefined, 5);
    expect(then.step).toBe(20);
    expect(then.origins).toHaveLength(12);
    await drawing.play(40);
    expect(await drawing.draw(20, 5)).toEqual(then);
    expect((await drawing.draw(20, 6)).samples).not.toEqual(then.samples);
    await silent.play(40);
    expect(drawing.frame().loss).toBe(silent.frame().loss);
    drawing.dispose();
    silent.dispose();
  });
});
