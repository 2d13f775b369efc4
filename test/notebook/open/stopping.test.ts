import { describe, expect, test } from 'vitest';
import { open, shows, statuses, textOf, until } from './fakes.js';

const loop = 'for (let i = 0; ; i++) await progress(i, 1e9);';

describe('a stop', () => {
  test('ends a cell that listens, and values stay', async () => {
    let run = Promise.resolve();
    // As slow as it may be: what listens comes to its end in that time.
    const beat = () => run;
    const { notebook, workers } = await open(textOf('const a = 1', loop, 'display(a)'), { beat });
    await notebook.run([1]);
    run = notebook.run([2]);
    await until(() => notebook.states(2).value.progress !== undefined);
    await notebook.stop();
    await run;
    expect(notebook.running.value).toBe(false);
    expect(notebook.states(2).value.error).toMatchObject({ name: 'Stopped', message: 'stopped' });
    expect(workers).toHaveLength(1);
    expect(notebook.problem.value).toBeUndefined();
    await notebook.run([3]);
    expect(shows(notebook, 3)).toEqual(['1']);
  });

  test('ends the worker where a cell holds it: sources and outputs stay, and it is said', async () => {
    const { notebook, workers } = await open(
      textOf(
        "const a = 1;\ndisplay('a')",
        "display('before');\nawait new Promise(() => {})",
        'display(a)',
        "display('apart')",
      ),
    );
    await notebook.run([1, 4]);
    const run = notebook.run([2]);
    await until(() => shows(notebook, 2).length === 1);
    workers[0].listens = false;
    await notebook.stop();
    await run;
    expect(workers[0].ended).toBe(true);
    expect(notebook.running.value).toBe(false);
    expect(statuses(notebook)).toEqual(['idle', 'failed', 'idle', 'idle']);
    expect([shows(notebook, 1), shows(notebook, 2)]).toEqual([['a'], ['before']]);
    expect(notebook.states(2).value.error?.message).toBe(
      'what ran does not listen, so it was ended, and the values of all cells with it',
    );
    expect(notebook.problem.value).toMatch(/^The cells’ values are gone: what ran does not listen\./);
    // Another worker takes its place.
    await notebook.run([3]);
    expect(shows(notebook, 3)).toEqual(['1']);
    expect(workers).toHaveLength(2);
    // What it has not run shows what it showed.
    expect([statuses(notebook)[3], shows(notebook, 4)]).toEqual(['idle', ['apart']]);
  });

  test('ends the worker where a cell awaits something else than progress, though it answers', async () => {
    const { notebook, workers } = await open(textOf('await new Promise(() => {})'));
    const run = notebook.run();
    await until(() => statuses(notebook)[0] === 'running');
    await notebook.stop();
    await run;
    expect(workers[0].ended).toBe(true);
    expect(notebook.states(1).value.error?.message).toMatch(/^what ran does not await progress, /);
  });

  test('with nothing running does nothing', async () => {
    const { notebook, workers } = await open(textOf('const a = 1'));
    await notebook.stop();
    await notebook.run();
    await notebook.stop();
    expect(statuses(notebook)).toEqual(['done']);
    expect(workers.map(({ ended }) => ended)).toEqual([false]);
  });
});

test('a worker that dies is said in the cell that ran, and nothing is lost but values', async () => {
  const { notebook, workers } = await open(textOf('const a = 1', loop));
  const run = notebook.run();
  await until(() => statuses(notebook)[1] === 'running');
  notebook.edit(1, 'const a = 2');
  workers[0].lose('it ran out of memory');
  await run;
  expect(statuses(notebook)).toEqual(['idle', 'failed']);
  expect(notebook.states(2).value.error?.message).toMatch(/^it ran out of memory, /);
  expect(notebook.problem.value).toMatch(/values are gone: it ran out of memory/);
  expect(notebook.cells.value[0].source).toBe('const a = 2');
  // What it says afterwards comes to nothing.
  const before = notebook.states(2).value;
  await new Promise((resolve) => setImmediate(resolve));
  expect(notebook.states(2).value).toBe(before);
  notebook.dispose();
});
