// The packed library in an empty folder: what of `npm run test:package` needs nothing but what is here.
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeBrowsers, pageOf, pageScript, visit, workerPageScript, workerScript } from './browsers.mjs';
import { clean, folder, naming, program, programCjs, type Result, reported, root, run } from './kit.mjs';
import { train } from './program.mjs';
import { compile, files, settings } from './types/check.mjs';

const PLAIN = naming(program);
const SUBPATHS = [
  ...['lanewise', 'lanewise/diagnostics', 'lanewise/checkpoint', 'lanewise/makemore', 'lanewise/charts'],
  ...['lanewise/relaxed', 'lanewise/onnx', 'lanewise/worker'],
];

let path: string;
/** From the sources, as the tests of the rest have them. */
let expected: Result;
beforeAll(async () => {
  expected = await train({ backend: 'wasm' });
  path = await folder({
    'program.mjs': program,
    'program.cjs': programCjs,
    'import.mjs': `import { train } from './program.mjs';\nconsole.log(JSON.stringify(await train()));`,
    'require.cjs': `require('./program.cjs').train().then((result) => console.log(JSON.stringify(result)));`,
    'thread.mjs': `
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { train } from './program.mjs';
if (parentPort === null) {
  const wasm = new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve('lanewise/core.wasm'))));
  new Worker(new URL(import.meta.url), { workerData: wasm }).on('message', (result) => console.log(JSON.stringify(result)));
} else parentPort.postMessage(await train({ wasm: workerData }));`,
    ...files,
    'plain/index.html': pageOf('page.mjs'),
    'plain/page.mjs': pageScript,
    'plain/program.mjs': PLAIN.replaceAll('./node', '../node'),
    'worker/index.html': pageOf('page.mjs'),
    'worker/page.mjs': workerPageScript,
    'worker/worker.mjs': workerScript,
    'worker/program.mjs': PLAIN.replaceAll('./node', '../node'),
  });
});
afterAll(async () => {
  await closeBrowsers();
  clean();
});

test.each(['import.mjs', 'require.cjs', 'thread.mjs'])(
  'Node runs %s, to the bits of the sources',
  async (file) => {
    const result = reported(await run(process.execPath, [file], { cwd: path }));
    expect(result).toEqual({ ...expected, reason: 'WebAssembly with SIMD is there' });
  },
);

// Set by the test command; empty where there is no Firefox.
const firefox = process.env.LANEWISE_FIREFOX !== '';
describe.each(firefox ? (['chromium', 'firefox'] as const) : (['chromium'] as const))(
  '%s, without a bundler',
  (browser) => {
    test.each(['plain', 'worker'])('runs a page: %s', async (page) => {
      const { backend, fingerprint } = await visit(browser, { folder: path, path: `${page}/` });
      expect([backend, fingerprint]).toEqual(['wasm', expected.fingerprint]);
    });
  },
);
if (!firefox)
  test.skip('in Firefox: skipped, there is none here and none could be installed (LANEWISE_FIREFOX)');

test('an error tells the line of the source', async () => {
  const code = `import { load } from 'lanewise';\nload({ backend: 'webgpu' }).catch(({ stack }) => console.log(stack));`;
  const options = ['--enable-source-maps', '--input-type=module', '--eval', code];
  expect(await run(process.execPath, options, { cwd: path })).toMatch(/src\/core\/load\.ts:\d+:\d+/);
});

test('the types pass strict TypeScript, with and without the DOM, for import and require', async () => {
  const ways = settings();
  expect(ways.length).toBe(5);
  await compile(path, join(root, 'node_modules/typescript/bin/tsc'), ways);
});

test.each(SUBPATHS)('import %s leaves nothing in a bundle that uses nothing of it', async (name) => {
  const bundle = (code: string) =>
    build({
      root: path,
      configFile: false,
      logLevel: 'error',
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => (id === 'entry' ? join(path, 'entry.mjs') : null),
          load: (id) => (id.endsWith('entry.mjs') ? code : null),
        },
      ],
      build: { write: false, modulePreload: false, rolldownOptions: { input: 'entry' } },
    }) as Promise<{ output: { code?: string }[] }>;
  const textOf = async (code: string) =>
    (await bundle(code)).output
      .map((chunk) => chunk.code ?? '')
      .join('')
      .trim();
  expect(await textOf(`import '${name}';`)).toBe('');
  expect((await textOf(`import * as all from '${name}'; console.log({ ...all });`)).length).toBeGreaterThan(
    1000,
  );
});
