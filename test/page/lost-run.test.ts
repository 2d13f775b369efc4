import { expect, test } from 'vitest';
import { lostStep, tabStore, writeNote } from '../../src/page/lost-run.js';

function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('a note is of one address, and of none before a step', () => {
  const tab = store();
  writeNote(tab, { address: '#net=mlp', step: 3214 });
  expect([lostStep(tab, '#net=mlp'), lostStep(tab, '#net=deep')]).toEqual([3214, undefined]);
  writeNote(tab, { address: '#net=mlp', step: 0 });
  expect(lostStep(tab, '#net=mlp')).toBeUndefined();
});

test('without a store, or with one that refuses or holds something else, there is no note and no error', () => {
  const refuse = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const refusing = { getItem: refuse, setItem: refuse, removeItem: refuse };
  for (const tab of [
    undefined,
    refusing,
    { ...store(), getItem: () => 'no JSON' },
    { ...store(), getItem: () => 'null' },
  ]) {
    writeNote(tab, { address: '#', step: 1 });
    expect(lostStep(tab, '#')).toBeUndefined();
  }
  // In Node there is none.
  expect(() => tabStore()).not.toThrow();
});
