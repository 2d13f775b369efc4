// The picture of the network: what flows, a context of one's own, units by the keyboard, slow motion, and the past.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveSite } from '../../../bench/page/site.mjs';
import { poll, runTo, stepOf, textOf } from './actions.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';

declare global {
  interface Window {
    /** When the picture asked the worker for a view. */
    asked: number[];
  }
}

describe('the picture of the network', () => {
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
  afterEach(async () => {
    expect(visit?.errors).toEqual([]);
    await visit?.close();
  });
  const start = async (hash: string, options = {}) => {
    visit = await browser.visit(site.address + hash, options);
    await poll(() => words()).toContain('Next character: ');
  };
  const words = () => textOf(visit, 'ul[aria-label="What the picture of the network shows"]');
  const line = () => textOf(visit, '.network-line');
  const picture = () => visit.page.getByRole('region', { name: 'The network' });
  const flow = (name: string) => picture().getByRole('radio', { name }).check();
  /** Colours on a canvas, so many different ones. */
  const colours = (selector: string) =>
    visit.evaluate((selector) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`${selector} canvas`);
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return new Set(new Uint32Array(data?.buffer ?? new ArrayBuffer(0))).size;
    }, selector);

  test('has in words what flows forward, back, and what the step changed', async () => {
    await start('#net=mlp');
    await runTo(visit, 20);
    await poll(words).toContain('of the last minibatch');
    expect(await words()).toMatch(
      /tanh 1 of 1: mean −?\d\.\d\d, std 0\.\d\d, .* saturated, no unit dead on this batch\./,
    );
    expect(await colours('.of-tanh .network-body')).toBeGreaterThan(20);
    expect(await colours('.of-linear .network-body')).toBeGreaterThan(20);
    await flow('gradient');
    await poll(words).toMatch(/tanh 1 of 1: gradient by its outputs has std [\d.e−]+\./);
    await flow('update');
    await poll(words).toMatch(/linear 1 of 2: update to data 10\^−\d\.\d \(weight\)\./);
    await flow('forward');
    await picture().getByRole('button', { name: 'The next example' }).click();
    await poll(words).toContain('Example 2 of 32');
  });

  test('shows a context of one’s own while it trains', async () => {
    await start('#net=mlp&steps=1000000000');
    await picture().getByRole('textbox', { name: 'or your own' }).fill('emm');
    await poll(words).toContain('Your context, with the running statistics: emm');
    const bar = () => visit.page.locator('.network-bars .bar', { hasText: /^a/ }).textContent();
    const before = await bar();
    await visit.click('button', 'Play');
    await poll(bar).not.toBe(before);
    await visit.click('button', 'Pause');
    await poll(words).toContain('emm');
    await picture().getByRole('textbox', { name: 'or your own' }).fill('e5');
    await poll(() => textOf(visit, '.network-own .error')).toBe('no 5 in these names');
  });

  test('leads by the keyboard alone from layer to layer, and to a unit', async () => {
    await start('#net=mlp');
    await runTo(visit, 5);
    const stops = () => visit.page.locator('[data-layer][tabindex="0"]').count();
    expect(await stops()).toBe(1);
    await visit.page.locator('[data-layer]').first().focus();
    for (let i = 0; i < 3; i++) await visit.press('ArrowRight');
    expect(await textOf(visit, '[data-layer]:focus')).toBe('tanh: tanh 1 of 1');
    expect(await stops()).toBe(1);
    expect(await stepOf(visit)).toBe(5);
    await visit.press('Enter');
    await poll(() => textOf(visit, '.network-detail h3')).toBe('tanh 1 of 1');
    await visit.page.getByRole('slider', { name: /^Units of tanh 1 of 1/ }).focus();
    await visit.press('ArrowRight');
    await visit.press('ArrowRight');
    await poll(() => textOf(visit, '.network-detail h3')).toBe('unit 2 of tanh 1 of 1');
    await poll(() => textOf(visit, '.network-detail')).toMatch(/(Alive|Dead on this batch): it lets/);
    await poll(line).toMatch(/^unit 2: −?\d\.\d\d/);
    await visit.press('Escape');
    await poll(() => visit.page.locator('.network-detail').count()).toBe(0);
    await visit.page.locator('.network-vector').last().click();
    await poll(() => textOf(visit, '.network-nearest')).toMatch(/^nearest: .*\d\.\d\d/);
  });

  test('goes through a minibatch stage by stage, and the run makes that step', async () => {
    await start('#net=mlp');
    await runTo(visit, 5);
    await visit.click('button', 'Slow motion');
    const stage = () => textOf(visit, '.network-stage-line p b');
    const titles: string[] = [];
    const stages = ['gather', 'linear 1 of 2', 'batch norm 1 of 1', 'tanh 1 of 1', 'linear 2 of 2', 'loss'];
    const back = ['linear 2 of 2', 'tanh 1 of 1', 'batch norm 1 of 1', 'linear 1 of 2'];
    for (const title of [
      ...stages,
      ...back.map((name) => `back through ${name}`),
      'back to the vectors',
      'update',
    ]) {
      await poll(stage).toBe(title);
      titles.push(title);
      if (title !== 'update') await visit.click('button', 'Next ›');
    }
    expect(await visit.page.locator('.lit').count()).toBe(4);
    expect(await stepOf(visit)).toBe(5);
    await visit.click('button', 'Make the step');
    await poll(() => stepOf(visit)).toBe(6);
    await poll(stage).toBe('gather');
    await visit.click('button', 'End slow motion');
    await poll(words).toContain('of the last minibatch');
  });

  test('shows six layers as ridges, and a moment of the past', async () => {
    await start('#net=deep');
    await runTo(visit, 30);
    await poll(() => visit.page.locator('.as-ridges .network-ridge').count()).toBe(17);
    await poll(words).toMatch(/tanh 5 of 5: mean/);
    const now = await words();
    await visit.page
      .getByRole('slider', { name: /time|step/i })
      .first()
      .focus();
    await visit.press('Home');
    await poll(words).toContain('of the minibatch of step 0, which comes next');
    await visit.press('End');
    await poll(words).toBe(now);
  });

  test('moves once a second at most for who prefers less motion, and follows the run all the same', async () => {
    await start('#net=mlp&steps=1000000000', { reducedMotion: 'reduce' });
    const { page } = visit;
    // From here on the page's time goes on only when it is told to.
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    await page.evaluate(() => {
      window.asked = [];
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (message: { path?: string[] }, ...rest: never[]) {
        if (message.path?.includes('networkView')) window.asked.push(performance.now());
        return postMessage.call(this, message, ...rest);
      };
    });
    const goOn = () => page.clock.runFor(50);
    /** Milliseconds from one view that was asked for to the next. */
    const gaps = () => page.evaluate(() => window.asked.slice(1).map((time, i) => time - window.asked[i]));
    const numbers = () => textOf(visit, '.of-tanh .network-numbers');
    const before = await numbers();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    // What asks at once is that it plays now.
    await poll(async () => {
      await goOn();
      return stepOf(visit);
    }).toBeGreaterThan(0);
    await page.evaluate(() => {
      window.asked = [];
    });
    await poll(async () => {
      await goOn();
      return (await gaps()).length;
    }).toBeGreaterThanOrEqual(3);
    for (const gap of await gaps()) expect(gap).toBeGreaterThanOrEqual(1000);
    expect(await numbers()).not.toBe(before);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    // Who has nothing against motion sees more of it.
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await poll(async () => {
      await goOn();
      return Math.min(...(await gaps()));
    }).toBeLessThan(1000);
    await page.clock.resume();
    await visit.click('button', 'Pause');
    await poll(words).toContain('of the last minibatch');
  });

  test('compares two runs: the other, and the difference', async () => {
    await start('#net=deep&steps=40|net=deep&steps=40&batch-norm=no&gain=0.5');
    await runTo(visit, 20);
    const std = async () => /tanh 1 of 5: .*?std ([\d.]+)/.exec(await words())?.[1];
    const own = await std();
    await picture().getByRole('radio', { name: 'the other' }).check();
    await poll(std).not.toBe(own);
    await picture().getByRole('radio', { name: 'difference' }).check();
    await poll(std).toBe(own);
    expect(await colours('.network-bars')).toBeGreaterThan(2);
  });
});
