// Compiles the families of kernels: assembly/<family>.ts to build/<target>/<family>.wasm. They share one memory, which
// they import: each has its static data where assembly/memory.json says, and everything from `end` on is the host's.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const { end, ...bases } = JSON.parse(readFileSync('assembly/memory.json', 'utf8'));
export const families = Object.keys(bases);
/** The families that are compiled for relaxed SIMD too: only they have operations that differ. */
const RELAXED = ['linear'];

export const modules = [
  ...['debug', 'release'].flatMap((target) => families.map((family) => ({ target, family }))),
  ...RELAXED.map((family) => ({ target: 'relaxed', family })),
];
export const fileOf = ({ target, family }) => `build/${target}/${family}.wasm`;

export async function compile({ target, family }) {
  const written = new Map();
  const { error, stderr } = await asc.main(
    [
      `assembly/${family}.ts`,
      ...['--config', 'asconfig.json', '--target', target, '--memoryBase', String(bases[family])],
      ...['--outFile', 'binary', '--textFile', 'text'],
    ],
    { writeFile: (name, contents) => void written.set(name, contents) },
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
    ({ kind, name }) => kind !== 'function' || /^__|\W/.test(name),
  );
  if (imports.join() !== 'env.memory' || other.length > 0)
    throw new Error(
      `build: expected ${family} to import env.memory and to export functions, got ${[...imports, ...other.map(({ name }) => name)].join(', ')}`,
    );
}
