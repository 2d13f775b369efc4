import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readStrictly } from '../charts/html-check.js';
import { lanewise, temporaryFolder } from './command.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

writeFileSync(join(folder, 'six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');
const lanewiseHere = (...args: string[]) => lanewise(args, { cwd: folder });
/** A run of no time. */
const SMALL = ['train', '--quiet', '--names', 'six.txt', '--hidden', '8', '--embedding', '2'];
const DEEP = [...SMALL, '--net', 'deep', '--depth', '3'];

const html = (name: string) => readFileSync(join(folder, name), 'utf8');
const read = (name: string) => readStrictly(html(name));
const sections = (name: string) =>
  read(name)
    .elements.filter(({ tag }) => tag === 'section')
    .map(({ attributes }) => attributes.id);
const everything = [
  ...['loss', 'initial', 'activations', 'activation-gradients', 'weight-gradients', 'updates'],
  ...['splits', 'samples'],
];

describe('lanewise train --report', () => {
  it('writes what was seen of the run as one HTML file, and says so', async () => {
    const args = ['--steps', '300', '--net', 'deep', '--report', 'deep.html', '--json', 'deep.json'];
    const { code, stdout, stderr } = await lanewiseHere('train', ...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\nrecord {7}deep\.json\nreport {7}deep\.html\n$/);
    expect(sections('deep.html')).toEqual([...everything, 'settings']);
    const { text } = read('deep.html');
    const run = JSON.parse(html('deep.json'));
    expect(run).toMatchObject({ net: 'deep', depth: 6, hidden: 100, parameters: 47_024 });
    expect(run.losses[0][1]).toBeCloseTo(3.3141, 4);
    const { fingerprint, samples, final } = run;
    for (const fact of [fingerprint, samples[0], final.running.val.toFixed(4), 'layer 16 Tanh', '47,024'])
      expect(text).toContain(fact);
    expect(text).not.toMatch(/NaN|undefined|steps\/s|Node/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is the same file for the same run, and trains the same network as without it', async () => {
    await Promise.all([
      lanewiseHere(...DEEP, '--steps', '700', '--report', 'a.html', '--json', 'a.json'),
      lanewiseHere(...DEEP, '--steps', '700', '--report', 'b.html'),
      lanewiseHere(...DEEP, '--steps', '700', '--json', 'c.json'),
    ]);
    expect(html('a.html')).toBe(html('b.html'));
    expect(JSON.parse(html('a.json')).fingerprint).toBe(JSON.parse(html('c.json')).fingerprint);
  });

  it('speaks of the network that was trained: another activation, no batch norm, no hidden layer', async () => {
    const none = ['--no-batch-norm', '--steps', '50'];
    await Promise.all([
      lanewiseHere(...DEEP, ...none, '--report', 'plain.html'),
      lanewiseHere(...DEEP, ...none, '--activation', 'relu', '--report', 'relu.html'),
      lanewiseHere(...DEEP, '--depth', '1', '--steps', '50', '--report', 'one.html'),
    ]);
    expect(sections('plain.html')).toEqual(expect.arrayContaining(everything));
    expect(read('plain.html').text).not.toMatch(/running|calibrated/);
    expect(read('plain.html').text).toContain('without batch normalisation');
    expect(read('relu.html').text).toContain('h ≤ 0');
    expect(read('relu.html').text).not.toContain('tanh');
    expect(sections('one.html').slice(0, 3)).toEqual(['loss', 'weight-gradients', 'updates']);
  });

  it('of a run without a step has what there is', async () => {
    await lanewiseHere(...SMALL, '--steps', '0', '--report', 'zero.html');
    expect(sections('zero.html')).toEqual(['splits', 'samples', 'settings']);
  });

  it('of a run that goes on has the losses from its beginning', async () => {
    await lanewiseHere(...SMALL, '--steps', '1500', '--save', 'half.safetensors');
    await lanewiseHere('train', '--quiet', '--resume', 'half.safetensors', '--report', 'early.html');
    // Nothing was left to do: of the layers there is nothing to see.
    expect(sections('early.html')).not.toContain('activations');
    const on = ['--resume', 'half.safetensors', '--steps', '1600'];
    await lanewiseHere('train', '--quiet', ...on, '--report', 'on.html');
    expect(sections('on.html')).toEqual(expect.arrayContaining(['loss', 'activations', 'updates']));
    expect(sections('on.html')).not.toContain('initial');
    expect(read('on.html').text).toMatch(/The first minibatch lost/);
    expect(read('on.html').elements.find(({ tag }) => tag === 'svg')?.attributes['aria-label']).toMatch(
      /^Loss over 1,600 steps/,
    );
  });

  it('of a run that diverged says so, and exits with 1', async () => {
    const { code, stdout, stderr } = await lanewiseHere('train', '--lr', '1e30', '--report', 'nan.html');
    expect(code).toBe(1);
    expect(stderr).toMatch(/the loss became NaN at step 1 /);
    expect(stdout).toMatch(/report +nan\.html\n$/);
    const { text } = read('nan.html');
    expect(text).toMatch(
      /Stopped early\.\s+The loss became NaN at step 1; the last one that was a number: 3\.\d{4}/,
    );
    expect(text).toContain('Likely cause: the learning rate 1e+30 is too high');
    expect(sections('nan.html')).toContain('findings');
    expect(sections('nan.html')).not.toContain('splits');
    expect(html('nan.html').match(/ d="[^"]*NaN/)).toBeNull();
  });

  it.each([
    ['a gain of next to nothing', ['--gain', '1e-30']],
    ['a gain beyond all measure', ['--gain', '1e30']],
    ['ReLU that explodes', ['--no-batch-norm', '--activation', 'relu', '--gain', '1e5']],
    ['ReLU and a rate that explodes', ['--no-batch-norm', '--activation', 'relu', '--lr', '1e20']],
  ])('of a run with %s is written', async (_, options) => {
    const { stderr } = await lanewiseHere(...DEEP, ...options, '--steps', '10', '--report', 'extreme.html');
    expect(stderr).toMatch(/^(lanewise: the loss became .*\n)?$/);
    expect(read('extreme.html').text).toMatch(/·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/);
    expect(html('extreme.html')).not.toMatch(/ (?:d|x|y|transform)="[^"]*(?:NaN|Infinity)/);
    rmSync(join(folder, 'extreme.html'));
  });

  it('of a run that is stopped says how far it got', async () => {
    let sent = false;
    const loud = SMALL.filter((arg) => arg !== '--quiet');
    const { code, stdout } = await lanewise([...loud, '--steps', '1000000000', '--report', 'stopped.html'], {
      cwd: folder,
      onOutput(output, child) {
        if (!sent && / 10000\//.test(output)) sent = child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stdout).toMatch(/report +stopped\.html\n$/);
    expect(read('stopped.html').text).toMatch(
      /Stopped early\.\s+[1-9][\d,]{5,} of 1,000,000,000 steps were made\./,
    );
    expect(sections('stopped.html')).toEqual(expect.arrayContaining(['loss', 'initial', 'activations']));
  });

  it('refuses a file that is written or read beside it, or that cannot be written', async () => {
    writeFileSync(join(folder, 'same.html'), '');
    symlinkSync('same.html', join(folder, 'link.html'));
    await lanewiseHere(...SMALL, '--steps', '1', '--save', 'kept.safetensors');
    for (const [args, message] of [
      [
        ['--json', 'same.html', '--report', './same.html'],
        '--report ./same.html: expected another file than that of --json',
      ],
      [
        ['--save', 'same.html', '--report', 'link.html'],
        '--report link.html: expected another file than that of --save',
      ],
      [
        ['--resume', 'kept.safetensors', '--report', 'kept.safetensors'],
        '--report kept.safetensors: expected another file than that of --resume',
      ],
      [
        ['--report', 'six.txt'],
        '--report six.txt: expected a file that can be written, got: it is the file of --names',
      ],
      [['--report', '.'], '--report .: expected a file that can be written, got: it is a directory'],
    ] as const) {
      const { code, stderr } = await lanewiseHere('train', '--names', 'six.txt', '--steps', '1', ...args);
      expect([code, stderr]).toEqual([2, `lanewise: ${message}\n`]);
    }
    expect(html('same.html')).toBe('');
  });
});
