// The built page on a server of its own, as any host of static files would serve it: under some path, and under a content
// security policy that allows no more than the page needs.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../build/page/', import.meta.url));

/** Where it is served. */
const BASE = '/some/where/';

export const policies = {
  strict: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'",
  withoutWasm: "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'",
};

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** `{ address, missing, close }`: `missing` has the paths that were asked for in vain. */
export async function serveSite(policy = policies.strict) {
  const missing = [];
  const server = createServer(async ({ url }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    const name = path.slice(BASE.length) || 'index.html';
    try {
      if (!path.startsWith(BASE) || name.includes('..')) throw new RangeError(path);
      const body = await readFile(folder + name);
      const type = types[extname(name)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(body);
    } catch {
      missing.push(path);
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}${BASE}`,
    missing,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
