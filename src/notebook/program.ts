import {
  type ImportDeclaration,
  type ImportSpecifier,
  type Node,
  type Program,
  parse,
  parseExpressionAt,
} from 'acorn';
import { simple } from 'acorn-walk';
import { analyze } from 'periscopic';
import { CellSyntaxError, type Place, type Stripped, stripTypes, syntaxError } from './strip-types.js';

/** What a cell's source is once it is read. */
export interface CellProgram {
  /** Names that the cell gives to the others: what it declares at its top level, and imports. */
  definitions: string[];
  /** Names that it uses and does not declare: of other cells, of the notebook, or global ones. */
  references: string[];
  /** Of those, the names that it sets: no cell may set what another one defines. */
  assignments: string[];
  /** Modules that it imports. */
  imports: string[];
  /** Whether it is one expression, whose value is shown. */
  isExpression: boolean;
  /** What is defined as a slider and used by other cells only: the name by the slider's label. */
  sliders: ReadonlyMap<string, string>;
  /**
   * The text of an async function of `$import` and the inputs, which resolves to the definitions, or to the expression's
   * value. The cell begins on its second line.
   */
  functionOf(inputs: readonly string[]): string;
  /** Where a place of that text (line and column from 1) stands in the source. */
  placeOf(line: number, column: number): Place;
}

const OPTIONS = {
  ecmaVersion: 'latest',
  sourceType: 'module',
  locations: true,
  allowAwaitOutsideFunction: true,
} as const;

/**
 * Reads a cell: TypeScript, `await` and `import` at its top level allowed.
 *
 * @throws CellSyntaxError for what is none, and for an export or `import.meta`, which only a module has
 */
export function readProgram(source: string): CellProgram {
  const stripped = stripTypes(source);
  const expression = readExpression(stripped.code);
  const tree = expression ?? readStatements(stripped);
  const { scope, globals } = analyze(tree as Parameters<typeof analyze>[0]);
  const defined = new Set(expression === undefined ? scope.declarations.keys() : []);
  const changes: Change[] = [];
  const imports: string[] = [];
  const assigned = new Set<string>();
  const refuse = (node: Node, expected: string, got: string) => {
    throw new CellSyntaxError(`expected ${expected}, got ${got}`, stripped.placeOf(...startOf(node)));
  };
  const exported = (node: Node) =>
    refuse(node, 'a cell without exports: what it declares is there for all', 'export');
  simple(tree, {
    ImportDeclaration(node) {
      imports.push(String(node.source.value));
      // The analysis leaves out `* as name`.
      for (const { local } of node.specifiers) defined.add(local.name);
      changes.push({ start: node.start, end: node.end, text: imported(node) });
    },
    ImportExpression(node) {
      changes.push({ start: node.start, end: node.start + 'import'.length, text: '$import' });
    },
    ExportNamedDeclaration: exported,
    ExportDefaultDeclaration: exported,
    ExportAllDeclaration: exported,
    MetaProperty(node) {
      if (node.meta.name === 'import') refuse(node, 'no import.meta, which a cell has not', 'it');
    },
    AssignmentExpression: ({ left }) => namesIn(left, assigned),
    UpdateExpression: ({ argument }) => namesIn(argument, assigned),
    ForOfStatement: ({ left }) => namesIn(left, assigned),
    ForInStatement: ({ left }) => namesIn(left, assigned),
  });
  const isExpression = expression !== undefined;
  const sliders = isExpression ? new Map<string, string>() : slidersOf(tree as Program);
  const definitions = [...defined];
  const references = [...globals.keys()].filter((name) => name !== 'arguments' && !defined.has(name));
  const body = changed(stripped.code, changes);
  return {
    definitions,
    references,
    assignments: references.filter((name) => assigned.has(name)),
    imports,
    isExpression,
    sliders,
    functionOf: (inputs) =>
      `(async function (${['$import', ...inputs].join(', ')}) {"use strict";` +
      (isExpression ? ` return (\n${body}\n);` : `\n${body}\nreturn { ${definitions.join(', ')} };`) +
      '\n})',
    placeOf: (line, column) => stripped.placeOf(line - 1, column - 1),
  };
}

const startOf = ({ loc }: Node): [number, number] => [loc?.start.line ?? 1, loc?.start.column ?? 0];

/** The expression that the cell is; undefined where it is more, or a declaration. */
function readExpression(code: string): Node | undefined {
  try {
    const expression = parseExpressionAt(code, 0, OPTIONS);
    // With parentheses around it, which the expression itself is without.
    const whole = parseExpressionAt(code, 0, { ...OPTIONS, preserveParens: true });
    const named = expression.type === 'FunctionExpression' || expression.type === 'ClassExpression';
    if (named && (expression as { id?: unknown }).id) return undefined;
    // Comments behind it are all right.
    const rest = parse(code.slice(whole.end), OPTIONS);
    if (rest.body.length > 0) return undefined;
    const program: Program = {
      type: 'Program',
      start: 0,
      end: code.length,
      sourceType: 'module',
      body: [
        {
          type: 'ExpressionStatement',
          start: expression.start,
          end: expression.end,
          expression,
        },
      ],
    };
    return program;
  } catch {
    return undefined;
  }
}

function readStatements({ code, placeOf }: Stripped): Program {
  try {
    return parse(code, OPTIONS);
  } catch (error) {
    throw syntaxError(error, placeOf);
  }
}

/** Of `const name = slider('label', …)` at the top level, the name by the label, where nothing else in the cell uses it. */
function slidersOf(tree: Program): Map<string, string> {
  const used = new Set<string>();
  simple(tree, { Identifier: ({ name }) => used.add(name) });
  const sliders = new Map<string, string>();
  for (const statement of tree.body) {
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') continue;
    for (const { id, init } of statement.declarations) {
      if (id.type !== 'Identifier' || used.has(id.name) || init?.type !== 'CallExpression') continue;
      const { callee } = init;
      const [label] = init.arguments;
      if (callee.type !== 'Identifier' || callee.name !== 'slider' || label?.type !== 'Literal') continue;
      if (typeof label.value === 'string') sliders.set(label.value, id.name);
    }
  }
  return sliders;
}

/** The names that an assignment sets: `a`, and those of a pattern; not `a.b`. */
function namesIn(target: Node, names: Set<string>): void {
  // A declaration in the head of a loop is the loop's own.
  if (target.type === 'VariableDeclaration') return;
  const visitors = { VariablePattern: ({ name }: { name: string }) => names.add(name) };
  // Its types leave out the last argument: as what the first node is walked.
  const walk = simple as unknown as (...args: unknown[]) => void;
  walk(target, visitors, undefined, undefined, 'Pattern');
}

interface Change {
  start: number;
  end: number;
  text: string;
}

/** The code with some pieces replaced; a replaced piece keeps its number of lines. */
function changed(code: string, changes: readonly Change[]): string {
  let text = '';
  let at = 0;
  for (const change of [...changes].sort((a, b) => a.start - b.start)) {
    const lines = code.slice(change.start, change.end).split('\n').length - 1;
    text += code.slice(at, change.start) + change.text + '\n'.repeat(lines);
    at = change.end;
  }
  return text + code.slice(at);
}

/** An import as a declaration by `$import`, which asks the notebook for the module. */
function imported({ source, specifiers }: ImportDeclaration): string {
  const module = `await $import(${JSON.stringify(source.value)})`;
  if (specifiers.length === 0) return `${module};`;
  const space = specifiers.find(({ type }) => type === 'ImportNamespaceSpecifier');
  const named = specifiers.filter((each) => each !== space);
  const parts = named.map((each) => {
    if (each.type === 'ImportDefaultSpecifier') return `default: ${each.local.name}`;
    const { imported: name, local } = each as ImportSpecifier;
    return `${JSON.stringify(name.type === 'Identifier' ? name.name : name.value)}: ${local.name}`;
  });
  const declared = [...(space ? [`${space.local.name} = ${module}`] : [])];
  if (parts.length > 0) declared.push(`{ ${parts.join(', ')} } = ${module}`);
  return `const ${declared.join(', ')};`;
}
