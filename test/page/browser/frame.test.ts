// What is around network and instruments: views, lessons in the address, speed, the projector, one panel in another page.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveSite } from '../../../bench/page/site.mjs';
import { lessons } from '../../../src/page/lessons/all.js';
import { hashOf, leaveControls, poll, problem, runTo, stepOf, text, textOf } from './actions.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';

describe('the frame', () => {
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
  const title = () => textOf(visit, '#lesson-title');
  const [first, second] = lessons;

  test('a newcomer is in the first lesson, one press from free play with the same run', async () => {
    await start();
    expect(await title()).toBe(first.title);
    await poll(() => hashOf(visit)).toBe(`#lesson=${first.id}`);
    await runTo(visit, 3);
    await visit.click('button', 'Free play');
    await poll(() => visit.page.locator('.lesson').count()).toBe(0);
    await poll(() => hashOf(visit)).toMatch(/^#net=/);
    expect(await stepOf(visit)).toBe(3);
  });

  test.each([
    [1280, 800, ['#loss .canvas', '#samples']],
    [360, 740, ['.network-bars', '[data-testid=loss]', '.latest-names']],
  ])(
    'all of the first screen is in sight at %i × %i: network, loss, names, lesson and the button that plays it',
    async (width, height, more) => {
      await start('', { viewport: { width, height } });
      const unseen = await visit.page.evaluate(
        (selectors) =>
          selectors.filter((selector) => {
            const box = document.querySelector(selector)?.getBoundingClientRect();
            return box === undefined || box.height === 0 || box.top < 0 || box.bottom > innerHeight;
          }),
        ['#network', '#lesson-title', '.lesson button.primary', '.transport', ...more],
      );
      expect(unseen).toEqual([]);
      expect(await visit.page.evaluate(() => scrollY)).toBe(0);
      // Nothing of the picture is cut off, nor has to be scrolled to.
      const cut = await visit.page.evaluate(() =>
        ['.network-stage', '.network-picture', '#network'].filter((selector) => {
          const element = document.querySelector(selector);
          return element === null || element.scrollHeight > element.clientHeight + 1;
        }),
      );
      expect(cut).toEqual([]);
    },
  );

  test('a link opens its lesson, Back the one before, and a reload stays', async () => {
    await start(`#lesson=${second.id}`);
    expect(await title()).toBe(second.title);
    await visit.page.evaluate((hash) => {
      location.hash = hash;
    }, `#lesson=${first.id}`);
    await poll(title).toBe(first.title);
    await poll(() => text(visit, 'state')).toBe('paused');
    await visit.page.evaluate(() => history.back());
    await poll(title).toBe(second.title);
    expect(await hashOf(visit)).toBe(`#lesson=${second.id}`);
    await visit.page.goto(site.address);
    await poll(title).toBe(second.title);
    expect(visit.errors).toEqual([]);
  });

  test('a lesson that there is not is said, and another one is shown', async () => {
    await start('#lesson=none-such');
    await poll(() => problem(visit)).toBe('lesson: expected one of the lessons, got ‘none-such’');
    expect(await title()).toBe(first.title);
  });

  test('what is changed in a lesson is in its address, and Back undoes it', async () => {
    await start(`#lesson=${first.id}`);
    await visit.fill('Learning rate', '0.02');
    await poll(() => hashOf(visit)).toMatch(new RegExp(`^#lesson=${first.id}&net=.*&lr=0.02&`));
    await visit.page.evaluate(() => history.back());
    await poll(() => hashOf(visit)).toBe(`#lesson=${first.id}`);
    await poll(() => visit.page.locator('#set-lr').inputValue()).toBe('0.1');
    expect(await title()).toBe(first.title);
  });

  test('a setting is moved in view, and the run that plays plays on with it', async () => {
    await start('#net=deep&batch-norm=no&steps=1000000000');
    await visit.click('button', 'Play');
    await poll(() => stepOf(visit)).toBeGreaterThan(5);
    await visit.page.getByRole('radio', { name: '3', exact: true }).check();
    await poll(() => hashOf(visit)).toContain('gain=3&');
    await poll(() => text(visit, 'state')).toBe('training');
    await poll(() => stepOf(visit)).toBeGreaterThan(5);
    await visit.page.getByRole('slider', { name: 'Learning rate' }).press('ArrowLeft');
    await poll(() => hashOf(visit)).toMatch(/lr=0\.05&.*lr-after=0\.005&/);
  });

  test('a run can be slowed down to one step a second, and be let go again', async () => {
    await start('#net=mlp&hidden=20');
    await visit.focus('slider', 'Speed');
    await visit.press('Home');
    const speed = () => visit.page.getByRole('slider', { name: 'Speed' }).getAttribute('aria-valuetext');
    await poll(speed).toBe('1 step a second');
    await visit.click('button', 'Play');
    await poll(() => stepOf(visit)).toBeGreaterThan(0);
    // At that speed it would take half an hour.
    await visit.focus('slider', 'Speed');
    await visit.press('End');
    await poll(speed).toBe('as fast as it goes');
    await poll(() => stepOf(visit)).toBeGreaterThan(2000);
  });

  test('F fills the screen with the network, the arrows lead on, Escape leads back', async () => {
    await start('#net=mlp&hidden=20');
    await leaveControls(visit);
    const shown = () => visit.page.evaluate(() => document.querySelector('.projected')?.id ?? '');
    await visit.press('f');
    await poll(shown).toBe('network');
    const step = await stepOf(visit);
    await visit.press('ArrowRight');
    await poll(shown).toBe('loss');
    expect(await stepOf(visit)).toBe(step);
    const [x, y, width] = await visit.page.evaluate(() => {
      const { x, y, width } = document.querySelector('.projected')?.getBoundingClientRect() ?? new DOMRect();
      return [x, y, width];
    });
    expect([x, y]).toEqual([0, 0]);
    expect(width).toBeGreaterThan(1200);
    // What is behind it has no place among the controls.
    await visit.press('Tab');
    expect(
      await visit.page.evaluate(
        () => document.activeElement?.closest('.projected, .projector-foot') !== null,
      ),
    ).toBe(true);
    await leaveControls(visit);
    await visit.press('ArrowLeft');
    await poll(shown).toBe('network');
    await visit.press('Escape');
    await poll(shown).toBe('');
    expect(visit.errors).toEqual([]);
  });

  test('the benchmark is a view of its own', async () => {
    await start('#view=benchmark&net=mlp');
    await poll(() => textOf(visit, '#benchmark')).toContain('Measure this browser');
    expect(await visit.page.locator('#activations').count()).toBe(0);
    await visit.click('button', 'Free play');
    await poll(() => visit.page.locator('#activations').count()).toBe(1);
    await visit.page.evaluate(() => history.back());
    await poll(() => visit.page.locator('#benchmark').count()).toBe(1);
  });

  test.each([
    ['network', 320, 240],
    ['activations', 640, 480],
    ['lesson', 360, 640],
  ])(
    '%s alone fits an iframe of %i × %i, in a theme of its own, with a link to the whole',
    async (id, width, height) => {
      await start(`#embed=${id}&theme=dark&net=deep&gain=3`, { viewport: { width, height } });
      const { page } = visit;
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
        'rgb(20, 24, 27)',
      );
      expect(await page.locator('[data-place]').first().getAttribute('data-place')).toBe(id);
      expect(await page.locator('.instrument').count()).toBe(id === 'lesson' ? 0 : 1);
      const size = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return [scrollWidth, scrollHeight];
      });
      expect(size).toEqual([width, height]);
      const link = (await page.getByRole('link', { name: 'lanewise' }).getAttribute('href')) ?? '';
      expect(link).not.toContain('embed=');
      expect(link).toContain('gain=3');
      await visit.click('button', 'Play');
      await poll(() => stepOf(visit)).toBeGreaterThan(0);
      expect(visit.errors).toEqual([]);
    },
  );

  test('what cannot be embedded is said', async () => {
    await start('#embed=nothing&net=mlp');
    await poll(() => textOf(visit, 'main')).toMatch(
      /embed: expected one of network, lesson, .*, got ‘nothing’/,
    );
  });

  test('the tag that embeds a panel is copied', async () => {
    await start('#net=mlp&hidden=20', { permissions: ['clipboard-read', 'clipboard-write'] });
    await visit.page.locator('#loss').hover();
    await visit.click('button', 'Embed: Loss');
    await poll(() => textOf(visit, '#loss .panel-tools')).toContain('Copied.');
    const tag = await visit.page.evaluate(() => navigator.clipboard.readText());
    expect(tag).toMatch(
      /^<iframe src="http[^"]*#embed=loss&amp;net=mlp[^"]*hidden=20[^"]*" title="lanewise: Loss"/,
    );
  });
});
