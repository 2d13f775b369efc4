import { describe, expect, test } from 'vitest';
import { FakeStore, file, open, sources, textOf } from './fakes.js';

const own = textOf('const a = 1', 'const b = a + 1');

describe('what is kept', () => {
  test('each change is, and comes back', async () => {
    const store = new FakeStore();
    const { notebook } = await open(own, { store });
    notebook.edit(1, 'const a = 5');
    notebook.insert(2, 'md');
    notebook.move(3, -1);
    await notebook.settled();
    const { notebook: later } = await open(own, { store });
    expect(sources(later)).toEqual(['const a = 5', '', 'const b = a + 1']);
    expect([1, 2, 3].map((id) => later.isChanged(id))).toEqual([true, false, true]);
    later.resetAll();
    await later.settled();
    expect(sources((await open(own, { store })).notebook)).toEqual(['const a = 1', 'const b = a + 1']);
  });

  test('a burst of changes is written once or twice, not each time', async () => {
    const store = new FakeStore();
    const { notebook } = await open(own, { store });
    const before = store.writes;
    for (let i = 0; i < 100; i++) notebook.edit(1, `const a = ${i}`);
    await notebook.settled();
    expect(store.writes - before).toBeLessThanOrEqual(2);
    expect(sources((await open(own, { store })).notebook)[0]).toBe('const a = 99');
  });

  test('a notebook from a file comes back as the one that is open, still not allowed unless it was', async () => {
    const store = new FakeStore();
    const { notebook } = await open(own, { store });
    notebook.edit(1, 'const a = 5');
    await notebook.openFile(file('mine.html', textOf('const mine = 1')));
    await notebook.settled();
    const { notebook: unchanged } = await open(own, { store });
    expect([unchanged.origin.value, sources(unchanged)]).toEqual(['file', ['const mine = 1']]);
    notebook.edit(1, 'const mine = 2');
    await notebook.settled();
    const { notebook: later } = await open(own, { store });
    expect([later.origin.value, later.allowed.value, sources(later)]).toEqual([
      'file',
      false,
      ['const mine = 2'],
    ]);
    later.allow();
    await later.settled();
    expect((await open(own, { store })).notebook.allowed.value).toBe(true);
    // Opened again, it is as its reader left it; another of that name is another one.
    await later.openFile(file('mine.html', textOf('const other = 1')));
    expect([later.allowed.value, sources(later)]).toEqual([false, ['const other = 1']]);
    await later.openFile(file('mine.html', textOf('const mine = 1')));
    expect(sources(later)).toEqual(['const mine = 2']);
    // And our own has kept what was done to it.
    await later.openBuiltIn();
    expect(sources(later)[0]).toBe('const a = 5');
  });

  test('what is changed while another notebook is being opened is kept as the one that it was changed in', async () => {
    const store = new FakeStore();
    const { notebook } = await open(own, { store });
    const opening = notebook.openFile(file('mine.html', textOf('const mine = 1')));
    for (let typed = 100; notebook.origin.value === 'built-in'; typed++) {
      notebook.edit(1, `const a = ${typed}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await opening;
    await notebook.settled();
    const last = sources(notebook);
    expect(last).toEqual(['const mine = 1']);
    expect(sources((await open(own, { store })).notebook)).toEqual(last);
    await notebook.openBuiltIn();
    expect(sources(notebook)[0]).toMatch(/^const a = \d+$/);
    expect(notebook.isChanged(1)).toBe(true);
  });

  test('our own of a later day: unchanged it is the new one; changed it stays, until all is reset', async () => {
    const [store, newer] = [new FakeStore(), textOf('const a = 1', 'const b = a + 2', 'const c = 3')];
    const { notebook } = await open(own, { store });
    notebook.edit(1, 'const a = 5');
    notebook.undo();
    await notebook.settled();
    const { notebook: unchanged } = await open(newer, { store });
    expect(sources(unchanged)).toHaveLength(3);
    expect(unchanged.problem.value).toBeUndefined();
    unchanged.edit(1, 'const a = 5');
    await unchanged.settled();
    const newest = textOf('const z = 1');
    const { notebook: changed } = await open(newest, { store });
    expect(changed.problem.value).toMatch(/^This notebook has changed since you changed it/);
    expect(sources(changed)[0]).toBe('const a = 5');
    changed.reset(1);
    expect(sources(changed)[0]).toBe('const a = 1');
    changed.resetAll();
    expect(sources(changed)).toEqual(['const z = 1']);
    expect(changed.isChanged(1)).toBe(false);
    changed.undo();
    expect(sources(changed)).toHaveLength(3);
  });

  test('what cannot be read in the store is not taken', async () => {
    const store = new FakeStore();
    const { notebook } = await open(own, { store });
    notebook.edit(1, 'const a = 5');
    await notebook.settled();
    const kept = store.kept.get('built-in') as { now: string };
    for (const bad of [17, { now: 3 }, { ...kept, now: 'no notebook' }]) {
      store.kept.set('built-in', bad);
      expect(sources((await open(own, { store })).notebook)[0]).toBe('const a = 1');
    }
  });
});

describe('two tabs', () => {
  test('the one that changes second is told, and keeps nothing until its reader has chosen', async () => {
    const store = new FakeStore();
    const [{ notebook: first }, { notebook: second }] = [
      await open(own, { store }),
      await open(own, { store }),
    ];
    first.edit(1, 'const a = 1.1');
    await first.settled();
    expect(second.conflict.value).toBe(false);
    second.edit(1, 'const a = 2.2');
    await second.settled();
    expect([first.conflict.value, second.conflict.value]).toEqual([false, true]);
    second.edit(1, 'const a = 2.3');
    await second.settled();
    expect(sources((await open(own, { store })).notebook)[0]).toBe('const a = 1.1');
    await second.keepMine();
    expect(second.conflict.value).toBe(false);
    expect(sources((await open(own, { store })).notebook)[0]).toBe('const a = 2.3');
    // Now the other one is behind.
    first.edit(2, 'const b = 0');
    await first.settled();
    expect(first.conflict.value).toBe(true);
    await first.takeOther();
    expect([first.conflict.value, sources(first)]).toEqual([false, ['const a = 2.3', 'const b = a + 1']]);
    first.edit(2, 'const b = 0');
    await first.settled();
    expect(sources((await open(own, { store })).notebook)[1]).toBe('const b = 0');
  });

  test('with different notebooks do not concern each other', async () => {
    const store = new FakeStore();
    const [{ notebook: first }, { notebook: second }] = [
      await open(own, { store }),
      await open(own, { store }),
    ];
    await second.openFile(file('mine.html', textOf('const mine = 1')));
    second.edit(1, 'const mine = 2');
    first.edit(1, 'const a = 3');
    await Promise.all([first.settled(), second.settled()]);
    expect([first.conflict.value, second.conflict.value]).toEqual([false, false]);
  });
});

describe('a browser that refuses to keep anything', () => {
  test('is said once, and work goes on', async () => {
    const store = new FakeStore();
    store.refuses = 'QuotaExceededError';
    const { notebook } = await open(own, { store });
    expect(notebook.problem.value).toBe('What you change is not kept in this browser: QuotaExceededError');
    notebook.problem.value = undefined;
    notebook.edit(1, 'const a = 5');
    await notebook.settled();
    await notebook.run();
    expect(notebook.problem.value).toBeUndefined();
    expect(notebook.states(2).value.status).toBe('done');
    // Where it has room again, it keeps.
    store.refuses = undefined;
    notebook.edit(1, 'const a = 6');
    await notebook.settled();
    expect(sources((await open(own, { store })).notebook)[0]).toBe('const a = 6');
  });

  test('without a store at all, too', async () => {
    const { notebook } = await open(own);
    notebook.edit(1, 'const a = 5');
    await notebook.settled();
    expect(notebook.problem.value).toBeUndefined();
  });
});
