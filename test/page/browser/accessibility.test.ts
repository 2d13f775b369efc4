import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Site, serveSite } from '../../../bench/page/site.mjs';
import { lossDrawn, poll, runTo, textOf } from './actions.js';
import { barriers } from './axe.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';
import { unfold } from './driver.js';
import { cellThat } from './part-3.js';

let browser: Chromium;
let site: Site;
beforeAll(async () => {
  site = await serveSite();
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** Opens all that can be opened, and what comes to light with it, until every question has its answer. */
async function openAll({ page }: ChromiumVisit): Promise<void> {
  const unopened = () =>
    page.evaluate(() => {
      const closed = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
      for (const each of closed) each.open = true;
      const folded = [...document.querySelectorAll<HTMLElement>('.fold[aria-expanded=false]')];
      for (const each of folded) each.click();
      const questions = [...document.querySelectorAll('details.question')];
      const waiting = [
        ...closed.map((each) => each.querySelector('summary') ?? each),
        ...folded,
        // Beside its summary.
        ...questions.filter(({ childElementCount }) => childElementCount < 2),
        // What a worker answers.
        ...questions.filter(({ textContent }) => textContent.includes('Reading…')),
      ];
      return waiting.map(({ textContent }) => textContent);
    });
  await poll(unopened).toEqual([]);
}

/** How far the page can be scrolled sideways, and the widest elements where it can. */
const sideways = ({ page }: ChromiumVisit): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.body.querySelectorAll('*')]
      .filter(
        (each) => each.getBoundingClientRect().right > clientWidth + 0.5 && each.closest('.scroll') === null,
      )
      .map(({ tagName, className }) => `${scrollWidth} > ${clientWidth}: ${tagName} ${className}`);
  });

test.each([1280, 360])('the page at %i px has no barriers, light or dark', async (width) => {
  const viewport = { width, height: width > 500 ? 800 : 740 };
  const visit = await browser.visit(`${site.address}#net=deep&batch-norm=no&gain=3`, { viewport });
  expect(await barriers(visit)).toEqual([]);
  expect(await sideways(visit)).toEqual([]);
  await runTo(visit, 20);
  await lossDrawn(visit);
  await poll(() => textOf(visit, '#findings li')).not.toBe('');
  expect(await sideways(visit)).toEqual([]);
  // All that was there before is in it.
  await openAll(visit);
  expect(await sideways(visit)).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await visit.page.emulateMedia({ colorScheme });
    expect(await barriers(visit)).toEqual([]);
  }
  await visit.close();
});

test('two runs and the panel of a unit have no barriers either', async () => {
  const viewport = { width: 360, height: 740 };
  const visit = await browser.visit(`${site.address}#net=mlp&init=original&batch=8|net=mlp&init=kaiming`, {
    viewport,
  });
  await runTo(visit, 1);
  await visit.page.locator('#saturation .dead button').first().click();
  await visit.page.locator('.unit .measured').waitFor();
  expect(await barriers(visit)).toEqual([]);
  expect(await sideways(visit)).toEqual([]);
  await visit.close();
});

test.each([1280, 360])('the notebook at %i px has no barriers, light or dark', async (width) => {
  const viewport = { width, height: width > 500 ? 800 : 740 };
  const visit = await browser.visit(`${site.address}notebook.html`, { viewport });
  const { page } = visit;
  expect(await barriers(visit)).toEqual([]);
  expect(await sideways(visit)).toEqual([]);
  // What is compared, a table, a chart, an exercise, an error.
  const saturated = cellThat('// Where it is saturated');
  const [count, check] = [cellThat('// How many numbers it learns'), cellThat('// Check of exercise 1')];
  for (const id of [count, check, saturated])
    await page.getByRole('button', { name: `Run cell ${id}`, exact: true }).click();
  await page.locator(`#cell-${saturated} canvas`).first().waitFor();
  await page.getByRole('button', { name: 'Show a hint' }).click();
  await page.locator(`#cell-${saturated}`).focus();
  await page.keyboard.press('b');
  await page.locator('.cm-content').waitFor();
  await page.keyboard.type('nothing.such');
  await page.keyboard.press('Control+Enter');
  await page.locator('.fault').waitFor();
  await page.keyboard.type(';\nnew Linear(1, 2, { ga');
  await page.locator('.cm-tooltip-autocomplete').waitFor();
  expect(await sideways(visit)).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(visit)).toEqual([]);
  }
  await visit.close();
});

declare global {
  interface Window {
    /** Controls that had the focus. */
    focused: Set<Element>;
  }
}

/** Instruments whose code is loaded when they come near the window, and words that they have then. */
const late = [
  ['#weights', 'singular values'],
  ['#embeddings', 'Two vowels'],
  ['#batchnorm', 'As drawn'],
];

test.each([
  ['a lesson', '', late],
  ['free play', '#net=deep', late],
  ['the benchmark', '#view=benchmark', [['#benchmark', 'Measure this browser']]],
  ['the notebook', 'notebook.html', []],
])('every control of %s can be reached by the tab key, and shows it', async (_, hash, parts) => {
  const visit = await browser.visit(`${site.address}${hash}`);
  const { page } = visit;
  // Some parts are loaded when they come near the window, with controls of their own: all are there before the first key.
  await page.evaluate(unfold);
  for (const [part, itsText] of parts)
    await poll(async () => {
      await page.evaluate((part) => document.querySelector(part)?.scrollIntoView({ block: 'end' }), part);
      return textOf(visit, part);
    }).toContain(itsText);
  await page.evaluate(() => {
    window.focused = new Set();
  });
  for (let last = false; !last; ) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      // Round once, whether the browser's own controls lie between or not.
      if (element === null || element === document.body || window.focused.has(element)) return null;
      window.focused.add(element);
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        name: element.outerHTML.slice(0, 90),
        outlined: outlineStyle !== 'none' && outlineWidth !== '0px',
      };
    });
    if (focus !== null) expect(focus).toMatchObject({ outlined: true });
    last = focus === null;
  }
  const [reached, unreached] = await page.evaluate(() => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>('button, input, select, summary, a[href]'),
    ].filter(
      (each) =>
        each.tabIndex >= 0 &&
        // Of a group of radio buttons the chosen one is reached; the arrow keys go on from there.
        !each.matches('input[type=radio]:not(:checked)') &&
        !each.matches(':disabled') &&
        each.checkVisibility({ visibilityProperty: true }),
    );
    const lost = controls.filter((each) => !window.focused.has(each));
    return [controls.length - lost.length, lost.map((each) => each.outerHTML.slice(0, 90))] as const;
  });
  expect(unreached).toEqual([]);
  expect(reached).toBeGreaterThan(0);
  await visit.close();
});

test('who wants less motion has none', async () => {
  const visit = await browser.visit(site.address, { reducedMotion: 'reduce' });
  await runTo(visit, 20);
  await openAll(visit);
  const moving = await visit.page.evaluate(() => ({
    animations: document.getAnimations().length,
    smooth: getComputedStyle(document.documentElement).scrollBehavior,
    transitions: [...document.querySelectorAll('*')]
      .filter((each) => {
        const { transitionDuration, animationName } = getComputedStyle(each);
        return !/^(0s(, )?)+$/.test(transitionDuration) || animationName !== 'none';
      })
      .map((each) => each.outerHTML.slice(0, 90)),
  }));
  expect(moving).toEqual({ animations: 0, smooth: 'auto', transitions: [] });
  await visit.close();
});
