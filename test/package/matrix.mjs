// npm run test:package: the packed library in each environment, from an empty folder. Prints a table; exits with 1 where
// a row fails or has other bits. `-- vite next` tries the rows whose names hold one of these words. The environments come
// from the registry, and need about 3 GB of disk for the time of the run (LANEWISE_KEEP=1 keeps the folders).
import { spawnSync } from 'node:child_process';
import { closeBrowsers } from './browsers.mjs';
import { packed, root, Unavailable } from './kit.mjs';
import { browsers } from './rows/browsers.mjs';
import { bundlers } from './rows/bundlers.mjs';
import { node } from './rows/node.mjs';
import { notebook } from './rows/notebook.mjs';
import { runtimes } from './rows/runtimes.mjs';
import { testRunners } from './rows/test-runners.mjs';
import { threads } from './rows/threads.mjs';
import { types } from './rows/types.mjs';

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const rows = [
  ...node,
  ...types,
  ...bundlers,
  ...browsers,
  ...testRunners,
  ...runtimes,
  ...threads,
  ...notebook,
].filter(({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)));

if (spawnSync(process.execPath, ['.ci/build.mjs'], { cwd: root, stdio: 'inherit' }).status !== 0)
  process.exit(1);
packed();

const width = Math.max(...rows.map(({ name }) => name.length));
const line = (name, verdict, bits, rest) =>
  console.log(`${name.padEnd(width)}  ${verdict.padEnd(7)}  ${bits.padEnd(12)}  ${rest}`);

line('environment', 'result', 'fingerprint', 'with');
const [counts, errors] = [{ passed: 0, failed: 0, absent: 0 }, []];
let expected;
const settled = ({ run }) =>
  run().then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
// One row is waited for while the next one begins: installing waits for the network most of the time.
let ahead = rows.length > 0 ? settled(rows[0]) : undefined;
for (const [i, { name }] of rows.entries()) {
  const behind = i + 1 < rows.length ? settled(rows[i + 1]) : undefined;
  let { value, error } = await ahead;
  ahead = behind;
  expected ??= value?.fingerprint;
  if (value?.fingerprint !== undefined && value.fingerprint !== expected)
    error = new Error(`expected fingerprint ${expected}, got ${value.fingerprint}`);
  if (error instanceof Unavailable) {
    counts.absent++;
    line(name, 'not had', '–', error.message);
  } else if (error !== undefined) {
    counts.failed++;
    line(name, 'FAILED', '–', error.message.split('\n')[0]);
    errors.push(`${name}: ${error.stack}`);
  } else {
    counts.passed++;
    const { fingerprint, backend, version = '', note = '' } = value;
    const rest = [version, backend && (backend === 'wasm' ? 'WebAssembly' : 'JavaScript'), note];
    line(name, 'passed', fingerprint?.slice(0, 12) ?? '–', rest.filter(Boolean).join(', '));
  }
}
await closeBrowsers();
for (const error of errors) console.error(`\n${error}`);
if (counts.absent > 0) console.log(`${counts.absent} not had: their rows say why`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 ? 1 : 0);
