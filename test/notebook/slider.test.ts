import { describe, expect, test } from 'vitest';
import { sliderOf } from '../../src/notebook/slider.js';
import { cellsOf, sessionOf } from './cells.js';

const OPTIONS = '{ min: 0, max: 10, step: 0.5, value: 2 }';

describe('a slider', () => {
  test('is shown, and gives where it stands', async () => {
    const { session } = sessionOf(
      cellsOf(`slider('k', ${OPTIONS})`, `const k = slider('k', { min: -1, max: 1 })`),
    );
    await session.run();
    const shown = { kind: 'slider', name: 'k', label: 'k' };
    expect(session.stateOf(1).outputs).toEqual([{ ...shown, min: 0, max: 10, step: 0.5, value: 2 }]);
    expect(session.stateOf(2).outputs).toEqual([{ ...shown, min: -1, max: 1, step: 1, value: -1 }]);
  });

  test('that is moved runs the cells that need it, of those that were run, and nothing else', async () => {
    const { session, begun, shows } = sessionOf(
      cellsOf(
        `const k = slider('k', ${OPTIONS}); const n = 7;`,
        "display('k is ' + k)",
        "display('n is ' + n)",
        "display('never run, with ' + k)",
      ),
    );
    await session.run([2, 3]);
    begun.length = 0;
    await session.setInput(1, 'k', 4.5);
    expect(session.stateOf(1).outputs).toMatchObject([{ kind: 'slider', value: 4.5 }]);
    expect(shows(2)).toEqual(['k is 4.5']);
    expect(session.stateOf(4)).toEqual({ status: 'idle', outputs: [] });
    // What is shown stays until the new is there: no cell begins with nothing. Cell 1 only defines it.
    expect(begun).toEqual([]);
    await session.run([4]);
    expect(shows(4)).toEqual(['never run, with 4.5']);
  });

  test('runs its own cell where that uses it, with what it showed in the meantime', async () => {
    const seen: string[] = [];
    const cells = cellsOf(
      `const k = slider('k', ${OPTIONS});
      for (let i = 0; i < 3; i++) { await new Promise((resolve) => setTimeout(resolve, 60)); await progress(i, 3); }
      display('twice is ' + 2 * k);`,
    );
    const { session } = sessionOf(cells, {
      onChange: (_, { status, outputs }) => {
        const values = outputs.map((shown) =>
          shown.kind === 'slider' ? shown.value : 'text' in shown && shown.text,
        );
        seen.push(`${status}: ${values.join(', ')}`);
      },
    });
    await session.run();
    seen.length = 0;
    await session.setInput(1, 'k', 3);
    expect([...new Set(seen)]).toEqual([
      'done: 3, twice is 4',
      'running: 3, twice is 4',
      'done: 3, twice is 6',
    ]);
  });

  test('ends what still runs for where it stood before', async () => {
    const ended: number[] = [];
    (globalThis as { ended?: number[] }).ended = ended;
    const { session, shows } = sessionOf(
      cellsOf(
        `const k = slider('k', ${OPTIONS})`,
        "if (k > 3) { for (let i = 0; k !== 5; i++) await progress(i, 1e9); } ended.push(k); display('at ' + k)",
      ),
    );
    await session.run();
    const first = session.setInput(1, 'k', 4);
    await session.setInput(1, 'k', 5);
    await first;
    expect(ended).toEqual([2, 5]);
    expect(shows(2)).toEqual(['at 5']);
    delete (globalThis as { ended?: number[] }).ended;
  });

  test('stays where it was put when its cell runs anew, and goes back when the cell is edited', async () => {
    const source = (value: number) => `const k = slider('k', { min: a, max: 10, value: ${value} })`;
    const { session, shows } = sessionOf(cellsOf('const a = 0', source(2), 'display(k)'));
    await session.run();
    await session.setInput(2, 'k', 4);
    await session.run([2, 3]);
    expect(shows(3)).toEqual(['4']);
    // Within the new range.
    session.update(cellsOf('const a = 6', source(8), 'display(k)'));
    await session.run([3]);
    expect(shows(3)).toEqual(['8']);
    await session.setInput(2, 'k', 7);
    session.update(cellsOf('const a = 7.5', source(8), 'display(k)'));
    await session.run([3]);
    expect(session.stateOf(2).outputs).toMatchObject([{ value: 7.5 }]);
    expect(shows(3)).toEqual(['7.5']);
  });

  test('that is not there, or a value outside, is refused', async () => {
    const { session } = sessionOf(cellsOf(`const k = slider('k', ${OPTIONS})`, '1'));
    await expect(session.setInput(1, 'k', 3)).rejects.toThrow(
      "Session.setInput: expected a slider that cell 1 shows, got 'k'",
    );
    await session.run();
    await expect(session.setInput(2, 'k', 3)).rejects.toThrow(/that cell 2 shows, got 'k'/);
    await expect(session.setInput(1, 'other', 3)).rejects.toThrow(/that cell 1 shows, got 'other'/);
    for (const value of [-1, 11, Number.NaN])
      await expect(session.setInput(1, 'k', value)).rejects.toThrow(
        `Session.setInput: k: expected a value from 0 to 10, got ${value}`,
      );
  });

  test.each([
    ['', {}, "slider: expected a label first, got ''"],
    [1, {}, 'slider: expected a label first, got number'],
    ['k', { min: '0', max: 1 }, 'slider: k: expected min to be a finite number, got 0'],
    ['k', { min: 0, max: 1, step: Number.NaN }, 'slider: k: expected step to be a finite number, got NaN'],
    ['k', { min: 1, max: 1 }, 'slider: k: expected min below max, got 1 and 1'],
    ['k', { min: 0, max: 1, step: 0 }, 'slider: k: expected a step above 0, got 0'],
    ['k', { min: 0, max: 1, value: 2 }, 'slider: k: expected a value from 0 to 1, got 2'],
  ])('of %j and %j is refused', (label, options, message) => {
    expect(() => sliderOf(label as string, options as never, undefined)).toThrow(message);
  });

  test('needs a label that no other one of its cell has', async () => {
    const { session } = sessionOf(cellsOf(`slider('k', ${OPTIONS}); slider('k', ${OPTIONS});`));
    await session.run();
    expect(session.stateOf(1).error?.message).toBe(
      "slider: expected a label of its own for each of the cell, got 'k' again",
    );
  });
});
