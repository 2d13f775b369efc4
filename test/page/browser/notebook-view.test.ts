// What a reader does with the notebook, by pointer and by keys, and what is seen of it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Site, serveSite } from '../../../bench/page/site.mjs';
import { poll } from './actions.js';
import { type Chromium, type ChromiumVisit, openChromium } from './chromium.js';
import { cellThat } from './part-3.js';

const cells = {
  layers: cellThat('// Its layers, and parameters'),
  count: cellThat('// How many numbers it learns'),
  vectors: cellThat('// The characters'),
  exercise: cellThat('// Exercise 1'),
  check: cellThat('// Check of exercise 1'),
  text: cellThat('A network computes with numbers'),
  saturated: cellThat('// Where it is saturated'),
  slider: cellThat('// From −30 to 30'),
};

describe('the notebook as its reader sees it', () => {
  let browser: Chromium;
  let site: Site;
  let visit: ChromiumVisit;
  beforeAll(async () => {
    [browser, site] = [await openChromium(), await serveSite()];
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  afterEach(() => visit?.close());

  const open = async (hash = '', options = {}) => {
    visit = await browser.visit(`${site.address}notebook.html${hash}`, options);
    return visit.page;
  };
  const cell = (id: number) => visit.page.locator(`#cell-${id}`);
  const textOf = async (id: number): Promise<string> => (await cell(id).textContent()) ?? '';
  const run = (id: number) => visit.page.getByRole('button', { name: `Run cell ${id}`, exact: true }).click();
  const editor = () => visit.page.locator('.cm-content');
  /** Number of the cell that has the focus, itself or by what is in it. */
  const focused = () =>
    visit.page.evaluate(() => document.activeElement?.closest('.cell')?.id.replace('cell-', '') ?? '');
  const ids = () =>
    visit.page.evaluate(() =>
      Array.from(document.querySelectorAll('.cell'), ({ id }) => Number(id.slice(5))),
    );
  /** Puts the cursor behind a text of a cell's source. */
  const editBehind = async (id: number, before: string) => {
    await cell(id).scrollIntoViewIfNeeded();
    const place = await visit.page.evaluate(
      ({ id, before }) => {
        const code = document.querySelector(`#cell-${id} pre.source code`) as HTMLElement;
        const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        let left = (code.textContent ?? '').indexOf(before) + before.length;
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const { length } = node.textContent ?? '';
          if (left <= length) {
            const range = document.createRange();
            range.setStart(node, Math.max(0, left - 1));
            range.setEnd(node, left);
            const { right, top, height } = range.getBoundingClientRect();
            return { x: right, y: top + height / 2 };
          }
          left -= length;
        }
        throw new Error(`expected ${before} in cell ${id}, found none`);
      },
      { id, before },
    );
    await visit.page.mouse.click(place.x, place.y);
    await editor().waitFor();
  };

  test('the eye meets the first sentence of the lecture, and one button that stands out', async () => {
    const page = await open();
    const seen = await page.evaluate(() => {
      const inWindow = (each: Element) => {
        const { top, bottom, height } = each.getBoundingClientRect();
        return height > 0 && top >= 0 && bottom <= innerHeight;
      };
      return {
        heading: document.querySelector('h1')?.textContent,
        sentence: [...document.querySelectorAll('.prose p')].filter(inWindow)[0]?.textContent,
        buttons: Array.from(document.querySelectorAll('button.primary'), ({ textContent }) => textContent),
      };
    });
    expect(seen.heading).toMatch(/^makemore, part 3/);
    expect(seen.sentence).toMatch(/^A small network learns/);
    expect(seen.buttons).toEqual(['Run all']);
    expect(visit.errors).toEqual([]);
  });

  test('a width is changed, and what depends on it runs anew; a broken line is said, gone to, and mended', async () => {
    const page = await open();
    await run(cells.count);
    await poll(() => cell(cells.count).locator('.agrees').count()).toBe(1);
    await editBehind(cells.layers, 'const nHidden = 200');
    for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace');
    await page.keyboard.type('100');
    await poll(() => textOf(cells.layers)).toContain('changed · not run since');
    await poll(() => textOf(cells.count)).toContain(`older than cell ${cells.layers}`);
    await page.keyboard.press('Control+Enter');
    await poll(() => textOf(cells.count)).toContain('6197');
    // Of another width nothing is recorded.
    expect(await cell(cells.count).locator('.agrees').count()).toBe(0);
    await page.keyboard.type(' +* 1');
    await page.keyboard.press('Control+Enter');
    await poll(() => textOf(cells.layers)).toMatch(/Line 3: SyntaxError: /);
    await poll(() => textOf(cells.count)).toMatch(
      /'nHidden' is not defined, or in cell \d+, which cannot be read/,
    );
    await page.keyboard.press('Escape');
    await poll(() => editor().count()).toBe(0);
    expect(await focused()).toBe(String(cells.layers));
    await cell(cells.layers).getByRole('button', { name: 'Line 3' }).click();
    await editor().waitFor();
    await page.keyboard.press('End');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
    expect(await editor().textContent()).toContain('const nHidden = 100 +* 1;');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    for (let i = 0; i < 5; i++) await page.keyboard.press('Backspace');
    await page.keyboard.press('Control+Enter');
    await poll(() => textOf(cells.count)).toContain('6197');
    expect(await cell(cells.layers).locator('.fault').count()).toBe(0);
    await page.getByRole('button', { name: `Reset cell ${cells.layers}`, exact: true }).click();
    await run(cells.layers);
    await poll(() => cell(cells.count).locator('.agrees').count()).toBe(1);
    expect(visit.errors).toEqual([]);
  });

  test('a new cell plots the gradient of C', async () => {
    const page = await open();
    await cell(cells.vectors).scrollIntoViewIfNeeded();
    await cell(cells.vectors).hover();
    await page.getByRole('button', { name: `Add code below cell ${cells.vectors}`, exact: true }).click();
    await editor().waitFor();
    const id = Number(await focused());
    const all = await ids();
    expect(all.indexOf(id)).toBe(all.indexOf(cells.vectors) + 1);
    await page.keyboard.type("display(histogram(trained.C.weight.grad, { quantity: 'gradient of C' ");
    await page.keyboard.press('Control+Enter');
    await poll(() => cell(id).locator('canvas').count()).toBe(1);
    expect(await cell(id).getByRole('img').first().getAttribute('aria-label')).toBe(
      'histogram of 270 values',
    );
    // The editor closes brackets, and does not double them.
    expect(await editor().textContent()).toBe(
      "display(histogram(trained.C.weight.grad, { quantity: 'gradient of C' }))",
    );
    expect(visit.errors).toEqual([]);
  });

  test('keys alone go, add, write, run, move, delete, undo, and leave the editor', async () => {
    const page = await open();
    const before = await ids();
    while ((await focused()) === '') await page.keyboard.press('Tab');
    expect(await focused()).toBe('1');
    await page.keyboard.press('ArrowDown');
    await poll(focused).toBe('2');
    await page.keyboard.press('b');
    await editor().waitFor();
    const id = Math.max(...before) + 1;
    await poll(focused).toBe(String(id));
    await page.keyboard.type('6 * 7');
    await page.keyboard.press('Shift+Enter');
    await poll(() => textOf(id)).toMatch(/42/);
    await poll(focused).toBe('3');
    await page.keyboard.press('ArrowUp');
    await poll(focused).toBe(String(id));
    await page.keyboard.press('Alt+ArrowUp');
    await poll(async () => (await ids()).indexOf(id)).toBe(1);
    await poll(focused).toBe(String(id));
    // Esc leaves the editor; then Tab goes on to what can be done with the cell.
    await page.keyboard.press('Enter');
    await editor().waitFor();
    expect(await editor().getAttribute('aria-label')).toMatch(/Esc leaves the editor, then Tab goes on/);
    await page.keyboard.press('Escape');
    await poll(() => editor().count()).toBe(0);
    await page.keyboard.press('Tab');
    await poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      `Run cell ${id}`,
    );
    await page.keyboard.press('Shift+Tab');
    // One D does nothing by itself.
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    await poll(ids).toEqual(before);
    await poll(focused).toBe('2');
    await page.keyboard.press('z');
    await poll(async () => (await ids()).indexOf(id)).toBe(1);
    await page.keyboard.press('Shift+Z');
    await poll(ids).toEqual(before);
    expect(visit.errors).toEqual([]);
  });

  test('a text is edited where it stands, and brings no markup of its own', async () => {
    const page = await open();
    await cell(cells.text).locator('p').first().dblclick();
    await editor().waitFor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('## New *words*\n\n<b id="raw">raw</b> [x](javascript:alert(1))\n\n');
    await page.keyboard.press('Shift+Enter');
    await poll(() => cell(cells.text).locator('h2').textContent()).toBe('New words');
    expect(await page.locator('#raw').count()).toBe(0);
    expect(await textOf(cells.text)).toContain('<b id="raw">');
    expect(await cell(cells.text).locator('a').getAttribute('href')).toBe(null);
    await poll(() => page.locator('.notebook-contents').textContent()).toContain('New words');
    expect(visit.errors).toEqual([]);
  });

  test('the editor offers members, options and imports, and says what a name is', async () => {
    const page = await open();
    await cell(cells.count).focus();
    await page.keyboard.press('b');
    await editor().waitFor();
    const offered = () => page.locator('.cm-completionLabel').allTextContents();
    await page.keyboard.type('first.W1.wei');
    await poll(offered).toEqual(['weight']);
    await page.locator('.cm-completionLabel').click();
    await poll(() => editor().textContent()).toBe('first.W1.weight');
    await page.keyboard.type(';\nnew Linear(1, 2, { ga');
    await poll(offered).toContain('gain');
    await page.keyboard.press('Escape');
    await page.keyboard.type('in: 1 });\nLayerNor');
    await page.locator('.cm-completionLabel').getByText('LayerNorm', { exact: true }).click();
    await poll(() => editor().textContent()).toContain("import { LayerNorm } from 'lanewise';");
    await editor().getByText('Linear', { exact: true }).hover();
    await poll(() => page.locator('.cm-tooltip-hover').textContent()).toMatch(
      /new Linear\(inFeatures: number, outFeatures: number.*y = x W \+ b.*lanewise/s,
    );
    expect(visit.errors).toEqual([]);
  });

  test('an exercise says what differs, gives its hints one by one, and is solved', async () => {
    const page = await open();
    await run(cells.check);
    await poll(() => textOf(cells.check)).toMatch(/Not yet:.*expected a first loss of 3\.296.*got/s);
    const hints = () => cell(cells.check).locator('.check li').count();
    expect(await hints()).toBe(0);
    await cell(cells.check).getByRole('button', { name: 'Show a hint' }).click();
    await poll(hints).toBe(1);
    await cell(cells.check).getByRole('button', { name: 'Show another hint (2 left)' }).click();
    await poll(hints).toBe(2);
    await editBehind(cells.exercise, 'const w2Factor = 1');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('0.01');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('0');
    await page.keyboard.press('Control+Enter');
    await poll(() => textOf(cells.check)).toMatch(/✓ Solved:/);
    expect(visit.errors).toEqual([]);
  });

  test('a slider is moved, and what depends on it follows', async () => {
    const page = await open();
    const id = cells.slider;
    await run(id);
    const slider = cell(id).getByRole('slider');
    await slider.waitFor();
    const firstValue = () => cell(id).locator('table.values td').first().textContent();
    await poll(firstValue).toBe('0');
    await slider.focus();
    await page.keyboard.press('End');
    await poll(firstValue).toBe('30');
    // It is the same slider, under the reader's hand.
    expect(await slider.evaluate((each) => each === document.activeElement)).toBe(true);
    expect(visit.errors).toEqual([]);
  });

  test('a link leads to its cell', async () => {
    const page = await open(`#cell=${cells.saturated}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await poll(() => cell(cells.saturated).evaluate((each) => each.getBoundingClientRect().top)).toBeLessThan(
      300,
    );
    await cell(cells.saturated).hover();
    await page.getByRole('button', { name: `Copy the link to cell ${cells.saturated}`, exact: true }).click();
    await poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${site.address}notebook.html#cell=${cells.saturated}`,
    );
  });
});
