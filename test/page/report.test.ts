import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deepSettings, lectureSettings, type RunSettings } from '../../src/makemore/index.js';
import { Runs } from '../../src/page/engine/workshop.js';
import { lanewise, temporaryFolder } from '../cli/command.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** The page's run, looked at as the page does, and its report. */
async function ofPage(settings: RunSettings, stops: number[] = []): Promise<string> {
  const runs = new Runs();
  const { id } = await runs.open(settings, undefined, 'auto');
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
    ['the first network', { ...lectureSettings, steps: 700 }, '--steps 700'],
    ['the six-layer network', { ...deepSettings, steps: 300 }, '--net deep --steps 300'],
    [
      'a network without batch norm',
      { ...deepSettings, batchNorm: false, activation: 'relu', steps: 40 },
      '--net deep --no-batch-norm --activation relu --steps 40',
    ],
    ['a run that diverges', { ...lectureSettings, lr: 1e30, steps: 40 }, '--lr 1e30 --steps 40'],
    ['a run without a step', { ...lectureSettings, steps: 0 }, '--steps 0'],
  ] satisfies [string, RunSettings, string][])(
    'is the file of the command: %s',
    async (_, settings, args) => {
      const [page, command] = await Promise.all([ofPage(settings), ofCommand(args)]);
      expect(page === command).toBe(true);
    },
  );

  it('does not depend on pauses and looks', async () => {
    const settings = { ...lectureSettings, steps: 700 };
    expect((await ofPage(settings, [1, 250, 251])) === (await ofPage(settings))).toBe(true);
  });

  it('of a run at rest before its end has the losses over the splits at that step', async () => {
    const runs = new Runs();
    const { id } = await runs.open({ ...lectureSettings, steps: 100 }, undefined, 'auto');
    await runs.play(id, 20);
    const early = await runs.report(id);
    expect(early).toContain('20 of 100 steps were made.');
    expect(early).toContain('id="splits"');
    const { evaluation } = await runs.frame(id);
    expect(evaluation?.step).toBe(20);
    await runs.play(id, 100);
    expect((await runs.report(id)) === (await ofCommand('--steps 100'))).toBe(true);
    await runs.close(id);
  });

  it('of a run that goes on from a kept moment begins where the first run did', async () => {
    const runs = new Runs();
    const settings = { ...lectureSettings, steps: 300 };
    const { id } = await runs.open(settings, undefined, 'auto');
    await runs.play(id, 100);
    const fork = await runs.fork(id, 100);
    await runs.play(fork.id, 300);
    expect((await runs.report(fork.id)) === (await ofCommand('--steps 300'))).toBe(true);
    await Promise.all([runs.close(id), runs.close(fork.id)]);
  });
});
