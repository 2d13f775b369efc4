// Pages of a folder, in a real browser: what they post to /result is what they have to say.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { launch } from 'puppeteer-core';
import { chromium, firefox } from '../../.ci/browsers.mjs';
import { Unavailable } from './kit.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};

/** Serves a folder; `result` resolves to what is posted. */
async function host(folder, headers) {
  let report;
  const result = new Promise((resolve) => {
    report = resolve;
  });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (data) => {
        body += data;
      });
      request.on('end', () => {
        response.writeHead(204).end();
        report(JSON.parse(body));
      });
      return;
    }
    const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(path) || statSync(path).isDirectory()) return response.writeHead(404).end();
    response.writeHead(200, {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      ...headers,
    });
    createReadStream(path).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, result, close: () => server.close() };
}

const open = new Map();

/** One browser of each kind for all pages. */
async function browserOf(name) {
  if (!open.has(name)) {
    const path = name === 'firefox' ? await firefox() : await chromium();
    if (path === undefined) throw new Unavailable(`no ${name} here, and none could be installed`);
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    const waits = { timeout: 600_000, protocolTimeout: 600_000 };
    open.set(
      name,
      await launch(
        name === 'firefox'
          ? { browser: 'firefox', executablePath: path, protocol: 'webDriverBiDi', headless: true, ...waits }
          : { executablePath: path, headless: true, args, ...waits },
      ),
    );
  }
  return open.get(name);
}

export async function closeBrowsers() {
  for (const browser of open.values()) await browser.close();
  open.clear();
}

/** What a page of the folder (or at the address) posts, with the browser's version and what it wrote to the console. */
export async function visit(name, { folder, headers = {}, path = '', address, read }) {
  const browser = await browserOf(name);
  const hosted = folder === undefined ? undefined : await host(folder, headers);
  const page = await browser.newPage();
  const said = [];
  let fail;
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', ({ message }) => {
    // Firefox reports so what a policy forbids, whoever catches it.
    if (message.startsWith('Content-Security-Policy')) said.push(message);
    else fail(new Error(`the page failed: ${message}\n${said.join('\n')}`));
  });
  page.on('requestfailed', (request) => said.push(`request failed: ${request.url()}`));
  try {
    const work = async () => {
      await page.goto(address ?? hosted.address + path);
      return read === undefined ? hosted.result : read(page);
    };
    const silence = setTimeout(() => fail(new Error(`the page says nothing: ${said.join('\n')}`)), 300_000);
    const result = await Promise.race([work(), failed]).finally(() => clearTimeout(silence));
    if (result.error !== undefined) throw new Error(`${result.error}\n${said.join('\n')}`);
    return {
      ...result,
      said,
      version: (await browser.version()).replace(/^(?:Headless)?Chrome\//i, 'Chromium ').replace('/', ' '),
    };
  } finally {
    await page.close();
    hosted?.close();
  }
}

/** A page whose script trains and posts what came of it. */
export const pageScript = `
import { train } from './program.mjs';
train().then((result) => result, (error) => ({ error: String(error) }))
  .then((result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) }));
`;
export const pageOf = (script) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>XOR</title><script type="module" src="${script}"></script></html>`;

/** The same in a worker, which the page makes as bundlers know it. */
export const workerPageScript = `
const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => fetch('/result', { method: 'POST', body: JSON.stringify(data) });
worker.onerror = (error) => fetch('/result', { method: 'POST', body: JSON.stringify({ error: error.message ?? 'worker failed' }) });
`;
export const workerScript = `
import { train } from './program.mjs';
train().then((result) => postMessage(result), (error) => postMessage({ error: String(error) }));
`;
