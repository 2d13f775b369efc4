// What nobody should give, and files that only look like what they are said to be: each is refused or done, in words.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/interchange/index.js';
import { cli, lanewise, temporaryFolder } from './command.js';
import { sealed } from './sealed.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const here = (name: string) => join(folder, name);
const lanewiseHere = (...args: string[]) => lanewise(args, { cwd: folder });
const SMALL = ['train', '--names', 'six.txt', '--hidden', '8', '--embedding', '2'];

beforeAll(async () => {
  writeFileSync(here('six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');
  // Of one context almost only: no batch of it has a deviation.
  writeFileSync(here('same.txt'), `${'x'.repeat(3000)}\n`.repeat(6));
  // Vocabularies that the lecture's networks, or wide ones, do not fit with into the memory of a core.
  const characters = Array.from({ length: 600_000 }, (_, i) => String.fromCodePoint(0x10000 + i));
  writeFileSync(here('most.txt'), `${characters.join('\n')}\n`);
  writeFileSync(here('many.txt'), `${characters.slice(0, 20_000).join('\n')}\n`);
  for (const name of ['zeros', 'text']) writeFileSync(here(name), name === 'text' ? 'emma\n'.repeat(20) : '');
  for (const name of ['zeros', 'text']) truncateSync(here(name), 2 ** 33);
  const { stderr } = await lanewiseHere(...SMALL, '--steps', '3', '--save', 'net.st', '--quiet');
  expect(stderr).toBe('');
});

/** The checkpoint with other settings, or another path of its names, and its right checksum. */
function forge(name: string, settings: object, path?: string): void {
  const { metadata, tensors } = readCheckpoint(readFileSync(here('net.st')));
  const merged = (key: string, more: object) =>
    [key, JSON.stringify({ ...JSON.parse(metadata.get(key) ?? ''), ...more })] as const;
  const more = [merged('settings', settings), merged('names', path === undefined ? {} : { path })];
  writeFileSync(here(name), sealed([...metadata, ...more], tensors));
}

describe('refused, with exit code 2 and one line:', () => {
  it.each([
    [['inspect', ''], "inspect: expected the file of a checkpoint, got ''"],
    [['sample', ''], "sample: expected the file of a checkpoint, got ''"],
    [['sample', 'net.st', '-n'], '--count: expected a value <n>, got none'],
    [['help', 'train', 'sample'], "help: expected one command, got 'sample' too"],
    // Of eight gigabytes only the beginning is read.
    ...(['inspect', 'sample'] as const).map((command): [string[], string] => [
      [command, 'zeros'],
      'zeros: expected a checkpoint in the safetensors format, got a header of 0 bytes',
    ]),
    [
      ['train', '--resume', 'text'],
      '--resume text: expected a checkpoint in the safetensors format, got text that begins with ‘emma’',
    ],
  ])('%j', async (args, message) => {
    expect(await lanewiseHere(...args)).toEqual({ code: 2, stdout: '', stderr: `lanewise: ${message}\n` });
  });

  it.each([
    ['mlp', []],
    ['deep', ['--net', 'deep']],
  ])('a vocabulary that is too large, by its name: %s', async (_, net) => {
    const wide = ['train', '--names', 'many.txt', '--hidden', '10000', '--steps', '1'];
    const { code, stderr } = await lanewiseHere(...wide, ...net);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^lanewise: --names many\.txt: expected a vocabulary whose network takes at most 2 GiB, got 20,001 characters \(.*\)\n$/,
      ),
    ]);
  });

  it.each([
    [{ hidden: 1_000_000 }, /^--resume forged\.st: hidden 1000000: expected a network of at most 2 GiB, /],
    [{ context: 1_000_000_000 }, /^--resume forged\.st: context 1000000000: expected examples of at most /],
    [{ batch: 1 }, /^--resume forged\.st: batch 1: expected at least 2 with batch norm /],
  ])('settings of a checkpoint, which are no options that were given: %j', async (settings, message) => {
    forge('forged.st', settings);
    const { code, stderr } = await lanewiseHere('train', '--resume', 'forged.st');
    expect([code, stderr.slice('lanewise: '.length)]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each([
    ['a\0b', /^--names a\\u\{0\}b: .*, got: no path holds U\+0000; the names of path\.st were there, /],
    [
      'x'.repeat(100_000),
      /^--names x{1000}…: .*, got: the name is too long; the names of path\.st were there, /,
    ],
  ])('a path from a checkpoint that can be none', async (path, message) => {
    forge('path.st', {}, path);
    const { code, stderr } = await lanewiseHere('train', '--resume', 'path.st');
    expect([code, stderr.slice('lanewise: '.length)]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr.length).toBeLessThan(1500);
  });
});

it('−0 is 0', async () => {
  const zeros = ['--steps', '-0', '--lr', '-0', '--lr-after', '-0', '--lr-drop', '-0', '--json', 'zero.json'];
  const { code, stdout } = await lanewiseHere(...SMALL, ...zeros);
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/-0\b/);
  expect(JSON.parse(readFileSync(here('zero.json'), 'utf8'))).toMatchObject({ steps: 0, lr: 0 });
  const steps = await lanewiseHere(...SMALL, '--lr', '-0', '--lr-after', '-0', '--steps', '2');
  expect([steps.code, steps.stderr]).toEqual([0, '']);
});

describe('lanewise lecture on names that its networks cannot learn says so, and in which cell:', () => {
  const likely =
    /the loss became NaN at step 0; likely cause: column 0 of the input of layer 3 BatchNorm1d .*/;

  it('where a loss becomes NaN, with the record of the cells before', async () => {
    const outputs = ['--json', 'same.json', '--report', 'same.html'];
    const { code, stderr } = await lanewiseHere('lecture', '--names', 'same.txt', '--steps', '9', ...outputs);
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [
        expect.stringMatching(new RegExp(`^lanewise: data: ${likely.source}$`)),
        'lanewise: --report same.html: not written, of a notebook that broke off',
        '',
      ],
    ]);
    expect(JSON.parse(readFileSync(here('same.json'), 'utf8')).cells).toEqual([]);
  });

  it('where only the report asks for such a network', async () => {
    const args = ['lecture', '--names', 'same.txt', '--cell', 'widget', '--report', 'widget.html'];
    const { code, stdout, stderr } = await lanewiseHere(...args);
    expect(code).toBe(1);
    expect(stdout).toContain('(widget)');
    expect(stderr).toMatch(
      new RegExp(`^lanewise: --report widget\\.html: could not make the report: ${likely.source}\n$`),
    );
  });

  it('where they take too much memory', async () => {
    const { code, stderr } = await lanewiseHere('lecture', '--names', 'most.txt', '--cell', 'zero');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^lanewise: zero: --names most\.txt: expected names whose networks take at most 2 GiB, got larger ones .*\n$/,
      ),
    ]);
  });
});

describe('lanewise lecture whose output takes no more ends', () => {
  const shell = (command: string) =>
    spawnSync(
      'bash',
      ['-c', command, process.execPath, cli, 'lecture', '--names', 'six.txt', '--steps', '9'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );

  it('silently where nobody reads it', () => {
    // The reader is gone before the first line.
    const { status, stderr } = shell('exec 3> >(exit 0); wait $!; "$0" "$@" >&3');
    expect([status, stderr]).toEqual([141, '']);
  });

  const full = existsSync('/dev/full');
  it.skipIf(!full)(
    `with one line where the disk is full${full ? '' : ': skipped, no /dev/full is here'}`,
    () => {
      const { status, stderr } = shell('"$0" "$@" > /dev/full');
      expect([status, stderr]).toEqual([
        1,
        'lanewise: the output cannot be written: no space left on the device\n',
      ]);
    },
  );
});
