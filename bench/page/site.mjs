// The built page on a server of its own, as any host of static files would serve it: under some path, and each file under a
// content security policy that allows no more than it needs.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyOf } from '../../.ci/policy.mjs';

const folder = fileURLToPath(new URL('../../build/page/', import.meta.url));

/** Where it is served. */
const BASE = '/some/where/';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * `{ address, missing, close }`: `missing` has the paths that were asked for in vain. `policy`: of a path; undefined for none.
 */
export async function serveSite(policy = policyOf) {
  const missing = [];
  const server = createServer(async ({ url }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    const name = path.slice(BASE.length) || 'index.html';
    try {
      if (!path.startsWith(BASE) || name.includes('..')) throw new RangeError(path);
      const body = await readFile(folder + name);
      const type = types[extname(name)] ?? 'application/octet-stream';
      const allowed = policy(path);
      response
        .writeHead(200, { 'Content-Type': type, ...(allowed && { 'Content-Security-Policy': allowed }) })
        .end(body);
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
