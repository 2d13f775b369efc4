import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const folder = 'docs/programs';

/** A program as it stands, by the built package. */
async function printed(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${name}.mjs`)]);
  return stdout;
}

const lines = (name: string) =>
  readFileSync(join(folder, `${name}.mjs`), 'utf8')
    .trimEnd()
    .split('\n').length;

/** The last number that it printed. */
const lastNumber = (text: string) => Number(text.match(/-?\d+(\.\d+)?/g)?.at(-1));

const programs: Record<string, (text: string) => void> = {
  xor(text) {
    const logits = [...text.matchAll(/-?\d+\.\d+/g)].map(Number);
    expect(logits.map((logit) => logit > 0)).toEqual([false, true, true, false]);
    expect(lines('xor')).toBeLessThanOrEqual(10);
  },
  'in-a-worker'(text) {
    const logits = [...text.split('Float32Array')[1].matchAll(/-?\d+\.\d+/g)].map(Number);
    expect(logits.map((logit) => logit > 0)).toEqual([false, true, true, false]);
    expect(text).toMatch(/^400 0\.000\d+$/m);
  },
  'in-a-thread'(text) {
    const logits = [...text.split('Float32Array')[1].matchAll(/-?\d+\.\d+/g)].map(Number);
    expect(logits.map((logit) => logit > 0)).toEqual([false, true, true, false]);
    expect(text).toMatch(/^400 0\.000\d+$/m);
  },
  sine(text) {
    expect(Math.abs(lastNumber(text) - Math.sin(2))).toBeLessThan(0.1);
  },
  moons(text) {
    expect(text).toMatch(/^accuracy on 100 held-out points: (1|0\.9[5-9])$/m);
    expect(text).toMatch(/·+#+/);
  },
  digits(text) {
    const [, last] = /^step 1250: ([\d.]+) %$/m.exec(text) as unknown as [string, string];
    expect(Number(last)).toBeGreaterThanOrEqual(95);
    expect(lines('digits')).toBeLessThanOrEqual(30);
  },
  'flatten-consecutive'(text) {
    const [, loss] = /^validation loss (2\.\d+), by chance 3\.296$/m.exec(text) as unknown as string[];
    expect(Number(loss)).toBeLessThan(2.4);
    expect(text.trim().split('\n')[1]).toMatch(/^([a-z]+\. ?){5}$/);
  },
  'early-stopping'(text) {
    const [, ended, best] = /ended after (\d+) steps; best at (\d+): 0\.0/.exec(text) as unknown as string[];
    expect(Number(ended) - Number(best)).toBe(400);
    expect(Number(ended)).toBeLessThan(20_000);
  },
  resume(text) {
    const [whole, resumed] = text.trim().split('\n');
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect(resumed).toBe(whole);
  },
};

test('every program is run', () => {
  // What another program starts is run by that.
  const names = readdirSync(folder)
    .filter((file) => !file.startsWith('.') && !file.endsWith('-worker.mjs'))
    .map((file) => file.replace(/\.mjs$/, ''));
  expect(Object.keys(programs)).toEqual(expect.arrayContaining(names));
});

test.each(Object.keys(programs))('%s', async (name) => {
  programs[name](await printed(name));
});
