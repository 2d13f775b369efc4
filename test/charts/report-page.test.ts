import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderExperiments, renderReport } from '../../src/charts/index.js';
import { experiments } from './compared.js';
import { full, reseed, saturation } from './synthetic.js';

reseed();

// The report as a reader's browser lays it out.
let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.LANEWISE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
afterAll(() => browser?.close());

/** Each is made once, for all the windows. */
let lecture: string;
let compared: string;
beforeAll(() => {
  const data = full();
  if (data.initial !== undefined) data.initial.saturation = saturation(200, 32, 0.3, 17);
  lecture = renderReport(data);
  compared = renderExperiments(experiments());
});

async function visit(
  width: number,
  colorScheme: 'light' | 'dark',
  media: 'screen' | 'print' = 'screen',
  text = lecture,
) {
  const page = await browser.newPage({ viewport: { width, height: 740 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => complaints.push(request.url()));
  await page.emulateMedia({ media, colorScheme });
  await page.setContent(text);
  const seen = await page.evaluate(() => {
    const charts = [...document.querySelectorAll('svg')].filter(
      (svg) => svg.getBoundingClientRect().width > 0,
    );
    const scale = (svg: SVGSVGElement) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return {
      overflow: document.documentElement.scrollWidth - innerWidth,
      charts: charts.length,
      // Labels are 12 units high.
      smallestLabel: Math.min(...charts.map((svg) => 12 * scale(svg))),
      surface: getComputedStyle(document.body).backgroundColor,
      line: [...document.querySelectorAll('#loss-curve path')].map((path) => getComputedStyle(path).stroke),
    };
  });
  await page.close();
  return { ...seen, complaints };
}

test.each([
  [360, 'light', 'rgb(253, 253, 252)', 'rgb(31, 95, 168)'],
  [710, 'light', 'rgb(253, 253, 252)', 'rgb(31, 95, 168)'],
  [1280, 'dark', 'rgb(20, 24, 27)', 'rgb(127, 178, 234)'],
] as const)(
  'fits a window of %i pixels, %s, legibly and without complaint',
  async (width, scheme, surface, accent) => {
    const page = await visit(width, scheme);
    expect(page).toMatchObject({ complaints: [], surface, charts: 6 + 2 + 3 });
    expect(page.overflow).toBeLessThanOrEqual(0);
    expect(page.smallestLabel).toBeGreaterThan(10);
    expect(page.line).toContain(accent);
  },
);

test('is light on paper, whatever the screen', async () => {
  const page = await visit(680, 'dark', 'print');
  expect(page).toMatchObject({ surface: 'rgb(255, 255, 255)', charts: 6 + 2 + 3 });
  expect(page.smallestLabel).toBeGreaterThan(9);
});

test.each([
  [360, 'light', 'screen'],
  [1280, 'dark', 'screen'],
  [680, 'light', 'print'],
] as const)('the experiments fit %i pixels, %s, on %s', async (width, scheme, media) => {
  const page = await visit(width, scheme, media, compared);
  expect(page).toMatchObject({ complaints: [], charts: 2 * 4 });
  expect(page.overflow).toBeLessThanOrEqual(0);
  expect(page.smallestLabel).toBeGreaterThan(9);
});

test('on paper figures, tables and readings stay whole, and headings with what follows', async () => {
  for (const text of [lecture, compared]) {
    const page = await browser.newPage();
    await page.emulateMedia({ media: 'print' });
    await page.setContent(text);
    const breaks = await page.evaluate(() => {
      const style = (selector: string, property: 'breakInside' | 'breakAfter') =>
        [...document.querySelectorAll(selector)].map((element) => getComputedStyle(element)[property]);
      return {
        inside: [...new Set(style('figure, .table, .reading', 'breakInside'))],
        after: [...new Set(style('h2, h3, section > p:not(.reading)', 'breakAfter'))],
      };
    });
    expect(breaks).toEqual({ inside: ['avoid'], after: ['avoid'] });
    await page.close();
  }
});
