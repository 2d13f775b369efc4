/** What a reader does on the page, and what a test reads off it. */
import type { RunRecord } from 'lanewise/makemore';
import { expect } from 'vitest';
import { shownStep, until, type Visit } from './driver.js';
import { PATIENCE } from './patience.js';

export const poll = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE, interval: 20 });

export const text = (visit: Visit, testId: string): Promise<string> =>
  visit.evaluate((id) => document.querySelector(`[data-testid=${id}]`)?.textContent ?? '', testId);

/** The text of the first element that a selector finds; '' where there is none. */
export const textOf = (visit: Visit, selector: string): Promise<string> =>
  visit.evaluate((selector) => document.querySelector(selector)?.textContent ?? '', selector);

export const stepOf = (visit: Visit): Promise<number | null> => visit.evaluate(shownStep, undefined);

/** What the time slider says. */
export const timeOf = (visit: Visit): Promise<string> =>
  visit.evaluate(() => document.querySelector('.timeline output')?.textContent ?? '', undefined);

export const hashOf = (visit: Visit): Promise<string> => visit.evaluate(() => location.hash, undefined);

/** What the page says is wrong; '' where it says nothing. */
export const problem = (visit: Visit): Promise<string> =>
  visit.evaluate(() => document.querySelector('.problems')?.textContent ?? '', undefined);

/** What a control holds. */
export const held = (visit: Visit, id: string): Promise<string> =>
  visit.evaluate((id) => (document.getElementById(id) as HTMLInputElement).value, id);

/** Keys go to the page, not to a control. */
export const leaveControls = (visit: Visit): Promise<void> =>
  visit.evaluate(() => (document.activeElement as HTMLElement | null)?.blur(), undefined);

/** Shows the run of a link in a page that is open, from its first step. */
export async function follow(visit: Visit, hash: string): Promise<void> {
  // The page answers with an address that has every setting: it is another one than a test's.
  await visit.evaluate((hash) => {
    location.hash = hash;
  }, hash);
  await poll(() => hashOf(visit)).not.toBe(hash);
  await poll(() => stepOf(visit)).toBe(0);
  await poll(() => text(visit, 'state')).toBe('paused');
}

/** The charts are loaded, and the one of the losses is drawn, once it is in sight. */
export const lossDrawn = (visit: Visit) =>
  poll(() =>
    visit.evaluate(() => {
      document.getElementById('loss')?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
      return document.querySelectorAll('#loss canvas').length;
    }, undefined),
  ).toBe(1);

/** Trains until so many steps are made, and waits for it. */
export async function runTo(visit: Visit, step: number): Promise<void> {
  await visit.fill('Step to run to', String(step));
  await visit.click('button', 'Run to');
  await poll(() => stepOf(visit)).toBe(step);
  await poll(() => text(visit, 'state')).not.toBe('training');
}

/** Drops a file on the page. */
export const drop = (visit: Visit, name: string, content: string | readonly number[]): Promise<void> =>
  visit.evaluate(
    ({ name, content }) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(
        new File([typeof content === 'string' ? content : Uint8Array.from(content)], name),
      );
      for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    { name, content },
  );

interface SavedFile {
  name: string;
  bytes: Uint8Array;
}

/** Presses one of the buttons that save a file, and takes that. */
export async function saved(visit: Visit, button: string): Promise<SavedFile> {
  await visit.evaluate(() => {
    window.lanewise.saved = [];
  }, undefined);
  await visit.click('button', button);
  const { name, bytes } = await until(`the file of ‘${button}’`, () =>
    visit.evaluate(async () => {
      const [file] = window.lanewise.saved;
      if (file === undefined) return null;
      return { name: file.name, bytes: [...new Uint8Array(await file.blob.arrayBuffer())] };
    }, undefined),
  );
  return { name, bytes: Uint8Array.from(bytes) };
}

/** The record of the run that is shown, as a reader takes it away. */
export async function recordOf(visit: Visit): Promise<RunRecord> {
  const { bytes } = await saved(visit, 'Record (JSON)');
  return JSON.parse(new TextDecoder().decode(bytes));
}
