import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printable } from '../../src/index.js';
import { readCheckpoint } from '../../src/interchange/index.js';
import type { SafetensorsTensor } from '../../src/interchange/safetensors.js';
import { lanewise, temporaryFolder } from './command.js';
import { sealed } from './sealed.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const here = (name: string) => join(folder, name);

/** Clears the screen, begins a sequence by one character, turns the text round, forges a line. */
const NASTY = 'a\u001b[2J\u009b1m\u202eb\u2028c\nlanewise: forged\r';
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const SMALL = ['--hidden', '8', '--embedding', '2', '--steps', '2'];

it('text is printed as it is, but for what is obeyed or not seen', () => {
  expect(printable(NASTY)).toBe('a\\u{1b}[2J\\u{9b}1m\\u{202e}b\\u{2028}c\\u{a}lanewise: forged\\u{d}');
  for (const text of ['', 'Zoë', 'می\u200cخواهم', '𝒜 👩\u200d💻', 'a\\u{1b}'])
    expect(printable(text)).toBe(text);
});

describe('no output has what a terminal would obey in what it was given:', () => {
  beforeAll(async () => {
    writeFileSync(here('six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');
    // Names may hold formats, but no control characters.
    const names = ['em\u202ema', 'a\u2066va', 'mia', 'zoe', 'a\u2028n', 'bob'];
    writeFileSync(here('names.txt'), `${names.join('\n')}\n`);
    writeFileSync(here('control.txt'), `emma\nav${'\u009b'}a\nmia\n`);
    writeFileSync(here('one.txt'), 'em\u202ema\n');
    mkdirSync(here(NASTY));
    writeFileSync(join(here(NASTY), 'names.txt'), `${names.join('\n')}\n`);
    const saved = ['train', '--names', 'names.txt', ...SMALL, '--save', 'net.st', '--quiet'];
    expect((await lanewise(saved, { cwd: folder })).stderr).toBe('');
    const { metadata, tensors } = readCheckpoint(readFileSync(here('net.st')));
    const one = { shape: [1], data: Float32Array.of(1) };
    const write = (name: string, more: [string, string][], tensor?: string) =>
      writeFileSync(
        here(name),
        sealed(
          [...metadata, ...more],
          new Map<string, SafetensorsTensor>([
            ...tensors,
            ...(tensor === undefined ? [] : [[tensor, one] as const]),
          ]),
        ),
      );
    write('key.st', [[NASTY, NASTY]]);
    write('tensor.st', [], NASTY);
    write('step.st', [['step', NASTY]]);
    write('settings.st', [['settings', NASTY]]);
    write('vocabulary.st', [['vocabulary', JSON.stringify(['.', NASTY])]]);
    write('path.st', [['names', JSON.stringify({ path: NASTY, sha256: 'a'.repeat(64), count: 6 })]]);
  });

  const nastyNames = `${NASTY}/names.txt`;
  const saved = ['key', 'tensor', 'step', 'settings', 'vocabulary', 'path', 'net'].map(
    (name) => `${name}.st`,
  );
  it.each([
    ['train', '--names', 'names.txt', ...SMALL, '--report', 'r.html'],
    ['train', '--names', nastyNames, ...SMALL, '--json', `${NASTY}.json`, '--save', `${NASTY}.st`],
    ['train', '--names', 'control.txt'],
    ['train', '--names', 'one.txt'],
    ['train', '--names', `${NASTY}/none`],
    ['train', '--json', `${NASTY}/none/x`],
    ['train', `--${NASTY}`],
    ['train', NASTY],
    ['train', '--net', NASTY],
    [NASTY],
    ['help', NASTY],
    ['lecture', '--names', nastyNames, '--cell', 'data', '--steps', '20'],
    ['lecture', '--cell', NASTY],
    ['experiment', '--set', NASTY],
    ['experiment', '--names', nastyNames, '--set', 'init', '--steps', '1', '--json', `${NASTY}.json`],
    ['sample', NASTY],
    ['inspect', NASTY],
    ...saved.flatMap((file) => [
      ['inspect', file],
      ['sample', file],
      ['train', '--resume', file],
    ]),
  ])('%j', async (...args) => {
    const { stdout, stderr, code } = await lanewise(args, { cwd: folder });
    expect(stdout).not.toMatch(HIDDEN);
    expect(stderr).not.toMatch(HIDDEN);
    expect(`\n${stdout}\n${stderr}`).not.toContain('\nlanewise: forged');
    // Told, not thrown.
    expect(stderr).not.toMatch(/^ +at /m);
    expect([0, 2]).toContain(code);
  });

  it('nor has the report what turns its text round', () => {
    expect(readFileSync(here('r.html'), 'utf8')).not.toMatch(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  });
});

describe('a path that nobody typed', () => {
  it('may be a pipe by now, and is not waited for', async () => {
    spawnSync('mkfifo', [here('was-names')]);
    const { metadata, tensors } = readCheckpoint(readFileSync(here('net.st')));
    const names = JSON.stringify({ ...JSON.parse(metadata.get('names') ?? ''), path: 'was-names' });
    writeFileSync(here('fifo.st'), sealed([...metadata, ['names', names]], tensors));
    const { code, stderr } = await lanewise(['train', '--resume', 'fifo.st'], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--names was-names: .* it is not a regular file; /),
    ]);
  });
});

describe('a checkpoint', () => {
  const put = async (name: string, more: [string, string]) => {
    const { metadata, tensors } = readCheckpoint(readFileSync(here('net.st')));
    writeFileSync(here(name), sealed([...metadata, more], tensors));
    return metadata;
  };

  it('whose step is not written as a number is, is refused by inspect and --resume alike', async () => {
    await put('007.st', ['step', '007']);
    for (const [args, place] of [
      [['inspect', '007.st'], '007.st'],
      [['train', '--resume', '007.st'], '--resume 007.st'],
    ] as const)
      expect((await lanewise(args, { cwd: folder })).stderr).toBe(
        `lanewise: ${place}: expected metadata 'step' to be the number of steps made, got '007'\n`,
      );
  });

  it('whose rate is none of a run is refused for it, not for the size of the network', async () => {
    const { metadata } = readCheckpoint(readFileSync(here('net.st')));
    const settings = JSON.stringify({ ...JSON.parse(metadata.get('settings') ?? ''), lr: 1e300 });
    await put('lr.st', ['settings', settings]);
    const { code, stderr } = await lanewise(['train', '--resume', 'lr.st'], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      "lanewise: --resume lr.st: expected metadata 'settings' to be those of a run, lr from 0 to 1e+30, got 'lr 1e+300'\n",
    ]);
  });
});
