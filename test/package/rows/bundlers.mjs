import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pageOf, pageScript, visit, workerPageScript, workerScript } from '../browsers.mjs';
import { folder, program, run, serve, versionOf } from '../kit.mjs';

const files = {
  'program.mjs': program,
  'page.mjs': pageScript,
  'worker.mjs': workerScript,
  'page-worker.mjs': workerPageScript,
  // What a program that imports and uses nothing pays.
  'nothing.mjs': `import 'lanewise';\n`,
  // One that uses a tensor: neither trainer nor model, loss, optimizer or kernels go with it.
  'tensor.mjs': `import { Tensor } from 'lanewise'; console.log(Tensor);\n`,
};

const scripts = (path) => readdirSync(path, { recursive: true }).filter((name) => /\.m?js$/.test(name));
const kB = (path) =>
  (
    scripts(path).reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(path, name)), { level: 9 }).length,
      0,
    ) / 1000
  ).toFixed(1);
/** What is left of the script but the bundler's own frame. */
const rest = (path) =>
  scripts(path)
    .map((name) => readFileSync(join(path, name), 'utf8'))
    .join('')
    .replace(/\/\/#.*|\s|"use strict";|\(\(\)=>\{\}\)\(\);|;/g, '');

function expectNothing(path) {
  const text = rest(path);
  if (text !== '')
    throw new Error(
      `expected nothing of import 'lanewise', got ${text.length} characters: ${text.slice(0, 200)}`,
    );
}

function expectLittle(path) {
  if (kB(path) > 3) throw new Error(`expected at most 3 kB gzip of a tensor alone, got ${kB(path)}`);
}

/** Bundles the page, looks at its size, runs it, and bundles imports that use nothing, and little. */
const bundler = ({ name, install, bundle, nothing }) => ({
  name: `${name}: a page`,
  async run() {
    const path = await folder({ ...files, 'index.html': pageOf('out/page.js') }, { install });
    const version = `${install[0]} ${versionOf(path, install[0])}`;
    const out = await bundle(path, 'page.mjs', 'out');
    const result = await visit('chromium', { folder: path });
    if (nothing !== false) expectNothing(join(path, await bundle(path, 'nothing.mjs', 'empty')));
    expectLittle(join(path, await bundle(path, 'tensor.mjs', 'little')));
    return { ...result, version, note: `${kB(join(path, out))} kB gzip` };
  },
});

const vitePage = async (script, config = {}) =>
  folder({ ...files, 'index.html': pageOf(`/${script}`), ...config }, { install: ['vite'] });

export const bundlers = [
  {
    name: 'Vite: a page',
    async run() {
      const path = await vitePage('page.mjs');
      await run('vite', ['build', '--base', './'], { cwd: path });
      const result = await visit('chromium', { folder: join(path, 'dist') });
      writeFileSync(join(path, 'index.html'), pageOf('/nothing.mjs'));
      const bare = "export default { build: { outDir: 'empty', modulePreload: false } };";
      writeFileSync(join(path, 'vite.config.js'), bare);
      await run('vite', ['build'], { cwd: path });
      expectNothing(join(path, 'empty'));
      return {
        ...result,
        version: `vite ${versionOf(path, 'vite')}`,
        note: `${kB(join(path, 'dist'))} kB gzip`,
      };
    },
  },
  {
    name: 'Vite: a worker of a page',
    async run() {
      const path = await vitePage('page-worker.mjs');
      await run('vite', ['build', '--base', './'], { cwd: path });
      const result = await visit('chromium', { folder: join(path, 'dist') });
      return { ...result, version: `vite ${versionOf(path, 'vite')}` };
    },
  },
  {
    name: 'Vite: its development server',
    async run() {
      // It is the page that says what came of it: the server has no place to post it to.
      const script = pageScript.replace(
        "fetch('/result', { method: 'POST', body: JSON.stringify(result) })",
        '{ globalThis.came = result; }',
      );
      const path = await vitePage('page.mjs', { 'page.mjs': script });
      const server = await serve('vite', ['--port', '0', '--host', '127.0.0.1'], {
        cwd: path,
        ready: /(http:\/\/127\.0\.0\.1:\d+\/)/,
      });
      try {
        const read = async (page) =>
          (await page.waitForFunction(() => globalThis.came, { polling: 200, timeout: 300_000 })).jsonValue();
        const result = await visit('chromium', { address: server.found[1], read });
        return { ...result, version: `vite ${versionOf(path, 'vite')}` };
      } finally {
        server.stop();
      }
    },
  },
  bundler({
    name: 'webpack',
    install: ['webpack', 'webpack-cli'],
    async bundle(cwd, entry, out) {
      await run(
        'webpack',
        ['--mode', 'production', '--entry', `./${entry}`, '-o', out, '--output-filename', 'page.js'],
        { cwd },
      );
      return out;
    },
  }),
  {
    name: 'webpack: a worker of a page',
    async run() {
      const path = await folder(
        { ...files, 'index.html': pageOf('main.js') },
        { install: ['webpack', 'webpack-cli'] },
      );
      await run('webpack', ['--mode', 'production', '--entry', './page-worker.mjs', '-o', '.'], {
        cwd: path,
      });
      return {
        ...(await visit('chromium', { folder: path })),
        version: `webpack ${versionOf(path, 'webpack')}`,
      };
    },
  },
  bundler({
    name: 'esbuild',
    install: ['esbuild'],
    async bundle(cwd, entry, out) {
      await run('esbuild', [entry, '--bundle', '--minify', '--format=esm', `--outfile=${out}/page.js`], {
        cwd,
      });
      return out;
    },
  }),
  bundler({
    name: 'Rollup',
    install: ['rollup', '@rollup/plugin-node-resolve', '@rollup/plugin-terser'],
    async bundle(cwd, entry, out) {
      await run('rollup', [entry, '-p', 'node-resolve', '-p', 'terser', '-f', 'es', '-o', `${out}/page.js`], {
        cwd,
      });
      return out;
    },
  }),
  {
    name: 'Parcel: a page',
    async run() {
      const path = await folder({ ...files, 'index.html': pageOf('page.mjs') }, { install: ['parcel'] });
      await run('parcel', ['build', 'index.html', '--no-source-maps', '--public-url', './', '--no-cache'], {
        cwd: path,
      });
      const result = await visit('chromium', { folder: join(path, 'dist') });
      return {
        ...result,
        version: `parcel ${versionOf(path, 'parcel')}`,
        note: `${kB(join(path, 'dist'))} kB gzip`,
      };
    },
  },
];
