// The lessons: by keyboard alone, by link, and what is left of them on the next visit.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveSite } from '../../../bench/page/site.mjs';
import { lessons } from '../../../src/page/lessons/all.js';
import { hashOf, poll, stepOf, text, textOf } from './actions.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';

describe('the lessons', () => {
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
  // A run is played as fast as it goes then.
  const start = async (hash = '', options = {}) => {
    visit = await browser.visit(site.address + hash, { reducedMotion: 'reduce', ...options });
    return visit;
  };
  const title = () => textOf(visit, '#lesson-title');
  const chosen = () =>
    visit.evaluate(
      () =>
        Array.from(document.querySelectorAll<HTMLInputElement>('.lesson input[type=radio]')).findIndex(
          ({ checked }) => checked,
        ),
      undefined,
    );
  const focused = () =>
    visit.evaluate(
      () => document.activeElement?.id || document.activeElement?.getAttribute('name') || '',
      undefined,
    );
  /** By the tabulator alone, as often as it takes. */
  const tabTo = async (name: string) => {
    while ((await focused()) !== name) await visit.press('Tab');
  };
  const marked = () =>
    visit.evaluate(() => document.querySelector('[data-pointed-out]')?.id ?? '', undefined);
  const [first, second] = lessons;

  test('a question at an instrument that a lesson answers leads to that lesson', async () => {
    await start('#view=free');
    const links = () =>
      visit.evaluate(() => {
        for (const each of document.querySelectorAll<HTMLElement>('.fold[aria-expanded=false]')) each.click();
        for (const each of document.querySelectorAll('details')) each.open = true;
        const found = document.querySelectorAll('.question a[href^="#lesson="]');
        return Array.from(found, (each) => each.getAttribute('href'));
      }, undefined);
    await poll(async () => (await links()).length).toBe(6);
    expect(lessons.map(({ id }) => `#lesson=${id}`)).toEqual(expect.arrayContaining(await links()));
    await visit.page.locator('#why-not-zero a').click();
    await poll(title).toBe('All parameters zero');
  });

  test('the first lesson, walked through by keyboard alone', async () => {
    await start();
    expect(await title()).toBe(first.title);
    // Nothing plays before there is a prediction.
    expect(await visit.page.locator('.lesson button.primary').isDisabled()).toBe(true);
    // Nor do the numbers of the picture give away what is asked.
    const figures = visit.page.locator('.network-numbers b');
    await poll(() => figures.count()).toBeGreaterThan(0);
    expect(await figures.first().isVisible()).toBe(false);
    await tabTo('prediction');
    await visit.press('ArrowDown');
    await visit.press('ArrowDown');
    expect(await chosen()).toBeGreaterThan(0);
    await visit.press('1');
    expect(await chosen()).toBe(0);
    expect(await stepOf(visit)).toBe(0);
    await visit.press('Enter');
    await poll(focused).toBe('lesson-seen');
    expect(await stepOf(visit)).toBe(first.until);
    await poll(() => figures.first().isVisible()).toBe(true);
    expect(await textOf(visit, '.lesson [role=status]')).toContain('The first loss is 25.96');
    expect(await textOf(visit, '.lesson .verdict')).toMatch(/^Not quite\./);
    expect(await marked()).toBe(first.look);
    // Arrows go on and back, and make no step.
    await visit.press('ArrowRight');
    await poll(title).toBe(second.title);
    await poll(() => stepOf(visit)).toBe(0);
    await poll(() => hashOf(visit)).toBe(`#lesson=${second.id}`);
    expect(await marked()).toBe('');
    await poll(focused).toBe('lesson-title');
    await visit.press('ArrowLeft');
    await poll(title).toBe(first.title);
    await poll(() => stepOf(visit)).toBe(first.until);
    expect(await chosen()).toBe(0);
    // Then something changed: the second run beside the first.
    while (
      !(await visit.evaluate(() => document.activeElement?.textContent, undefined))?.includes(
        first.changes[0].title,
      )
    )
      await visit.press('Tab');
    await visit.press('Enter');
    await poll(() => textOf(visit, '#lesson-seen')).toBe(first.changes[0].title);
    expect(await textOf(visit, '.lesson [role=status]')).toContain('the loss with 3.30');
    expect(visit.errors).toEqual([]);
  });

  test('the link of each lesson opens it, ready to be played, and what it leads to is on the page', async () => {
    await start();
    for (const { id, title: name, choices, changes, look } of lessons) {
      await visit.evaluate((hash) => {
        location.hash = hash;
      }, `#lesson=${id}`);
      await poll(title).toBe(name);
      await poll(() => text(visit, 'state')).toBe('paused');
      await poll(() => stepOf(visit)).toBe(0);
      await poll(() => hashOf(visit)).toBe(`#lesson=${id}`);
      expect(await visit.page.locator('.lesson input[type=radio]').count()).toBe(choices.length);
      expect(await visit.page.locator('#lesson-seen').count()).toBe(0);
      for (const place of [look, ...changes.map((change) => change.look)])
        expect(await visit.page.locator(`[data-place="${place}"]`).count()).toBe(1);
    }
    expect(visit.errors).toEqual([]);
  });

  test('the moment that is spoken of is shown, and the words say which', async () => {
    const lesson = lessons.find(({ id }) => id === 'gradients') ?? first;
    await start(`#lesson=${lesson.id}`);
    await visit.page.locator('.lesson input[type=radio]').nth(2).check();
    await visit.page.locator('.lesson button.primary').click();
    await poll(() => textOf(visit, '.lesson-look')).toMatch(/, after step 1\.$/);
    await poll(() => stepOf(visit)).toBe(1);
    expect(await textOf(visit, '.lesson .verdict')).toMatch(/^As you said\./);
  });

  test('place and prediction are there again after a reload, what was seen is not', async () => {
    await start(`#lesson=${second.id}`);
    await poll(title).toBe(second.title);
    await visit.page.locator('.lesson input[type=radio]').nth(2).check();
    await visit.page.locator('.lesson button.primary').click();
    await poll(() => textOf(visit, '#lesson-seen')).toBe('What you saw');
    await visit.page.goto('about:blank');
    await visit.page.goto(site.address);
    await poll(title).toBe(second.title);
    await poll(() => text(visit, 'state')).toBe('paused');
    expect(await chosen()).toBe(2);
    expect(await visit.page.locator('#lesson-seen').count()).toBe(0);
    expect(await visit.page.locator('.lesson-contents .done').count()).toBe(1);
  });

  test('the answer may be changed until it has played, and not after that', async () => {
    await start();
    for (const choice of [0, 2, 1]) {
      await visit.page.locator('.lesson input[type=radio]').nth(choice).check();
      expect(await chosen()).toBe(choice);
    }
    await visit.page.locator('.lesson button.primary').click();
    await poll(() => textOf(visit, '#lesson-seen')).toBe('What you saw');
    expect(await visit.page.locator('.lesson input[type=radio]:enabled').count()).toBe(0);
  });

  test('on a telephone the reader is not scrolled away from what is said, and comes back from where it is shown', async () => {
    await start('', { viewport: { width: 360, height: 740 } });
    await visit.page.locator('.lesson input[type=radio]').nth(2).check();
    await visit.page.locator('.lesson button.primary').click();
    await poll(() => textOf(visit, '#lesson-seen')).toBe('What you saw');
    const inSight = (selector: string) =>
      visit.evaluate((selector) => {
        const { top, bottom } = document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        return top >= 0 && bottom > 0 && top < innerHeight;
      }, selector);
    await poll(() => inSight('#lesson-seen')).toBe(true);
    await visit.page.locator('.lesson-look button').click();
    await poll(() => inSight(`[data-place="${first.look}"]`)).toBe(true);
    await visit.click('button', 'Back to the lesson');
    await poll(() => inSight('#lesson-seen')).toBe(true);
    expect(await visit.page.locator('.lesson-back').count()).toBe(0);
  });
});
