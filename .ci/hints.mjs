// What the notebook's editor knows of the package: names, types and docstrings of what a cell can import, read off the
// declarations that TypeScript emits. `import hints from 'virtual:hints'`; made anew at each build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parser } from '@lezer/javascript';

const root = fileURLToPath(new URL('..', import.meta.url));
const typescript = parser.configure({ dialect: 'ts' });

/** What a cell can import, and where its declarations are. */
export const entries = {
  lanewise: 'index.d.ts',
  'lanewise/diagnostics': 'diagnostics/index.d.ts',
  'lanewise/checkpoint': 'interchange/index.d.ts',
  'lanewise/makemore': 'makemore/index.d.ts',
  'lanewise/charts': 'charts/index.d.ts',
};

/** What every cell has without importing it: the members of this interface. */
const standard = { entry: 'notebook/standard.d.ts', name: 'Standard' };

/** The children of a syntax node. */
function children(node) {
  const found = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** A block comment as Markdown; '' for none. */
function docText(comment) {
  const lines = comment
    .replace(/^\/\*\*?|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  return lines.join('\n').trim();
}

/** On one line, as a reader would write it. */
const flat = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/;(?= })/g, ',')
    .replace(/, (?=[)\]}])/g, ' ')
    .trim();

/** A file of declarations: what it declares, exports and imports. */
class File {
  declared = new Map();
  exported = new Map();
  imported = new Map();
  stars = [];

  constructor(path) {
    this.path = path;
    // The grammar does not know `type` before a single name of a list.
    this.text = readFileSync(path, 'utf8').replace(/^(?:im|ex)port \{[^}]*\}/gm, (list) =>
      list.replace(/\btype (?=\w)/g, '     '),
    );
    let doc = '';
    for (const node of children(typescript.parse(this.text).topNode)) {
      if (node.name === 'BlockComment') {
        doc = docText(this.of(node));
        continue;
      }
      this.#statement(node, doc);
      doc = '';
    }
  }

  of(node) {
    return this.text.slice(node.from, node.to);
  }

  #statement(node, doc) {
    const from = node.getChild('String');
    const target = from === null ? undefined : this.#target(this.of(from).slice(1, -1));
    if (node.name === 'ImportDeclaration') {
      for (const [name, as] of this.#names(node.getChild('ImportGroup')))
        this.imported.set(as, { path: target, name });
      return;
    }
    const inner = node.name === 'ExportDeclaration' ? node : { getChild: () => null };
    const group = inner.getChild('ExportGroup');
    if (group !== null) {
      for (const [name, as] of this.#names(group)) this.exported.set(as, { path: target ?? this.path, name });
      return;
    }
    if (from !== null) {
      this.stars.push(target);
      return;
    }
    const parts = node.name === 'ExportDeclaration' ? children(node).slice(1) : [node];
    const declaration = parts.find(({ name }) => /Declaration$/.test(name));
    if (declaration === undefined) return;
    const found = this.#declaration(
      declaration.name === 'AmbientDeclaration' ? (children(declaration).at(1) ?? declaration) : declaration,
      doc,
    );
    if (found === undefined) return;
    // Of a function that is declared more than once the first is what it is called by.
    if (!this.declared.has(found.name)) this.declared.set(found.name, found);
    if (node.name === 'ExportDeclaration')
      this.exported.set(found.name, { path: this.path, name: found.name });
  }

  #target(specifier) {
    return specifier.startsWith('.')
      ? resolve(dirname(this.path), specifier.replace(/\.js$/, '.d.ts'))
      : specifier;
  }

  /** Pairs of a name and what it is called here. */
  #names(group) {
    if (group === null) return [];
    return this.of(group)
      .slice(1, -1)
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .map((each) => {
        const [name, as = name] = each.split(' as ');
        return [name, as];
      });
  }

  #declaration(node, doc) {
    const text = (each) => (each === null ? undefined : this.of(each));
    const described = (name, more) => ({ name, path: this.path, ...(doc && { doc }), ...more });
    const kind = children(node)[0]?.name ?? node.name;
    const type = this.#typeOf(node);
    if (node.name === 'ClassDeclaration' || node.name === 'InterfaceDeclaration') {
      const isClass = node.name === 'ClassDeclaration';
      const name = text(node.getChild(isClass ? 'VariableDefinition' : 'TypeDefinition'));
      const body = node.getChild(isClass ? 'ClassBody' : 'ObjectType');
      const head = this.text.slice(node.from, body.from);
      const parents = node.getChild('extends');
      const parentsEnd = node.getChild('implements') ?? body;
      const { members, made } = this.#members(body);
      return described(name, {
        kind: isClass ? 'class' : 'interface',
        text: made === undefined || !isClass ? flat(head) : `new ${name}${made}`,
        ...(isClass && made === undefined && { text: `new ${name}()` }),
        ...(parents !== null && {
          parents: flat(this.text.slice(parents.to, parentsEnd.from)).split(/, (?![^<]*>)/),
        }),
        members,
      });
    }
    if (node.name === 'TypeAliasDeclaration')
      return described(text(node.getChild('TypeDefinition')), {
        kind: 'type',
        text: flat(this.of(node)).replace(/;$/, ''),
        gives: flat(this.text.slice(node.getChild('Equals').to, node.to)).replace(/;$/, ''),
      });
    const name = text(node.getChild('VariableDefinition'));
    if (name === undefined) return undefined;
    if (kind === 'function' || node.name === 'FunctionDeclaration')
      return described(name, { kind: 'function', ...this.#signature(node) });
    return described(name, { kind: 'constant', text: `const ${name}: ${type}`, gives: type });
  }

  #typeOf(node) {
    const annotation = children(node)
      .filter(({ name }) => name === 'TypeAnnotation')
      .at(-1);
    return annotation === undefined ? 'any' : flat(this.of(annotation).replace(/^:/, ''));
  }

  /** What a function takes and gives. */
  #signature(node) {
    const parameters = node.getChild('ParamList');
    // A type that tells what a value is, `x is T`, is no annotation of the grammar's.
    const rest = this.text.slice(parameters.to, node.to).replace(/^\s*:/, '').replace(/;\s*$/, '');
    const gives = flat(rest) || 'any';
    return { text: `${flat(this.of(parameters))}: ${gives}`, gives };
  }

  #members(body) {
    const members = {};
    let made;
    let doc = '';
    for (const node of children(body)) {
      if (node.name === 'BlockComment') {
        doc = docText(this.of(node));
        continue;
      }
      const name = node.getChild('PropertyDefinition');
      if (name === null || /^(private|protected)$/.test(this.#privacy(node))) {
        if (/Declaration|Type|Signature/.test(node.name)) doc = '';
        continue;
      }
      const called = this.of(name);
      const words = this.text.slice(node.from, name.from);
      const isGetter = /\bget\b/.test(words);
      if (/\bset\b/.test(words)) continue;
      const isMethod = node.getChild('ParamList') !== null && !isGetter;
      const described = {
        ...(isMethod ? this.#signature(node) : { text: this.#typeOf(node), gives: this.#typeOf(node) }),
        ...(isMethod && { call: true }),
        ...(/\bstatic\b/.test(words) && { static: true }),
        ...(doc && { doc }),
      };
      doc = '';
      if (called === 'constructor') made = described.text.replace(/: any$/, '');
      else members[called] ??= described;
    }
    return { members, made };
  }

  #privacy(node) {
    const privacy = node.getChild('Privacy');
    return privacy === null ? '' : this.of(privacy);
  }
}

/**
 * Names, types and docstrings of what the modules export, and of the types that these name.
 *
 * @param folder of the declarations
 */
export function readHints(folder) {
  const files = new Map();
  const fileOf = (path) => {
    if (!files.has(path)) files.set(path, new File(path));
    return files.get(path);
  };
  /** The declaration behind a name of a file, through what it imports and passes on. */
  function find(path, name) {
    if (!path?.startsWith('/')) return undefined;
    const file = fileOf(path);
    if (file.declared.has(name)) return file.declared.get(name);
    const next = [file.exported.get(name), file.imported.get(name)].find(
      (each) => each && each.path !== path,
    );
    if (next !== undefined) return find(next.path, next.name);
    for (const star of file.stars) {
      const found = find(star, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const ids = new Map();
  const declarations = {};
  function idOf(declaration) {
    const key = `${declaration.path} ${declaration.name}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    let id = declaration.name;
    for (let number = 2; id in declarations; number++) id = `${declaration.name}_${number}`;
    ids.set(key, id);
    const { name: _, path, ...rest } = declaration;
    declarations[id] = rest;
    // What its types name, by the names that they have in its file.
    const texts = [
      rest.text,
      rest.gives ?? '',
      ...(rest.parents ?? []),
      ...Object.values(rest.members ?? {}).map((member) => member.text),
    ];
    const refers = {};
    for (const name of new Set(texts.join(' ').match(/\b[A-Z]\w*/g))) {
      const found = find(path, name);
      if (found === undefined || found === declaration) continue;
      const other = idOf(found);
      if (other !== name) refers[name] = other;
    }
    if (Object.keys(refers).length > 0) rest.refers = refers;
    return id;
  }
  const modules = {};
  for (const [module, entry] of Object.entries(entries)) {
    const path = join(folder, entry);
    modules[module] = {};
    for (const [name, { path: from, name: original }] of fileOf(path).exported) {
      const found = find(from === path ? path : from, original);
      if (found === undefined)
        throw new Error(
          `hints: ${module}: expected a declaration of ${name}, found none from ${relative(root, path)}`,
        );
      modules[module][name] = idOf(found);
    }
  }
  const { members } = fileOf(join(folder, standard.entry)).declared.get(standard.name);
  return { modules, declarations, standard: members };
}

/** Names, types and docstrings of the package as it is now. */
export function hintsOfSource() {
  // Within the project, where the types of its packages are found.
  mkdirSync(join(root, 'build'), { recursive: true });
  const folder = mkdtempSync(join(root, 'build/types-'));
  try {
    const { include } = JSON.parse(readFileSync(join(root, 'src/tsconfig.json'), 'utf8'));
    const config = {
      extends: join(root, 'src/tsconfig.json'),
      compilerOptions: { rootDir: join(root, 'src'), outDir: folder },
      include: [...include, standard.entry.replace('.d.ts', '.ts')].map((path) => join(root, 'src', path)),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { status, stdout } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', folder],
      { cwd: root, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`hints: tsc failed (exit code ${status}):\n${stdout}`);
    return readHints(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ID = 'virtual:hints';

/** As a text that the page parses: so the engine takes it faster than as code. */
export const hints = () => ({
  name: 'hints',
  resolveId: { filter: { id: /^virtual:hints$/ }, handler: () => `\0${ID}` },
  load: {
    filter: { id: /^\0virtual:hints$/ },
    handler: () => ({
      code: `export default ${JSON.stringify(JSON.stringify(hintsOfSource()))};`,
      map: null,
    }),
  },
});
