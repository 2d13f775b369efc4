import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The built package as a page gets it: plain modules, no bundler, under a content security policy.
const policies: Record<string, string> = {
  strict: "default-src 'self'; script-src 'self'",
  wasm: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};
const script = `
import { load, tanhKernels } from './dist/index.js';
const core = await load();
const x = core.tensor([1, 4]).set([-1, 0, 0.5, 20]);
core.use(tanhKernels).tanhForward(x.pointer, x.pointer, 4);
document.title = JSON.stringify({ backend: core.backend, reason: core.reason, y: [...x.toArray()] });
const forced = await load({ backend: 'wasm' }).then((core) => core.backend, (error) => error.message);
document.body.textContent = forced;
`;

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = createServer(({ url = '/' }, response) => {
    const path = url.split('/').slice(2).join('/');
    const policy = policies[url.split('/')[1]];
    if (policy === undefined) return response.writeHead(404).end();
    if (path === '')
      return response
        .writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': policy })
        .end('<!doctype html><body><script type="module" src="main.js"></script>');
    const body = path === 'main.js' ? script : readFileSync(path);
    return response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: process.env.LANEWISE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function visit(policy: string) {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${policy}/`);
  await page.waitForFunction(() => document.title !== '' && document.body.textContent !== '');
  const result = JSON.parse(await page.title());
  const forced = await page.textContent('body');
  await page.close();
  return { ...result, forced, errors };
}

const y = [Math.fround(Math.tanh(-1)), 0, Math.fround(Math.tanh(0.5)), 1];

test('a page whose policy allows WebAssembly computes with it', async () => {
  const page = await visit('wasm');
  expect(page).toMatchObject({ backend: 'wasm', y, forced: 'wasm', errors: [] });
});

test('a page whose policy forbids it computes in JavaScript, and says why', async () => {
  const page = await visit('strict');
  expect(page).toMatchObject({ backend: 'js', y, errors: [] });
  expect(page.reason).toMatch(/WebAssembly cannot run here: .*Content Security Policy/);
  expect(page.forced).toMatch(/^load: WebAssembly cannot run here: .*Content Security Policy/);
});
