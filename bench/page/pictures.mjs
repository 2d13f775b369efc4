// npm run page:pictures
// The README's pictures of the page: both networks after so many steps, on a wide screen, light and dark, and on a narrow one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, launchOptions } from './chromium.mjs';
import { reduced } from './palette.mjs';
import { serveSite } from './site.mjs';

const folder = fileURLToPath(new URL('../../src/page/pictures/', import.meta.url));
const runs = [
  { name: 'first', hash: '#net=mlp', steps: 20_000 },
  { name: 'six', hash: '#net=deep', steps: 1000 },
];
const screens = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 360, height: 740 } },
];

build(true);
mkdirSync(folder, { recursive: true });
const site = await serveSite();
const browser = await chromium.launch(launchOptions());
try {
  for (const run of runs)
    for (const { name, ...screen } of screens) {
      const context = await browser.newContext({ ...screen, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(`${site.address}${run.hash}`);
      await page.getByRole('textbox', { name: 'Step to run to' }).fill(String(run.steps));
      await page.getByRole('button', { name: 'Run to' }).click();
      await page.waitForFunction(
        (steps) =>
          document.querySelector('[data-testid=step]')?.textContent === steps &&
          document.querySelector('[data-testid=state]')?.textContent === 'paused',
        run.steps.toLocaleString('en'),
        { timeout: 120_000 },
      );
      // The charts are drawn when the painter has time; a mouse elsewhere would show a tip.
      await page.evaluate(() => {
        document.activeElement?.blur();
        scrollTo(0, 0);
      });
      await page.mouse.move(0, 0);
      await page.waitForTimeout(1000);
      const path = `${folder}${run.name}-${name}.png`;
      const picture = reduced(await page.screenshot());
      writeFileSync(path, picture);
      console.log(`${path}  ${Math.round(picture.length / 1000)} KB`);
      await context.close();
    }
} finally {
  await browser.close();
  site.close();
}
