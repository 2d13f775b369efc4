// Serves the page: in development, or with --built as the static folder build/page that it becomes. Other arguments go
// to vite, such as --port 8000 or --host.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

function run(...args) {
  const { status, signal } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0 && signal === null) process.exit(status ?? 1);
}

const given = process.argv.slice(2);
const rest = given.filter((argument) => argument !== '--built');
const vite = ['node_modules/vite/bin/vite.js'];

const built = rest.length < given.length;
run('.ci/build.mjs', built ? '--page' : '--kernels');
run(...vite, ...(built ? ['preview'] : []), '--mode', 'page', ...rest);
