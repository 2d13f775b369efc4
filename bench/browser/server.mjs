import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const served = [/^\/dist\//, /^\/bench\//, /^\/node_modules\/tinybench\//];
const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const page = `<!doctype html><meta charset="utf-8"><title>lanewise bench</title>
<script type="importmap">{ "imports": { "tinybench": "/node_modules/tinybench/dist/index.js" } }</script>
<script type="module" src="/bench/browser/page.mjs"></script>`;
/** A page that is isolated from others gets a finer clock. */
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Serves the page, the built package and the benchmark to this machine; `result()` is what the next page sends. */
export async function serve(ceiling) {
  let settle;
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    const send = (status, type, body) =>
      response.writeHead(status, { 'Content-Type': type, ...isolated }).end(body);
    if (request.method === 'POST' && path === '/result') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      send(204, 'text/plain');
      return settle?.(JSON.parse(Buffer.concat(chunks).toString()));
    }
    if (path === '/') return send(200, 'text/html', page);
    if (path === '/ceiling.wasm') return send(200, types['.wasm'], ceiling);
    if (!served.some((prefix) => prefix.test(path))) return send(404, 'text/plain', 'not here');
    try {
      send(
        200,
        types[extname(path)] ?? 'application/octet-stream',
        await readFile(`${root}${path.slice(1)}`),
      );
    } catch {
      send(404, 'text/plain', 'not here');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: (options) =>
      `http://127.0.0.1:${server.address().port}/#${encodeURIComponent(JSON.stringify(options))}`,
    result: () =>
      new Promise((resolve) => {
        settle = resolve;
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
