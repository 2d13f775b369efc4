import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { lectureSettings } from '../../src/makemore/index.js';
import { keepLists, keptLists } from '../../src/page/session/kept-lists.js';
import { forgetRuns, listsOf, lostRun, noteRuns, tabStore } from '../../src/page/session/lost-run.js';
import type { RunView } from '../../src/page/session/session.js';
import { writeAddress } from '../../src/page/settings/address.js';

function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

interface Made {
  step?: number;
  /** File and text of its list. */
  list?: [string, string];
  checkpoint?: string;
}

const digest = (text: string) => `${text.length}`.padEnd(64, 'a');

function run({ step = 0, list, checkpoint }: Made): RunView {
  const sha256 = list === undefined ? 'b'.repeat(64) : digest(list[1]);
  return {
    info: { names: { sha256 }, ...(checkpoint && { file: { source: checkpoint, step: 1 } }) },
    linked: { settings: lectureSettings, ...(list && { names: sha256 }) },
    names: list && { source: list[0], bytes: new TextEncoder().encode(list[1]) },
    frame: signal({ step }),
  } as unknown as RunView;
}

test('a note has what leads to the runs again, and there is none before a step', () => {
  const tab = store();
  noteRuns(tab, [run({ step: 3214 })]);
  const address = writeAddress([{ settings: lectureSettings }]);
  expect(lostRun(tab)).toEqual({ address, step: 3214, lists: [] });
  const list: [string, string] = ['mine.txt', 'emma\nava\n'];
  noteRuns(tab, [run({ step: 5, list }), run({ step: 7, list, checkpoint: 'a.safetensors' })]);
  expect(lostRun(tab)).toMatchObject({ step: 7, lists: ['mine.txt'], checkpoint: 'a.safetensors' });
  expect(lostRun(tab)?.address).toContain(`names=${digest(list[1]).slice(0, 12)}`);
  expect(listsOf(lostRun(tab))).toEqual(
    [digest(list[1]), digest(list[1])].map((sha256) => sha256.slice(0, 12)),
  );
  noteRuns(tab, [run({})]);
  expect(lostRun(tab)).toBeUndefined();
  expect(listsOf(undefined)).toEqual([]);
  noteRuns(tab, [run({ step: 1 })]);
  forgetRuns(tab);
  expect(lostRun(tab)).toBeUndefined();
});

test('lists come back byte for byte, those of the runs that are shown', () => {
  const tab = store();
  const texts = ['\ufeffemma\r\nava\n', 'Zoë\nעדי\n𝒜𝒷\u0000\n'];
  const runs = texts.map((text, i) => run({ list: [`${i}.txt`, text] }));
  keepLists(tab, [...runs, ...runs, run({})]);
  expect(keptLists(tab)).toEqual(
    texts.map((text, i) => ({
      sha256: digest(text),
      source: `${i}.txt`,
      bytes: new TextEncoder().encode(text),
    })),
  );
  keepLists(tab, [runs[1]]);
  expect(keptLists(tab).map(({ source }) => source)).toEqual(['1.txt']);
  keepLists(tab, [run({})]);
  expect(keptLists(tab)).toEqual([]);
});

test('of lists that are too large for a tab none is kept, or the one that fits', () => {
  const tab = store();
  const large = run({ list: ['large.txt', 'é'.repeat(2 ** 21 + 1)] });
  const wide = run({ list: ['wide.txt', '好'.repeat(2 ** 21)] });
  const small = run({ list: ['small.txt', 'emma'] });
  keepLists(tab, [large, small]);
  expect(keptLists(tab).map(({ source }) => source)).toEqual(['small.txt']);
  keepLists(tab, [wide, small]);
  expect(keptLists(tab).map(({ source }) => source)).toEqual(['wide.txt']);
});

test('without a store, or with one that refuses or holds something else, there is nothing and no error', () => {
  const refuse = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const refusing = { getItem: refuse, setItem: refuse, removeItem: refuse };
  const holding = (text: string) => ({ ...store(), getItem: () => text });
  for (const tab of [
    undefined,
    refusing,
    ...['no JSON', 'null', '{}', '[1]', '[["a"]]', '{"address":"#net=mlp","step":3,"lists":[]}'].map(holding),
  ]) {
    noteRuns(tab, [run({ step: 1 })]);
    forgetRuns(tab);
    keepLists(tab, [run({ list: ['x.txt', 'emma'] })]);
    expect([lostRun(tab), keptLists(tab)]).toEqual([undefined, []]);
  }
  // In Node there is none.
  expect(() => tabStore()).not.toThrow();
});
