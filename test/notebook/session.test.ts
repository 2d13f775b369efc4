import { describe, expect, test } from 'vitest';
import { errorText } from '../../src/notebook/cell-error.js';
import { cellsOf, sessionOf } from './cells.js';

const sources = ['const a = 1', 'const b = a + 1', "display('b is ' + b)", "display('by itself')"];

describe('a session', () => {
  test('runs nothing until it is asked to', async () => {
    const { session, begun } = sessionOf(cellsOf(...sources));
    expect(begun).toEqual([]);
    expect(session.stateOf(1)).toEqual({ status: 'idle', outputs: [] });
    await session.run([2]);
    // And what it needs.
    expect(begun).toEqual([1, 2]);
  });

  test('shows 500 of what a cell displays, and counts the rest; of a long text its beginning', async () => {
    const { session, shows } = sessionOf(
      cellsOf(
        "for (let i = 0; i < 1500; i++) display('line ' + i);\nexpect('last', 1, 1);",
        "display('x'.repeat(30000))",
        "display([{ long: 'y'.repeat(30000) }])",
      ),
    );
    await session.run();
    expect(shows(1).slice(499, 500)).toEqual(['line 499']);
    expect(shows(1).at(-1)).toBe('… and 1000 more that are not shown');
    // What it compares is not left out.
    expect(session.stateOf(1).outputs.filter(({ kind }) => kind === 'compared')).toHaveLength(1);
    expect(session.stateOf(1).outputs).toHaveLength(502);
    expect(shows(2)).toEqual([`${'x'.repeat(20000)}… 30000 characters in all`]);
    expect(session.stateOf(3).outputs[0]).toMatchObject({
      rows: [[`${'y'.repeat(20000)}… 30000 characters in all`]],
    });
  });

  test('shows the value of an expression in parentheses, an object too', async () => {
    const { session, shows } = sessionOf(cellsOf('({ a: 1 })', '(1 + 2) // three', '((4))', '(() => 5)()'));
    await session.run();
    expect([1, 2, 3, 4].map((id) => shows(id).join())).toEqual(['{ a: 1 }', '3', '4', '5']);
  });

  test('whatever is thrown ends the cell, and its error can be sent', async () => {
    const { session } = sessionOf(
      cellsOf(
        'throw { toString() { throw 1; } }',
        "throw new Proxy({}, { get() { throw new Error('no'); } })",
        'throw Object.assign(new Error(), { message: () => 1 })',
        'throw Object.create(null)',
        'throw null',
        "({ get a() { throw new RangeError('read'); } })",
      ),
    );
    await session.run();
    for (const id of [1, 2, 3, 4, 5, 6]) {
      const state = session.stateOf(id);
      expect(state.status).toBe('failed');
      expect(structuredClone(state)).toEqual(state);
    }
    expect(session.stateOf(1).error?.message).toContain('got what cannot be read');
    expect(session.stateOf(3).error?.message).toBe('() => 1');
    expect(session.stateOf(5).error?.message).toContain('got null');
    expect(session.stateOf(6).error).toMatchObject({ name: 'RangeError', message: 'read' });
  });

  test('runs each cell once, after those that it needs', async () => {
    const { session, begun, shows } = sessionOf(cellsOf(...[...sources].reverse()));
    await session.run();
    expect([...begun].sort()).toEqual([1, 2, 3, 4]);
    expect(begun.indexOf(4)).toBeLessThan(begun.indexOf(3));
    expect(begun.indexOf(3)).toBeLessThan(begun.indexOf(2));
    expect(shows(2)).toEqual(['b is 2']);
  });

  test('runs anew only what a change concerns, of what was run', async () => {
    const { session, begun, shows } = sessionOf(cellsOf(...sources, 'const c = a'));
    await session.run([3, 4]);
    begun.length = 0;
    session.update(cellsOf('const a = 1', 'const b = a + 10', ...sources.slice(2), 'const c = a'));
    await session.run([]);
    await session.run([3]);
    expect(shows(3)).toEqual(['b is 11']);
    expect(begun).toContain(2);
    // Neither the first, nor the one by itself, nor the one that was never run.
    for (const id of [1, 4, 5]) expect(begun).not.toContain(id);
  });

  test('runs again what it is told to, and what needs it', async () => {
    const { session, begun } = sessionOf(cellsOf(...sources));
    await session.run();
    begun.length = 0;
    await session.run([2]);
    await session.run([3]);
    expect(begun.filter((id) => id === 2)).toHaveLength(1);
    expect(begun).toContain(3);
    expect(begun).not.toContain(1);
    expect(begun).not.toContain(4);
  });

  test('takes up cells that were added, moved and removed', async () => {
    const { session, shows } = sessionOf(cellsOf(...sources));
    await session.run();
    const [first, , third, fourth] = cellsOf(...sources);
    session.update([fourth, third, { ...first, id: 9, source: 'const b = 5' }]);
    await session.run([3]);
    expect(shows(3)).toEqual(['b is 5']);
    expect(session.stateOf(1).status).toBe('idle');
    session.update([third]);
    await session.run([3]);
    expect(session.stateOf(3).error?.message).toBe("'b' is not defined, in this cell or another");
  });

  test('shows the value of an expression, unless the cell hides it', async () => {
    const cells = cellsOf('1 + 1', '1 + 1', '1 + 1;', 'await Promise.resolve([1, 2])');
    cells[1].hidden = true;
    const { session, shows } = sessionOf(cells);
    await session.run();
    expect([1, 2, 3, 4].map(shows)).toEqual([['2'], [], [], ['[1, 2]']]);
  });

  test('gives cells what others define as it is: a promise, a generator, a function', async () => {
    const { session, shows } = sessionOf(
      cellsOf(
        'const p = Promise.resolve(1); function* g() { yield 2 } const made = g(); let next = 3; const nothing = undefined;',
        'display([p instanceof Promise, await p, made.next().value, next, nothing === undefined].join())',
      ),
    );
    await session.run();
    expect(shows(2)).toEqual(['true,1,2,3,true']);
  });

  test('imports what the host has', async () => {
    const { session, shows } = sessionOf(
      cellsOf(
        "import whole, { name as n } from 'x';\nimport * as all from 'y';\nimport 'z';",
        "display([whole, n, all.name, (await import('w')).name].join())",
      ),
    );
    await session.run();
    expect(shows(2)).toEqual(['default of x,x,y,w']);
  });

  test('lets go of what a cell was at its next run: invalidation', async () => {
    const { session } = sessionOf(
      cellsOf(
        'const n = 1',
        'globalThis.ended ??= []; const m = n; invalidation.then(() => globalThis.ended.push(m))',
      ),
    );
    await session.run();
    session.update(
      cellsOf(
        'const n = 2',
        'globalThis.ended ??= []; const m = n; invalidation.then(() => globalThis.ended.push(m))',
      ),
    );
    await session.run([2]);
    expect((globalThis as { ended?: number[] }).ended).toEqual([1]);
    delete (globalThis as { ended?: number[] }).ended;
  });
});

describe('an error', () => {
  const errorOf = async (...all: string[]) => {
    const { session } = sessionOf(cellsOf(...all));
    await session.run();
    return all.map((_, i) => session.stateOf(i + 1).error).map((error) => error && errorText(error));
  };

  test('belongs to its cell, with line and column of the source; those that need it say so', async () => {
    const thrower =
      'const one: number = 1;\nconst two: string[] = []; const f = (x: number): never => { throw new RangeError("bad " + x) };\nf(one);';
    expect(await errorOf(thrower, 'const g = two', 'g', '1')).toEqual([
      'cell 1, line 2, column 67: RangeError: bad 1',
      "cell 2 did not run: it needs 'two' of cell 1, which failed",
      "cell 3 did not run: it needs 'g' of cell 2, which failed",
      undefined,
    ]);
  });

  test('of an expression, and of another cell’s function, is where that stands', async () => {
    expect(
      await errorOf('function f() {\n  return nothing.at(0);\n}\nconst nothing = undefined', '1 +\n  f()'),
    ).toEqual([
      undefined,
      "cell 1, line 2, column 18: TypeError: Cannot read properties of undefined (reading 'at')",
    ]);
  });

  test('is what was thrown, whatever that is', async () => {
    expect(await errorOf("throw 'words';", 'throw undefined;')).toEqual([
      'cell 1: expected an Error to be thrown, got words',
      'cell 2: expected an Error to be thrown, got undefined',
    ]);
  });

  test('goes with the mistake: what needs the cell runs then', async () => {
    const { session, shows } = sessionOf(cellsOf('const a = ;', 'display(a)'));
    await session.run();
    expect(session.stateOf(1).error).toEqual({
      name: 'SyntaxError',
      message: 'Unexpected token',
      cell: 1,
      place: { line: 1, column: 11 },
    });
    // Nobody defines it.
    expect(session.stateOf(2).error?.message).toBe("'a' is not defined, or in cell 1, which cannot be read");
    session.update(cellsOf('const a = 3;', 'display(a)'));
    await session.run([2]);
    expect(session.stateOf(1)).toEqual({ status: 'done', outputs: [] });
    expect(shows(2)).toEqual(['3']);
  });
});

test('what a function says for its cell, when another one calls it, leaves that cell done', async () => {
  const { session, shows } = sessionOf(
    cellsOf(
      'async function slow() { display("called"); for (let i = 0; i < 9e5; i++) await progress(i, 9e5); return 7; }',
      'const n = await slow(); display(n)',
    ),
  );
  await session.run();
  expect(session.stateOf(1)).toEqual({ status: 'done', outputs: [{ kind: 'text', text: 'called' }] });
  expect(shows(2)).toEqual(['7']);
});

test('a loop that says how far it is can be stopped, and one whose cell was edited ends', async () => {
  const loop = 'let steps = 0; for (;;) { await progress(++steps, 1e9); }';
  const seen: number[] = [];
  const { session } = sessionOf(cellsOf(loop), {
    onChange(_, { progress }) {
      if (progress === undefined) return;
      seen.push(progress.done);
      session.stop();
    },
  });
  await session.run();
  expect(seen).toHaveLength(1);
  expect(session.stateOf(1).error).toMatchObject({ name: 'Stopped', message: 'stopped' });
  session.update(cellsOf('const steps = 1'));
  await session.run();
  expect(session.stateOf(1).status).toBe('done');
});

test('what waits for a cell that is stopped, or for its turn, does not begin; it runs when it is asked to again', async () => {
  const begins = new Set<number>();
  let stopped = false;
  const { session } = sessionOf(
    cellsOf(
      'let steps = 0; for (; steps < 3; steps++) await progress(steps, 3); const a = steps;',
      // It does not listen, but comes to its end.
      'const b = await new Promise((resolve) => setTimeout(() => resolve(2), 0));',
      'const c = b + 1',
      'const d = a',
      'const e = c',
    ),
    {
      onChange(id, { status }) {
        if (status !== 'running') return;
        begins.add(id);
        if (begins.size === 2 && !stopped) {
          stopped = true;
          session.stop();
        }
      },
    },
  );
  await session.run();
  expect([...begins].sort()).toEqual([1, 2]);
  const ends = () =>
    [1, 2, 3, 4, 5].map((id) => session.stateOf(id).error?.name ?? session.stateOf(id).status);
  expect(ends()).toEqual(['Stopped', 'done', 'Stopped', 'Error', 'Error']);
  await session.run([4, 5]);
  expect(ends()).toEqual(['done', 'done', 'done', 'done', 'done']);
});

test('a session that is disposed of while cells run ends them, and who waits for them', async () => {
  const { session, begun } = sessionOf(
    cellsOf(
      'const a = await (async () => { for (let i = 0; ; i++) { await progress(i); await new Promise((f) => setTimeout(f)); } })();',
      'const b = a + 1',
    ),
  );
  const ran = session.run();
  while (begun.length === 0) await new Promise((resolve) => setTimeout(resolve));
  session.dispose();
  await ran;
  // The runtime turns over what was left to do, in many turns.
  for (let i = 0; i < 100; i++) await new Promise((resolve) => setTimeout(resolve));
  expect(begun).toEqual([1]);
});
