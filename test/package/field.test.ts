// What users of other libraries suffer from, and is not to be found here: with the packed library, in an empty folder.
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clean, folder, naming, program, reported, run } from './kit.mjs';
import { train } from './program.mjs';

const main = `import { train } from './program.mjs';\nconsole.log(JSON.stringify(await train()));`;
const soak = `
import { Adam, BatchNorm1d, CrossEntropyLoss, Dropout, Embedding, Flatten, Linear, load, Sequential, Tanh, Trainer } from 'lanewise';
const core = await load();
const layers = [new Embedding(9, 2), new Flatten(), new Linear(6, 8), new BatchNorm1d(8), new Tanh(), new Dropout(), new Linear(8, 4)];
const model = new Sequential(layers).to(core, { seed: 1 });
const x = Array.from({ length: 64 }, (_, i) => [i % 9, (i * 5) % 9, (i * 7) % 9]);
const y = x.map(([a, b]) => (a + b) % 4);
const trainer = new Trainer({ model, loss: new CrossEntropyLoss(), optimizer: new Adam(model.parameters()), x, y, batchSize: 8 });
const used = () => {
  gc();
  return process.memoryUsage().heapUsed;
};
await trainer.run(10_000);
const before = [core.bytes, used()];
await trainer.run(110_000);
console.log(JSON.stringify({ backend: core.backend, bytes: core.bytes - before[0], heap: used() - before[1] }));
`;
const all = [
  'lanewise',
  'lanewise/diagnostics',
  'lanewise/checkpoint',
  'lanewise/makemore',
  'lanewise/charts',
  'lanewise/onnx',
  'lanewise/relaxed',
  'lanewise/worker',
];

let path: string;
const dist = () => join(path, 'node_modules/lanewise/dist');
const scripts = () => readdirSync(dist()).filter((name) => name.endsWith('.js'));
const node = async (...args: string[]) => run(process.execPath, args, { cwd: path });

beforeAll(async () => {
  path = await folder({
    'program.mjs': program,
    'main.mjs': main,
    'soak.mjs': soak,
    'imports.mjs': `
      const before = new Set(Reflect.ownKeys(globalThis));
      for (const name of ${JSON.stringify(all)}) await import(name);
      console.log(JSON.stringify(Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String)));`,
  });
});
afterAll(clean);

describe('the package', () => {
  test('imports no .wasm file and fetches none, so that no bundler and no server has to know of them', () => {
    for (const name of scripts().filter((file) => file !== 'cli.js')) {
      const text = readFileSync(join(dist(), name), 'utf8');
      expect(text, name).not.toMatch(/(?:from|import\(|new URL\()\s*['"][^'"]*\.wasm/);
      expect(text, name).not.toMatch(/\b(?:fetch|XMLHttpRequest|instantiateStreaming|compileStreaming)\(/);
    }
  });

  test('has no native code, and nothing that runs when it is installed', () => {
    const { scripts: own } = JSON.parse(
      readFileSync(join(path, 'node_modules/lanewise/package.json'), 'utf8'),
    );
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'])
      expect(own).not.toHaveProperty(hook);
    const files = readdirSync(join(path, 'node_modules/lanewise'), { recursive: true }) as string[];
    expect(files.filter((file) => /\.node$|\.so$|\.dll$|binding\.gyp$|\.c(c|pp)?$/.test(file))).toEqual([]);
  });

  test('touches no global at its import, whichever entry', async () => {
    expect(await node('imports.mjs')).toBe('[]\n');
  });

  test('says when it changed: the changelog has this version, or what is to come', () => {
    const root = join(path, 'node_modules/lanewise');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const [, first] = /^## (.*)$/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) ?? [];
    expect(first).toMatch(new RegExp(`^(?:Unreleased|${version.replaceAll('.', '\\.')}\\b.*\\d{4})`));
  });
});

describe('Node', () => {
  test('may forbid code from text', async () => {
    const { fingerprint } = await train({ backend: 'wasm' });
    const strict = reported(await node('--disallow-code-generation-from-strings', 'main.mjs'));
    expect(strict).toMatchObject({ backend: 'wasm', fingerprint });
  });

  test('has the memory that it had 100,000 steps before', async () => {
    const { bytes, heap } = reported(await node('--expose-gc', 'soak.mjs')) as unknown as Record<
      string,
      number
    >;
    expect(bytes).toBe(0);
    // What the engine's compiler keeps of the loop; a number a step would be 800,000.
    expect(heap).toBeLessThan(400_000);
  });

  test('gives the same at each run, with no seed said but that of the parameters', async () => {
    const once = async () => reported(await node('main.mjs'));
    expect(await once()).toEqual(await once());
  });
});

describe('a page', () => {
  const servers: Server[] = [];
  let browser: Browser;
  let [site, network] = ['', ''];
  const listen = async (server: Server) => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  beforeAll(async () => {
    // A network for packages: another origin, which lets anyone read.
    network = await listen(
      createServer(({ url = '/' }, response) => {
        const file = join(dist(), url);
        const headers = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' };
        if (existsSync(file)) createReadStream(file).pipe(response.writeHead(200, headers));
        else response.writeHead(404).end();
      }),
    );
    // An application's server, which answers everything that it does not know with its one page.
    site = await listen(
      createServer(({ url = '/' }, response) => {
        const [, name] = /^\/(\w+)\.js$/.exec(url) ?? [];
        const own = name === undefined ? undefined : pages[name];
        response.setHeader('content-type', own === undefined ? 'text/html' : 'text/javascript');
        response.end(own ?? `<!doctype html><script type="module" src="${url}.js"></script>`);
      }),
    );
    browser = await chromium.launch({
      executablePath: process.env.LANEWISE_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    for (const server of servers) server.close();
  });

  const posted = 'document.title = JSON.stringify(result);';
  const pages: Record<string, string> = {
    get network() {
      return `${naming(program, network)}
        const isolated = [globalThis.crossOriginIsolated, typeof SharedArrayBuffer];
        const result = { ...(await train()), isolated };\n${posted}`;
    },
    get thread() {
      return `import { train } from '${network}/worker.js';
        const [x, y] = [[[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]];
        const training = { layers: [['Linear', 2, 8], ['Tanh'], ['Linear', 8, 1]], seed: 1, x, y, steps: 400,
          loss: ['BCEWithLogitsLoss'], optimizer: ['Adam', { lr: 0.05 }] };
        const result = await train(training).then(({ lastLoss }) => lastLoss, String);\n${posted}`;
    },
  };
  const visited = async (name: string) => {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', ({ message }) => errors.push(message));
    tab.on('console', (message) => errors.push(message.text()));
    await tab.goto(`${site}/${name}`);
    await tab.waitForFunction(() => document.title !== '', undefined, { timeout: 0 });
    const result = JSON.parse(await tab.title());
    await tab.close();
    return { result, errors: errors.filter((text) => !text.includes('favicon')) };
  };

  test('takes it from another origin, with no bundler, no header and no shared memory', async () => {
    const expected = await train({ backend: 'wasm' });
    const { result, errors } = await visited('network');
    const { backend, fingerprint } = expected;
    expect(result).toMatchObject({ backend, fingerprint, isolated: [false, 'undefined'] });
    expect(errors).toEqual([]);
  });

  test('trains in a thread from there too', async () => {
    const { loss } = await train({ backend: 'wasm' });
    expect(await visited('thread')).toEqual({ result: loss, errors: [] });
  });
});
