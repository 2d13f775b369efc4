import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/makemore/index.js';
import { cli, lanewise, type Outcome, temporaryFolder } from './command.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const builtIn = readFileSync(new URL('../../src/makemore/data/ssa-2018.txt', import.meta.url));
const SIX = 'emma\nava\nmia\nzoe\nann\nbob\n';
/** A run of no time. */
const SMALL = ['train', '--names', 'six.txt', '--hidden', '8', '--embedding', '2'];
writeFileSync(join(folder, 'six.txt'), SIX);

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const record = (name: string): RunRecord => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const leftovers = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));
const lanewiseHere = (...args: string[]) => lanewise(args, { cwd: folder });

const KEYS =
  'version net init names vocabulary seed steps batch hidden embedding context lr lrAfter lrDrop parameters losses ' +
  'printed final samples fingerprint backend arithmetic seconds stepsPerSecond stopped';

describe('lanewise train --steps 1002 --json run.json', () => {
  let outcome: Outcome;
  let run: RunRecord;

  beforeAll(async () => {
    outcome = await lanewiseHere('train', '--steps', '1002', '--json', 'run.json');
    run = record('run.json');
  });

  it('ends with exit code 0, nothing on stderr and no temporary file', () => {
    expect([outcome.code, outcome.stderr, leftovers()]).toEqual([0, '', []]);
  });

  it('records what was asked for and what came of it', () => {
    expect(Object.keys(run).sort()).toEqual(KEYS.split(' ').sort());
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(run).toMatchObject({
      version,
      net: 'mlp',
      init: 'notebook',
      names: {
        path: 'built-in',
        sha256: sha256(builtIn),
        count: builtIn.toString().trimEnd().split('\n').length,
      },
      vocabulary: [...'.abcdefghijklmnopqrstuvwxyz'],
      seed: 2147483647,
      steps: 1002,
      batch: 32,
      hidden: 200,
      embedding: 10,
      context: 3,
      lr: 0.1,
      lrAfter: 0.01,
      lrDrop: 100_000,
      parameters: 12_097,
      backend: 'wasm',
      stopped: 'finished',
    });
    expect(run.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(run.stepsPerSecond).toBeCloseTo(1002 / run.seconds, 6);
  });

  it('keeps the losses of steps 0 to 1000 and of the last, and prints that of step 0', () => {
    expect(run.losses.map(([step]) => step)).toEqual([...Array.from({ length: 1001 }, (_, i) => i), 1001]);
    // All 27 characters are about as likely to a network before its first step.
    expect(run.losses[0][1]).toBeGreaterThan(Math.log(27));
    expect(run.losses[0][1]).toBeLessThan(Math.log(27) + 0.1);
    expect(run.printed).toEqual([run.losses[0]]);
  });

  it('evaluates each split with both statistics', () => {
    for (const row of [run.final?.running, run.final?.calibrated]) {
      expect(Object.keys(row ?? {})).toEqual(['train', 'val', 'test']);
      for (const loss of Object.values(row ?? {})) {
        expect(loss).toBeGreaterThan(2);
        expect(loss).toBeLessThan(2.6);
      }
    }
    expect(run.final?.running).not.toEqual(run.final?.calibrated);
  });

  it('samples 20 names', () => {
    expect(run.samples).toHaveLength(20);
    for (const name of run.samples) expect(name).toMatch(/^[a-z]*\.$/);
    expect(new Set(run.samples).size).toBeGreaterThan(10);
  });

  it('prints the same in the lecture’s form, without escape codes', () => {
    const { stdout } = outcome;
    const fixed = ({ train, val, test }: { train: number; val: number; test: number }) =>
      `train ${train.toFixed(6)}  val ${val.toFixed(6)}  test ${test.toFixed(6)}`;
    const lines = stdout.split('\n');
    expect(lines).toContain('train        (183430, 3) (183430)');
    expect(lines).toContain('val          (22953, 3) (22953)');
    expect(lines).toContain('test         (22818, 3) (22818)');
    expect(lines).toContain('vocabulary   27: .abcdefghijklmnopqrstuvwxyz');
    expect(lines).toContain('parameters   12097');
    expect(lines).toContain(`      0/   1002: ${run.losses[0][1].toFixed(4)}`);
    expect(lines.filter((line) => /^ *\d+\/ *\d+: /.test(line))).toHaveLength(1);
    expect(lines).toContain(`running      ${fixed(run.final?.running as never)}`);
    expect(lines).toContain(`calibrated   ${fixed(run.final?.calibrated as never)}`);
    const samples = lines.slice(
      lines.findIndex((line) => line.startsWith('samples')),
      lines.findIndex((line) => line.startsWith('speed')),
    );
    expect(samples.join(' ').replace('samples', '').trim().split(/\s+/)).toEqual(run.samples);
    const speed = Math.round(run.stepsPerSecond).toLocaleString('en');
    expect(stdout).toMatch(new RegExp(`^speed {8}1,002 steps in [0-9.]+ s: ${speed} steps/s$`, 'm'));
    expect(lines.slice(-2)).toEqual(['record       run.json', '']);
    expect(stdout).not.toContain('\x1b');
  });

  it('gives the same numbers again', async () => {
    await lanewiseHere('train', '--steps', '1002', '--json', 'again.json', '--quiet');
    const again = record('again.json');
    for (const key of ['fingerprint', 'losses', 'final', 'samples'] as const)
      expect(again[key]).toEqual(run[key]);
  });
});

describe('lanewise train', () => {
  it('prints and records a loss every 10,000 steps, and records every 1000th', async () => {
    const { stdout } = await lanewiseHere(...SMALL, '--steps', '20001', '--json', 'long.json');
    const run = record('long.json');
    expect(run.printed.map(([step]) => step)).toEqual([0, 10_000, 20_000]);
    expect(run.losses.slice(1001).map(([step]) => step)).toEqual(
      Array.from({ length: 19 }, (_, i) => (i + 2) * 1000),
    );
    expect(stdout.match(/^ *\d+\/ {2}20001: .*$/gm)).toEqual(
      run.printed.map(([step, loss]) => `${String(step).padStart(7)}/  20001: ${loss.toFixed(4)}`),
    );
  });

  it('has the same bits with --backend js', async () => {
    await lanewiseHere(...SMALL, '--steps', '30', '--json', 'wasm.json', '--backend', 'wasm');
    await lanewiseHere(...SMALL, '--steps', '30', '--json', 'js.json', '--backend', 'js');
    const [wasm, js] = [record('wasm.json'), record('js.json')];
    expect([wasm.backend, js.backend]).toEqual(['wasm', 'js']);
    for (const key of ['fingerprint', 'losses', 'final', 'samples'] as const)
      expect(js[key]).toEqual(wasm[key]);
  });

  // C, W1, W2 and b2 of 10 characters; then b1, and gain and bias of batch norm.
  const base = 10 * 2 + 6 * 8 + 8 * 10 + 10;
  it.each([
    ['original', base + 8],
    ['softmax', base + 8],
    ['tanh', base + 8],
    ['kaiming', base + 8],
    ['bn', base + 8 + 16],
    ['notebook', base + 16],
  ])('--init %s has the parameters of its row', async (init, count) => {
    const { code, stdout } = await lanewiseHere(
      ...SMALL,
      '--steps',
      '5',
      '--init',
      init,
      '--json',
      `${init}.json`,
    );
    const run = record(`${init}.json`);
    expect(code).toBe(0);
    expect(run).toMatchObject({ net: 'mlp', init, parameters: count });
    expect(stdout).toMatch(init === 'bn' || init === 'notebook' ? /^running .*\ncalibrated /m : /^loss {2}/m);
  });

  it('trains the six-layer network, and one of another shape', async () => {
    const small = ['train', '--steps', '5', '--quiet', '--names', 'six.txt', '--json'];
    // The end of a line stands for the boundary.
    const length = new Set(SIX).size;
    await lanewiseHere(...small, 'deep.json', '--net', 'deep');
    const deep = { net: 'deep', depth: 6, hidden: 100, activation: 'tanh', batchNorm: true, lrDrop: 150_000 };
    // C; six layers of weights; gain and bias of as many batch norms.
    const weights = 10 * length + 30 * 100 + 4 * 100 * 100 + 100 * length;
    const parameters = weights + 2 * (5 * 100 + length);
    expect(record('deep.json')).toMatchObject({ ...deep, parameters, bias: null, gain: null });
    expect(record('deep.json')).not.toHaveProperty('init');
    const shape = '--net deep --depth 3 --hidden 20 --activation relu --gain 1.4 --no-batch-norm'.split(' ');
    await lanewiseHere(...small, 'other.json', ...shape);
    const others = 10 * length + 30 * 20 + 20 + 20 * 20 + 20 + 20 * length + length;
    expect(record('other.json')).toMatchObject({
      net: 'deep',
      depth: 3,
      activation: 'relu',
      parameters: others,
    });
  });

  it('takes a gain for each hidden layer, and keeps them', async () => {
    const shape = [...SMALL, '--net', 'deep', '--steps', '3', '--quiet', '--json'];
    const gains = async (name: string, ...more: string[]) => {
      await lanewise([...shape, `${name}.json`, '--depth', '4', '--no-batch-norm', ...more], { cwd: folder });
      return record(`${name}.json`);
    };
    const several = await gains('several', '--gain', '1,5/3,2');
    expect(several).toMatchObject({ gain: [1, 5 / 3, 2] });
    const one = await gains('one', '--gain', '5/3');
    expect(one).toMatchObject({ gain: 5 / 3 });
    expect(one.fingerprint).not.toBe(several.fingerprint);
    const same = await gains('same', '--gain', '5/3, 5/3, 5/3');
    expect([same.fingerprint, same.losses]).toEqual([one.fingerprint, one.losses]);
    expect((await gains('none')).fingerprint).toBe(one.fingerprint);
  });

  it('reads the names of a file and of a pipe', async () => {
    const command = `cat six.txt | "${process.execPath}" "${cli}" train --names /dev/stdin --steps 5 --json pipe.json`;
    spawnSync('sh', ['-c', command], { cwd: folder });
    expect(record('pipe.json').names).toEqual({ path: '/dev/stdin', sha256: sha256(SIX), count: 6 });
    await lanewiseHere('train', '--names', 'six.txt', '--steps', '5', '--quiet', '--json', 'file.json');
    expect(record('file.json').names).toEqual({ path: 'six.txt', sha256: sha256(SIX), count: 6 });
    expect(record('file.json').fingerprint).toBe(record('pipe.json').fingerprint);
  });

  it('keeps a seed beyond 2^53 as text', async () => {
    await lanewiseHere(...SMALL, '--steps', '1', '--seed', '18446744073709551615', '--json', 'seed.json');
    expect(record('seed.json').seed).toBe('18446744073709551615');
  });

  it('makes no step with --steps 0', async () => {
    const { code, stdout } = await lanewiseHere(...SMALL, '--steps', '0', '--json', 'none.json');
    expect(record('none.json')).toMatchObject({
      steps: 0,
      losses: [],
      printed: [],
      stepsPerSecond: 0,
      stopped: 'finished',
    });
    expect([code, stdout.includes('NaN'), stdout.includes('speed')]).toEqual([0, false, false]);
  });

  it('--quiet prints the final losses only', async () => {
    const { stdout, stderr } = await lanewiseHere(...SMALL, '--steps', '30', '--quiet');
    expect(stdout).toMatch(/^running {6}train \d\.\d{6} .*\ncalibrated {3}train \d\.\d{6} .*\n$/);
    expect(stderr).toBe('');
  });

  it('colours with FORCE_COLOR, and never with NO_COLOR', async () => {
    const args = [...SMALL, '--steps', '3'];
    const coloured = await lanewise(args, { cwd: folder, env: { FORCE_COLOR: '1' } });
    expect(coloured.stdout).toContain('\x1b[');
    const plain = await lanewise(args, { cwd: folder, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\x1b');
  });

  it('replaces an older record, the one behind a link too, and keeps its mode', async () => {
    writeFileSync(join(folder, 'old.json'), 'x'.repeat(1e6), { mode: 0o600 });
    symlinkSync('old.json', join(folder, 'link.json'));
    await lanewiseHere(...SMALL, '--steps', '3', '--json', 'link.json');
    expect(record('old.json').steps).toBe(3);
    expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true);
    expect(statSync(join(folder, 'old.json')).mode & 0o777).toBe(0o600);
  });

  it('writes a whole record where several runs write the same file', async () => {
    const seeds = ['1', '2', '3'];
    await Promise.all(
      seeds.map((seed) => lanewiseHere(...SMALL, '--steps', '500', '--seed', seed, '--json', 'shared.json')),
    );
    expect(seeds.map(Number)).toContain(record('shared.json').seed);
    expect(leftovers()).toEqual([]);
  });
});

describe('a loss that becomes NaN or infinite', () => {
  it('stops the run: exit code 1, the step, the last finite loss, the cause, the record so far', async () => {
    const { code, stderr, stdout } = await lanewiseHere('train', '--lr', '1e30', '--json', 'nan.json');
    expect(stderr).toMatch(
      /^lanewise: the loss became NaN at step 1 \(last finite loss: 3\.\d+ at step 0\); likely cause: the learning rate 1e\+30 is too high.*\n$/,
    );
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/^(running|samples)/m);
    expect(record('nan.json')).toMatchObject({
      steps: 1,
      losses: [[0, expect.any(Number)]],
      final: null,
      samples: [],
      stopped: 'diverged',
      divergence: { step: 1, loss: 'NaN', lastLoss: expect.any(Number) },
    });
    expect(leftovers()).toEqual([]);
  });

  it('is found after the last step too', async () => {
    const { code, stderr } = await lanewiseHere(
      'train',
      '--lr',
      '1e30',
      '--steps',
      '1',
      '--json',
      'last.json',
    );
    expect(stderr).toMatch(
      /^lanewise: the loss became NaN at step 1 .*learning rate 1e\+30 is too high.*evaluation/,
    );
    expect(code).toBe(1);
    expect(record('last.json')).toMatchObject({ steps: 1, final: null, stopped: 'diverged' });
  });

  it('comes of a batch whose rows are all the same, and the message says so', async () => {
    const { code, stderr } = await lanewiseHere('train', '--batch', '2', '--steps', '5000');
    expect(stderr).toMatch(
      /likely cause: column 0 of the input of layer 3 BatchNorm1d has the same value in all 2 rows of the batch/,
    );
    expect(code).toBe(1);
  });
});

const full = existsSync('/dev/full');

describe('a run that is stopped', () => {
  /** Sends the signal once the output matches. */
  const stopAt = (pattern: RegExp, signal: NodeJS.Signals, ...args: string[]) => {
    let sent = false;
    return lanewise(args, {
      cwd: folder,
      onOutput(stdout, child) {
        if (sent || !pattern.test(stdout)) return;
        sent = true;
        child.kill(signal);
      },
    });
  };

  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'ended by SIGTERM'],
  ] as const)('by %s ends with exit code %i and the record so far', async (signal, exit, word) => {
    const endless = [...SMALL, '--steps', '1000000000', '--json', 'stopped.json'];
    const { code, stdout, stderr } = await stopAt(/ 10000\//, signal, ...endless);
    const { steps, losses, ...run } = record('stopped.json');
    expect(code).toBe(exit);
    expect(steps).toBeGreaterThan(10_000);
    const [step, loss] = losses[losses.length - 1];
    expect(step).toBe(steps - 1);
    expect(stderr).toBe(
      `lanewise: ${word} after ${steps.toLocaleString('en')} of 1,000,000,000 steps, last loss ${loss.toFixed(4)}\n`,
    );
    expect(run).toMatchObject({ final: null, samples: [], stopped: 'interrupted' });
    expect(stdout).not.toMatch(/^(running|samples)/m);
    expect(leftovers()).toEqual([]);
  });

  it('in its evaluation is interrupted too', async () => {
    const args = ['train', '--steps', '1', '--hidden', '4000', '--json', 'evaluation.json'];
    const { code, stderr } = await stopAt(/ 0\/ /, 'SIGINT', ...args);
    expect(stderr).toMatch(
      /^lanewise: interrupted after its 1 step, last loss [\d.]+, during the evaluation\n$/,
    );
    expect(code).toBe(130);
    expect(record('evaluation.json')).toMatchObject({ steps: 1, final: null, stopped: 'interrupted' });
  });

  it('because nobody reads on ends silently, with the record so far', async () => {
    const command = `"${process.execPath}" "${cli}" ${SMALL.join(' ')} --steps 1000000000 --json unread.json | head -n 3; echo $PIPESTATUS`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(5);
    expect(stdout.split('\n')[3]).toBe('141');
    expect(record('unread.json')).toMatchObject({ final: null, stopped: 'interrupted' });
    expect(leftovers()).toEqual([]);
  });

  it.skipIf(!full)(
    `because the output is full says so once: exit code 1${full ? '' : ': skipped, no /dev/full is here'}`,
    () => {
      const command = `"${process.execPath}" "${cli}" ${SMALL.join(' ')} --steps 1000000000 --json full.json > /dev/full`;
      const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
      expect(stderr).toBe('lanewise: the output cannot be written: no space left on the device\n');
      expect(status).toBe(1);
      expect(record('full.json')).toMatchObject({ final: null, stopped: 'interrupted' });
    },
  );
});
