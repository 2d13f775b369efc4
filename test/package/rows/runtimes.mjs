import { visit } from '../browsers.mjs';
import { folder, program, programCjs, reported, run, serve, versionOf } from '../kit.mjs';

const main = `import { train } from './program.mjs';\nconsole.log(JSON.stringify(await train()));\n`;

const next = {
  'program.mjs': program,
  'app/layout.jsx': `
export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}`,
  'app/page.jsx': `
import { train } from '../program.mjs';
import { Client } from './client.jsx';
export const dynamic = 'force-dynamic';
export default async function Page() {
  return <main><pre id="server">{JSON.stringify(await train())}</pre><Client /></main>;
}`,
  'app/client.jsx': `
'use client';
import { useEffect, useState } from 'react';
import { train } from '../program.mjs';
export function Client() {
  const [text, setText] = useState('');
  useEffect(() => {
    train().then((result) => setText(JSON.stringify(result)), (error) => setText(JSON.stringify({ error: String(error) })));
  }, []);
  return <pre id="client">{text}</pre>;
}`,
};

let site;
/** A site of Next.js with both kinds of components, built and served. */
const nextSite = () => {
  site ??= (async () => {
    const path = await folder(next, { install: ['next', 'react', 'react-dom'] });
    await run('next', ['build'], { cwd: path });
    const server = await serve('next', ['start', '--port', '0', '--hostname', '127.0.0.1'], {
      cwd: path,
      ready: /(http:\/\/127\.0\.0\.1:[1-9]\d+)/,
    });
    return { address: server.found[1], version: `next ${versionOf(path, 'next')}` };
  })();
  return site;
};

const nextRow = (what, id) => ({
  name: `Next.js: ${what}`,
  async run() {
    const { address, version } = await nextSite();
    const read = async (page) => {
      const filled = (id) => document.getElementById(id)?.textContent;
      await page.waitForFunction(filled, { polling: 200, timeout: 300_000 }, id);
      return JSON.parse(await page.evaluate(filled, id));
    };
    return { ...(await visit('chromium', { address, read })), version };
  },
});

/** A worker of Cloudflare's runtime, which compiles no WebAssembly but what is deployed with it. */
const workerd = (what, imports, options, expected) => ({
  name: `workerd: ${what}`,
  async run() {
    const worker = `
import { train } from './program.mjs';
${imports}
export default { async fetch() { return new Response(JSON.stringify(await train(${options}))); } };
`;
    const script = `
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { Miniflare } from 'miniflare';
await build({ entryPoints: ['worker.mjs'], bundle: true, format: 'esm', outfile: 'out.mjs', external: ['*.wasm'] });
const miniflare = new Miniflare({
  compatibilityDate: '2025-01-01',
  modules: [
    { type: 'ESModule', path: 'out.mjs' },
    { type: 'CompiledWasm', path: 'lanewise/core.wasm', contents: readFileSync('node_modules/lanewise/dist/core.wasm') },
  ],
});
console.log(await (await miniflare.dispatchFetch('http://localhost/')).text());
await miniflare.dispose();
`;
    const files = { 'program.mjs': program, 'worker.mjs': worker, 'main.mjs': script };
    const path = await folder(files, { install: ['miniflare', 'esbuild'] });
    const result = reported(await run('node', ['main.mjs'], { cwd: path }));
    if (result.backend !== expected)
      throw new Error(`expected ${expected}, got ${result.backend}: ${result.reason}`);
    return { ...result, version: `miniflare ${versionOf(path, 'miniflare')}` };
  },
});

export const runtimes = [
  nextRow('a server component', 'server'),
  nextRow('a client component', 'client'),
  workerd('as it is', '', '', 'js'),
  workerd('with core.wasm', `import wasm from 'lanewise/core.wasm';`, '{ wasm }', 'wasm'),
  {
    name: 'Electron',
    async run() {
      const main = `
const { app } = require('electron');
require('./program.cjs').train().then((result) => {
  console.log(JSON.stringify(result));
  app.exit(0);
});`;
      // Its package holds no binary: an install step fetches one.
      const settings = { type: 'commonjs', main: 'main.cjs' };
      const path = await folder(
        { 'program.cjs': programCjs, 'main.cjs': main },
        { install: ['electron'], settings },
      );
      const printed = await run('electron', ['--no-sandbox', '--ozone-platform=headless', '.'], {
        cwd: path,
      });
      return { ...reported(printed), version: `electron ${versionOf(path, 'electron')}` };
    },
  },
  {
    name: 'Deno',
    async run() {
      const path = await folder({ 'program.mjs': program, 'main.mjs': main }, { install: ['deno'] });
      return {
        ...reported(await run('deno', ['run', '--allow-read', 'main.mjs'], { cwd: path })),
        version: `deno ${versionOf(path, 'deno')}`,
      };
    },
  },
  {
    name: 'Bun',
    async run() {
      const path = await folder({ 'program.mjs': program, 'main.mjs': main }, { install: ['bun'] });
      return {
        ...reported(await run('bun', ['main.mjs'], { cwd: path })),
        version: `bun ${versionOf(path, 'bun')}`,
      };
    },
  },
];
