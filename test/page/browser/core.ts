import { readRun } from 'lanewise/makemore';
import { describe, expect, test } from 'vitest';
import { policies } from '../../../.ci/policy.mjs';
import { serveSite } from '../../../bench/page/site.mjs';
import {
  drop,
  hashOf,
  held,
  leaveControls,
  lossDrawn,
  poll,
  problem,
  recordOf,
  runTo,
  saved,
  stepOf,
  text,
  textOf,
  timeOf,
} from './actions.js';
import { trained } from './expected.js';
import type { Guest } from './guest.js';

/** 60 names of four letters. */
export const names = Array.from({ length: 60 }, (_, i) => {
  const letter = (of: number) => String.fromCharCode(97 + (of % 26));
  return `${letter(i)}${letter(3 * i + 1)}${letter(7 * i + 2)}${letter(i >> 2)}`;
}).join('\n');

/** So long that it does not end while it plays. */
const ENDLESS = '#net=mlp&steps=1000000000';

/** What depends on the engine, and so is done in each: loading, numbers, keys, files, canvases, workers. */
export function coreTests(guest: Guest): void {
  test('it loads under a strict policy and a path of its own, and says nothing on the console', async () => {
    const visit = await guest.fresh();
    expect(await text(visit, 'backend')).toMatch(/^WebAssembly SIMD/);
    await runTo(visit, 20);
    await lossDrawn(visit);
    expect(visit.errors).toEqual([]);
    expect(await visit.evaluate(() => window.lanewise.violations, undefined)).toEqual([]);
    expect(guest.site.missing).toEqual([]);
  });

  test('a checkpoint that is taken away goes on elsewhere, to the same bits', async () => {
    let visit = await guest.fresh('#net=mlp&hidden=50&seed=42');
    await runTo(visit, 20);
    const { name, bytes } = await saved(visit, 'Checkpoint');
    expect(name).toBe('lanewise-run-1-step-20.safetensors');
    expect(readRun(bytes, name)).toMatchObject({ step: 20, settings: { hidden: 50, seed: 42 } });
    visit = await guest.fresh();
    await drop(visit, name, [...bytes]);
    await poll(() => stepOf(visit)).toBe(20);
    await runTo(visit, 40);
    expect((await recordOf(visit)).fingerprint).toBe(
      (await trained({ net: 'mlp', hidden: 50, seed: 42 }, 40)).fingerprint,
    );
  });

  test('plays, pauses, makes one step, runs to a step', async () => {
    const visit = await guest.start(ENDLESS);
    await visit.click('button', 'Play');
    await poll(() => text(visit, 'state')).toBe('training');
    await poll(() => stepOf(visit)).toBeGreaterThan(20);
    await visit.click('button', 'Pause');
    await poll(() => text(visit, 'state')).toBe('paused');
    const paused = (await stepOf(visit)) ?? 0;
    await visit.click('button', 'One step');
    await poll(() => stepOf(visit)).not.toBe(paused);
    expect(await stepOf(visit)).toBe(paused + 1);
    expect((await recordOf(visit)).steps).toBe(paused + 1);
    await runTo(visit, paused + 20);
    expect((await recordOf(visit)).steps).toBe(paused + 20);
  });

  test('follows the keys: space, arrow right, R', async () => {
    const visit = await guest.start(ENDLESS);
    await leaveControls(visit);
    await visit.press('ArrowRight');
    await poll(() => stepOf(visit)).toBe(1);
    await poll(() => text(visit, 'state')).toBe('paused');
    await visit.press(' ');
    await poll(() => text(visit, 'state')).toBe('training');
    await poll(() => stepOf(visit)).toBeGreaterThan(20);
    await visit.press(' ');
    await poll(() => text(visit, 'state')).toBe('paused');
    await visit.press('r');
    await poll(() => stepOf(visit)).toBe(0);
  });

  test('leaves the keys to a field that has the focus', async () => {
    const visit = await guest.start();
    await runTo(visit, 10);
    await visit.focus('textbox', 'Learning rate');
    for (const key of ['r', ' ', 'ArrowRight']) await visit.press(key);
    expect(await held(visit, 'set-lr')).toContain('r ');
    expect(await stepOf(visit)).toBe(10);
  });

  test('a file of names is learned when it is dropped, to the same bits as in Node', async () => {
    const visit = await guest.start();
    await runTo(visit, 10);
    await drop(visit, 'mine.txt', names);
    await poll(() => text(visit, 'names')).toBe('mine.txt, 60 names');
    await poll(() => hashOf(visit)).toContain('names=');
    await runTo(visit, 50);
    expect((await recordOf(visit)).fingerprint).toBe(
      (await trained({ net: 'mlp' }, 50, { names })).fingerprint,
    );
    await visit.click('button', 'Built-in names');
    await poll(() => text(visit, 'names')).toMatch(/^Built-in/);
  });

  test('a file that is binary is refused in words', async () => {
    const visit = await guest.start();
    await drop(visit, 'bad.txt', [0, 255, 254, 1, 2, 3, 10, 0]);
    await poll(() => problem(visit)).toMatch(/bad\.txt.*expected UTF-8 text, got byte 0xff at offset 1/);
  });

  test('goes back in time, and goes on from there to the same bits', async () => {
    const visit = await guest.start();
    await runTo(visit, 50);
    const straight = (await recordOf(visit)).fingerprint;
    const loss = await text(visit, 'loss');
    await visit.focus('slider', 'Time');
    let back = 50;
    for (let i = 0; i < 3; i++) {
      await visit.press('ArrowLeft');
      await poll(() => stepOf(visit)).toBeLessThan(back);
      back = (await stepOf(visit)) ?? Number.NaN;
    }
    expect(await timeOf(visit)).toBe(`step ${back} of 50`);
    expect(await text(visit, 'loss')).not.toBe(loss);
    expect((await recordOf(visit)).steps).toBe(50);
    await visit.click('button', 'Go on from here');
    await poll(() => timeOf(visit)).toBe(`now: step ${back}`);
    await runTo(visit, 50);
    expect(await text(visit, 'loss')).toBe(loss);
    expect((await recordOf(visit)).fingerprint).toBe(straight);
  });

  test('for print all charts are drawn, seen or not', async () => {
    const visit = await guest.fresh();
    await runTo(visit, 20);
    await lossDrawn(visit);
    const undrawn = () =>
      visit.evaluate(
        () =>
          Array.from(document.querySelectorAll('.instrument .canvas'), (place) =>
            place.querySelector('canvas') === null ? place.getAttribute('aria-label') : '',
          ).filter((label) => label !== ''),
        undefined,
      );
    expect(await undrawn()).not.toEqual([]);
    await visit.evaluate(() => dispatchEvent(new Event('beforeprint')), undefined);
    // Its numbers are made when it is seen.
    expect(await undrawn()).toEqual(['Five numbers before and after batch normalisation']);
  });

  test('this browser is measured until that is cancelled, and then trains as before', async () => {
    const visit = await guest.fresh();
    await visit.click('button', 'Benchmark');
    await visit.evaluate(() => {
      // Cancelled in the page itself, as soon as it measures: however fast it is, its end comes later.
      new MutationObserver((_, observer) => {
        const progress = document.querySelector('.bench-progress')?.textContent ?? '';
        if (/^(loading)?$/.test(progress)) return;
        observer.disconnect();
        document.querySelector<HTMLButtonElement>('.bench-actions button')?.click();
        document.body.dataset.cancelled = progress;
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    }, undefined);
    await visit.click('button', 'Measure this browser');
    await poll(() => visit.evaluate(() => document.body.dataset.cancelled ?? '', undefined)).not.toBe('');
    await poll(() => textOf(visit, '.bench-actions')).toBe('Measure this browser');
    await poll(() => text(visit, 'state')).toBe('paused');
    await leaveControls(visit);
    await visit.press('ArrowRight');
    await poll(() => stepOf(visit)).toBe(1);
  });

  describe('the bits are those of Node', () => {
    // The JavaScript backend takes forty times as long for a step.
    test.each([
      ['the first network', '#net=mlp', 'mlp', 'wasm', 100],
      ['the first network', '#net=mlp&backend=js', 'mlp', 'js', 50],
      ['six layers', '#net=deep', 'deep', 'wasm', 100],
      ['six layers', '#net=deep&backend=js', 'deep', 'js', 50],
    ] as const)('%s, %s', async (_, hash, net, backend, steps) => {
      const visit = await guest.start(hash);
      await runTo(visit, steps);
      const record = await recordOf(visit);
      expect(record.backend).toBe(backend);
      expect(record.fingerprint).toBe((await trained({ net }, steps)).fingerprint);
    });

    test('without WebAssembly, which a policy may forbid, it computes in JavaScript and says why', async () => {
      const strict = await serveSite(() => policies.withoutWasm);
      try {
        const visit = await guest.browser.visit(`${strict.address}#net=mlp`);
        expect(await text(visit, 'backend')).toMatch(/^JavaScript \(WebAssembly cannot run here: /);
        await runTo(visit, 50);
        expect((await recordOf(visit)).fingerprint).toBe((await trained({ net: 'mlp' }, 50)).fingerprint);
        await visit.close();
      } finally {
        strict.close();
      }
    });
  });
}
