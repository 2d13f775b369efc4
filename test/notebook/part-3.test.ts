import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/cli/notebook-host.js';
import { batchNormWidget } from '../../src/makemore/index.js';
import { type Cell, parseNotebook, serialiseNotebook } from '../../src/notebook/format.js';
import { Session } from '../../src/notebook/session.js';
import { solutions } from './solutions.js';

const path = fileURLToPath(new URL('../../src/page/notebook/part-3.html', import.meta.url));
const file = readFileSync(path, 'utf8');
const notebook = parseNotebook(file, 'part-3.html');
const { cells } = notebook;
const host = nodeHost({ names: undefined, long: false });

describe('the notebook of part 3', () => {
  test('is written as the format writes it', () => {
    expect(serialiseNotebook(notebook)).toBe(file);
  });

  test('has a text above each exercise, and nothing that a cell lacks', () => {
    const session = new Session(cells, host);
    const { graph } = session;
    expect([...graph.cells.values()].filter(({ problem }) => problem)).toEqual([]);
    session.dispose();
    expect(cells.map(({ id }) => id)).toEqual(cells.map((_, i) => i + 1));
    for (const { exercise } of solutions) {
      const at = cells.findIndex(({ source }) => source.startsWith(`// Exercise ${exercise}`));
      expect(cells[at - 1].source).toMatch(new RegExp(`^### Exercise ${exercise}: `));
      expect(cells[at + 1]).toMatchObject({ hidden: true });
    }
    expect(cells.filter(({ source }) => source.startsWith('// Exercise'))).toHaveLength(solutions.length);
  });

  test('needs nothing of a cell that stands further down, so that it runs from top to bottom too', () => {
    const session = new Session(cells, host);
    const place = new Map(cells.map(({ id }, i) => [id, i]));
    for (const { id, needs } of session.graph.cells.values())
      for (const need of needs)
        expect(place.get(need), `${id} needs ${need}`).toBeLessThan(place.get(id) as number);
    session.dispose();
  });
});

describe('its cells', () => {
  test('are short: twenty lines below their title, and no wider than a page', () => {
    const code = cells.filter(({ mode, hidden }) => mode === 'ts' && !hidden);
    expect(code.length).toBeGreaterThan(40);
    for (const { id, source } of code) {
      const lines = source.split('\n');
      expect(lines[0], `cell ${id}`).toMatch(/^\/\/ /);
      expect(lines.length, `cell ${id}`).toBeLessThanOrEqual(21);
      expect(Math.max(...lines.map((line) => line.length)), `cell ${id}`).toBeLessThanOrEqual(120);
    }
  });

  test('show the lecture’s place as it is linked', () => {
    const links = cells.flatMap(({ source }) => [
      ...source.matchAll(/\[([\d:]+) in the lecture\]\((\S+)&t=(\d+)s\)/g),
    ]);
    expect(links.length).toBeGreaterThan(10);
    for (const [, clock, address, seconds] of links) {
      expect(address).toBe('https://www.youtube.com/watch?v=P6sfmUTpUmc');
      expect(clock.split(':').reduce((sum, part) => 60 * sum + Number(part), 0)).toBe(Number(seconds));
    }
  });
});

test('the widget answers its slider: what goes in, what comes out, and their moments', async () => {
  const id = cells.find(({ source }) => source.includes('slider('))?.id as number;
  const session = new Session(cells, host);
  await session.run([id]);
  const [SEED, name] = [2147483647 + 1, 'the first number'];
  for (const first of [-30, 0, 7.5, 30]) {
    await session.setInput(id, name, first);
    const { outputs, error } = session.stateOf(id);
    expect(error).toBeUndefined();
    expect(outputs[0]).toEqual({
      kind: 'slider',
      name,
      label: name,
      min: -30,
      max: 30,
      step: 0.5,
      value: first,
    });
    const [chart] = outputs.flatMap((shown) => (shown.kind === 'chart' ? [shown.chart] : []));
    const { x, y, mean, std } = batchNormWidget(SEED, first);
    if (chart.kind !== 'normalised') throw new Error(`expected the widget, got ${chart.kind}`);
    const { widget, reach } = chart.data;
    expect(reach).toBe(30);
    expect(widget.x).toEqual([...x]);
    for (const [i, value] of widget.y.entries()) expect(value).toBeCloseTo(y[i], 6);
    expect([widget.mean, widget.std]).toEqual([expect.closeTo(mean, 5), expect.closeTo(std, 5)]);
    expect(outputs.at(-1)).toEqual({ kind: 'text', text: 'what comes out: mean 0.0000, deviation 1.0000' });
  }
  session.dispose();
});

describe('its exercises', () => {
  const idOf = (begins: string) => cells.find(({ source }) => source.startsWith(begins))?.id as number;
  const places = solutions.map(({ exercise }) => ({
    own: idOf(`// Exercise ${exercise}`),
    check: idOf(`// Check of exercise ${exercise}`),
  }));
  let session: Session;
  beforeAll(async () => {
    session = new Session(cells, host);
    await session.run(places.map(({ check }) => check));
  });
  afterAll(() => session.dispose());

  /** What the check finds, with this in the place of the reader's cell. */
  async function found(at: number, source?: string) {
    const { own, check } = places[at];
    const changed = cells.map((cell): Cell => (cell.id === own && source ? { ...cell, source } : cell));
    session.update(changed);
    await session.run([check]);
    const { outputs, error } = session.stateOf(check);
    expect(error).toBeUndefined();
    const [checked, ...more] = outputs.filter(({ kind }) => kind === 'check');
    expect(more).toEqual([]);
    return checked.kind === 'check' ? checked : undefined;
  }

  test.each(solutions)(
    '$exercise is open as it stands, solved by its solution, and says what differs',
    async ({ exercise, source, wrong }) => {
      const at = exercise - 1;
      const open = await found(at);
      expect(open).toMatchObject({ passed: false, differs: expect.stringMatching(/expected/) });
      expect(open?.hints.length).toBeGreaterThanOrEqual(2);
      for (const [attempt, differs] of wrong)
        expect(await found(at, attempt)).toMatchObject({
          passed: false,
          differs: expect.stringMatching(differs),
        });
      expect(await found(at, source)).toMatchObject({ passed: true, differs: '' });
    },
  );
});
