import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../../src/makemore/index.js';
import { cli, lanewise, temporaryFolder } from './command.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const here = (name: string) => join(folder, name);
const lanewiseHere = (...args: string[]) => lanewise(args, { cwd: folder });
writeFileSync(here('six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');
/** A run of no time. */
const SMALL = ['train', '--names', 'six.txt', '--hidden', '8', '--embedding', '2', '--steps', '3'];
const leftovers = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

describe('a path', () => {
  beforeAll(() => {
    mkdirSync(here('d1'));
    symlinkSync('d1', here('d2'));
    writeFileSync(here('there'), 'kept');
    symlinkSync('there', here('link'));
    linkSync(here('there'), here('hard'));
    symlinkSync('six.txt', here('names-link'));
    symlinkSync('not-there', here('dangling'));
    writeFileSync(here('net.st'), '');
  });

  const other = (option: string, path: string, than: string) =>
    `${option} ${path}: expected another file than that of ${than}`;
  const pairs: [a: string, b: string][] = [
    ['d1/same', 'd2/same'],
    ['d1/same', 'd1/../d2/./same'],
    ['there', 'link'],
    ['there', 'hard'],
    ['not-there', 'dangling'],
    ['same', 'same'],
  ];
  it.each(
    pairs.flatMap(([a, b]) => ['train', 'lecture', 'experiment'].map((command) => [command, a, b] as const)),
  )('%s --json %s --report %s is one file, and refused', async (command, json, report) => {
    const args = [command, '--names', 'six.txt', '--json', json, '--report', report];
    expect(await lanewiseHere(...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `lanewise: ${other('--report', report, '--json')}\n`,
    });
    expect([readFileSync(here('there'), 'utf8'), readdirSync(here('d1'))]).toEqual(['kept', []]);
  });

  it.each([
    [['--save', 'd1/same', '--json', 'd2/same'], other('--json', 'd2/same', '--save')],
    [['--save', 'd1/same', '--report', 'd2/same'], other('--report', 'd2/same', '--save')],
  ])('%j too', async (args, message) => {
    expect((await lanewiseHere(...SMALL, ...args)).stderr).toBe(`lanewise: ${message}\n`);
  });

  it.each(['train', 'lecture', 'experiment'])('%s writes no file that it reads', async (command) => {
    for (const option of ['--json', '--report', ...(command === 'train' ? ['--save'] : [])])
      for (const path of ['six.txt', 'names-link', './d1/../six.txt']) {
        const { code, stderr } = await lanewiseHere(command, '--names', 'six.txt', option, path);
        expect([code, stderr]).toEqual([
          2,
          `lanewise: ${option} ${path}: expected a file that can be written, got: it is the file of --names\n`,
        ]);
      }
  });

  it('of a checkpoint that a run goes on from may be --save only', async () => {
    await lanewiseHere(...SMALL, '--save', 'on.st');
    symlinkSync('on.st', here('on-link'));
    const resume = ['train', '--resume', 'on.st', '--steps', '4'];
    for (const option of ['--json', '--report'])
      expect((await lanewiseHere(...resume, option, 'on-link')).stderr).toBe(
        `lanewise: ${other(option, 'on-link', '--resume')}\n`,
      );
    expect((await lanewiseHere(...resume, '--save', 'on-link')).code).toBe(0);
    expect(readRun(readFileSync(here('on.st'))).step).toBe(4);
  });

  it('that is a link to nothing is written where it points', async () => {
    mkdirSync(here('elsewhere'));
    symlinkSync('elsewhere/new.json', here('to-new'));
    symlinkSync('to-new', here('to-link'));
    expect((await lanewiseHere(...SMALL, '--json', 'to-link')).code).toBe(0);
    expect(JSON.parse(readFileSync(here('elsewhere/new.json'), 'utf8')).steps).toBe(3);
    for (const link of ['to-new', 'to-link']) expect(lstatSync(here(link)).isSymbolicLink()).toBe(true);
    symlinkSync('round', here('round'));
    expect((await lanewiseHere(...SMALL, '--json', 'round')).stderr).toContain('too many symbolic links');
  });

  it('may be as long as the system allows', async () => {
    const name = 'é'.repeat(120).padEnd(135, 'x');
    expect(Buffer.byteLength(name)).toBe(255);
    for (const _ of [1, 2]) {
      const { code, stderr } = await lanewiseHere(...SMALL, '--json', name);
      expect([code, stderr]).toEqual([0, '']);
    }
    expect([existsSync(here(name)), leftovers()]).toEqual([true, []]);
  });

  it('keeps the mode of what was there, whatever new files are to have', async () => {
    writeFileSync(here('open.json'), '');
    chmodSync(here('open.json'), 0o666);
    await lanewiseHere(...SMALL, '--json', 'open.json');
    expect(statSync(here('open.json')).mode & 0o777).toBe(0o666);
  });
});

/** Where no file may be larger than so many kilobytes: as on a full disk, the write begins and fails. */
const limited = (kilobytes: number, ...args: string[]) => {
  const command = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return { code: status, stdout, stderr };
};
const failed = (option: string, path: string, what: string) =>
  `lanewise: ${option} ${path}: could not write the ${what}: the file would be larger than is allowed\n`;

describe('an output that cannot be written, of train', () => {
  const all = (name: string) => [
    '--save',
    `${name}.st`,
    '--json',
    `${name}.json`,
    '--report',
    `${name}.html`,
  ];
  const written = (name: string) =>
    ['st', 'json', 'html'].filter((end) => existsSync(here(`${name}.${end}`)));

  it.each([
    ['at its end', []],
    ['every few steps', ['--save-every', '2']],
  ])('%s is said once; the run goes on and writes the others; exit code 2', (_, every) => {
    const wide = ['--hidden', '12000', '--steps', '4'];
    const { code, stdout, stderr } = limited(800, ...SMALL, ...wide, ...every, ...all('wide'));
    expect(stderr).toBe(failed('--save', 'wide.st', 'checkpoint'));
    expect(code).toBe(2);
    expect(stdout).not.toContain('wide.st');
    expect(stdout).toMatch(/^samples [\s\S]*^record {7}wide\.json\nreport {7}wide\.html\n$/m);
    expect([written('wide'), leftovers()]).toEqual([['json', 'html'], []]);
  });

  it('may be the report, or the record', () => {
    const report = limited(20, ...SMALL, ...all('small'));
    expect([report.code, report.stderr]).toEqual([2, failed('--report', 'small.html', 'report')]);
    expect([written('small'), leftovers()]).toEqual([['st', 'json'], []]);
    // A loss of each of 1,000 steps.
    const record = limited(20, ...SMALL, '--steps', '1000', '--json', 'long.json', '--save', 'long.st');
    // The checkpoint holds the losses too.
    expect(record.stderr).toBe(
      failed('--save', 'long.st', 'checkpoint') + failed('--json', 'long.json', 'record'),
    );
    expect([record.code, written('long')]).toEqual([2, []]);
  });

  it('leaves the exit code of a signal, and takes that of a divergence', () => {
    const diverged = [...SMALL, '--lr', '1e30', '--report', 'diverged.html', '--json', 'diverged.json'];
    const { code, stderr } = limited(20, ...diverged);
    expect(stderr).toMatch(
      /^lanewise: the loss became NaN .*\nlanewise: --report diverged.html: could not write /,
    );
    expect([code, written('diverged')]).toEqual([2, ['json']]);
  });
});

it('an output that cannot be written, of lecture and experiment, leaves what there is else', () => {
  const names = ['--names', 'six.txt'];
  const lecture = limited(0, 'lecture', '--cell', 'widget', ...names, '--json', 'l.json');
  expect([lecture.code, lecture.stderr]).toEqual([2, failed('--json', 'l.json', 'record')]);
  expect(lecture.stdout).toContain('(widget)');
  const sets = ['--set', 'gain', '--steps', '2', '--jobs', '1'];
  const outputs = ['--json', 'e.json', '--report', 'e.html'];
  const experiment = limited(20, 'experiment', ...names, ...sets, ...outputs);
  expect([experiment.code, experiment.stderr]).toEqual([2, failed('--report', 'e.html', 'report')]);
  expect(experiment.stdout).toMatch(/\nrecord e\.json\n$/);
  expect(['l.json', 'e.json', 'e.html'].filter((name) => existsSync(here(name)))).toEqual(['e.json']);
  expect(leftovers()).toEqual([]);
});
