import { describe, expect, test } from 'vitest';
import { Graph } from '../../src/notebook/graph.js';
import { readProgram } from '../../src/notebook/program.js';
import { cellsOf } from './cells.js';

const graphOf = (...sources: string[]) =>
  new Graph(cellsOf(...sources), new Set(['display']), (name) => name in globalThis);
const problems = (graph: Graph) => [...graph.cells.values()].map(({ problem }) => problem?.message);

describe('a cell', () => {
  test('defines what its top level declares and imports, and refers to all else', () => {
    const { definitions, references, imports } = readProgram(`
      import base, { a, b as c, type T } from 'lanewise';
      import * as all from 'lanewise/charts';
      const { d, e: [f, ...g] }: T = h;
      let i = 0, j: number;
      function k(l: number) { const m = l + n; return m; }
      class O extends P { #q = q; }
      for (const r of s) { var t = r; }
      try { u; } catch (v) { v; }
      label: for (;;) { break label; }
      ({ w: 1, x, y: 2 }).z;
      enum Colour { red }
    `);
    const defined = ['base', 'a', 'c', 'all', 'd', 'f', 'g', 'i', 'j', 'k', 'O', 't', 'Colour'];
    expect(definitions.sort()).toEqual(defined.sort());
    expect(references.sort()).toEqual(['P', 'h', 'n', 'q', 's', 'u', 'x']);
    expect(imports).toEqual(['lanewise', 'lanewise/charts']);
  });

  test.each([
    ['1 + a', true],
    ['1 + a // and a comment', true],
    ['await a', true],
    ['(x: number) => x', true],
    ['a;', false],
    ['a\nb', false],
    ['function a() {}', false],
    ['class A {}', false],
    ['', false],
  ])('%j is one expression: %s', (source, isExpression) => {
    expect(readProgram(source).isExpression).toBe(isExpression);
  });

  test.each([
    ['const a = ;', 1, 11, 'Unexpected token'],
    ['let a = 1;\nlet b: number = 2; let a = 3;', 2, 24, "Identifier 'a' has already been declared"],
    ['\n  foo(', 2, 7, 'Unexpected token'],
    ['const a: number = 1; return a;', 1, 22, "'return' outside of function"],
    [
      'export const a = 1;',
      1,
      1,
      'expected a cell without exports: what it declares is there for all, got export',
    ],
    ['const u = import.meta.url;', 1, 11, 'expected no import.meta, which a cell has not, got it'],
  ])('%j is refused with its place', (source, line, column, message) => {
    const { problem } = graphOf(source).cells.get(1) ?? {};
    expect(problem).toEqual({ message, place: { line, column } });
  });
});

describe('cells', () => {
  test('need one another by their names, in whatever order they stand', () => {
    const graph = graphOf('display(c)', 'const b = a', 'const a = Math.PI', 'const c = a + b');
    expect(problems(graph)).toEqual([undefined, undefined, undefined, undefined]);
    expect([...graph.cells.values()].map(({ needs }) => [...needs].sort())).toEqual([[4], [3], [], [2, 3]]);
    expect([...graph.dependants([2])].sort()).toEqual([1, 2, 4]);
    expect([...graph.needed([4])].sort()).toEqual([2, 3, 4]);
  });

  test('cannot need each other in a circle: those in it say which, others do not', () => {
    const graph = graphOf(
      'const a = c',
      'const b = a',
      'const c = b',
      'const d = a',
      'const e = e2 + f; const e2 = 1',
      'const f = () => f',
    );
    expect(problems(graph)).toEqual([
      'cells need each other in a circle: 1 → 3 → 2 → 1',
      'cells need each other in a circle: 2 → 1 → 3 → 2',
      'cells need each other in a circle: 3 → 2 → 1 → 3',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('cannot define a name twice, nor one that the notebook has: all who use it say so', () => {
    expect(problems(graphOf('const a = 1', 'let a = 2', 'a + 1', 'const display = 1'))).toEqual([
      "expected one cell to define 'a', got cells 1 and 2",
      "expected one cell to define 'a', got cells 1 and 2",
      "expected one cell to define 'a', got cells 1 and 2",
      "expected a name of its own, got 'display', which the notebook gives every cell",
    ]);
  });

  test('cannot refer to what no cell defines, nor set what another one defines', () => {
    expect(
      problems(
        graphOf(
          'let a = 1; a = 2',
          'nothing + 1',
          'a = 3',
          '[{ b: a }] = []',
          'const f = () => a++',
          'a.b = 1',
          'globalThis.x = 1',
        ),
      ),
    ).toEqual([
      undefined,
      "'nothing' is not defined, in this cell or another",
      "expected 'a' to be set where it is defined, cell 1, got an assignment",
      "expected 'a' to be set where it is defined, cell 1, got an assignment",
      "expected 'a' to be set where it is defined, cell 1, got an assignment",
      undefined,
      undefined,
    ]);
  });

  test('what is not defined may be in a cell that cannot be read', () => {
    expect(problems(graphOf('const a = (1', 'a + 1', 'const b = ,'))[1]).toBe(
      "'a' is not defined, or in cells 1 and 3, which cannot be read",
    );
  });
});
