/** Sources of cells as syntax trees, and which names they define and use. */
import { typescriptLanguage } from '@codemirror/lang-javascript';
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Cell } from '../../../../notebook/format.js';

/** A place in a source. */
export interface At {
  node: SyntaxNode;
  source: string;
  /** Number of the cell. */
  cell: number;
}

const trees = new Map<string, Tree>();
const MOST_TREES = 500;

export function treeOf(source: string): Tree {
  let tree = trees.get(source);
  if (tree === undefined) {
    tree = typescriptLanguage.parser.parse(source);
    if (trees.size >= MOST_TREES) trees.clear();
    trees.set(source, tree);
  }
  return tree;
}

export const children = (node: SyntaxNode): SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
};

export const textOf = ({ source }: At, node: SyntaxNode): string => source.slice(node.from, node.to);

export const sameNode = (a: SyntaxNode, b: SyntaxNode): boolean =>
  a.from === b.from && a.to === b.to && a.name === b.name;

const SCOPES = [
  'Block',
  'FunctionDeclaration',
  'MethodDeclaration',
  'ArrowFunction',
  'FunctionExpression',
  'ForStatement',
];

/** What names are defined in, at the same level or in a pattern. */
const PATTERNS = [
  'VariableDeclaration',
  'ParamList',
  'ObjectPattern',
  'ArrayPattern',
  'PatternProperty',
  'ForOfSpec',
  'ForSpec',
  'ImportDeclaration',
  'ImportGroup',
  'ExportDeclaration',
];

/** The scopes around a node, the innermost first; not that of the whole cell. */
export function* scopesOf(node: SyntaxNode): Iterable<SyntaxNode> {
  for (let each = node.parent; each !== null; each = each.parent) if (SCOPES.includes(each.name)) yield each;
}

/** Names that are defined in a scope itself. */
export function definitionsIn(scope: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const collect = (node: SyntaxNode, depth: number): void => {
    for (const each of children(node)) {
      const { name } = each;
      if (name === 'VariableDefinition') found.push(each);
      else if (name === 'FunctionDeclaration' || name === 'ClassDeclaration') {
        const own = each.getChild('VariableDefinition');
        if (own !== null && depth === 0) found.push(own);
      } else if (PATTERNS.includes(name)) collect(each, name === 'ExportDeclaration' ? depth : depth + 1);
    }
  };
  collect(scope, 0);
  // The name of a function is defined around it.
  return scope.name === 'FunctionDeclaration'
    ? found.filter(({ parent }) => !parent || !sameNode(parent, scope))
    : found;
}

interface NamesOf {
  defines: readonly string[];
  uses: readonly string[];
}

const read = new Map<string, NamesOf>();

/** What a source defines at its top, and what it uses that is defined nowhere in it. */
function namesOf(source: string): NamesOf {
  let names = read.get(source);
  if (names !== undefined) return names;
  const tree = treeOf(source);
  const at: At = { node: tree.topNode, source, cell: 0 };
  const defines = definitionsIn(at.node).map((node) => textOf(at, node));
  const uses = new Set<string>();
  tree.iterate({
    enter({ node }) {
      // `{ model }` uses what `{ model: 1 }` only names.
      const isShort =
        node.name === 'PropertyDefinition' && node.parent?.name === 'Property' && node.parent.to === node.to;
      if (node.name !== 'VariableName' && !isShort) return;
      const name = textOf(at, node);
      if (defines.includes(name) || uses.has(name)) return;
      for (const scope of scopesOf(node))
        if (definitionsIn(scope).some((each) => textOf(at, each) === name)) return;
      uses.add(name);
    },
  });
  names = { defines, uses: [...uses] };
  if (read.size >= MOST_TREES) read.clear();
  read.set(source, names);
  return names;
}

/** Of each cell of code those that define what it uses. */
export function needsOf(cells: readonly Cell[]): ReadonlyMap<number, readonly number[]> {
  const code = cells
    .filter(({ mode }) => mode !== 'md')
    .map(({ id, source }) => ({ id, ...namesOf(source) }));
  const owners = new Map(code.flatMap(({ id, defines }) => defines.map((name) => [name, id] as const)));
  return new Map(
    code.map(({ id, uses }) => {
      const needs = new Set(uses.map((name) => owners.get(name)).filter((each) => each !== undefined));
      needs.delete(id);
      return [id, [...needs]];
    }),
  );
}
