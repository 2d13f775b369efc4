// Text of files and addresses on the page: nothing of it is obeyed, or cannot be seen.
import { parseNames, Run } from 'lanewise/makemore';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Site, serveSite } from '../../../bench/page/site.mjs';
import { presets } from '../../../src/page/settings/fields.js';
import { signed } from '../../interchange/saved.js';
import { drop, follow, poll, problem, runTo, stepOf, text, textOf } from './actions.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';

/** Clears the screen, turns the text round, breaks the line, and is not seen. */
const NASTY = 'a\u001b[2J\u009b1m\u202eb\u2028c\nforged\u200b\u{e0061}';
const SHOWN = 'a\\u{1b}[2J\\u{9b}1m\\u{202e}b\\u{2028}c\\u{a}forged\\u{200b}\\u{e0061}';
/** Names may hold formats, but no control characters. */
const names = [
  'em\u202ema',
  'a\u2066va',
  'mi\u200ba',
  'z\u00adoe',
  'a\u2028nn',
  'b\u{e0061}ob',
  'a b',
  '\u200dal',
].join('\n');

let browser: Chromium;
let site: Site;
let visit: ChromiumVisit;
beforeAll(async () => {
  site = await serveSite();
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});
beforeEach(async () => {
  visit = await browser.visit(`${site.address}#net=mlp&init=original&batch=4`);
  await visit.page.evaluate(() => {
    const { fillText, strokeText } = CanvasRenderingContext2D.prototype;
    const drawn: string[] = [];
    window.drawn = drawn;
    Object.assign(CanvasRenderingContext2D.prototype, {
      fillText(this: CanvasRenderingContext2D, ...given: Parameters<typeof fillText>) {
        drawn.push(given[0]);
        fillText.apply(this, given);
      },
      strokeText(this: CanvasRenderingContext2D, ...given: Parameters<typeof strokeText>) {
        drawn.push(given[0]);
        strokeText.apply(this, given);
      },
    });
  });
});
afterEach(() => visit?.close());

declare global {
  interface Window {
    /** Texts that were written on canvases. */
    drawn?: string[];
  }
}

/** All texts of the page and all values of attributes, those of closed parts too, and what stands on its canvases. */
const written = (): Promise<string[]> =>
  visit.page.evaluate(() => {
    const found = [document.title, ...(window.drawn ?? [])];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Element) found.push(...Array.from(node.attributes, ({ value }) => value));
      // The page's own lines, around its root.
      else if (node.nodeValue?.trim() !== '') found.push(node.nodeValue ?? '');
    }
    return found;
  });

/** What on the page would be obeyed, or not be seen. */
const hidden = async (): Promise<string[]> =>
  (await written()).filter((each) => /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(each));

const openAll = () =>
  visit.page.evaluate(() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
  });

test('of a list of names and of its file', async () => {
  await drop(visit, `${NASTY}.txt`, names);
  await poll(() => text(visit, 'names')).toBe(`${SHOWN}.txt, 8 names`);
  await runTo(visit, 1);
  await visit.page.locator('#saturation .dead button').first().click();
  await visit.page.locator('.unit .measured').waitFor();
  await openAll();
  await visit.click('button', 'Draw more');
  await poll(() => textOf(visit, '#samples')).toContain('Drawn with seed 1');
  expect(await textOf(visit, '#samples')).toMatch(/\\u\{/);
  expect(await textOf(visit, '.unit .incoming')).toMatch(/\\u\{/);
  expect(await textOf(visit, '.command code')).toContain(`$'a\\U0000001B[2J`);
  expect(await hidden()).toEqual([]);
  // Of two runs each is called by its list too.
  await visit.fill('Learning rate', '0.05');
  await poll(() => stepOf(visit)).toBe(0);
  await visit.click('button', 'Compare run 2 with the one that is shown');
  await poll(() => textOf(visit, '#findings')).toContain(SHOWN);
  await runTo(visit, 2);
  await poll(() => visit.page.evaluate(() => window.drawn?.length)).toBeGreaterThan(0);
  expect(await hidden()).toEqual([]);
  expect(visit.errors).toEqual([]);
  // What a reload has lost is called by it, too.
  await visit.page.evaluate(() => sessionStorage.removeItem('lanewise: the lists of this tab'));
  await visit.page.reload();
  await poll(() => textOf(visit, '.lost')).toContain(`on ${SHOWN}.txt, and the list`);
  expect(await hidden()).toEqual([]);
});

test('of a checkpoint and of its file', async () => {
  const list = parseNames(new TextEncoder().encode(names), `${NASTY}.txt`);
  const run = await Run.prepare(list, { ...presets.mlp, hidden: 8, embedding: 2, steps: 20 });
  await run.train({ until: 2 });
  const saved = run.save();
  run.dispose();
  await drop(visit, `${NASTY}.safetensors`, [...saved]);
  await poll(() => textOf(visit, '.awaited')).toContain(`${SHOWN}.txt, 8 names`);
  expect(await hidden()).toEqual([]);
  await drop(visit, 'again.txt', names);
  await poll(() => stepOf(visit)).toBe(2);
  expect(await hidden()).toEqual([]);
  // Wrong in each of its parts, though the checksum holds.
  const wrong: [string, Uint8Array][] = [
    ['bytes', saved.subarray(0, 200)],
    ['settings', signed(saved, ({ metadata }) => (metadata.settings = NASTY))],
    ['vocabulary', signed(saved, ({ metadata }) => (metadata.vocabulary = JSON.stringify(['.', NASTY])))],
    [
      'tensors',
      signed(saved, ({ header }) => (header[NASTY] = { ...Object.values(header)[0], shape: [-1] })),
    ],
    ['key', signed(saved, ({ metadata }) => (metadata.lanewise = NASTY))],
  ];
  for (const [part, bytes] of wrong) {
    await drop(visit, `${part} ${NASTY}.safetensors`, [...bytes]);
    await poll(() => problem(visit)).toMatch(new RegExp(`^${part} a\\\\u\\{1b\\}`));
    expect(await hidden()).toEqual([]);
  }
});

test('of files that are refused', async () => {
  const refused: [string, string | number[]][] = [
    [`page ${NASTY}.safetensors`, '<!doctype html>\n'],
    [`binary ${NASTY}`, [0, 255, 254]],
    [`control ${NASTY}`, 'emma\nol\u0085ivia\n'],
    [`one ${NASTY}`, 'em\u202ema\n'],
  ];
  for (const [name, content] of refused) {
    await drop(visit, name, content);
    await poll(() => problem(visit)).toContain(`${name.split(' ')[0]} ${SHOWN}`);
    expect(await hidden()).toEqual([]);
  }
});

test('of a link', async () => {
  const told = encodeURIComponent(NASTY);
  await follow(visit, `#net=mlp&hidden=20&${told}=1&lr=${told}&names=${told}&backend=${told}`);
  await poll(() => problem(visit)).toContain(`‘${SHOWN}’; Learning rate: expected a number`);
  expect(await hidden()).toEqual([]);
  await visit.fill('Batch size', 'm\u202eany');
  await poll(() => textOf(visit, '#set-batch-error')).toContain('‘m\\u{202e}any’');
  await visit.fill('Step to run to', '7');
  expect(await hidden()).toEqual([]);
});
