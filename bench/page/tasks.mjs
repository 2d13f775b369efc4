// npm run page:tasks -- [--steps 3000] [--bound 50]
// The longest tasks of the page's main thread while it trains with all instruments in view, in milliseconds of its own
// work; exits with 1 where one is above the bound.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { build, launchOptions, networks } from './chromium.mjs';
import { serveSite } from './site.mjs';

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '3000' }, bound: { type: 'string', default: '50' } },
});
const [steps, bound] = [Number(values.steps), Number(values.bound)];
if (!(steps >= 1 && bound > 0)) {
  console.error('page:tasks: expected --steps from 1 and --bound above 0');
  process.exit(2);
}

build(true);
const site = await serveSite();
const browser = await chromium.launch(launchOptions());
let longest = 0;
try {
  console.log(
    `milliseconds of work of the main thread's tasks over ${steps} steps; Chromium ${browser.version()}\n`,
  );
  for (const { name, hash } of networks) {
    const tasks = await tasksOf(hash);
    longest = Math.max(longest, tasks[0]);
    const most = tasks.slice(0, 5).map((each) => each.toFixed(1));
    console.log(`${name.padEnd(15)}${most.join(', ')} of ${tasks.length} tasks`);
  }
} finally {
  await browser.close();
  site.close();
}
if (longest > bound) {
  console.error(`page:tasks: expected no task above ${bound} ms, got ${longest.toFixed(1)}`);
  process.exitCode = 1;
}

/** Longest first. */
async function tasksOf(hash) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 3000 } });
  try {
    const page = await context.newPage();
    const click = (name) => page.getByRole('button', { name, exact: true }).click();
    const stepAbove = (step) =>
      page.waitForFunction(
        (step) =>
          Number(document.querySelector('[data-testid=step]')?.textContent.replaceAll(',', '')) > step,
        step,
        { timeout: 0 },
      );
    await page.goto(`${site.address}${hash}`);
    await stepAbove(-1);
    // What is loaded with the first drawing is not counted.
    await click('One step');
    await page.waitForFunction(() => document.querySelectorAll('canvas').length > 0);
    await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
    await click('Play');
    await stepAbove(steps);
    await click('Pause');
    return workOf(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
  } finally {
    await context.close();
  }
}

/** The time in which the thread was at work, whatever the clock on the wall says. */
function workOf(events) {
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return events
    .filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a);
}
