// The table of a life: how large the package is, how long until the first result, what a long run keeps.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { summary } from '../measure.mjs';
import { sizes, withImports } from './sizes.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** The kernels of the first network, in the order in which it asks for them. */
const FAMILIES = ['linear', 'embedding', 'batchnorm', 'tanh', 'softmax', 'sgd'];
const modules = FAMILIES.map((family) => here(`../../build/release/${family}.wasm`));
/** A quick run leaves the others, which take seconds to compress. */
const entries = (quick) => (quick ? ['index'] : ['index', 'makemore', 'charts']);

/** { sizes, start, memory }: bytes, seconds, bytes. */
export function lifeTable({ quick = false } = {}) {
  const processes = quick ? 1 : 25;
  const starts = { first: [], compile: [] };
  // In turn, so that what disturbs one disturbs the other.
  for (let i = 0; i < processes; i++) {
    starts.first.push(child(['first.mjs']));
    starts.compile.push(child(['compile.mjs', ...modules]));
  }
  return {
    sizes: [
      { what: 'WebAssembly of the first network', ...sizes(modules) },
      ...entries(quick).map((entry) => ({
        what: `dist/${entry}.js and its imports`,
        ...sizes(withImports(here(`../../dist/${entry}.js`))),
      })),
    ],
    start: [
      row('compile its modules', starts.compile, 'compile'),
      row('instantiate them', starts.compile, 'instantiate'),
      row('import the package', starts.first, 'import'),
      row('load()', starts.first, 'load'),
      row('first product', starts.first, 'multiply'),
      row('import to first result', starts.first, 'firstResult'),
      row('process to first result', starts.first, 'sinceProcess'),
    ],
    memory: child(['memory.mjs', `${quick ? 1100 : 100_000}`], ['--expose-gc']),
  };
}

const row = (what, runs, field) => ({
  what,
  ...summary(runs.map((run) => run[field] / 1e3)),
  ...(runs[0].error !== undefined && { error: Math.max(...runs.map(({ error }) => error)) }),
});

function child([script, ...args], options = []) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [...options, here(script), ...args], {
    encoding: 'utf8',
  });
  if (error || status !== 0)
    throw new Error(`bench: ${script} failed (exit code ${status}): ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}
