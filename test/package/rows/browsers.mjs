import { pageOf, pageScript, visit, workerPageScript, workerScript } from '../browsers.mjs';
import { fileOf, folder, naming, program } from '../kit.mjs';

/** Without a bundler a page names the file. */
const plain = naming(program);
const imports = Object.fromEntries(['lanewise', 'lanewise/diagnostics'].map((name) => [name, fileOf(name)]));
const mapped = `<!doctype html><html lang="en"><meta charset="utf-8"><title>XOR</title>
<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="page.mjs"></script></html>`;

const streamed = `
import { train } from './program.mjs';
const wasm = WebAssembly.compileStreaming(fetch('./node_modules/lanewise/dist/core.wasm'));
train({ wasm, backend: 'wasm' }).then((result) => result, (error) => ({ error: String(error) }))
  .then((result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) }));
`;
// Two cores, so that what is refused is seen to be tried once.
const twice = `
import { train } from './program.mjs';
let violations = 0;
document.addEventListener('securitypolicyviolation', () => violations++);
await train();
const result = await train();
await new Promise((resolve) => setTimeout(resolve, 500));
await fetch('/result', { method: 'POST', body: JSON.stringify({ ...result, violations }) });
`;

const policy = (script) => ({ 'Content-Security-Policy': `default-src 'self'; script-src ${script}` });

const page = (files) =>
  folder({ 'program.mjs': plain, 'index.html': pageOf('page.mjs'), 'page.mjs': pageScript, ...files });

export const browsers = ['chromium', 'firefox'].flatMap((browser) => {
  const row = (name, run) => ({ name: `${browser === 'chromium' ? 'Chromium' : 'Firefox'}: ${name}`, run });
  return [
    row('<script type="module">', async () => visit(browser, { folder: await page({}) })),
    row('<script type="module"> and an import map', async () =>
      visit(browser, { folder: await page({ 'program.mjs': program, 'index.html': mapped }) }),
    ),
    row('a Web Worker', async () =>
      visit(browser, { folder: await page({ 'page.mjs': workerPageScript, 'worker.mjs': workerScript }) }),
    ),
    row('core.wasm, compiled while it streams', async () =>
      visit(browser, { folder: await page({ 'page.mjs': streamed }) }),
    ),
    row("policy script-src 'self' 'wasm-unsafe-eval'", async () => {
      const result = await visit(browser, {
        folder: await page({}),
        headers: policy("'self' 'wasm-unsafe-eval'"),
      });
      if (result.backend !== 'wasm') throw new Error(`expected WebAssembly, got: ${result.reason}`);
      return result;
    }),
    row("policy script-src 'self'", async () => {
      const headers = policy("'self'");
      const result = await visit(browser, { folder: await page({ 'page.mjs': twice }), headers });
      if (result.backend !== 'js') throw new Error(`expected JavaScript, got: ${result.reason}`);
      // Chromium has an event of the document for it, Firefox tells it in its console too.
      const times = Math.max(result.violations, result.said.filter((text) => text.includes('Policy')).length);
      if (times !== 1) throw new Error(`expected the policy to be told of once, got ${times} times`);
      return { ...result, note: 'told once' };
    }),
  ];
});
