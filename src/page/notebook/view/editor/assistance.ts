/** Completion and tips: what the package and the notebook itself have under a name, its type and what it is for. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { EditorState, Extension } from '@codemirror/state';
import { type EditorView, hoverTooltip } from '@codemirror/view';
import type { SyntaxNode } from '@lezer/common';
import { micromark } from 'micromark';
import type { OpenNotebook } from '../../open-notebook.js';
import { type Described, type Hints, Library } from './hints.js';
import { Names } from './infer.js';

let library: Promise<Library> | undefined;

/** Comes with the first editor. */
function loadLibrary(): Promise<Library> {
  library ??= import('virtual:hints').then(({ default: text }) => new Library(JSON.parse(text) as Hints));
  return library;
}

/** Names of the language that a cell is likely to use. */
const GLOBALS = [
  'Array',
  'Float32Array',
  'Int32Array',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Set',
  'String',
];
const KEYWORDS = [
  'async',
  'await',
  'class',
  'const',
  'else',
  'export',
  'for',
  'function',
  'if',
  'import',
  'let',
  'new',
  'return',
];

export function assistance(id: number, notebook: OpenNotebook): Extension {
  // So that it is there with the first key.
  loadLibrary().catch(reportError);
  const namesOf = async (state: EditorState): Promise<Names> => {
    const cells = notebook.cells.peek();
    // Its own source as it is now: the notebook hears of it after the key.
    const source = state.doc.toString();
    return new Names(
      await loadLibrary(),
      cells.map((cell) => (cell.id === id ? { ...cell, source } : cell)),
    );
  };
  return [
    autocompletion({
      override: [
        async (context) => completions(context, id, await namesOf(context.state), await loadLibrary()),
      ],
      icons: false,
    }),
    hoverTooltip(async ({ state }, pos) => {
      const node = syntaxTree(state).resolveInner(pos, 1);
      const described = describedAt(node, state, id, await namesOf(state));
      if (described === undefined) return null;
      return { pos: node.from, end: node.to, above: true, create: () => ({ dom: tip(described) }) };
    }),
  ];
}

/** What the name under the pointer is; undefined for what is no name, or not known. */
function describedAt(
  node: SyntaxNode,
  state: EditorState,
  cell: number,
  names: Names,
): Described | undefined {
  const source = state.doc.toString();
  const name = source.slice(node.from, node.to);
  if (['VariableName', 'VariableDefinition', 'TypeName'].includes(node.name))
    return names.describe(name, { node, source, cell });
  const object = node.parent?.firstChild;
  if (node.name === 'PropertyName' && node.parent?.name === 'MemberExpression' && object)
    return names.membersOf({ node: object, source, cell }).get(name);
  const options = node.parent?.parent;
  if (node.name === 'PropertyDefinition' && options?.name === 'ObjectExpression')
    return names.optionsOf(options, { node, source, cell }).get(name);
  return undefined;
}

async function completions(
  context: CompletionContext,
  cell: number,
  names: Names,
  library: Library,
): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  const source = state.doc.toString();
  const node = syntaxTree(state).resolveInner(pos, -1);
  if (['String', 'LineComment', 'BlockComment', 'TemplateString', 'Number', 'RegExp'].includes(node.name))
    return null;
  const word = context.matchBefore(/[\w$]*/);
  const from = word?.from ?? pos;
  const member = memberAt(node);
  if (member !== undefined) {
    const found = names.membersOf({ node: member, source, cell });
    return result(
      from,
      [...found].map(([name, described]) => option(name, described)),
    );
  }
  const imported = ancestor(node, 'ImportDeclaration');
  if (imported !== undefined) {
    const module = imported.getChild('String');
    const named = module === null ? library.modules : [source.slice(module.from + 1, module.to - 1)];
    const all = named.flatMap((each) =>
      library.namesOf(each).map((name) => option(name, library.exported(each, name))),
    );
    return result(from, all);
  }
  const object = ancestor(node, 'ObjectExpression');
  if (object !== undefined && isKey(node)) {
    const found = names.optionsOf(object, { node, source, cell });
    if (found.size > 0)
      return result(
        from,
        [...found].map(([name, described]) => ({ ...option(name, described), apply: `${name}: ` })),
      );
  }
  if (!explicit && from === pos) return null;
  const at = { node, source, cell };
  const own = new Set([...names.localNames(at), ...names.topNames]);
  return result(from, [
    ...[...own].map((name) => ({ ...option(name, names.describe(name, at)), boost: 2 })),
    ...library.standardNames.map((name) => ({ ...option(name, library.standard(name)), boost: 1 })),
    ...library.modules.flatMap((module) =>
      library
        .namesOf(module)
        .filter((name) => !own.has(name) && library.exported(module, name)?.call)
        .map((name) => ({
          ...option(name, library.exported(module, name)),
          detail: `from ${module}`,
          boost: -1,
          apply: (view: EditorView, _: Completion, start: number, end: number) =>
            insertWithImport(view, name, module, start, end),
        })),
    ),
    ...GLOBALS.filter((name) => !own.has(name)).map((label) => ({ label, boost: -1 })),
    ...KEYWORDS.map((label) => ({ label, type: 'keyword', boost: -1 })),
  ]);
}

const result = (from: number, options: Completion[]): CompletionResult | null =>
  options.length === 0 ? null : { from, options, validFor: /^[\w$]*$/ };

/** The object of a member that is being written: `g.` or `g.ra`. */
function memberAt(node: SyntaxNode): SyntaxNode | undefined {
  const whole = node.name === 'MemberExpression' ? node : node.parent;
  if (
    whole?.name !== 'MemberExpression' ||
    !['.', '?.', 'PropertyName', 'MemberExpression', '⚠'].includes(node.name)
  )
    return undefined;
  return whole.firstChild ?? undefined;
}

function ancestor(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let each: SyntaxNode | null = node; each !== null; each = each.parent) {
    if (each.name === name) return each;
    if (/Block|Function$/.test(each.name)) return undefined;
  }
  return undefined;
}

/** Whether a key of an object is being written, and not a value. */
const isKey = (node: SyntaxNode): boolean =>
  ['{', ',', 'ObjectExpression', 'PropertyDefinition'].includes(node.name) ||
  (node.name === '⚠' && node.parent?.name !== 'Property');

/** The name where the cursor is, and its import before the code of the cell. */
function insertWithImport(view: EditorView, name: string, module: string, from: number, to: number): void {
  const source = view.state.doc.toString();
  // The comment that a cell begins with is its title.
  const [title = ''] = /^(?:\s*\/\/[^\n]*\n)?/.exec(source) ?? [];
  const line = `import { ${name} } from '${module}';\n`;
  view.dispatch({
    changes: [
      { from: title.length, insert: line },
      { from, to, insert: name },
    ],
    selection: { anchor: line.length + from + name.length },
    userEvent: 'input.complete',
  });
}

function option(label: string, described: Described | undefined): Completion {
  if (described === undefined) return { label };
  const { text, from } = described;
  const detail = text.startsWith(label) ? text.slice(label.length).replace(/^: /, '') : from;
  return {
    label,
    detail: detail.length > 48 ? `${detail.slice(0, 47)}…` : detail,
    info: () => tip(described),
  };
}

/** What is said of a name. */
function tip({ text, doc, from }: Described): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'about-name';
  const signature = document.createElement('code');
  signature.className = 'signature';
  signature.textContent = text;
  dom.append(signature);
  if (doc !== '') {
    const words = document.createElement('div');
    // Of the package's own docstrings; micromark writes the HTML of a text as text.
    // What is said of errors and sources has lines of its own.
    words.innerHTML = micromark(doc.replace(/\n(?=[A-Z]\w+: )/g, '\n\n'));
    dom.append(words);
  }
  if (from !== '') {
    const origin = document.createElement('p');
    origin.className = 'from';
    origin.textContent = from;
    dom.append(origin);
  }
  return dom;
}
