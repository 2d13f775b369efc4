// npm run page:pictures [-- name …]
// The README's pictures of the page: the first sight of it, light and dark, and on a narrow screen; the six-layer network after
// 1,000 steps, and with a gain of 3 and no batch norm; a lesson that has been played; the projector; the notebook.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, launchOptions } from './chromium.mjs';
import { reduced } from './palette.mjs';
import { serveSite } from './site.mjs';

const folder = fileURLToPath(new URL('../../src/page/pictures/', import.meta.url));
const screens = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  narrow: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
};
const six = '#net=deep&steps=1000000000';
const pictures = [
  { name: 'first', screens: ['light', 'dark', 'narrow'], prepare: () => {} },
  { name: 'six', hash: six, screens: ['light', 'dark'], prepare: (page) => runTo(page, 1000) },
  {
    name: 'saturated',
    hash: `${six}&batch-norm=no&gain=3`,
    screens: ['light'],
    prepare: (page) => runTo(page, 1000),
  },
  { name: 'lesson', hash: '#lesson=saturated-tanh', screens: ['light'], prepare: playLesson },
  {
    name: 'projector',
    hash: six,
    screens: ['dark'],
    async prepare(page) {
      await runTo(page, 1000);
      await page.keyboard.press('f');
    },
  },
  { name: 'notebook', file: 'notebook.html', screens: ['light', 'dark'], prepare: runCells },
];
const asked = process.argv.slice(2);

build(true);
mkdirSync(folder, { recursive: true });
const site = await serveSite();
const browser = await chromium.launch(launchOptions());
try {
  for (const { name, file = '', hash = '', screens: wanted, prepare } of pictures.filter(
    ({ name }) => asked.length === 0 || asked.includes(name),
  ))
    for (const screen of wanted) {
      const context = await browser.newContext({ ...screens[screen], reducedMotion: 'reduce' });
      const page = await context.newPage();
      page.setDefaultTimeout(600_000);
      await page.goto(`${site.address}${file}${hash}`);
      await page.waitForFunction(() => document.querySelector('[data-testid=step]')?.textContent !== '–');
      const place = await prepare(page);
      // What is drawn is drawn when the painter has time; a mouse elsewhere would show a tip.
      await page.evaluate((place) => {
        document.activeElement?.blur();
        scrollTo(0, 0);
        if (place !== undefined) document.getElementById(place).scrollIntoView({ block: 'end' });
      }, place);
      await page.mouse.move(0, 0);
      await page.waitForTimeout(2000);
      const path = `${folder}${name}-${screen}.png`;
      const picture = reduced(await page.screenshot());
      writeFileSync(path, picture);
      console.log(`${path}  ${Math.round(picture.length / 1000)} KB`);
      await context.close();
    }
} finally {
  await browser.close();
  site.close();
}

async function runTo(page, steps) {
  await page.getByRole('textbox', { name: 'Step to run to' }).fill(String(steps));
  await page.getByRole('button', { name: 'Run to' }).click();
  await page.waitForFunction(
    (steps) =>
      document.querySelector('[data-testid=step]')?.textContent === steps &&
      document.querySelector('[data-testid=state]')?.textContent === 'paused',
    steps.toLocaleString('en'),
  );
  await page.evaluate(() => document.activeElement?.blur());
}

async function playLesson(page) {
  await page.locator('.lesson input[type=radio]').first().check();
  await page.locator('.lesson button.primary').click();
  await page.locator('#lesson-seen').waitFor();
}

/** Returns what is shown then: the first network's losses, and above them the loop. */
async function runCells(page) {
  const cell = page.locator('.cell.code', { hasText: '// Loss over the steps' });
  await cell.locator('.run').click();
  await cell.locator('canvas').waitFor();
  return cell.getAttribute('id');
}
