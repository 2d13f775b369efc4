import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells } from '../../src/makemore/index.js';
import { lanewise, type Outcome } from './command.js';

const SYLLABLES = ['an', 'be', 'co', 'di', 'el', 'fa'];
const NAMES = SYLLABLES.flatMap((a) => SYLLABLES.flatMap((b) => SYLLABLES.map((c) => a + b + c)));

describe('lanewise lecture', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lanewise-lecture-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('lists its cells', async () => {
    const { code, stdout, stderr } = await lanewise(['lecture', '--list'], { cwd: folder });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^data +The names.*\n/);
    expect(stdout).toMatch(/^fold +Exercise 2/m);
    expect(stdout.trim().split('\n')).toHaveLength(20);
  });

  describe('with one cell, a record and a report', () => {
    let outcome: Outcome;
    beforeAll(async () => {
      const files = ['--json', 'samples.json', '--report', 'report.html'];
      outcome = await lanewise(['lecture', '--cell', 'samples', '--steps', '300', ...files], { cwd: folder });
    });

    it('prints the cell, each value beside the notebook’s, and writes it', () => {
      const { code, stdout, stderr } = outcome;
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/lanewise +notebook\n/);
      expect(stdout).toMatch(/^ {2}1 +carelixqailiq\. +carelixqailiq\. +✓$/m);
      expect(stdout).toMatch(/\n20 of 20 values agree with the notebook\n/);
      const written = JSON.parse(readFileSync(join(folder, 'samples.json'), 'utf8'));
      expect(written.cells).toHaveLength(1);
      expect(written.cells[0].rows[11]).toEqual({
        label: '12',
        ours: 'join.',
        notebook: 'join.',
        agrees: true,
      });
      expect(written.deep.samples).toEqual(written.cells[0].rows.map((row: { ours: string }) => row.ours));
      expect(written.deep.tanhActivations).toHaveLength(5);
      expect(written.deep.tanhUnits.examples).toBe(183_430);
      for (const losses of [written.deep.evaluation.running, written.deep.evaluation.calibrated])
        for (const split of ['train', 'val', 'test']) {
          expect(losses[split]).toBeGreaterThan(2.2);
          expect(losses[split]).toBeLessThan(2.6);
        }
      expect(written).not.toHaveProperty('first');
    });

    it('writes the report of all, one file that needs no other', () => {
      expect(outcome.stdout).toMatch(/report +report\.html\n$/);
      const html = readFileSync(join(folder, 'report.html'), 'utf8');
      expect(html.length).toBeLessThan(2e6);
      expect(html).toMatch(/^<!doctype html>/i);
      expect(html).not.toContain('<script');
      expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(12);
      for (const section of [
        'Loss',
        'hidden layer before training',
        'Activations',
        'Update to data',
        'Sampled names',
      ])
        expect(html).toContain(section);
      expect(html).toContain('carelixqailiq.');
      expect(html).not.toMatch(/NaN|undefined/);
    });
  });

  it('has nothing beside what comes at the end of 200,000 steps where fewer are made', async () => {
    const { stdout } = await lanewise(['lecture', '--cell', 'evaluate', '--steps', '30'], { cwd: folder });
    expect(stdout).toMatch(/^ {2}train, running +\d\.\d{6}$/m);
    expect(stdout).not.toMatch(/✓|✗/);
  });

  it('says that there is nothing to compare with for other names', async () => {
    writeFileSync(join(folder, 'names.txt'), `${NAMES.join('\n')}\n`);
    const arguments_ = ['lecture', '--cell', 'deep', '--names', 'names.txt'];
    const { code, stdout } = await lanewise(arguments_, { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('names.txt (no notebook to compare with)');
    expect(stdout).toMatch(/loss at step 0 +\d\.\d{4}\n/);
    expect(stdout).not.toContain('✓');
  });

  it('runs every cell, and with a report the loss log too', async () => {
    writeFileSync(join(folder, 'few.txt'), `${NAMES.join('\n')}\n`);
    const arguments_ = ['lecture', '--names', 'few.txt', '--steps', '50', '--report', 'few.html'];
    const { code, stdout, stderr } = await lanewise(arguments_, { cwd: folder });
    expect([code, stderr]).toEqual([0, '']);
    for (const { title } of cells) expect(stdout).toContain(title);
    expect(stdout).toMatch(/^ {2}steps +50$/m);
    for (const init of ['original', 'softmax', 'tanh', 'kaiming', 'bn'])
      expect(stdout).toMatch(new RegExp(`^ {2}${init}, val +\\d+\\.\\d{4}$`, 'm'));
    expect(readFileSync(join(folder, 'few.html'), 'utf8')).toContain('kaiming');
  });

  it('refuses what it does not know', async () => {
    for (const [arguments_, message] of [
      [
        ['--cell', 'trian'],
        /^lanewise: --cell: expected data, .* or fold, got 'trian'; did you mean train\?\n$/,
      ],
      [['data'], /^lanewise: lecture: expected options only, got 'data'\n$/],
      [['--names', 'none.txt'], /^lanewise: --names none\.txt: expected .*no such file/],
      [
        ['--json', 'a', '--report', 'a'],
        /^lanewise: --report a: expected another file than that of --json\n$/,
      ],
      [
        ['--report', '.'],
        /^lanewise: --report \.: expected a file that can be written, got: it is a directory\n$/,
      ],
      [['--jsn', 'x'], /^lanewise: unknown option '--jsn'; did you mean --json\?\n$/],
    ] as const) {
      const { code, stdout, stderr } = await lanewise(['lecture', ...arguments_], { cwd: folder });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(message);
    }
  });
});
