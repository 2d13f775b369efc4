// The lessons: by keyboard alone, by link, and what is left of them on the next visit.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Site, serveSite } from '../../../bench/page/site.mjs';
import { lessons } from '../../../src/page/lessons/all.js';
import type { Lesson } from '../../../src/page/lessons/lesson.js';
import { hashOf, poll, stepOf, text, textOf } from './actions.js';
import { barriers } from './axe.js';
import type { TestBrowser, Visit, VisitOptions } from './driver.js';

/** @param open a browser of somebody who prefers reduced motion: a lesson is played as fast as it goes then */
export function lessonTests(open: () => Promise<TestBrowser>): void {
  let browser: TestBrowser;
  let site: Site;
  let visit: Visit;
  beforeAll(async () => {
    [browser, site] = [await open(), await serveSite()];
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  afterEach(() => visit?.close());
  const start = async (hash = '', options: VisitOptions = {}) => {
    visit = await browser.visit(site.address + hash, options);
  };
  const count = (selector: string) =>
    visit.evaluate((selector) => document.querySelectorAll(selector).length, selector);
  /** Whether the first number of the picture can be seen; null where there is none. */
  const figureSeen = () =>
    visit.evaluate(
      () =>
        document.querySelector('.network-numbers b')?.checkVisibility({ visibilityProperty: true }) ?? null,
      undefined,
    );
  const choose = (choice: number) =>
    visit.evaluate(
      (choice) => document.querySelectorAll<HTMLElement>('.lesson input[type=radio]')[choice].click(),
      choice,
    );
  const play = (lesson: Lesson) => visit.click('button', `Play to step ${lesson.until.toLocaleString('en')}`);
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
    await visit.evaluate(() => document.querySelector<HTMLElement>('#why-not-zero a')?.click(), undefined);
    await poll(title).toBe('All parameters zero');
  });

  test('the first lesson, walked through by keyboard alone', async () => {
    await start();
    expect(await title()).toBe(first.title);
    // Nothing plays before there is a prediction.
    expect(await count('.lesson button.primary:disabled')).toBe(1);
    // Nor do the numbers of the picture give away what is asked.
    await poll(figureSeen).toBe(false);
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
    await poll(figureSeen).toBe(true);
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
      expect(await count('.lesson input[type=radio]')).toBe(choices.length);
      expect(await count('#lesson-seen')).toBe(0);
      for (const place of [look, ...changes.map((change) => change.look)])
        expect(await count(`[data-place="${place}"]`)).toBe(1);
    }
    expect(visit.errors).toEqual([]);
  });

  test('the moment that is spoken of is shown, and the words say which', async () => {
    const lesson = lessons.find(({ id }) => id === 'gradients') ?? first;
    await start(`#lesson=${lesson.id}`);
    await choose(2);
    await play(lesson);
    await poll(() => textOf(visit, '.lesson-look')).toMatch(/, after step 1\.$/);
    await poll(() => stepOf(visit)).toBe(1);
    expect(await textOf(visit, '.lesson .verdict')).toMatch(/^As you said\./);
  });

  test('place and prediction are there again after a reload, what was seen is not', async () => {
    await start(`#lesson=${second.id}`);
    await poll(title).toBe(second.title);
    await choose(2);
    await play(second);
    await poll(() => textOf(visit, '#lesson-seen')).toBe('What you saw');
    await visit.reopen(site.address);
    await poll(title).toBe(second.title);
    await poll(() => text(visit, 'state')).toBe('paused');
    expect(await chosen()).toBe(2);
    expect(await count('#lesson-seen')).toBe(0);
    expect(await count('.lesson-contents .done')).toBe(1);
  });

  test('the answer may be changed until it has played, and not after that', async () => {
    await start();
    for (const choice of [0, 2, 1]) {
      await choose(choice);
      await poll(chosen).toBe(choice);
    }
    await play(first);
    await poll(() => textOf(visit, '#lesson-seen')).toBe('What you saw');
    expect(await count('.lesson input[type=radio]:enabled')).toBe(0);
  });

  test('on a telephone the reader is not scrolled away from what is said, and comes back from where it is shown', async () => {
    await start('', { viewport: { width: 360, height: 740 } });
    await choose(2);
    await play(first);
    await poll(() => textOf(visit, '#lesson-seen')).toBe('What you saw');
    const inSight = (selector: string) =>
      visit.evaluate((selector) => {
        const { top, bottom } = document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        return top >= 0 && bottom > 0 && top < innerHeight;
      }, selector);
    await poll(() => inSight('#lesson-seen')).toBe(true);
    await visit.click('button', `Look at ${first.looked}.`);
    await poll(() => inSight(`[data-place="${first.look}"]`)).toBe(true);
    await visit.click('button', 'Back to the lesson');
    await poll(() => inSight('#lesson-seen')).toBe(true);
    expect(await count('.lesson-back')).toBe(0);
  });

  test('its panel has no barriers, asked, played or with another run beside it', async () => {
    await start();
    expect(await barriers(visit, '.column')).toEqual([]);
    await choose(0);
    await play(first);
    await poll(() => textOf(visit, '#lesson-seen')).toBe('What you saw');
    expect(await barriers(visit, '.column')).toEqual([]);
    await visit.click('button', first.changes[0].title);
    await poll(() => textOf(visit, '#lesson-seen')).toBe(first.changes[0].title);
    expect(await barriers(visit, '.column')).toEqual([]);
  });
}
