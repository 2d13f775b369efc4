// What one visit of the page keeps: its history, its place, its colours, what a reload has cost.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveSite } from '../../../bench/page/site.mjs';
import {
  drop,
  hashOf,
  held,
  poll,
  problem,
  recordOf,
  runTo,
  saved,
  stepOf,
  text,
  textOf,
} from './actions.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';
import { names } from './core.js';
import { trained } from './expected.js';

describe('a visit', () => {
  let browser: Chromium;
  let site: Awaited<ReturnType<typeof serveSite>>;
  let visit: ChromiumVisit;
  beforeAll(async () => {
    [browser, site] = [await openChromium(), await serveSite()];
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  afterEach(() => visit?.close());
  const start = async (hash = '', options = {}) => {
    visit = await browser.visit(site.address + hash, options);
    return visit;
  };

  test('Back undoes a change of settings, and shows the steps that were made', async () => {
    await start('#net=mlp&hidden=20');
    await runTo(visit, 3);
    const before = await hashOf(visit);
    await visit.fill('Learning rate', '0.02');
    // Each run has made a step before the next takes its place: that it has, its step says.
    await poll(() => stepOf(visit)).toBe(0);
    await poll(() => hashOf(visit)).toContain('lr=0.02');
    await runTo(visit, 1);
    await visit.fill('Batch size', '16');
    await poll(() => stepOf(visit)).toBe(0);
    await poll(() => hashOf(visit)).toContain('batch=16');
    const entries = await visit.page.evaluate(() => history.length);
    await runTo(visit, 2);
    expect(await visit.page.evaluate(() => history.length)).toBe(entries);
    await visit.page.evaluate(() => history.back());
    await poll(() => held(visit, 'set-batch')).toBe('32');
    expect(await held(visit, 'set-lr')).toBe('0.02');
    await poll(() => stepOf(visit)).toBe(1);
    await visit.page.evaluate(() => history.back());
    await poll(() => held(visit, 'set-lr')).toBe('0.1');
    await poll(() => stepOf(visit)).toBe(3);
    expect(await hashOf(visit)).toBe(before);
    await visit.page.evaluate(() => history.go(2));
    await poll(() => held(visit, 'set-batch')).toBe('16');
    await poll(() => stepOf(visit)).toBe(2);
    expect(visit.errors).toEqual([]);
  });

  test('a reload offers to make the lost steps again', async () => {
    await start('#net=mlp&hidden=20');
    await runTo(visit, 3);
    await visit.page.reload();
    await visit.click('button', 'Train to step 3 again');
    await poll(() => stepOf(visit)).toBe(3);
    await poll(() => visit.page.locator('.lost').count()).toBe(0);
  });

  const lost = () => textOf(visit, '.lost p');
  const reload = async () => {
    await visit.page.reload();
    await poll(() => stepOf(visit)).toBe(0);
  };

  test('the offer stays until a run is trained, and leads back to the lost one', async () => {
    await start('#net=mlp&hidden=20');
    await runTo(visit, 3);
    const address = await hashOf(visit);
    await reload();
    await poll(lost).toMatch(/the 3 steps you had trained\. These/);
    await visit.fill('Learning rate', '0.02');
    await poll(() => hashOf(visit)).toContain('lr=0.02');
    await poll(lost).toMatch(/the 3 steps you had trained with other settings\. Those/);
    await reload();
    await poll(lost).toMatch(/the 3 steps you had trained with other settings\. Those/);
    await visit.click('button', 'Train to step 3 again');
    await poll(() => stepOf(visit)).toBe(3);
    expect(await hashOf(visit)).toBe(address);
    expect(await visit.page.locator('.lost').count()).toBe(0);
    // What is declined is not offered again, nor what another run has taken the place of.
    await reload();
    await visit.click('button', 'No');
    await poll(() => visit.page.locator('.lost').count()).toBe(0);
    await reload();
    expect(await visit.page.locator('.lost').count()).toBe(0);
    await runTo(visit, 1);
    await reload();
    await poll(lost).toMatch(/the 1 step you had trained\./);
    await visit.click('button', 'One step');
    await poll(() => visit.page.locator('.lost').count()).toBe(0);
  });

  test('a list that was dropped is there after a reload, and its run can be made again', async () => {
    await start('#net=mlp&hidden=20');
    await drop(visit, 'mine.txt', names);
    await poll(() => text(visit, 'names')).toBe('mine.txt, 60 names');
    await runTo(visit, 5);
    await reload();
    await visit.click('button', 'Train to step 5 again');
    await poll(() => stepOf(visit)).toBe(5);
    expect(await text(visit, 'names')).toBe('mine.txt, 60 names');
    expect(await problem(visit)).toBe('');
    const { fingerprint } = await trained({ net: 'mlp', hidden: 20 }, 5, { names });
    expect((await recordOf(visit)).fingerprint).toBe(fingerprint);
  });

  test('of a list that could not be kept a reload says that it is needed, and offers the run when it is there', async () => {
    await start('#net=mlp&hidden=20');
    await drop(visit, 'mine.txt', names);
    await poll(() => text(visit, 'names')).toBe('mine.txt, 60 names');
    await runTo(visit, 5);
    await visit.page.evaluate(() => sessionStorage.removeItem('lanewise: the lists of this tab'));
    await reload();
    await poll(lost).toMatch(
      /the 5 steps you had trained on mine\.txt, and the list: the built-in names are in its place\./,
    );
    await poll(() => text(visit, 'names')).toMatch(/^Built-in/);
    expect(await problem(visit)).toBe('');
    expect(await visit.page.locator('.lost button').allTextContents()).toEqual(['Open the file…', 'No']);
    await drop(visit, 'other.txt', `${names}\nzoe`);
    await poll(() => text(visit, 'names')).toBe('other.txt, 61 names');
    expect(await lost()).toMatch(/ on mine\.txt/);
    await drop(visit, 'mine again.txt', names);
    await visit.click('button', 'Train to step 5 again');
    await poll(() => stepOf(visit)).toBe(5);
    const { fingerprint } = await trained({ net: 'mlp', hidden: 20 }, 5, { names });
    expect((await recordOf(visit)).fingerprint).toBe(fingerprint);
  });

  test('of a run that went on from a checkpoint a reload says that this is needed', async () => {
    await start('#net=mlp&hidden=20');
    await runTo(visit, 2);
    const { name, bytes } = await saved(visit, 'Checkpoint');
    await drop(visit, name, [...bytes]);
    await poll(() => textOf(visit, '.runs')).toContain(`from step 2 of ${name}`);
    await runTo(visit, 4);
    await reload();
    await poll(lost).toBe(
      `Loading the page has lost a run at step 4 that went on from ${name}. To go on from there again, open or drop that file.`,
    );
    await drop(visit, name, [...bytes]);
    await poll(() => stepOf(visit)).toBe(2);
    expect(await visit.page.locator('.lost').count()).toBe(0);
  });

  test('a file that is no checkpoint is told to be none, and the run stays', async () => {
    await start('#net=deep&batch-norm=no&hidden=20');
    // The value in force.
    expect(await held(visit, 'set-gain')).toBe('5/3');
    await drop(visit, 'bad.safetensors', '<!doctype html>\n');
    await poll(() => problem(visit)).toMatch(
      /^bad\.safetensors: not a checkpoint: .* begins with ‘<!doctype html>’$/,
    );
    expect(await held(visit, 'set-hidden')).toBe('20');
  });

  test.each([
    [1280, 800, '#loss canvas'],
    // There the loss is further down.
    [360, 740, '#network canvas'],
  ])('nothing moves while the page loads, at %i × %i', async (width, height, last) => {
    await start('', { viewport: { width, height } });
    await poll(() => visit.page.locator(last).count()).toBeGreaterThan(0);
    const shifts = await visit.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries())
              sum += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          requestAnimationFrame(() => setTimeout(() => resolve(sum)));
        }),
    );
    expect(shifts).toBeLessThan(0.01);
  });

  test('charts change with the colours of the page, in the same frame', async () => {
    await start('#net=mlp&hidden=20');
    await runTo(visit, 2);
    const shade = () =>
      visit.page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('#loss canvas');
        const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        let most = 0;
        for (let i = 0; i < pixels.length; i += 4)
          if (pixels[i + 3] === 255) most = Math.max(most, pixels[i]);
        return most;
      });
    await poll(shade).toBeGreaterThan(0);
    const light = await shade();
    await visit.page.evaluate(() => {
      // Whoever asks the painter for a frame from now on waits.
      window.requestAnimationFrame = () => 0;
    });
    await visit.page.emulateMedia({ colorScheme: 'dark' });
    await poll(() => visit.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(20, 24, 27)',
    );
    await poll(shade).not.toBe(light);
    const dark = await shade();
    await visit.page.emulateMedia({ colorScheme: 'light' });
    await poll(shade).not.toBe(dark);
  });
});
