import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Site, serveSite } from '../../../bench/page/site.mjs';
import { poll, stepOf, text } from './actions.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';

/** Milliseconds of its own work that a task may take: the aim is 50, and a busy machine has slower caches. */
const GENEROUS = 100;

let browser: Chromium;
let site: Site;
beforeAll(async () => {
  site = await serveSite();
  browser = await openChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
});

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds by the clock on the wall, and those in which the thread was at work. */
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** Milliseconds of work of each task of the page's main thread while something is done, longest first. */
async function tasksWhile({ page }: ChromiumVisit, work: () => Promise<void>): Promise<number[]> {
  const tracer = page.context().browser() as Browser;
  await tracer.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await work();
  const { traceEvents } = JSON.parse((await tracer.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a);
}

test.each(['mlp', 'deep'])('the main thread has no long task while %s trains, all in view', async (net) => {
  const visit = await browser.visit(`${site.address}#net=${net}`, {
    viewport: { width: 1280, height: 3000 },
  });
  // What is loaded with the first drawing is not counted.
  await visit.click('button', 'One step');
  await poll(() => stepOf(visit)).toBe(1);
  await poll(() =>
    visit.evaluate(() => document.querySelectorAll('canvas').length, undefined),
  ).toBeGreaterThan(0);
  await visit.evaluate(() => {
    window.longTasks = [];
  }, undefined);
  const tasks = await tasksWhile(visit, async () => {
    await visit.click('button', 'Play');
    await poll(() => stepOf(visit)).toBeGreaterThan(3000);
    await visit.click('button', 'Pause');
    await poll(() => text(visit, 'state')).toBe('paused');
  });
  const long = await visit.evaluate(() => window.longTasks.map(Math.round), undefined);
  console.log(
    `${net}: the longest of ${tasks.length} tasks worked for ${tasks[0].toFixed(1)} ms; ` +
      `above 50 ms by the clock on the wall: ${long.length === 0 ? 'none' : `${long.join(', ')} ms`}`,
  );
  expect(tasks[0]).toBeLessThan(GENEROUS);
  await visit.close();
});
