// npm run page:soak -- [--minutes 10] [--every 30] [--net mlp|deep] [--bound 20]
// Memory of the page while it trains, every so many seconds: exits with 1 where it grew by more than so many MB from a
// quarter of the time to its end. Memory is what remains after a collection: the heaps of page and worker, and what
// their arrays and the module's memory hold.
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { launch } from 'puppeteer-core';
import { build, launchOptions, networks } from './chromium.mjs';
import { serveSite } from './site.mjs';

const { minutes, every, net, bound } = options();
build(true);
const site = await serveSite();
const browser = await launch({
  ...launchOptions(),
  browser: 'chrome',
  defaultViewport: { width: 1280, height: 3000 },
});
let code = 1;
try {
  const page = await browser.newPage();
  await page.goto(`${site.address}${networks.find((each) => each.net === net).hash}`);
  await until(() => stepOf(page), 'the first run');
  await page.evaluate(() => document.querySelector('.transport button').click());
  console.log(`memory in MB; ${await browser.version()}; ${net}, ${minutes} minutes\n`);
  console.log(['minutes', 'steps', 'page', 'worker', 'buffers', 'in all', 'process'].map(cell).join(''));
  const rows = [];
  const begin = performance.now();
  for (let next = begin; ; next += 1000 * every) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    const row = { minutes: (performance.now() - begin) / 60_000, ...(await memory(page)) };
    rows.push(row);
    const { step, heap, worker, buffers, total, resident } = row;
    const sizes = [heap, worker, buffers, total, resident].map((bytes) => (bytes / 1e6).toFixed(2));
    console.log([row.minutes.toFixed(1), step.toLocaleString('en'), ...sizes].map(cell).join(''));
    if (row.minutes >= minutes) break;
  }
  const [first] = rows.filter((row) => row.minutes >= minutes / 4);
  const growth = (rows.at(-1).total - first.total) / 1e6;
  const good = growth <= bound;
  console.log(
    `\nin all ${growth.toFixed(2)} MB more than at ${first.minutes.toFixed(1)} minutes: ${good ? 'within' : 'above'} ${bound} MB`,
  );
  code = good ? 0 : 1;
} finally {
  await browser.close();
  site.close();
}
process.exit(code);

function cell(text) {
  return String(text).padStart(12);
}

function stepOf(page) {
  return page.evaluate(() => {
    const text = document.querySelector('[data-testid=step]')?.textContent ?? '';
    return /^\d/.test(text) ? Number(text.replaceAll(',', '')) : null;
  });
}

async function until(ask, what) {
  for (let i = 0; i < 1000; i++) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`page:soak: waited in vain for ${what}`);
}

async function memory(page) {
  const [worker] = page.workers();
  if (worker === undefined) throw new Error('page:soak: expected a worker that trains, got none');
  const usages = [];
  for (const { client } of [{ client: await page.createCDPSession() }, worker]) {
    await client.send('HeapProfiler.collectGarbage');
    usages.push(await client.send('Runtime.getHeapUsage'));
  }
  const [heap, inWorker] = usages.map(
    ({ usedSize, embedderHeapUsedSize = 0 }) => usedSize + embedderHeapUsedSize,
  );
  const buffers = usages.reduce((sum, { backingStorageSize = 0 }) => sum + backingStorageSize, 0);
  const step = await stepOf(page);
  return {
    step,
    heap,
    worker: inWorker,
    buffers,
    total: heap + inWorker + buffers,
    resident: resident(browser.process().pid),
  };
}

/** Resident bytes of a process and those it started, where the system says so; NaN elsewhere. */
function resident(root) {
  try {
    const parents = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const status = readFileSync(`/proc/${pid}/status`, 'utf8');
          const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
          return [{ pid: Number(pid), parent: field('PPid'), bytes: 1024 * field('VmRSS') }];
        } catch {
          return [];
        }
      });
    const sum = (pid) =>
      parents
        .filter(({ parent }) => parent === pid)
        .reduce((all, each) => all + each.bytes + sum(each.pid), 0);
    return (parents.find(({ pid }) => pid === root)?.bytes ?? 0) + sum(root);
  } catch {
    return Number.NaN;
  }
}

function options() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      every: { type: 'string', default: '30' },
      net: { type: 'string', default: 'mlp' },
      bound: { type: 'string', default: '20' },
    },
  });
  const [minutes, every, bound] = [values.minutes, values.every, values.bound].map(Number);
  if (!(minutes > 0 && every > 0 && bound >= 0) || !networks.some(({ net }) => net === values.net)) {
    console.error('page:soak: expected --minutes and --every above 0, --bound from 0, --net mlp or deep');
    process.exit(2);
  }
  return { minutes, every, bound, net: values.net };
}
