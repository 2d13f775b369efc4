/** What is known of the package: names, types and docstrings, as `.ci/hints.mjs` reads them off its declarations. */

export interface Member {
  /** Of a method what it takes and gives, `(x: Tensor): Tensor`; otherwise the type. */
  text: string;
  /** The type of the value, or of what a call gives. */
  gives: string;
  call?: true;
  static?: true;
  doc?: string;
}

export interface Declaration {
  kind: 'class' | 'interface' | 'type' | 'function' | 'constant';
  /** How it is written, on one line. */
  text: string;
  gives?: string;
  doc?: string;
  /** Types whose members it has too. */
  parents?: string[];
  members?: Record<string, Member>;
  /** Names of its file that mean another declaration than the one of that name. */
  refers?: Record<string, string>;
}

export interface Hints {
  /** Of each module that a cell can import: its names, and the declaration of each. */
  modules: Record<string, Record<string, string>>;
  declarations: Record<string, Declaration>;
  /** What every cell has without importing it. */
  standard: Record<string, Member>;
}

/** A type as it is written, or one that only the notebook has. */
export interface Type {
  text: string;
  refers?: Readonly<Record<string, string>>;
  /** Of a type that only the notebook has. */
  own?: () => ReadonlyMap<string, Described>;
}

/** A name, as it is said of it. */
export interface Described {
  /** `name: type`, `name(x: Tensor): Tensor`, `class …`. */
  text: string;
  doc: string;
  /** The type of its value, or of what a call gives. */
  type?: Type | undefined;
  call: boolean;
  /** Where it comes from: a module, or a cell. */
  from: string;
}

/** Parts of a type between separators that stand in no brackets. */
export function splitTop(text: string, separators: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const at = text[i];
    if (quote !== '') quote = at === quote ? '' : quote;
    else if (at === "'" || at === '"') quote = at;
    else if ('([{<'.includes(at)) depth++;
    else if (')]}'.includes(at) || (at === '>' && text[i - 1] !== '=')) depth--;
    else if (depth === 0 && separators.includes(at)) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Prototypes of what the language has itself: their members are read off them. */
const BUILT_IN: Record<string, object> = {
  string: String.prototype,
  number: Number.prototype,
  boolean: Boolean.prototype,
  Array: Array.prototype,
  Map: Map.prototype,
  Set: Set.prototype,
  Promise: Promise.prototype,
  Float32Array: Float32Array.prototype,
  Float64Array: Float64Array.prototype,
  Int32Array: Int32Array.prototype,
  Uint8Array: Uint8Array.prototype,
};

/** Answers what is asked of the package's names and types. */
export class Library {
  readonly #hints: Hints;

  constructor(hints: Hints) {
    this.#hints = hints;
  }

  get modules(): readonly string[] {
    return Object.keys(this.#hints.modules);
  }

  namesOf(module: string): readonly string[] {
    return Object.keys(this.#hints.modules[module] ?? {});
  }

  /** What a module exports under a name; undefined where it does not. */
  exported(module: string, name: string): Described | undefined {
    const names = this.#hints.modules[module];
    if (names === undefined || !Object.hasOwn(names, name)) return undefined;
    const declaration = this.#hints.declarations[names[name]];
    const { kind, text, doc = '', gives, refers } = declaration;
    const type: Type = { text: gives ?? names[name], ...(refers && { refers }) };
    const named = kind === 'function' ? `function ${name}${text}` : text;
    return { text: named, doc, type, call: kind === 'function' || kind === 'class', from: module };
  }

  /** What every cell has, by its name. */
  standard(name: string): Described | undefined {
    return Object.hasOwn(this.#hints.standard, name)
      ? describe(name, this.#hints.standard[name], 'the notebook', {})
      : undefined;
  }

  get standardNames(): readonly string[] {
    return Object.keys(this.#hints.standard);
  }

  /** The declaration that a name in a type means. */
  #declaration(name: string, refers: Type['refers']): Declaration | undefined {
    const id = refers?.[name] ?? name;
    return Object.hasOwn(this.#hints.declarations, id) ? this.#hints.declarations[id] : undefined;
  }

  /** The class or function behind what a module exports: of a class its static members. */
  staticsOf(module: string, name: string): ReadonlyMap<string, Described> {
    const { members = {}, refers } = this.#hints.declarations[this.#hints.modules[module]?.[name]] ?? {};
    const statics = Object.entries(members).filter(([, member]) => member.static);
    return new Map(statics.map(([each, member]) => [each, describe(each, member, module, refers)]));
  }

  /** A type without what it may also be: `undefined`, a promise, what is read only. */
  plain({ text, refers, own }: Type): Type {
    const parts = splitTop(text, '|').filter((part) => part !== 'undefined' && part !== 'null');
    let inner = parts[0] ?? text;
    for (;;) {
      const before = inner;
      inner = inner.replace(/^readonly /, '').trim();
      inner = /^(?:Partial|Readonly|Required|Awaited|NonNullable|Promise)<(.*)>$/s.exec(inner)?.[1] ?? inner;
      if (inner.startsWith('(') && inner.endsWith(')') && splitTop(inner, '').length === 1) {
        const cut = inner.slice(1, -1);
        // Not the parameters of a function.
        if (!/^\)|\) *=>/.test(inner)) inner = cut;
      }
      if (inner === before) break;
    }
    return { text: inner, ...(refers && { refers }), ...(own && { own }) };
  }

  /** What an array of that type holds; undefined for what is none. */
  elementOf(type: Type): Type | undefined {
    const { text, refers } = this.plain(type);
    const with_ = (inner: string): Type => ({ text: inner, ...(refers && { refers }) });
    if (text.endsWith('[]')) return with_(text.slice(0, -2));
    const array = /^(?:Array|ReadonlyArray|ArrayLike|Iterable|Set)<(.*)>$/s.exec(text)?.[1];
    if (array !== undefined) return with_(array);
    if (/^(Float|Int|Uint)\d+Array$/.test(text)) return { text: 'number' };
    if (text.startsWith('[')) return with_(splitTop(text.slice(1, -1), ',')[0] ?? 'undefined');
    const alias = this.#declaration(text, refers);
    return alias?.kind === 'type' && alias.gives
      ? this.elementOf({ text: alias.gives, ...(alias.refers && { refers: alias.refers }) })
      : undefined;
  }

  /** The i-th of a tuple, or what an array holds. */
  itemOf(type: Type, i: number): Type | undefined {
    const { text, refers } = this.plain(type);
    if (!text.startsWith('[')) return this.elementOf(type);
    const item = splitTop(text.slice(1, -1), ',')[i];
    return item === undefined ? undefined : { text: item, ...(refers && { refers }) };
  }

  /** The members that a value of the type has, by their names. */
  membersOf(type: Type, depth = 0): ReadonlyMap<string, Described> {
    const found = new Map<string, Described>();
    if (type.own !== undefined) return type.own();
    if (depth > 8) return found;
    const { text, refers } = this.plain(type);
    const merge = (more: ReadonlyMap<string, Described>) => {
      for (const [name, described] of more) if (!found.has(name)) found.set(name, described);
    };
    const and = splitTop(text, '&');
    if (and.length > 1) {
      for (const part of and) merge(this.membersOf({ ...type, text: part }, depth + 1));
      return found;
    }
    if (text.startsWith('{')) {
      for (const part of splitTop(text.slice(1, -1), ';,')) {
        const [, name, gives] = /^(?:readonly )?([\w$]+)\??: ?(.*)$/s.exec(part) ?? [];
        if (name !== undefined) found.set(name, describe(name, { text: gives, gives }, '', refers));
      }
      return found;
    }
    const isList = text.endsWith('[]') || text.startsWith('[');
    const name = isList ? 'Array' : (/^[\w$]+/.exec(text)?.[0] ?? '');
    const declaration = this.#declaration(name, refers);
    if (declaration === undefined) {
      const builtIn = BUILT_IN[name === 'ReadonlyArray' ? 'Array' : name];
      if (builtIn !== undefined) merge(reflected(builtIn, name));
      return found;
    }
    if (declaration.kind === 'type')
      return this.membersOf({ text: declaration.gives ?? '', ...withRefers(declaration) }, depth + 1);
    for (const [each, member] of Object.entries(declaration.members ?? {}))
      if (!member.static) found.set(each, describe(each, member, name, declaration.refers));
    for (const parent of declaration.parents ?? [])
      merge(this.membersOf({ text: parent, ...withRefers(declaration) }, depth + 1));
    return found;
  }

  /** What a function's or a constructor's parameter takes, by its place. */
  parameterOf({ text, type }: Described, i: number): Type | undefined {
    const from = text.indexOf('(');
    if (from < 0) return undefined;
    const inner = splitTop(text.slice(from), ':')[0]?.replace(/^\(|\)$/g, '') ?? '';
    const parameter = splitTop(inner, ',')[i];
    const [, ...rest] = splitTop(parameter ?? '', ':');
    return rest.length === 0
      ? undefined
      : { text: rest.join(': '), ...(type?.refers && { refers: type.refers }) };
  }
}

const withRefers = ({ refers }: Declaration): { refers?: Record<string, string> } =>
  refers ? { refers } : {};

function describe(
  name: string,
  { text, gives, call, doc = '' }: Member,
  from: string,
  refers: Type['refers'],
): Described {
  const type: Type = { text: gives, ...(refers && { refers }) };
  return { text: call ? `${name}${text}` : `${name}: ${text}`, doc, type, call: call === true, from };
}

/** What gives an array or an element of the same kind, of the methods that arrays have. */
function reflected(prototype: object, from: string): ReadonlyMap<string, Described> {
  const found = new Map<string, Described>();
  for (let each = prototype; each !== null && each !== Object.prototype; each = Object.getPrototypeOf(each))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
      if (!/^[a-z]/.test(name) || name === 'constructor' || found.has(name)) continue;
      const call = typeof value === 'function';
      found.set(name, { text: call ? `${name}(…)` : name, doc: '', call, from });
    }
  return found;
}
