// The API reference, by TypeDoc, into build/docs. TypeDoc reads with a TypeScript of its own, which is installed beside the
// project's: into a folder of the cache, the first time.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const tools = 'node_modules/.cache/lanewise-docs';
const versions = { typedoc: '0.28.14', typescript: '5.9.3' };

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (error || status !== 0) {
    console.error(
      `docs: ${command} ${args[0]} failed${error ? `: ${error.message}` : ` (exit code ${status})`}`,
    );
    process.exit(1);
  }
}

if (!existsSync(`${tools}/node_modules/typedoc`)) {
  mkdirSync(tools, { recursive: true });
  writeFileSync(`${tools}/package.json`, JSON.stringify({ private: true, dependencies: versions }));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: tools });
}
run(process.execPath, ['.ci/build.mjs', '--kernels']);
run(process.execPath, [
  `${tools}/node_modules/typedoc/bin/typedoc`,
  ...['--tsconfig', 'src/tsconfig.json', '--out', 'build/docs', '--name', 'lanewise'],
  ...['--readme', 'docs/getting-started.md', '--excludePrivate', '--excludeProtected', '--excludeInternal'],
  ...['--treatWarningsAsErrors', 'false', '--validation.notExported', 'false'],
  'src/index.ts',
  'src/diagnostics/index.ts',
  'src/interchange/index.ts',
  'src/makemore/index.ts',
  'src/charts/index.ts',
  'src/interchange/onnx.ts',
  'src/interchange/worker.ts',
  'src/core/relaxed.ts',
]);
