/** What a reader does on the page, and what a test reads off it. */
import type { RunRecord } from 'lanewise/makemore';
import { expect } from 'vitest';
import { PATIENCE, shownStep, until, type Visit } from './driver.js';

export const poll = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE, interval: 20 });

export const text = (visit: Visit, testId: string): Promise<string> =>
  visit.evaluate((id) => document.querySelector(`[data-testid=${id}]`)?.textContent ?? '', testId);

export const stepOf = (visit: Visit): Promise<number | null> => visit.evaluate(shownStep, undefined);

/** What the time slider says. */
export const timeOf = (visit: Visit): Promise<string> =>
  visit.evaluate(() => document.querySelector('.timeline output')?.textContent ?? '', undefined);

/** What is read when it has stopped to change: the same over some ten frames. */
export async function settled<T>(read: () => Promise<T>): Promise<T> {
  let [last, same] = [await read(), 0];
  while (same < 10) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = await read();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

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
