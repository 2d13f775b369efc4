/**
 * What the names in a notebook's cells are, as far as their sources show it: `new Linear(…)` is a Linear, `await load()` a
 * Core. TypeScript would know all; it has 1.6 MB.
 */
import type { SyntaxNode } from '@lezer/common';
import type { Cell } from '../../../../notebook/format.js';
import type { Described, Library, Type } from './hints.js';
import { type At, children, definitionsIn, sameNode, scopesOf, textOf, treeOf } from './sources.js';

/** Deeper an expression is not followed. */
const DEEPEST = 60;

/** Methods of arrays that give an array of the same, or one of its elements. */
const SAME = ['filter', 'slice', 'reverse', 'sort', 'concat', 'toSorted', 'toReversed', 'fill'];
const ELEMENT = ['find', 'findLast', 'at', 'pop', 'shift'];

/** Where a name is defined: its declaration, and what makes its value. */
interface Definition {
  at: At;
  kind: string;
  type(depth: number): Type | undefined;
}

export class Names {
  readonly #library: Library;
  readonly #cells: readonly Cell[];
  #top: Map<string, Definition> | undefined;
  /** Types of expressions that were asked for. */
  readonly #known = new Map<string, Type | undefined>();

  constructor(library: Library, cells: readonly Cell[]) {
    this.#library = library;
    this.#cells = cells;
  }

  /** Names that the cells define, with what imports bring. */
  get topNames(): readonly string[] {
    return [...this.#defined().keys()];
  }

  /** What a name means at a place of a cell; undefined for what is not known. */
  describe(name: string, at: At): Described | undefined {
    const local = this.#local(name, at) ?? this.#defined().get(name);
    if (local === undefined) return this.#library.standard(name);
    return this.#described(name, local);
  }

  /** The members of the expression, by their names. */
  membersOf(at: At): ReadonlyMap<string, Described> {
    const statics = this.#staticsOf(at);
    if (statics !== undefined && statics.size > 0) return statics;
    const type = this.infer(at, 0);
    return type === undefined ? new Map() : this.#library.membersOf(type);
  }

  /** Options that a call takes at the place of an object in its arguments. */
  optionsOf(object: SyntaxNode, at: At): ReadonlyMap<string, Described> {
    const list = object.parent;
    const call = list?.parent;
    if (list?.name !== 'ArgList' || !call) return new Map();
    const place = children(list).filter(({ name }) => !['(', ',', ')'].includes(name));
    const callee = this.#callee({ ...at, node: call });
    const i = place.findIndex(({ from }) => from === object.from);
    const type = callee && this.#library.parameterOf(callee, i);
    return type === undefined ? new Map() : this.#library.membersOf(type);
  }

  /** Names that are defined around a place, from the inside out. */
  localNames(at: At): readonly string[] {
    const names = new Set<string>();
    for (const scope of scopesOf(at.node))
      for (const node of definitionsIn(scope)) names.add(textOf(at, node));
    return [...names];
  }

  #described(name: string, { at, kind, type }: Definition): Described {
    if (kind === 'import') {
      const imported = this.#imported(name, at);
      if (imported !== undefined) return imported;
    }
    const found = type(0);
    const text =
      kind === 'function' || kind === 'class'
        ? headOf(at, kind, name)
        : `${name}${found === undefined ? '' : `: ${found.text}`}`;
    return {
      text,
      doc: '',
      type: found,
      call: kind === 'function' || kind === 'class',
      from: `cell ${at.cell}`,
    };
  }

  #imported(name: string, at: At): Described | undefined {
    const from = at.node.getChild('String');
    if (from === null) return undefined;
    return this.#library.exported(textOf(at, from).slice(1, -1).replace(/^npm:/, ''), name);
  }

  #staticsOf(at: At): ReadonlyMap<string, Described> | undefined {
    if (at.node.name !== 'VariableName') return undefined;
    const name = textOf(at, at.node);
    const definition = this.#local(name, at) ?? this.#defined().get(name);
    if (definition?.kind !== 'import') return undefined;
    const from = definition.at.node.getChild('String');
    return from === null
      ? undefined
      : this.#library.staticsOf(textOf(definition.at, from).slice(1, -1).replace(/^npm:/, ''), name);
  }

  /** What the cells define at their top. */
  #defined(): Map<string, Definition> {
    if (this.#top !== undefined) return this.#top;
    const found = new Map<string, Definition>();
    for (const { id, mode, source } of this.#cells) {
      if (mode === 'md') continue;
      const at: At = { node: treeOf(source).topNode, source, cell: id };
      for (const node of definitionsIn(at.node)) {
        const name = source.slice(node.from, node.to);
        if (!found.has(name)) found.set(name, this.#definition({ ...at, node }));
      }
    }
    this.#top = found;
    return found;
  }

  #local(name: string, at: At): Definition | undefined {
    for (const scope of scopesOf(at.node)) {
      const node = definitionsIn(scope).find((each) => textOf(at, each) === name);
      if (node !== undefined) return this.#definition({ ...at, node });
    }
    return undefined;
  }

  /** @param at the name where it is defined */
  #definition(at: At): Definition {
    const parent = at.node.parent;
    const found = (kind: string, node: SyntaxNode, type: Definition['type']) => ({
      at: { ...at, node },
      kind,
      type,
    });
    for (let node = parent; node !== null; node = node.parent) {
      const whole = node;
      if (whole.name === 'ImportDeclaration')
        return found(
          'import',
          whole,
          () => this.#imported(textOf(at, at.node), { ...at, node: whole })?.type,
        );
      if (whole.name === 'FunctionDeclaration' && parent === whole)
        return found('function', whole, (depth) => this.#returned({ ...at, node: whole }, depth));
      if (whole.name === 'ClassDeclaration' && parent === whole)
        return found('class', whole, () => this.#ownClass({ ...at, node: whole }));
      if (['VariableDeclaration', 'ParamList', 'ForOfSpec'].includes(whole.name))
        return found('variable', whole, (depth) => this.#variable(at, whole, depth));
    }
    return found('variable', at.node, () => undefined);
  }

  /** The type of a variable: by what annotates it, or by what it is set to. */
  #variable(at: At, whole: SyntaxNode, depth: number): Type | undefined {
    // From the name outwards to the declaration: through which members and places of a pattern.
    const path: (string | number)[] = [];
    let node = at.node;
    while (node.parent !== null && node.parent.from >= whole.from && !sameNode(node.parent, whole)) {
      const { parent } = node;
      if (parent.name === 'PatternProperty') {
        const name = parent.firstChild;
        if (name !== null) path.unshift(textOf(at, name));
      } else if (parent.name === 'ArrayPattern')
        path.unshift(children(parent).filter(({ from, name }) => name === ',' && from < node.from).length);
      node = parent;
    }
    const annotation = node.nextSibling?.name === 'TypeAnnotation' ? node.nextSibling : null;
    let type: Type | undefined;
    if (annotation !== null) type = this.#annotated({ ...at, node: annotation });
    else if (whole.name === 'ForOfSpec') {
      const list = children(whole).at(-2);
      const of = list && this.infer({ ...at, node: list }, depth + 1);
      type = of && this.#library.elementOf(of);
    } else if (whole.name === 'VariableDeclaration') {
      const equals = children(whole).find(({ name, from }) => name === 'Equals' && from > node.from);
      let value = equals?.nextSibling ?? null;
      // Of two lists side by side, each place is set to its own.
      while (value?.name === 'ArrayExpression' && typeof path[0] === 'number') {
        const items = children(value).filter(({ name }) => !['[', ',', ']'].includes(name));
        value = items[path.shift() as number] ?? null;
      }
      type = value === null ? undefined : this.infer({ ...at, node: value }, depth + 1);
    }
    for (const step of path)
      type =
        type &&
        (typeof step === 'number'
          ? this.#library.itemOf(type, step)
          : this.#library.membersOf(type).get(step)?.type);
    return type;
  }

  /** The type that is written, with the names that the cells import or define. */
  #annotated(at: At): Type {
    const text = textOf(at, at.node)
      .replace(/^\s*:\s*/, '')
      .trim();
    const own = this.#defined().get(text);
    return own?.kind === 'class' ? (own.type(0) ?? { text }) : { text };
  }

  /** A class of the notebook's: its members, by its body. */
  #ownClass(at: At): Type {
    const name = at.node.getChild('VariableDefinition');
    const text = name === null ? 'class' : textOf(at, name);
    const own = () => {
      const found = new Map<string, Described>();
      for (const node of children(at.node.getChild('ClassBody') ?? at.node)) {
        const property = node.getChild('PropertyDefinition');
        if (property === null) continue;
        const called = textOf(at, property);
        if (called === 'constructor') continue;
        const annotation = node.getChild('TypeAnnotation');
        const isMethod = node.name === 'MethodDeclaration';
        const type =
          annotation !== null
            ? this.#annotated({ ...at, node: annotation })
            : isMethod
              ? this.#returned({ ...at, node }, 0)
              : undefined;
        const list = node.getChild('ParamList');
        const signature = isMethod && list !== null ? textOf(at, list) : '';
        found.set(called, {
          text: `${called}${signature}${type === undefined ? '' : `: ${type.text}`}`,
          doc: '',
          type,
          call: isMethod,
          from: `cell ${at.cell}`,
        });
      }
      return found;
    };
    return { text, own };
  }

  /** What a function of the notebook's gives. */
  #returned(at: At, depth: number): Type | undefined {
    if (depth > DEEPEST) return undefined;
    const list = at.node.getChild('ParamList');
    const annotation = list?.nextSibling?.name === 'TypeAnnotation' ? list.nextSibling : null;
    if (annotation !== null) return this.#annotated({ ...at, node: annotation });
    const body = at.node.getChild('Block');
    if (body === null) {
      const value = at.node.lastChild;
      return value === null || at.node.name !== 'ArrowFunction'
        ? undefined
        : this.infer({ ...at, node: value }, depth + 1);
    }
    const value = children(body)
      .filter(({ name }) => name === 'ReturnStatement')
      .map((each) => each.getChild('return')?.nextSibling)
      .at(-1);
    return value ? this.infer({ ...at, node: value }, depth + 1) : undefined;
  }

  /** What is called or made by an expression. */
  #callee(at: At): Described | undefined {
    const callee = children(at.node).find(({ name }) => name !== 'new');
    if (callee === undefined) return undefined;
    if (callee.name === 'VariableName') return this.describe(textOf(at, callee), { ...at, node: callee });
    if (callee.name !== 'MemberExpression') return undefined;
    const [object, property] = [callee.firstChild, callee.lastChild];
    if (object === null || property === null) return undefined;
    return this.membersOf({ ...at, node: object }).get(textOf(at, property));
  }

  /** The type of an expression; undefined for what is not known. */
  infer(at: At, depth: number): Type | undefined {
    if (depth > DEEPEST) return undefined;
    const { cell, node } = at;
    const key = `${cell} ${node.from} ${node.to} ${node.name}`;
    // What is asked for itself on the way to its answer has none: a method that calls itself.
    if (!this.#known.has(key)) {
      this.#known.set(key, undefined);
      this.#known.set(key, this.#inferred(at, depth));
    }
    return this.#known.get(key);
  }

  #inferred(at: At, depth: number): Type | undefined {
    const { node } = at;
    const inner = (each: SyntaxNode | null | undefined) =>
      each ? this.infer({ ...at, node: each }, depth + 1) : undefined;
    switch (node.name) {
      case 'VariableName': {
        const name = textOf(at, node);
        const definition = this.#local(name, at) ?? this.#defined().get(name);
        return definition === undefined ? this.#library.standard(name)?.type : definition.type(depth + 1);
      }
      case 'this': {
        for (let each = node.parent; each !== null; each = each.parent)
          if (each.name === 'ClassDeclaration') return this.#ownClass({ ...at, node: each });
        return undefined;
      }
      case 'String':
      case 'TemplateString':
        return { text: 'string' };
      case 'Number':
        return { text: 'number' };
      case 'BooleanLiteral':
        return { text: 'boolean' };
      case 'ParenthesizedExpression':
        return inner(node.firstChild?.nextSibling);
      case 'AwaitExpression':
      case 'UnaryExpression': {
        const of = inner(node.lastChild);
        return of && node.name === 'AwaitExpression' ? this.#library.plain(of) : undefined;
      }
      case 'BinaryExpression': {
        const [left, operator, right] = children(node);
        if (operator?.name === 'as' && right) return this.#annotated({ ...at, node: right });
        if (operator && textOf(at, operator) === '??') return inner(left) ?? inner(right);
        return operator?.name === 'ArithOp' ? { text: 'number' } : undefined;
      }
      case 'ConditionalExpression': {
        const [, , yes, , no] = children(node);
        return inner(yes) ?? inner(no);
      }
      case 'ArrayExpression': {
        const item = inner(node.firstChild?.nextSibling);
        return item && item.own === undefined
          ? { ...item, text: `${/[|&]|=>/.test(item.text) ? `(${item.text})` : item.text}[]` }
          : { text: 'unknown[]' };
      }
      case 'ObjectExpression':
        return this.#object(at, depth);
      case 'NewExpression':
        return this.#made(at, depth);
      case 'CallExpression':
        return this.#called(at, depth);
      case 'MemberExpression': {
        const [object, mark, property] = children(node);
        if (mark?.name === '[') {
          const of = inner(object);
          const place = property?.name === 'Number' ? Number(textOf(at, property)) : 0;
          return of && this.#library.itemOf(of, place);
        }
        const last = node.lastChild;
        if (object === undefined || last === null) return undefined;
        return this.#memberType({ ...at, node: object }, textOf(at, last), depth);
      }
    }
    return undefined;
  }

  #memberType(object: At, name: string, depth: number): Type | undefined {
    const of = this.infer(object, depth + 1);
    const member = this.membersOf(object).get(name);
    if (member?.type?.text === 'this') return of;
    if (name === 'length') return { text: 'number' };
    return member?.type;
  }

  #object(at: At, depth: number): Type {
    const properties = children(at.node).filter(({ name }) => name === 'Property');
    const named = properties.flatMap((node) => {
      const name = node.getChild('PropertyDefinition');
      return name === null ? [] : [{ node, name: textOf(at, name) }];
    });
    const own = () =>
      new Map(
        named.map(({ node, name }): [string, Described] => {
          const value = node.getChild(':')?.nextSibling;
          const type = value
            ? this.infer({ ...at, node: value }, depth + 1)
            : // `{ model }` is the variable of that name.
              (this.#local(name, at) ?? this.#defined().get(name))?.type(depth + 1);
          const text = `${name}${type === undefined ? '' : `: ${type.text}`}`;
          return [name, { text, doc: '', type, call: false, from: `cell ${at.cell}` }];
        }),
      );
    return { text: `{ ${named.map(({ name }) => name).join(', ')} }`, own };
  }

  #made(at: At, depth: number): Type | undefined {
    const callee = at.node.getChild('VariableName');
    if (callee === null) return undefined;
    const name = textOf(at, callee);
    const definition = this.#local(name, at) ?? this.#defined().get(name);
    if (definition !== undefined) return definition.type(depth + 1);
    return { text: name };
  }

  #called(at: At, depth: number): Type | undefined {
    const callee = at.node.firstChild;
    if (callee === null) return undefined;
    if (callee.name === 'VariableName') {
      const name = textOf(at, callee);
      const definition = this.#local(name, at) ?? this.#defined().get(name);
      if (definition?.kind === 'variable') {
        const value = definition.at.node.getChild('ArrowFunction');
        if (value !== null) return this.#returned({ ...definition.at, node: value }, depth + 1);
        return undefined;
      }
      // `.to` of a network, and what a function of the package gives.
      return definition === undefined ? this.#library.standard(name)?.type : definition.type(depth + 1);
    }
    const [object, last] = [callee.firstChild, callee.lastChild];
    if (callee.name !== 'MemberExpression' || object === null || last === null) return undefined;
    const name = textOf(at, last);
    const of = this.infer({ ...at, node: object }, depth + 1);
    const element = of && this.#library.elementOf(of);
    if (element !== undefined) {
      if (SAME.includes(name)) return of;
      if (ELEMENT.includes(name)) return element;
    }
    return this.#memberType({ ...at, node: object }, name, depth);
  }
}

/** What stands before the body of a function or class, on one line. */
function headOf(at: At, kind: string, name: string): string {
  const body = at.node.getChild(kind === 'class' ? 'ClassBody' : 'Block');
  const head = at.source.slice(at.node.from, body?.from ?? at.node.to);
  return head.replace(/\s+/g, ' ').trim() || name;
}
