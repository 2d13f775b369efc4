import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { policies, type Site, serveSite } from '../../../bench/page/site.mjs';
import {
  drop,
  hashOf,
  held,
  leaveControls,
  poll,
  problem,
  recordOf,
  runTo,
  settled,
  stepOf,
  text,
  timeOf,
} from './actions.js';
import type { TestBrowser, Visit } from './driver.js';
import { trained } from './expected.js';
import { runTests } from './runs.js';

/** 60 names of four letters. */
const names = Array.from({ length: 60 }, (_, i) => {
  const letter = (of: number) => String.fromCharCode(97 + (of % 26));
  return `${letter(i)}${letter(3 * i + 1)}${letter(7 * i + 2)}${letter(i >> 2)}`;
}).join('\n');

/** What the page has to do in every browser. */
export function coreTests(open: () => Promise<TestBrowser>): void {
  let browser: TestBrowser;
  let site: Site;
  let visit: Visit;
  beforeAll(async () => {
    site = await serveSite();
    browser = await open();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  const start = async (hash = '', at = site) => {
    visit = await browser.visit(`${at.address}${hash}`);
    return visit;
  };
  afterEach(() => visit?.close());

  test('it loads under a strict policy and a path of its own, and says nothing on the console', async () => {
    await start();
    expect(await text(visit, 'backend')).toMatch(/^WebAssembly SIMD/);
    await runTo(visit, 20);
    await poll(() => visit.evaluate(() => document.querySelectorAll('#loss canvas').length, undefined)).toBe(
      1,
    );
    expect(visit.errors).toEqual([]);
    expect(await visit.evaluate(() => window.lanewise.violations, undefined)).toEqual([]);
    expect(site.missing).toEqual([]);
  });

  describe('training', () => {
    test('plays, pauses, makes one step, runs to a step', async () => {
      await start();
      await visit.click('button', 'Play');
      await poll(() => text(visit, 'state')).toBe('training');
      await poll(() => stepOf(visit)).toBeGreaterThan(20);
      await visit.click('button', 'Pause');
      await poll(() => text(visit, 'state')).toBe('paused');
      const paused = await stepOf(visit);
      await visit.click('button', 'One step');
      await poll(() => stepOf(visit)).not.toBe(paused);
      expect(await stepOf(visit)).toBe((paused ?? 0) + 1);
      expect((await recordOf(visit)).steps).toBe((paused ?? 0) + 1);
      await runTo(visit, (paused ?? 0) + 100);
      expect((await recordOf(visit)).steps).toBe((paused ?? 0) + 100);
    });

    test('ends at the last step, and starts over', async () => {
      await start('#net=mlp&steps=30');
      await visit.click('button', 'Play');
      await poll(() => text(visit, 'state')).toBe('finished');
      expect(await stepOf(visit)).toBe(30);
      await visit.click('button', 'Start over');
      await poll(() => stepOf(visit)).toBe(0);
      expect(await text(visit, 'state')).toBe('paused');
    });

    test('follows the keys: space, arrow right, R', async () => {
      await start();
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
      await start();
      await runTo(visit, 10);
      await visit.focus('textbox', 'Learning rate');
      for (const key of ['r', ' ', 'ArrowRight']) await visit.press(key);
      expect(await held(visit, 'set-lr')).toContain('r ');
      expect(await stepOf(visit)).toBe(10);
    });

    test('says that a run diverged', async () => {
      await start('#net=mlp&init=kaiming&lr=1e30');
      await visit.click('button', 'Play');
      await poll(() => text(visit, 'state')).toBe('diverged');
      expect(await problem(visit)).toMatch(/NaN|infinite/);
    });
  });

  describe('settings', () => {
    test('a change starts another run, and the address follows', async () => {
      await start();
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
      await start();
      await runTo(visit, 10);
      await visit.fill('Batch size', 'many');
      await poll(() => text(visit, 'step')).toBe('10');
      await poll(() =>
        visit.evaluate(() => document.querySelector('#set-batch-error')?.textContent ?? '', undefined),
      ).toMatch(/Batch size: expected an integer from 1 .*, got ‘many’/);
    });

    test('a link reproduces a run', async () => {
      await start();
      await visit.fill('Hidden units', '50');
      await poll(() => hashOf(visit)).toContain('&hidden=50&');
      await visit.fill('Seed', '42');
      await poll(() => hashOf(visit)).toContain('&seed=42');
      await runTo(visit, 100);
      const first = await recordOf(visit);
      const hash = await hashOf(visit);
      await visit.close();
      await start(hash);
      expect(await hashOf(visit)).toBe(hash);
      expect(await held(visit, 'set-hidden')).toBe('50');
      await runTo(visit, 100);
      const second = await recordOf(visit);
      expect(second).toMatchObject({ hidden: 50, seed: 42, fingerprint: first.fingerprint });
      expect(second.losses).toEqual(first.losses);
    });

    test('a link with settings that there are not says so, and the rest holds', async () => {
      await start('#net=mlp&hidden=20&width=7&lr=fast');
      await poll(() => problem(visit)).toMatch(
        /‘width’.*Learning rate: expected a number from 0 to 1e30, got ‘fast’/,
      );
      expect(await held(visit, 'set-hidden')).toBe('20');
      expect(await held(visit, 'set-lr')).toBe('0.1');
    });

    test('a link to a run that cannot be says why, and another run is there', async () => {
      await start('#net=mlp&lr=1e38');
      await poll(() => problem(visit)).toMatch(/expected lr to be .* got 1e\+38/);
      expect(await held(visit, 'set-lr')).toBe('0.1');
    });
  });

  describe('a file of names', () => {
    test('is learned when it is dropped, to the same bits as in Node', async () => {
      await start();
      await runTo(visit, 10);
      await drop(visit, 'mine.txt', names);
      await poll(() => text(visit, 'names')).toBe('mine.txt, 60 names');
      await poll(() => hashOf(visit)).toContain('names=');
      await runTo(visit, 100);
      expect((await recordOf(visit)).fingerprint).toBe(
        (await trained({ net: 'mlp' }, 100, { names })).fingerprint,
      );
      await visit.click('button', 'Built-in names');
      await poll(() => text(visit, 'names')).toMatch(/^Built-in/);
    });

    test('with a ‘.’ in a name is learned too', async () => {
      await start();
      await drop(visit, 'dotted.txt', `${names}\nst.john\n`);
      await poll(() => text(visit, 'names')).toBe('dotted.txt, 61 names');
      await runTo(visit, 10);
      expect((await recordOf(visit)).vocabulary.slice(0, 2)).toEqual(['␃', '.']);
    });

    test.each([
      ['that is binary', [0, 255, 254, 1, 2, 3, 10, 0], /expected UTF-8 text, got byte 0xff at offset 1/],
      ['of one name', 'emma\n', /expected at least 2 names/],
      ['that is empty', '', /got an empty file/],
    ])('%s is refused in words, and the run stays as it was', async (_, content, message) => {
      await start();
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
  });

  test('goes back in time, and goes on from there to the same bits', async () => {
    await start();
    await runTo(visit, 300);
    const straight = (await recordOf(visit)).fingerprint;
    const loss = await text(visit, 'loss');
    await visit.focus('slider', 'Time');
    for (let i = 0; i < 5; i++) await visit.press('ArrowLeft');
    await poll(() => stepOf(visit)).toBeLessThan(300);
    const back = await settled(() => stepOf(visit));
    expect(await timeOf(visit)).toBe(`step ${back} of 300`);
    expect(await text(visit, 'loss')).not.toBe(loss);
    expect((await recordOf(visit)).steps).toBe(300);
    await visit.click('button', 'Go on from here');
    await poll(() => timeOf(visit)).toBe(`now: step ${back}`);
    await runTo(visit, 300);
    expect(await text(visit, 'loss')).toBe(loss);
    const forked = await recordOf(visit);
    expect(forked.fingerprint).toBe(straight);
  });

  describe('runs', () => runTests(start));

  describe('the bits are those of Node', () => {
    test.each([
      ['the first network', '#net=mlp', 'mlp', 'wasm'],
      ['the first network', '#net=mlp&backend=js', 'mlp', 'js'],
      ['six layers', '#net=deep', 'deep', 'wasm'],
      ['six layers', '#net=deep&backend=js', 'deep', 'js'],
    ] as const)('%s, %s', async (_, hash, net, backend) => {
      await start(hash);
      await runTo(visit, 1000);
      const record = await recordOf(visit);
      expect(record.backend).toBe(backend);
      expect(record.fingerprint).toBe((await trained({ net }, 1000)).fingerprint);
    });

    test('without WebAssembly, which a policy may forbid, it computes in JavaScript and says why', async () => {
      const strict = await serveSite(policies.withoutWasm);
      try {
        await start('', strict);
        expect(await text(visit, 'backend')).toMatch(/^JavaScript \(WebAssembly cannot run here: /);
        await runTo(visit, 1000);
        expect((await recordOf(visit)).fingerprint).toBe((await trained({ net: 'mlp' }, 1000)).fingerprint);
      } finally {
        strict.close();
      }
    });
  });
}
