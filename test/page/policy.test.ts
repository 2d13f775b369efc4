import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import { expect, test } from 'vitest';
import { policies, policyOf } from '../../.ci/policy.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the built page is served with a policy for each file: the notebook’s worker has its own', async () => {
  const server = await preview({
    configFile: `${root}vite.config.ts`,
    mode: 'page',
    logLevel: 'silent',
    preview: { port: 0, host: '127.0.0.1' },
  });
  try {
    const { port } = server.httpServer.address() as AddressInfo;
    const policy = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`);
      expect([path, response.status]).toEqual([path, 200]);
      return response.headers.get('Content-Security-Policy');
    };
    expect(await policy('')).toBe(policies.page);
    expect(await policy('notebook.html')).toBe(policies.page);
    const files = readdirSync(`${root}build/page/assets`);
    const workers = files.filter((name) => name.startsWith('notebook-worker-'));
    expect(workers).toHaveLength(1);
    for (const name of files)
      expect(await policy(`assets/${name}`)).toBe(name === workers[0] ? policies.cells : policies.page);
  } finally {
    await server.close();
  }
});

test('no file may make code of text, and the documents not of a blob either', () => {
  for (const policy of Object.values(policies)) expect(policy).not.toContain("'unsafe-eval'");
  expect(policies.page).not.toContain('blob:');
  // Wherever it is served.
  expect(policyOf('/some/where/assets/notebook-worker-a_B-1.js')).toBe(policies.cells);
  expect(policyOf('/some/where/assets/worker-a_B-1.js')).toBe(policies.page);
});
