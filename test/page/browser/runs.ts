import { expect, test } from 'vitest';
import { drop, hashOf, poll, problem, recordOf, runTo, saved, stepOf, textOf, timeOf } from './actions.js';
import { trained } from './expected.js';
import type { Guest } from './guest.js';

const titleOf = (html: string): string => /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? '';

/** Two runs beside each other, and what can be taken away of a run. */
export function runTests(guest: Guest): void {
  test('two runs of a link train together, each to its own bits', async () => {
    const visit = await guest.fresh('#net=mlp&hidden=50|net=mlp&hidden=50&seed=42');
    await runTo(visit, 20);
    expect(await timeOf(visit)).toBe('now: steps 20 and 20');
    const first = await recordOf(visit);
    await visit.click('button', 'Swap with run 2');
    await poll(() => hashOf(visit)).toMatch(/^#[^|]*seed=42[^|]*\|/);
    const second = await recordOf(visit);
    expect([first.fingerprint, second.fingerprint]).toEqual([
      (await trained({ net: 'mlp', hidden: 50 }, 20)).fingerprint,
      (await trained({ net: 'mlp', hidden: 50, seed: 42 }, 20)).fingerprint,
    ]);
    await visit.focus('slider', 'Time');
    await visit.press('Home');
    await poll(() => timeOf(visit)).toBe('steps 0 and 0');
    expect(visit.errors).toEqual([]);
  });

  test('a run before can be shown beside the new one, and alone again', async () => {
    const visit = await guest.fresh();
    await runTo(visit, 30);
    await visit.fill('Learning rate', '0.01');
    await poll(() => stepOf(visit)).toBe(0);
    await visit.click('button', 'Compare run 1 with the one that is shown');
    await poll(() => timeOf(visit)).toBe('now: steps 0 and 30');
    // The one that is behind catches up first.
    await runTo(visit, 60);
    expect(await timeOf(visit)).toBe('now: steps 60 and 60');
    await visit.click('button', 'Stop comparing');
    await poll(() => timeOf(visit)).toBe('now: step 60');
    await poll(() => hashOf(visit)).not.toContain('|');
  });

  test('a checkpoint that is cut off is refused in words, and the run stays', async () => {
    const visit = await guest.start();
    await runTo(visit, 10);
    const { bytes } = await saved(visit, 'Checkpoint');
    await drop(visit, 'cut.safetensors', [...bytes.subarray(0, bytes.length >> 1)]);
    await poll(() => problem(visit)).toMatch(/^cut\.safetensors: /);
    expect(await stepOf(visit)).toBe(10);
  });

  test('the report is a page of its own, about this run', async () => {
    const visit = await guest.fresh('#net=mlp&hidden=50');
    await runTo(visit, 20);
    const { fingerprint } = await recordOf(visit);
    const { name, bytes } = await saved(visit, 'Report (HTML)');
    const html = new TextDecoder().decode(bytes);
    expect(name).toBe('lanewise-run-1-step-20.html');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(titleOf(html)).not.toBe('');
    expect(html).toContain(fingerprint);
    expect(html).not.toMatch(/<script|src="http/);
  });

  test('a unit that a batch shows as dead is looked at over all training examples', async () => {
    const visit = await guest.start('#net=mlp&init=original&batch=8');
    await runTo(visit, 1);
    const name = await visit.evaluate(
      () => document.querySelector('#saturation .dead button')?.getAttribute('aria-label') ?? '',
      undefined,
    );
    expect(name).toMatch(/^Look at dead unit \d+$/);
    await visit.click('button', name);
    await poll(() => textOf(visit, '#unit-title')).toContain(`Unit ${/\d+/.exec(name)?.[0]} of `);
    await poll(() => textOf(visit, '.unit .measured')).toBe('Measured at step 1.');
    expect(await textOf(visit, '.unit .reading')).toMatch(/of (the )?183,430 training examples/);
    await visit.click('button', 'Look at every training example');
    await poll(() => textOf(visit, '#saturation .survey [role=status]')).toMatch(
      /^At step 1, over 183,430 examples: /,
    );
    expect(await stepOf(visit)).toBe(1);
  });

  test('the bar marks the instruments in which something is wrong, and a change of the settings takes the marks away', async () => {
    const visit = await guest.start('#net=mlp&init=original');
    const marks = () =>
      visit.evaluate(
        () =>
          Array.from(document.querySelectorAll('.instrument-nav button:has(.mark)'), ({ textContent }) =>
            textContent.replace(/[▲◆]/, ''),
          ),
        undefined,
      );
    await poll(marks).toEqual(['Findings (problem)', 'Saturation (problem)']);
    await runTo(visit, 1);
    await poll(marks).toEqual(['Findings (problem)', 'Saturation (problem)', 'Updates (warning)']);
    await visit.evaluate(() => {
      location.hash = '#net=mlp&init=kaiming';
    }, undefined);
    await poll(marks).toEqual([]);
  });

  test('the losses of all splits are measured, to the same numbers as in Node', async () => {
    const visit = await guest.start('#net=mlp&hidden=50');
    await runTo(visit, 20);
    await visit.click('button', 'Measure');
    await poll(async () => (await recordOf(visit)).final).not.toBe(null);
    const { final } = await recordOf(visit);
    expect(final).toEqual((await trained({ net: 'mlp', hidden: 50 }, 20, { evaluate: true })).final);
  });
}
