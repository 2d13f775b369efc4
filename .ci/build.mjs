// Builds what is stale: build/<target>/*.wasm from assembly/, dist/ from them and src/; with `--page` build/page instead of dist/,
// with `--kernels` neither. A fresh build is left alone.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileCeiling } from '../bench/ceiling/compile.mjs';
import { compile, fileOf, modules } from './kernels.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(statSync(path).mtimeMs, ...readdirSync(path).map((name) => newest(`${path}/${name}`)))
    : statSync(path).mtimeMs;

const stale = (target, sources) =>
  !existsSync(target) || statSync(target).mtimeMs < Math.max(...sources.map(newest));

function run(command, ...args) {
  const { status, error } = spawnSync(process.execPath, [`node_modules/${command}`, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (error || status !== 0) {
    console.error(
      `build: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ` (exit code ${status})`}`,
    );
    process.exit(1);
  }
}

const config = ['package.json', 'asconfig.json', 'vite.config.ts', 'tsconfig.json'];
for (const module of modules)
  if (stale(fileOf(module), ['assembly', '.ci/kernels.mjs', '.ci/embed.mjs', ...config]))
    await compile(module);

// What the page holds its own measurement against.
if (stale('build/ceiling.wasm', ['bench/ceiling', ...config]))
  writeFileSync('build/ceiling.wasm', compileCeiling());

const vite = (...options) => run('vite/bin/vite.js', 'build', ...options, '--logLevel', 'warn');
const only = process.argv[2];
const library = readdirSync('src')
  .filter((name) => name !== 'page')
  .map((name) => `src/${name}`);
// dist/cli.js is written last: its date is the date of the whole.
if (only === undefined && stale('dist/cli.js', [...library, ...modules.map(fileOf), ...config])) {
  rmSync('dist', { recursive: true, force: true });
  vite();
  copyFileSync('build/release/core.wasm', 'dist/core.wasm');
  // For resolvers that do not read `exports`, as Parcel's unless it is told to.
  for (const entry of ['charts', 'checkpoint', 'diagnostics', 'makemore', 'onnx', 'relaxed', 'worker'])
    writeFileSync(`${entry}.js`, `export * from './dist/${entry}.js';\n`);
  run('typescript/bin/tsc', '-p', 'src');
  vite('--mode', 'command');
}
if (
  only === '--page' &&
  stale('build/page/index.html', ['src', 'build/ceiling.wasm', ...modules.map(fileOf), ...config])
)
  vite('--mode', 'page');
