// What the notebook's editor says of names: read off the package's declarations, and off the sources of the cells.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { describe, expect, test } from 'vitest';
import { hintsOfSource } from '../../.ci/hints.mjs';
import * as charts from '../../src/charts/index.js';
import * as diagnostics from '../../src/diagnostics/index.js';
import * as lanewise from '../../src/index.js';
import * as checkpoint from '../../src/interchange/index.js';
import * as makemore from '../../src/makemore/index.js';
import { type Cell, parseNotebook } from '../../src/notebook/format.js';
import { Graph } from '../../src/notebook/graph.js';
import { STANDARD } from '../../src/notebook/standard.js';
import { Library, splitTop } from '../../src/page/notebook/view/editor/hints.js';
import { Names } from '../../src/page/notebook/view/editor/infer.js';
import { needsOf } from '../../src/page/notebook/view/editor/sources.js';

const hints = hintsOfSource();
const library = new Library(hints);
const { cells } = parseNotebook(readFileSync('src/page/notebook/part-3.html', 'utf8'), 'part-3.html');

/** The names of the notebook with one more cell, and a place in it: that of a bar, `|`, behind an expression. */
function inCell(marked: string) {
  const pos = marked.indexOf('|');
  const source = marked.replace('|', '');
  const cell: Cell = { id: 999, mode: 'ts', source, pinned: true, hidden: false };
  const names = new Names(library, [...cells, cell]);
  let node = typescriptLanguage.parser.parse(source).resolveInner(pos, -1);
  while (node.parent !== null && node.parent.to === pos && /Expression$|^ArgList$/.test(node.parent.name))
    node = node.parent;
  return { names, at: { node, source, cell: 999 } };
}

const typeOf = (marked: string): string | undefined => {
  const { names, at } = inCell(marked);
  return names.infer(at, 0)?.text;
};
const membersOf = (marked: string): string[] => {
  const { names, at } = inCell(marked);
  return [...names.membersOf(at).keys()];
};

describe('the package’s names', () => {
  test.each([
    ['lanewise', lanewise],
    ['lanewise/diagnostics', diagnostics],
    ['lanewise/checkpoint', checkpoint],
    ['lanewise/makemore', makemore],
    ['lanewise/charts', charts],
  ])('all that %s exports has a declaration', (module, exported) => {
    const missing = Object.keys(exported).filter((name) => library.exported(module, name) === undefined);
    expect(missing).toEqual([]);
    expect(library.namesOf(module).length).toBeGreaterThanOrEqual(Object.keys(exported).length);
  });

  test('have signature, docstring and module', () => {
    const linear = library.exported('lanewise', 'Linear');
    expect(linear).toMatchObject({
      text: 'new Linear(inFeatures: number, outFeatures: number, options?: LinearOptions)',
      call: true,
      from: 'lanewise',
    });
    expect(linear?.doc).toMatch(/^y = x W \+ b/);
    // Two modules have a `histogram` each.
    expect(library.exported('lanewise/diagnostics', 'histogram')?.type?.text).toBe('Histogram');
    expect(library.exported('lanewise/charts', 'histogram')?.type?.text).toBe('Chart');
    expect(library.exported('lanewise', 'noSuchName')).toBeUndefined();
  });

  test('what every cell has is there too', () => {
    // `given` and `invalidation` are no functions of `Standard`.
    for (const name of STANDARD.filter((each) => !['given', 'invalidation'].includes(each)))
      expect(library.standard(name)?.text, name).toMatch(new RegExp(`^${name}[(<]`));
  });

  test('are less than 1 MB, and 80 kB compressed', () => {
    const text = JSON.stringify(hints);
    expect(text.length).toBeLessThan(1_000_000);
    expect(gzipSync(text).length).toBeLessThan(80_000);
  });
});

test('a type is split where no bracket is open', () => {
  expect(splitTop("{ a: 'x;y'; b: (c: number) => void }, D<E, F>", ',')).toEqual([
    "{ a: 'x;y'; b: (c: number) => void }",
    'D<E, F>',
  ]);
});

describe('what the notebook’s names are', () => {
  test.each([
    ['new Generator(1)|', 'Generator'],
    ['new Generator(1).randn(3)|', 'Float32Array'],
    ['(await load())|', 'Core'],
    // Of other cells.
    ['first.W1|', 'Linear'],
    ['first.W1.weight.value|', 'Tensor'],
    ['trained.C.weight.grad|', 'Tensor'],
    ['lossi|', 'number[]'],
    ['lossi[0]|', 'number'],
    ['model|', 'Sequential'],
    ['model.layers[0]|', 'Layer<Input>'],
    ['vocabSize|', 'number'],
    ['list.names|', 'string[]'],
    ['histogram(inputs)|', 'Chart'],
    ['own.network|', 'Sequential'],
    ['snapshot.layers.filter(() => true)[0].output.mean|', 'number'],
    ['function f(t: Tensor) { return t.rows| }', 'number'],
    ['for (const layer of model.layers) layer|', 'Layer<Input>'],
    ['const { C } = trained; C|', 'Embedding'],
    ['const [one, two] = [new Tanh(), 1]; one|', 'Tanh'],
    ['(trained.C as Layer)|', 'Layer'],
    // A name of the cell's own hides that of another.
    ['{ const model = 1; model| }', 'number'],
    ['nothing.of.the.kind|', undefined],
  ])('%s', (marked, expected) => {
    expect(typeOf(marked)).toBe(expected);
  });

  test('members are those of the class, its parents, and of classes of the notebook’s own', () => {
    expect(membersOf('first.norm|')).toEqual(
      expect.arrayContaining(['gamma', 'runningMean', 'forward', 'out']),
    );
    expect(membersOf('first.norm|')).not.toContain('allocate');
    // `BaseLayer<Input extends Matrix>` is no Matrix.
    expect(membersOf('first.W1|')).not.toContain('fill');
    expect(membersOf('first.W1.weight.value|')).toEqual(expect.arrayContaining(['fill', 'toArray', 'rows']));
    expect(membersOf('Parameter|')).toContain('of');
    expect(membersOf('first|')).toEqual(['model', 'C', 'W1', 'norm', 'tanh', 'W2', 'g']);
    expect(membersOf('new OwnLinear(core, 1, 2)|')).toEqual(
      expect.arrayContaining(['weight', 'forward', 'backward', 'parameters']),
    );
    expect(membersOf('words|')).toEqual(expect.arrayContaining(['map', 'length', 'filter']));
  });

  test('a call’s options are those of its parameter', () => {
    const options = (marked: string) => {
      const { names, at } = inCell(marked);
      let { node } = at;
      while (node.name !== 'ObjectExpression' && node.parent !== null) node = node.parent;
      return [...names.optionsOf(node, at).keys()];
    };
    expect(options('new Linear(1, 2, { b|ias: false })')).toEqual(['bias', 'gain', 'init']);
    expect(options('histogram(inputs, { q|: 1 })')).toEqual(['bins', 'quantity']);
    expect(options('new SGD(model.parameters(), { l|r: 1 })')).toContain('lr');
  });
});

test('which cells need which is what the notebook’s own graph says', () => {
  const graph = new Graph(cells, new Set(STANDARD), (name) => name in globalThis);
  const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
  const needs = needsOf(cells);
  expect(needs.size).toBe(graph.cells.size);
  for (const { id, needs: expected } of graph.cells.values())
    expect(sorted(needs.get(id) ?? []), `cell ${id}`).toEqual(sorted(expected));
});
