import { describe, expect, test } from 'vitest';
import { poll } from './actions.js';
import { type ChromiumVisit, openChromium } from './chromium.js';
import { useGuest } from './guest.js';
import { keptText, notebookTests } from './notebook.js';

describe('the notebook in Chromium', () => {
  const guest = useGuest(openChromium);
  notebookTests(guest);

  test('of two tabs the one that changes second is told; what its reader chooses is kept', async () => {
    const { page } = (await guest.fresh('notebook.html')) as ChromiumVisit;
    const other = await page.context().newPage();
    await other.goto(page.url());
    const remove = async (tab: typeof page, id: number) => {
      await tab.locator(`#cell-${id}`).focus();
      await tab.keyboard.press('Delete');
      await tab.locator(`#cell-${id}`).waitFor({ state: 'detached' });
    };
    await remove(page, 3);
    const isKept = (text: string) => poll(async () => (await page.evaluate(keptText)).includes(text));
    await isKept('<script id="1"').toBe(true);
    await isKept('<script id="3"').toBe(false);
    await remove(other, 5);
    const told = other.getByRole('alert', { name: 'Changed in another tab' });
    await told.waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await told.getByRole('button', { name: 'Keep what is here' }).click();
    await isKept('<script id="3"').toBe(true);
    expect(await told.count()).toBe(0);
    await other.reload();
    await other.locator('#cell-1').waitFor();
    expect(await other.locator('#cell-3').count()).toBe(1);
    expect(await other.locator('#cell-5').count()).toBe(0);
    await remove(page, 7);
    const behind = page.getByRole('alert', { name: 'Changed in another tab' });
    await behind.getByRole('button', { name: 'Take the other' }).click();
    await page.locator('#cell-3').waitFor();
    expect(await page.locator('#cell-5').count()).toBe(0);
    expect(await page.locator('#cell-7').count()).toBe(1);
  });
});
