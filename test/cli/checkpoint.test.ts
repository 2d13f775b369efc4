import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import { readCheckpoint } from '../../src/interchange/index.js';
import { parseNames, Run, type RunRecord, readRun } from '../../src/makemore/index.js';
import { cli, lanewise, temporaryFolder } from './command.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const here = (name: string) => join(folder, name);
writeFileSync(here('six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');
writeFileSync(here('others.txt'), 'emma\nava\nmia\nzoe\nann\nbobby\n');
const SHAPE = ['--names', 'six.txt', '--hidden', '8', '--embedding', '2'];
const lanewiseHere = (...args: string[]) => lanewise(args, { cwd: folder });
const record = (name: string): RunRecord => JSON.parse(readFileSync(here(name), 'utf8'));
/** So many that a run does not end by itself before a test has done what it does to it. */
const ENDLESS = '1000000000';
/** What does not depend on the time that it took. */
const numbers = (name: string) => {
  const { seconds, stepsPerSecond, ...rest } = record(name);
  return rest;
};
const stepOf = (name: string) => readRun(readFileSync(here(name)), name).step;

describe('lanewise train --save, then --resume', () => {
  it.each([
    ['mlp', []],
    ['deep', ['--net', 'deep', '--depth', '3']],
  ])('has the record of a run that never stopped: %s', async (net, options) => {
    const train = ['train', ...SHAPE, ...options];
    const [whole, save, resumed] = [`${net}-whole.json`, `${net}.st`, `${net}-resumed.json`];
    await lanewiseHere(...train, '--steps', '2500', '--json', whole);
    const first = await lanewiseHere(...train, '--steps', '1234', '--save', save);
    expect(first.stdout).toMatch(new RegExp(`^checkpoint {3}${save}$`, 'm'));
    expect(stepOf(save)).toBe(1234);
    const { code, stdout, stderr } = await lanewiseHere(
      ...['train', '--resume', save, '--steps', '2500', '--json', resumed],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^resumed {6}${save}, after 1,234 steps$`, 'm'));
    expect(numbers(resumed)).toEqual(numbers(whole));
    // Only --save writes a checkpoint.
    expect(stepOf(save)).toBe(1234);
  });

  it('goes on from where Ctrl-C ended it', async () => {
    let sent = false;
    const { code } = await lanewise(['train', ...SHAPE, '--steps', ENDLESS, '--save', 'stopped.st'], {
      cwd: folder,
      onOutput(stdout, child) {
        if (sent || !/ 10000\//.test(stdout)) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    const stopped = stepOf('stopped.st');
    expect(stopped).toBeGreaterThan(10_000);
    const settings = { steps: stopped + 200 };
    const names = parseNames(readFileSync(here('six.txt')), 'six.txt');
    const saved = readRun(readFileSync(here('stopped.st')));
    using on = await Run.resume(names, saved, { ...settings, backend: 'js' });
    using whole = await Run.prepare(names, { ...saved.settings, ...settings });
    await on.train();
    await whole.train();
    expect(on.losses).toEqual(whole.losses);
    expect(fingerprint(on.model.parameters())).toBe(fingerprint(whole.model.parameters()));
  });

  const kills = process.env.LANEWISE_LONG === '1' ? 50 : 5;
  it(`gives the same fingerprint after ${kills} times SIGKILL`, async () => {
    const settings = [...SHAPE, '--steps', kills > 5 ? '20000' : '4000'];
    await lanewiseHere('train', ...settings, '--json', 'unkilled.json', '--quiet');
    const save = ['--save', 'killed.st', '--save-every', '10', '--json', 'killed.json', '--quiet'];
    let killed = 0;
    let ended = 0;
    const resumedFrom: number[] = [];
    while (ended === 0 || killed < kills) {
      const resumes = existsSync(here('killed.st'));
      if (resumes) resumedFrom.push(stepOf('killed.st'));
      const from = resumes ? ['--resume', 'killed.st'] : settings;
      const child = spawn(process.execPath, [cli, 'train', ...from, ...save], {
        cwd: folder,
        stdio: 'ignore',
      });
      const end = new Promise<number | null>((resolve) => child.on('close', resolve));
      if (killed < kills) {
        const before = resumedFrom.at(-1) ?? 0;
        while (child.exitCode === null && !(existsSync(here('killed.st')) && stepOf('killed.st') > before))
          await setTimeout(5);
        await setTimeout(Math.random() * 60);
        child.kill('SIGKILL');
      }
      const code = await end;
      if (code === null) {
        killed++;
        continue;
      }
      expect(code).toBe(0);
      expect(record('killed.json').fingerprint).toBe(record('unkilled.json').fingerprint);
      expect(numbers('killed.json')).toEqual(numbers('unkilled.json'));
      rmSync(here('killed.st'));
      resumedFrom.length = 0;
      ended++;
    }
    expect(killed).toBe(kills);
    // Those of the target went with the write that followed; none follows a kill while the record is written.
    expect(readdirSync(folder).filter((name) => /^killed\.st\..*tmp$/.test(name))).toEqual([]);
  });

  it('leaves the last good checkpoint where a later one cannot be written', async () => {
    mkdirSync(here('sub'));
    const args = ['train', ...SHAPE, '--steps', ENDLESS, '--save', 'sub/n.st', '--save-every', '50'];
    let failed = false;
    const run = lanewise(args, {
      cwd: folder,
      onError(stderr, child) {
        // It goes on, until it is told to end.
        if (!failed && stderr.includes('could not write')) child.kill('SIGINT');
        failed ||= stderr.includes('could not write');
      },
    });
    while (!existsSync(here('sub/n.st'))) await setTimeout(5);
    renameSync(here('sub'), here('moved'));
    const { code, stderr } = await run;
    expect(stderr).toMatch(
      /^lanewise: --save sub\/n\.st: could not write the checkpoint: no such file or directory\nlanewise: interrupted after /,
    );
    expect(code).toBe(130);
    expect(stepOf('moved/n.st') % 50).toBe(0);
  });

  it('never puts a network that holds infinities in the place of a good one', async () => {
    const save = ['train', ...SHAPE, '--save', 'good.st'];
    await lanewiseHere(...save, '--steps', '3');
    const good = readFileSync(here('good.st'));
    // One step, of finite loss, that takes the parameters beyond float32.
    const net = [
      '--net',
      'deep',
      '--depth',
      '2',
      '--activation',
      'relu',
      '--no-batch-norm',
      '--gain',
      '1e12',
    ];
    const { code, stderr } = await lanewiseHere(...save, ...net, '--lr', '1e30', '--steps', '1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('seen in the evaluation of train')]);
    expect(readFileSync(here('good.st'))).toEqual(good);
  });
});

describe('what lanewise train --resume refuses', () => {
  beforeAll(async () => {
    await lanewiseHere('train', ...SHAPE, '--steps', '20', '--save', 'r.st', '--quiet');
    const bytes = readFileSync(here('r.st'));
    writeFileSync(here('cut.st'), bytes.subarray(0, -5));
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(here('damaged.st'), bytes);
  });

  it.each([
    [['--hidden', '9'], '--hidden 9: expected 8, as r.st has, got 9'],
    [['--net', 'deep'], '--net deep: expected mlp, as r.st has, got deep'],
    [['--depth', '3'], '--depth 3: expected an option of --net mlp, as r.st has, got --depth'],
    [
      ['--no-batch-norm'],
      '--no-batch-norm: expected an option of --net mlp, as r.st has, got --no-batch-norm',
    ],
    [['--lr-after', '0.5'], '--lr-after 0.5: expected 0.01, as r.st has, got 0.5'],
    [['--seed', '1'], '--seed 1: expected 2147483647, as r.st has, got 1'],
    [['--steps', '19'], '--steps 19: expected at least 20, as r.st has, got 19'],
    [['--json', 'r.st'], '--json r.st: expected another file than that of --resume'],
    [
      ['--save', 'six.txt'],
      '--save six.txt: expected a file that can be written, got: it is the file of --names',
    ],
    [['--save-every', '5'], '--save-every 5: expected --save <file> with it, got none'],
  ])('%j', async (options, message) => {
    const before = readFileSync(here('r.st'));
    const { code, stdout, stderr } = await lanewiseHere('train', '--resume', 'r.st', ...options);
    expect([code, stdout, stderr]).toEqual([2, '', `lanewise: ${message}\n`]);
    expect(readFileSync(here('r.st'))).toEqual(before);
  });

  it.each([
    [
      'r.st',
      ['--names', 'others.txt'],
      /^lanewise: --names others\.txt: expected the list that r\.st was trained on, SHA-256 [0-9a-f]{16}…, got another, /,
    ],
    ['none.st', [], /^lanewise: --resume none\.st: expected a checkpoint, got: no such file or directory\n$/],
    ['six.txt', [], /^lanewise: --resume six\.txt: expected a checkpoint in the safetensors format, got /],
    [
      'cut.st',
      [],
      /^lanewise: --resume cut\.st: expected \d+ bytes of tensors, got \d+: the file was cut short\n$/,
    ],
    ['damaged.st', [], /^lanewise: --resume damaged\.st: expected SHA-256 .*: the file is damaged\n$/],
  ])('%s %j', async (name, options, message) => {
    const { code, stderr } = await lanewiseHere('train', '--resume', name, ...options);
    expect(stderr).toMatch(message);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(code).toBe(2);
  });

  it('gains that are not those of the checkpoint', async () => {
    const net = ['--names', 'six.txt', '--net', 'deep', '--depth', '3', '--hidden', '8', '--batch', '4'];
    const gains = ['--gain', '1,5/3'];
    const saved = ['train', ...net, ...gains, '--steps', '6', '--quiet', '--save', 'gains.st'];
    expect((await lanewiseHere(...saved)).code).toBe(0);
    const resume = (...more: string[]) => lanewiseHere('train', '--resume', 'gains.st', ...more);
    for (const [other, shown] of [
      ['1,2', '1,2'],
      ['1', '1'],
    ]) {
      const { code, stderr } = await resume('--gain', other);
      expect([code, stderr]).toEqual([
        2,
        `lanewise: --gain ${shown}: expected 1,1.6666666666666667, as gains.st has, got ${shown}\n`,
      ]);
    }
    const more = ['--steps', '10', '--quiet', '--json', 'resumed.json'];
    expect((await resume(...gains, ...more)).stderr).toBe('');
    await lanewiseHere('train', ...net, ...gains, '--steps', '10', '--quiet', '--json', 'unbroken.json');
    expect(record('resumed.json')).toMatchObject({ gain: [1, 5 / 3] });
    expect(numbers('resumed.json')).toEqual(numbers('unbroken.json'));
  });

  it('but not the same value again', async () => {
    const same = ['--hidden', '8', '--seed', '2147483647', '--net', 'mlp', '--steps', '20'];
    const { code, stderr } = await lanewiseHere('train', '--resume', 'r.st', ...same, '--names', 'six.txt');
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('lanewise sample and inspect', () => {
  beforeAll(async () => {
    await lanewiseHere('train', ...SHAPE, '--steps', '300', '--save', 's.st', '--json', 's.json', '--quiet');
  });

  it('sample draws the names that the run ended with, others with another seed, as many as -n says', async () => {
    const draw = async (...args: string[]) => {
      const { code, stdout, stderr } = await lanewiseHere('sample', 's.st', ...args);
      expect([code, stderr]).toEqual([0, '']);
      return stdout.split('\n').slice(0, -1);
    };
    const names = record('s.json').samples.map((name) => name.replace(/\.$/, ''));
    expect(await draw()).toEqual(names);
    expect(await draw('-n', '5')).toEqual(names.slice(0, 5));
    const many = await draw('-n', '250', '--seed', '7');
    expect(many).toHaveLength(250);
    expect(many.slice(0, 20)).not.toEqual(names);
    expect(await draw('-n', '0')).toEqual([]);
  });

  it('names with a dot keep it: the boundary is printed as another character', async () => {
    writeFileSync(here('dotted.txt'), 'st.john\nava.\nmia\n.zoe\na.n.n\nbob\n');
    const dotted = ['--names', 'dotted.txt', ...SHAPE.slice(2), '--init', 'kaiming', '--save', 'd.st'];
    const run = await lanewiseHere('train', ...dotted, '--steps', '300', '--json', 'd.json');
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^vocabulary {3}15: ␃\.abehijmnostvz$/m);
    const { samples, vocabulary } = record('d.json');
    expect(vocabulary.slice(0, 2)).toEqual(['␃', '.']);
    expect(samples.every((name) => /^[^␃]*␃$/.test(name))).toBe(true);
    expect(samples.some((name) => name.includes('.'))).toBe(true);
    const drawn = await lanewiseHere('sample', 'd.st');
    expect(drawn.stdout).toBe(samples.map((name) => `${name.slice(0, -1)}\n`).join(''));
    const resumed = await lanewiseHere('train', '--resume', 'd.st', '--steps', '310', '--quiet');
    expect([resumed.code, resumed.stderr]).toEqual([0, '']);
  });

  it('inspect shows the metadata, and each tensor with its statistics', async () => {
    const { code, stdout, stderr } = await lanewiseHere('inspect', 's.st');
    expect([code, stderr]).toEqual([0, '']);
    const { metadata, tensors } = readCheckpoint(readFileSync(here('s.st')));
    expect(stdout).toMatch(/^lanewise {7}1\narchitecture {3}\[.*Embedding\(10, 2\).*\n(.*\n)*step {11}300\n/);
    expect(stdout).toContain(`checksum       ${metadata.get('checksum')}\n`);
    expect(stdout).toContain('vocabulary     10: .abeimnovz\n');
    expect(stdout).toMatch(/^names +6 \(six\.txt\), SHA-256 [0-9a-f]{64}$/m);
    const lines = stdout.split('\n');
    expect(tensors.size).toBe(8);
    for (const [name, { shape, data }] of tensors) {
      const n = data.length;
      const mean = data.reduce((a, b) => a + b, 0) / n;
      const std = Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1));
      const row = lines.find((line) => line.startsWith(`${name} `))?.split(/ {2,}/) as string[];
      expect(row.slice(0, 2)).toEqual([name, `(${shape.join(', ')})`]);
      // Five digits are shown.
      expect(Math.abs(Number(row[2]) - mean)).toBeLessThan(1e-4 * Math.abs(mean) + 1e-6);
      expect(Math.abs(Number(row[3]) - std)).toBeLessThan(1e-4 * std);
      expect(row.slice(4)).toEqual([Math.min(...data).toPrecision(5), Math.max(...data).toPrecision(5), '0']);
    }
    expect(lines.at(-2)).toMatch(/^8 tensors, \d+ numbers$/);
  });

  it('inspect shows calibrated statistics as rows of their own; sample draws as without them', async () => {
    const names = parseNames(readFileSync(here('six.txt')), here('six.txt'));
    using run = await Run.resume(names, readRun(readFileSync(here('s.st'))));
    await run.evaluate();
    writeFileSync(here('calibrated.st'), run.save());
    const { code, stdout, stderr } = await lanewiseHere('inspect', 'calibrated.st');
    expect([code, stderr]).toEqual([0, '']);
    const rows = stdout.split('\n').filter((line) => /^\d+\.(running|calibrated)_/.test(line));
    const cells = rows.map((row) => row.split(/ {2,}/));
    const [mean, std] = ['mean', 'std'].map((of) => `3.calibrated_${of}`);
    expect(cells.map(([name, shape]) => [name, shape]).slice(2)).toEqual([
      [mean, '(8)'],
      [std, '(8)'],
    ]);
    const { tensors } = readCheckpoint(readFileSync(here('calibrated.st')));
    for (const [name, , , , min, max] of cells.slice(2)) {
      const data = tensors.get(name)?.data as Float32Array;
      expect([min, max]).toEqual([Math.min(...data).toPrecision(5), Math.max(...data).toPrecision(5)]);
    }
    expect(stdout).toMatch(/\n10 tensors, \d+ numbers\n$/);
    const [with_, without] = [
      await lanewiseHere('sample', 'calibrated.st'),
      await lanewiseHere('sample', 's.st'),
    ];
    expect(with_).toEqual(without);
  });

  it.each([
    [['sample'], 'sample: expected the file of a checkpoint, got none'],
    [['inspect'], 'inspect: expected the file of a checkpoint, got none'],
    [['inspect', 's.st', 'r.st'], "inspect: expected one file, got 'r.st' too"],
    [['sample', 's.st', '-n', 'x'], "-n: expected an integer from 0 to 1000000000, got 'x'"],
    [['inspect', 'none.st'], 'none.st: expected a checkpoint, got: no such file or directory'],
    [['sample', '.'], '.: expected a checkpoint, got: it is a directory'],
  ])('refuse %j', async (args, message) => {
    expect(await lanewiseHere(...args)).toEqual({ code: 2, stdout: '', stderr: `lanewise: ${message}\n` });
  });
});
