import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Cell, parseNotebook } from '../../src/notebook/format.js';
import { jupyterNotebook } from '../../src/notebook/ipynb.js';
import { parseJupyter } from '../../src/notebook/read-ipynb.js';

const path = fileURLToPath(new URL('../../src/page/notebook/part-3.html', import.meta.url));
const notebook = parseNotebook(readFileSync(path, 'utf8'), 'part-3.html');
const jupyter = (cells: unknown, language: unknown = 'typescript') =>
  JSON.stringify({ cells, metadata: { kernelspec: { language } }, nbformat: 4, nbformat_minor: 5 });
const read = (cells: unknown) => parseJupyter(jupyter(cells), 'a.ipynb');

describe('a file of Jupyter', () => {
  test('that was written here is read as the notebook that it was', () => {
    const { cells, ...rest } = parseJupyter(jupyterNotebook(notebook), 'part-3.ipynb');
    expect(rest).toEqual({ title: notebook.title, theme: 'air' });
    expect(cells).toEqual(notebook.cells.map(({ line: _, ...cell }: Cell) => cell));
  });

  test('of another hand has a number for each cell, and lanewise by its name here', () => {
    const source = ["import { load } from 'npm:lanewise';\n", 'import "npm:lanewise/charts"'];
    expect(
      read([
        { cell_type: 'markdown', id: 'a1', source: '# npm:lanewise' },
        { cell_type: 'code', id: 'cell-7', source },
        { cell_type: 'code', id: 'cell-7', source: '1' },
        { cell_type: 'code', source: '' },
      ]).cells.map(({ id, mode, source }) => ({ id, mode, source })),
    ).toEqual([
      { id: 8, mode: 'md', source: '# npm:lanewise' },
      { id: 7, mode: 'ts', source: 'import { load } from \'lanewise\';\nimport "lanewise/charts"' },
      { id: 9, mode: 'ts', source: '1' },
      { id: 10, mode: 'ts', source: '' },
    ]);
  });

  test.each([
    ['no JSON', '<notebook>', /^a\.ipynb: expected a Jupyter notebook, got: .*JSON/],
    ['no cells', '{}', /^a\.ipynb: expected a Jupyter notebook with cells, got nothing$/],
    ['null', 'null', /^a\.ipynb: expected a Jupyter notebook with cells, got nothing$/],
    [
      'another language',
      jupyter([], 'python'),
      /^a\.ipynb: expected cells of a kernel for typescript or javascript, got 'python'$/,
    ],
    [
      'a raw cell',
      jupyter([{ cell_type: 'code', source: '' }, { cell_type: 'raw' }]),
      /^a\.ipynb: cell 2 of the file: expected a cell of code or markdown, got 'raw'$/,
    ],
    [
      'a cell that is none',
      jupyter([null]),
      /^a\.ipynb: cell 1 of the file: expected a cell of code or markdown, got nothing$/,
    ],
    [
      'a source that is none',
      jupyter([{ cell_type: 'code', source: 3 }]),
      /^a\.ipynb: cell 1 of the file: expected its source as text, got '3'$/,
    ],
  ])('of %s is refused with the place', (_, text, message) => {
    expect(() => parseJupyter(text, 'a.ipynb')).toThrow(message);
  });
});
