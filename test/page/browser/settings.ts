import { expect, test } from 'vitest';
import { drop, hashOf, held, poll, problem, recordOf, runTo, stepOf, text } from './actions.js';
import { names } from './core.js';
import { trained } from './expected.js';
import type { Guest } from './guest.js';

/** Settings and where they come from: controls, links, files of names; and how a run ends. */
export function settingsTests(guest: Guest): void {
  test('ends at the last step, and starts over', async () => {
    const visit = await guest.start('#net=mlp&steps=30');
    await visit.click('button', 'Play');
    await poll(() => text(visit, 'state')).toBe('finished');
    expect(await stepOf(visit)).toBe(30);
    await visit.click('button', 'Start over');
    await poll(() => stepOf(visit)).toBe(0);
    expect(await text(visit, 'state')).toBe('paused');
  });

  test('says that a run diverged', async () => {
    const visit = await guest.start('#net=mlp&init=kaiming&lr=1e30');
    await visit.click('button', 'Play');
    await poll(() => text(visit, 'state')).toBe('diverged');
    expect(await problem(visit)).toMatch(/NaN|infinite/);
  });

  test('a change starts another run, and the address follows', async () => {
    const visit = await guest.start();
    await runTo(visit, 10);
    await visit.fill('Learning rate', '0.05');
    await poll(() => stepOf(visit)).toBe(0);
    await poll(() => hashOf(visit)).toContain('&lr=0.05&');
    await runTo(visit, 50);
    expect((await recordOf(visit)).fingerprint).toBe(
      (await trained({ net: 'mlp', lr: 0.05 }, 50)).fingerprint,
    );
  });

  test('what is no value is refused beside its control, and the run stays', async () => {
    const visit = await guest.start();
    await runTo(visit, 10);
    await visit.fill('Batch size', 'many');
    await poll(() => text(visit, 'step')).toBe('10');
    await poll(() =>
      visit.evaluate(() => document.querySelector('#set-batch-error')?.textContent ?? '', undefined),
    ).toMatch(/Batch size: expected an integer from 1 .*, got ‘many’/);
  });

  test('a link reproduces a run', async () => {
    let visit = await guest.start();
    await visit.fill('Hidden units', '50');
    await poll(() => hashOf(visit)).toContain('&hidden=50&');
    await visit.fill('Seed', '42');
    await poll(() => hashOf(visit)).toContain('&seed=42');
    await runTo(visit, 50);
    const first = await recordOf(visit);
    const hash = await hashOf(visit);
    visit = await guest.fresh(hash);
    expect(await hashOf(visit)).toBe(hash);
    expect(await held(visit, 'set-hidden')).toBe('50');
    await runTo(visit, 50);
    const second = await recordOf(visit);
    expect(second).toMatchObject({ hidden: 50, seed: 42, fingerprint: first.fingerprint });
    expect(second.losses).toEqual(first.losses);
  });

  test('a link with settings that there are not says so, and the rest holds', async () => {
    const visit = await guest.start('#net=mlp&hidden=20&width=7&lr=fast');
    await poll(() => problem(visit)).toMatch(
      /‘width’.*Learning rate: expected a number from 0 to 1e30, got ‘fast’/,
    );
    expect(await held(visit, 'set-hidden')).toBe('20');
    expect(await held(visit, 'set-lr')).toBe('0.1');
  });

  test('a link to a run that cannot be says why, and another run is there', async () => {
    const visit = await guest.fresh('#net=mlp&lr=1e38');
    await poll(() => problem(visit)).toMatch(/expected lr to be .* got 1e\+38/);
    expect(await held(visit, 'set-lr')).toBe('0.1');
  });

  test('a file of names with a ‘.’ in one is learned, with another mark for where a name ends', async () => {
    const visit = await guest.start();
    await drop(visit, 'dotted.txt', `${names}\nst.john\n`);
    await poll(() => text(visit, 'names')).toBe('dotted.txt, 61 names');
    await runTo(visit, 10);
    expect((await recordOf(visit)).vocabulary.slice(0, 2)).toEqual(['␃', '.']);
    await visit.click('button', 'Built-in names');
    await poll(() => text(visit, 'names')).toMatch(/^Built-in/);
  });

  test.each([
    ['of one name', 'emma\n', /expected at least 2 names/],
    ['that is empty', '', /got an empty file/],
  ])('a file of names %s is refused in words, and the run stays as it was', async (_, content, message) => {
    const visit = await guest.start();
    await runTo(visit, 10);
    const before = await recordOf(visit);
    await drop(visit, 'bad.txt', content);
    await poll(() => problem(visit)).toMatch(message);
    expect(await problem(visit)).toContain('bad.txt');
    expect(await text(visit, 'names')).toMatch(/^Built-in/);
    await visit.click('button', 'One step');
    await poll(() => stepOf(visit)).toBe(11);
    const after = await recordOf(visit);
    expect(after.names).toEqual(before.names);
    expect(after.steps).toBe(11);
  });
}
