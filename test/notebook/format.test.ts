import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cell, NotebookError, parseNotebook, serialiseNotebook } from '../../src/notebook/format.js';
import { jupyterNotebook } from '../../src/notebook/ipynb.js';
import { readProgram } from '../../src/notebook/program.js';
import { STANDARD } from '../../src/notebook/standard.js';

const cell = (id: number, source: string, more: Partial<Cell> = {}): Cell => ({
  id,
  mode: 'ts',
  source,
  pinned: false,
  hidden: false,
  ...more,
});
const withoutLines = (cells: readonly Cell[]) => cells.map(({ line: _, ...rest }) => rest);

const FILE = `<!doctype html>
<notebook theme="air">
  <title>Names &amp; numbers</title>
  <script id="1" type="text/markdown">
    # Names

    Two & more < three.
  </script>
  <script id="7" type="text/x-typescript" pinned>
    const a: number = 1;
    if (a < 2) {
      a;
    }
  </script>
  <script id="3" type="module" hidden>
    a + 1
  </script>
</notebook>
`;

describe('the file of a notebook', () => {
  test('is read with its title, theme, and cells as they are written, and where they begin', () => {
    expect(parseNotebook(FILE, 'a.html')).toEqual({
      title: 'Names & numbers',
      theme: 'air',
      cells: [
        cell(1, '# Names\n\nTwo & more < three.', { mode: 'md', line: 5 }),
        cell(7, 'const a: number = 1;\nif (a < 2) {\n  a;\n}', { pinned: true, line: 10 }),
        cell(3, 'a + 1', { mode: 'js', hidden: true, line: 16 }),
      ],
    });
  });

  test('is written as it was read', () => {
    expect(serialiseNotebook(parseNotebook(FILE, 'a.html')).replace('&#38;', '&amp;')).toBe(FILE);
  });

  test('holds any title and any source', () => {
    const line = fc.stringMatching(/^[ -~äλ]*$/).map((text) => text.trimEnd());
    const source = fc
      .array(fc.oneof(line, fc.constantFrom('</script>', "'<\\/script >'", '<!--', '  x', ']]>')))
      .map((lines) => lines.join('\n').trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(line, fc.array(source), (title, sources) => {
        const cells = sources.map((each, i) => cell(i + 1, each));
        const notebook = { title: title.trim() || 'Untitled', theme: 'air', cells };
        const again = parseNotebook(serialiseNotebook(notebook), 'again');
        expect({ ...again, cells: withoutLines(again.cells) }).toEqual(notebook);
      }),
    );
  });

  const refusals: [what: string, file: string, message: string][] = [
    ['text alone', 'hello', "a.html:1:1: expected <notebook>, got 'hello'"],
    ['an empty file', '', 'a.html:1:1: expected <notebook>, got the end of the file'],
    ['another document', '<html><body>\n<p>hi</p>', 'a.html:2:1: expected <notebook>, got <p>'],
    ['no end', '<notebook>\n', 'a.html:2:1: expected </notebook>, got the end of the file'],
    [
      'a cell without an end',
      '<notebook>\n  <script id="1">\n a',
      'a.html:2:3: expected </script> after <script>, got the end of the file',
    ],
    [
      'a cell of another type',
      '<notebook><script id="1" type="text/x-python">',
      "a.html:1:11: expected a cell of type module, text/x-typescript, text/markdown, got 'text/x-python'",
    ],
    [
      'a cell without a number',
      '<notebook>\n<script id="a">',
      "a.html:2:1: expected a cell with a whole number from 1 as its id, got 'a'",
    ],
    [
      'a number that stands twice',
      '<notebook>\n<script id="4"></script><script id="4"></script></notebook>',
      'a.html:2:25: expected an id of its own for each cell, got 4 again',
    ],
    [
      'an attribute that there is not',
      '<notebook>\n<script id="4" database="x"></script></notebook>',
      "a.html:2:1: expected a cell with the attributes id, type, pinned, hidden, got 'database'",
    ],
    [
      'another element',
      '<notebook>\n <b>a</b></notebook>',
      'a.html:2:2: expected <title> or <script>, got <b>',
    ],
    [
      'text between cells',
      '<notebook>\n  hello</notebook>',
      "a.html:2:3: expected <title> or <script>, got 'hello'",
    ],
  ];
  test.each(refusals)('is refused with %s: once, with its place', (_, file, message) => {
    expect(() => parseNotebook(file, 'a.html')).toThrow(new NotebookError(message));
  });
});

test('as a Jupyter notebook it has the same cells, which import lanewise from npm', () => {
  const source =
    "import { Linear } from 'lanewise';\nconst { cells } = await import(\"lanewise/makemore\");\n'lanewise';";
  const cells = [cell(1, '# Names', { mode: 'md' }), cell(2, source)];
  const { cells: written, ...rest } = JSON.parse(jupyterNotebook({ title: 'A', theme: 'air', cells }));
  expect(rest).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'deno' } } });
  expect(written.map((each: { cell_type: string }) => each.cell_type)).toEqual(['code', 'markdown', 'code']);
  expect(written[1].source).toEqual(['# Names']);
  expect(written[2].source.join('')).toBe(
    "import { Linear } from 'npm:lanewise';\nconst { cells } = await import(\"npm:lanewise/makemore\");\n'lanewise';",
  );
  // What the schema of nbformat 4.5 wants of a cell, and no more.
  for (const { id, cell_type, metadata, source: lines, ...more } of written) {
    expect(id).toMatch(/^[\w-]{1,64}$/);
    expect(metadata).toEqual(expect.any(Object));
    expect(lines.every((line: string) => typeof line === 'string')).toBe(true);
    expect(more).toEqual(cell_type === 'code' ? { execution_count: null, outputs: [] } : {});
  }
  expect(new Set(written.map(({ id }: { id: string }) => id)).size).toBe(written.length);
  const { definitions } = readProgram(written[0].source.join(''));
  expect(definitions.sort()).toEqual([...STANDARD].sort());
});
