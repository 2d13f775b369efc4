// Compiles the families of kernels: assembly/<family>.ts to build/<target>/<family>.wasm. They share one memory, which
// they import: each has its static data where assembly/memory.json says, and everything from `end` on is the host's.
// And all that the library uses as one module, build/release/core.wasm, for those who load it themselves.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { coreMark } from './embed.mjs';

const { end, ...bases } = JSON.parse(readFileSync('assembly/memory.json', 'utf8'));
export const families = Object.keys(bases);
/** The families that are compiled for relaxed SIMD too: only they have operations that differ. */
const RELAXED = ['linear'];

const CORE = 'core';
/** The tests have one of their own. */
const used = families.filter((family) => existsSync(`src/core/kernels/${family}.ts`));

/** What asc reads: files, and the source of the whole, which exports all families and by a name whose they are. */
const readFile = (name) => {
  if (name !== `assembly/${CORE}.ts`) return existsSync(name) ? readFileSync(name, 'utf8') : null;
  return [...used.map((family) => `export * from './${family}';`), `export const ${coreMark}: i32 = 1;`].join(
    '\n',
  );
};

export const modules = [
  ...['debug', 'release'].flatMap((target) => families.map((family) => ({ target, family }))),
  { target: 'release', family: CORE },
  ...RELAXED.map((family) => ({ target: 'relaxed', family })),
];
export const fileOf = ({ target, family }) => `build/${target}/${family}.wasm`;

export async function compile({ target, family }) {
  const written = new Map();
  const { error, stderr } = await asc.main(
    [
      `assembly/${family}.ts`,
      ...[
        '--config',
        'asconfig.json',
        '--target',
        target,
        '--memoryBase',
        String(bases[family] ?? Math.min(...Object.values(bases))),
      ],
      ...['--outFile', 'binary', '--textFile', 'text'],
    ],
    { readFile, writeFile: (name, contents) => void written.set(name, contents) },
  );
  if (error) throw new Error(`build: ${family} (${target}): ${error.message}\n${stderr}`);
  if (target === 'debug') expectRoom(family, written.get('text'));
  // The relaxed one is of the same source, and not every engine compiles it.
  if (target === 'release') expectBare(family, written.get('binary'));
  mkdirSync(`build/${target}`, { recursive: true });
  writeFileSync(fileOf({ target, family }), written.get('binary'));
}

/** Refuses static data that reach into the next family's: as the unoptimised module lists them, zeros included. */
function expectRoom(family, text) {
  const next = Math.min(end, ...Object.values(bases).filter((base) => base > bases[family]));
  for (const [, address, bytes] of text.matchAll(/\(data \S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"/g)) {
    const last = Number(address) + bytes.replace(/\\(?:[0-9a-f]{2}|.)/g, '.').length;
    if (last > next)
      throw new Error(`build: expected the static data of ${family} to end by ${next}, got ${last}`);
  }
}

/** Refuses a module that needs more than its memory, or has a runtime: loader.mjs leaves out what that would use. */
function expectBare(family, binary) {
  const module = new WebAssembly.Module(binary);
  const imports = WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);
  const other = WebAssembly.Module.exports(module).filter(
    ({ kind, name }) => (kind !== 'function' && name !== coreMark) || /^__|\W/.test(name),
  );
  if (imports.join() !== 'env.memory' || other.length > 0)
    throw new Error(
      `build: expected ${family} to import env.memory and to export functions, got ${[...imports, ...other.map(({ name }) => name)].join(', ')}`,
    );
}
