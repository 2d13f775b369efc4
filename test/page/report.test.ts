import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deepSettings, lectureSettings, type RunSettings } from '../../src/makemore/index.js';
import { Runs } from '../../src/page/engine/runs.js';
import { lanewise, temporaryFolder } from '../cli/command.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const all = readFileSync(new URL('../../src/makemore/data/ssa-2018.txt', import.meta.url), 'utf8');
/** What takes no time to evaluate. */
const few = { source: 'few.txt', bytes: new TextEncoder().encode(all.split('\n').slice(0, 300).join('\n')) };
writeFileSync(join(folder, few.source), few.bytes);
const BUILT_IN = '';
const FEW = ` --names ${few.source}`;

/** The page's run, looked at as the page does, and its report. */
async function ofPage(settings: RunSettings, names: string, stops: number[] = []): Promise<string> {
  const runs = new Runs();
  const { id } = await runs.open(settings, names === BUILT_IN ? undefined : few, 'auto');
  for (const stop of [...stops, settings.steps]) {
    await runs.play(id, stop);
    await runs.frame(id);
  }
  try {
    return await runs.report(id);
  } finally {
    await runs.close(id);
  }
}

async function ofCommand(args: string): Promise<string> {
  await lanewise(['train', '--quiet', ...args.split(' '), '--report', 'run.html'], { cwd: folder });
  return readFileSync(join(folder, 'run.html'), 'utf8');
}

describe('the report of a run on the page', () => {
  it.each([
    ['the first network', BUILT_IN, { ...lectureSettings, steps: 700 }, '--steps 700'],
    ['the six-layer network', FEW, { ...deepSettings, steps: 300 }, '--net deep --steps 300'],
    [
      'a network without batch norm',
      FEW,
      { ...deepSettings, batchNorm: false, activation: 'relu', steps: 40 },
      '--net deep --no-batch-norm --activation relu --steps 40',
    ],
    ['a run that diverges', FEW, { ...lectureSettings, lr: 1e30, steps: 40 }, '--lr 1e30 --steps 40'],
    ['a run without a step', FEW, { ...lectureSettings, steps: 0 }, '--steps 0'],
  ] satisfies [string, string, RunSettings, string][])(
    'is the file of the command: %s',
    async (_, names, settings, args) => {
      const [page, command] = await Promise.all([ofPage(settings, names), ofCommand(args + names)]);
      expect(page === command).toBe(true);
    },
  );

  it('does not depend on pauses and looks', async () => {
    const settings = { ...lectureSettings, steps: 300 };
    expect((await ofPage(settings, FEW, [1, 250, 251])) === (await ofPage(settings, FEW))).toBe(true);
  });

  it('of a run at rest before its end has the losses over the splits at that step', async () => {
    const runs = new Runs();
    const { id } = await runs.open({ ...lectureSettings, steps: 100 }, few, 'auto');
    await runs.play(id, 20);
    const early = await runs.report(id);
    expect(early).toContain('20 of 100 steps were made.');
    expect(early).toContain('id="splits"');
    const { evaluation } = await runs.frame(id);
    expect(evaluation?.step).toBe(20);
    await runs.play(id, 100);
    expect((await runs.report(id)) === (await ofCommand(`--steps 100${FEW}`))).toBe(true);
    await runs.close(id);
  });

  it('of a run that goes on from a kept moment begins where the first run did', async () => {
    const runs = new Runs();
    const settings = { ...lectureSettings, steps: 300 };
    const { id } = await runs.open(settings, few, 'auto');
    await runs.play(id, 100);
    const fork = await runs.fork(id, 100);
    await runs.play(fork.id, 300);
    expect((await runs.report(fork.id)) === (await ofCommand(`--steps 300${FEW}`))).toBe(true);
    await Promise.all([runs.close(id), runs.close(fork.id)]);
  });
});
