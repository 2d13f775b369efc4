// npm run page:speed -- [--seconds 5] [--rounds 3]
// Steps per second of the page, with its instruments drawn, beside the command's: in turn, several times over, the best of
// each. On the page they are counted by the clock on the wall; of the command by its own record, the training alone.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { build, launchOptions, networks } from './chromium.mjs';
import { serveSite } from './site.mjs';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' } },
});
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
if (!(seconds > 0 && rounds >= 1)) {
  console.error('page:speed: expected --seconds above 0 and --rounds from 1');
  process.exit(2);
}
/** What one sees of the page. In the last one all instruments are in view, and drawn. */
const views = [
  { name: '1280 × 800', height: 800 },
  { name: 'without the picture', height: 800, style: '.network-picture { display: none }' },
  { name: '1280 × 3000', height: 3000 },
];

build();
const site = await serveSite();
const browser = await chromium.launch(launchOptions());
const folder = mkdtempSync(join(tmpdir(), 'lanewise-speed-'));
try {
  console.log(`steps per second; Chromium ${browser.version()}, Node ${process.versions.node}\n`);
  for (const network of networks) {
    const command = [];
    const pages = views.map(() => []);
    for (let round = 0; round < rounds; round++) {
      command.push(commandSpeed(network.net));
      for (const [i, view] of views.entries()) pages[i].push(await pageSpeed(network.hash, view));
    }
    const beside = Math.max(...command);
    console.log(`${network.name}`);
    console.log(`  ${'command'.padEnd(28)}${count(beside)}`);
    views.forEach(({ name }, i) => {
      const best = pages[i].reduce((a, b) => (b.stepsPerSecond > a.stepsPerSecond ? b : a));
      const tasks = pages[i].flatMap(({ longTasks }) => longTasks).map(Math.round);
      console.log(
        `  ${`page, ${name}`.padEnd(28)}${count(best.stepsPerSecond)}  ` +
          `${((100 * best.stepsPerSecond) / beside).toFixed(1)} %  ` +
          `${Math.min(...pages[i].map(({ fps }) => fps)).toFixed(1)} frames/s at least, ` +
          (tasks.length === 0 ? 'no task above 50 ms' : `tasks above 50 ms: ${tasks.join(', ')} ms`),
      );
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  await browser.close();
  site.close();
}

function count(value) {
  return Math.round(value).toLocaleString('en').padStart(7);
}

function commandSpeed(net) {
  const record = join(folder, 'run.json');
  const train = (steps) => {
    execFileSync(process.execPath, [
      cli,
      'train',
      '--net',
      net,
      '--steps',
      String(steps),
      '--json',
      record,
      '--quiet',
    ]);
    return JSON.parse(readFileSync(record, 'utf8')).stepsPerSecond;
  };
  return train(Math.ceil(train(2000) * seconds));
}

async function pageSpeed(hash, { height, style }) {
  const context = await browser.newContext({ viewport: { width: 1280, height } });
  try {
    const page = await context.newPage();
    await page.goto(`${site.address}${hash}`);
    await page.waitForFunction(() =>
      /^\d/.test(document.querySelector('[data-testid=step]')?.textContent ?? ''),
    );
    // What is loaded with the first drawing is not part of it.
    await page.getByRole('button', { name: 'One step', exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll('canvas').length > 0);
    if (style !== undefined) await page.addStyleTag({ content: style });
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForTimeout(1000);
    return await page.evaluate(watch, 1000 * seconds);
  } finally {
    await context.close();
  }
}

/** In the page: steps, frames and long tasks over so many milliseconds, from one change of the step shown to another. */
async function watch(milliseconds) {
  const shown = document.querySelector('[data-testid=step]');
  const change = () =>
    new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        resolve({ time: performance.now(), step: Number(shown.textContent.replaceAll(',', '')) });
      });
      observer.observe(shown, { characterData: true, childList: true, subtree: true });
    });
  const longTasks = [];
  const observer = new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: 'longtask' });
  const begin = await change();
  let frames = 0;
  for (let now = begin.time; now - begin.time < milliseconds; frames++)
    now = await new Promise(requestAnimationFrame);
  const framesEnd = performance.now();
  const end = await change();
  observer.disconnect();
  return {
    stepsPerSecond: (1000 * (end.step - begin.step)) / (end.time - begin.time),
    fps: (1000 * frames) / (framesEnd - begin.time),
    longTasks,
  };
}
