import { describe, expect, test } from 'vitest';
import { file, open, shows, statuses, textOf, until } from './fakes.js';

const own = textOf('const a = 1', 'const b = a + 1', "display('b is ' + b)");

describe('running', () => {
  test('nothing runs until it is asked to; all runs, and what depends on a change runs anew', async () => {
    const { notebook } = await open(own);
    expect(statuses(notebook)).toEqual(['idle', 'idle', 'idle']);
    const all = notebook.run();
    expect(notebook.running.value).toBe(true);
    await all;
    expect(notebook.running.value).toBe(false);
    expect(statuses(notebook)).toEqual(['done', 'done', 'done']);
    expect(shows(notebook, 3)).toEqual(['b is 2']);
    notebook.edit(1, 'const a = 10');
    // It shows what it showed.
    expect(statuses(notebook)).toEqual(['idle', 'done', 'done']);
    await notebook.run([1]);
    await until(() => shows(notebook, 3)[0] === 'b is 11');
  });

  test('texts do not run', async () => {
    const { notebook } = await open(own);
    const text = notebook.insert(0, 'md');
    await notebook.run([text]);
    await notebook.run();
    expect(statuses(notebook)).toEqual(['idle', 'done', 'done', 'done']);
  });

  test('what becomes a text, or code, is idle though its source is the same', async () => {
    const { notebook } = await open(own);
    await notebook.run();
    notebook.setMode(3, 'md');
    expect(statuses(notebook)).toEqual(['done', 'done', 'idle']);
    notebook.setMode(3, 'ts');
    notebook.setMode(1, 'js');
    expect(statuses(notebook)).toEqual(['idle', 'done', 'idle']);
    await notebook.run([3]);
    expect(shows(notebook, 3)).toEqual(['b is 2']);
  });

  test('a cell that was edited while it ran stays idle, and what it says comes to nothing', async () => {
    const { notebook } = await open(
      textOf(
        'let go;\nconst gate = new Promise((resolve) => { go = resolve; });',
        'await gate;\ndisplay(1)',
        'go()',
      ),
    );
    const run = notebook.run([2]);
    await until(() => statuses(notebook)[1] === 'running');
    notebook.edit(2, 'await gate;\ndisplay(2)');
    expect(statuses(notebook)[1]).toBe('idle');
    expect(notebook.running.value).toBe(true);
    await notebook.run([3]);
    await run;
    expect(statuses(notebook)[1]).not.toBe('running');
    await notebook.run([2]);
    expect(shows(notebook, 2)).toEqual(['2']);
  });

  test('an error is in its cell, with the place; what was computed stays', async () => {
    const { notebook } = await open(own);
    await notebook.run();
    notebook.edit(2, 'const b = a +\n  missing()');
    await notebook.run([2]);
    expect(notebook.states(2).value.error).toMatchObject({
      cell: 2,
      message: "'missing' is not defined, in this cell or another",
    });
    notebook.edit(2, "const b = a;\nthrow new RangeError('no')");
    await notebook.run([2]);
    expect(notebook.states(2).value.error).toMatchObject({ name: 'RangeError', place: { line: 2 } });
    notebook.edit(2, 'const b = a + 5');
    await notebook.run([2]);
    await until(() => shows(notebook, 3)[0] === 'b is 6');
    expect(statuses(notebook)[0]).toBe('done');
  });

  test('names and their cells are there for completion, without running', async () => {
    const { notebook } = await open(own);
    await until(() => notebook.namesIn().size === 2);
    expect([...notebook.namesIn()]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    notebook.edit(3, 'const c = b');
    await until(() => notebook.namesIn().get('c') === 3);
    expect(statuses(notebook)).toEqual(['idle', 'idle', 'idle']);
  });

  test('sliders: of the places it is drawn through only the last need come, and one of an idle cell runs that', async () => {
    const { notebook } = await open(textOf("const x = slider('x', { min: 0, max: 100 })", 'display(2 * x)'));
    await notebook.run();
    for (let value = 1; value <= 100; value++) notebook.setInput(1, 'x', value);
    await until(() => shows(notebook, 2)[0] === '200');
    notebook.edit(2, 'display(3 * x)');
    await notebook.run([2]);
    expect(shows(notebook, 2)).toEqual(['300']);
    await until(() => !notebook.running.value);
    notebook.setInput(1, 'y', 1);
    await until(() => notebook.problem.value !== undefined);
    expect(notebook.problem.value).toMatch(/expected a slider that cell 1 shows, got 'y'/);
  });

  test('a list of names from a file is what the cells are given; what is none is refused and changes nothing', async () => {
    const { notebook } = await open(textOf("display(given.names?.names.join(' ') ?? 'built-in')"));
    await notebook.run();
    expect(shows(notebook, 1)).toEqual(['built-in']);
    await notebook.openNames(file('two.txt', 'ann\nbo'));
    expect(notebook.namesSource.value).toBe('two.txt');
    expect(statuses(notebook)).toEqual(['idle']);
    await notebook.run();
    expect(shows(notebook, 1)).toEqual(['ann bo']);
    await expect(notebook.openNames(file('one.txt', 'ann'))).rejects.toThrow(
      /one\.txt: expected at least 2 names/,
    );
    expect(notebook.namesSource.value).toBe('two.txt');
    expect(statuses(notebook)).toEqual(['done']);
    await notebook.openNames(undefined);
    await notebook.run();
    expect(shows(notebook, 1)).toEqual(['built-in']);
  });
});

test('a cell that is removed while it runs ends there, and others run', async () => {
  const { notebook } = await open(
    textOf('for (;;) await progress(1, 2);\nconst never = 1', 'display(never)', "display('other')"),
  );
  const run = notebook.run([1, 2]);
  await until(() => statuses(notebook)[0] === 'running');
  notebook.remove(1);
  await notebook.run([3]);
  expect(shows(notebook, 3)).toEqual(['other']);
  await run;
  expect(notebook.running.value).toBe(false);
  expect(notebook.states(2).value.error?.message).toBe("'never' is not defined, in this cell or another");
});

test('a list of names that comes while cells run ends them, and what they still say comes to nothing', async () => {
  const { notebook, workers } = await open(
    textOf(
      'let go: () => void;\nconst gate = new Promise<void>((resolve) => { go = resolve; });\nglobalThis.openGate = go;',
      "await gate;\ndisplay('too late')",
    ),
  );
  const run = notebook.run();
  await until(() => statuses(notebook)[1] === 'running');
  await notebook.openNames(file('two.txt', 'ann\nbo'));
  await run;
  expect(notebook.running.value).toBe(false);
  (globalThis as unknown as { openGate(): void }).openGate();
  await notebook.stop();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(statuses(notebook)).toEqual(['idle', 'idle']);
  expect(shows(notebook, 2)).toEqual([]);
  expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
});

test('whether a cell may take the steps of the lecture is given too, and stays with another list', async () => {
  const { notebook } = await open(textOf("display(given.long + ' ' + given.names?.names.length)"));
  await notebook.setLong(true);
  await notebook.openNames(file('two.txt', 'ann\nbo'));
  await notebook.run();
  expect([notebook.long.value, shows(notebook, 1)]).toEqual([true, ['true 2']]);
});

describe('a notebook that came from elsewhere', () => {
  test('is shown, and does not run until that is allowed', async () => {
    const { notebook } = await open(own);
    await notebook.openFile(
      file('other.html', textOf("display('ran')", "const x = slider('x', { min: 0, max: 1 })")),
    );
    expect(notebook.origin.value).toBe('file');
    expect(notebook.allowed.value).toBe(false);
    await notebook.run();
    await notebook.run([1]);
    notebook.setInput(2, 'x', 1);
    expect(statuses(notebook)).toEqual(['idle', 'idle']);
    notebook.allow();
    await notebook.run();
    expect(shows(notebook, 1)).toEqual(['ran']);
    await notebook.openFile(file('third.html', textOf("display('third')")));
    expect(notebook.allowed.value).toBe(false);
    await notebook.openBuiltIn();
    expect(notebook.allowed.value).toBe(true);
  });

  test('finds nothing of the notebook before it: another worker runs it', async () => {
    const { notebook, workers } = await open(textOf('const secret = 42'));
    await notebook.run();
    await notebook.openFile(file('other.html', textOf('display(secret)')));
    notebook.allow();
    await notebook.run();
    expect(notebook.states(1).value.error?.message).toBe("'secret' is not defined, in this cell or another");
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  });
});
