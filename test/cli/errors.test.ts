import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lanewise, temporaryFolder } from './command.js';

const { folder, remove } = temporaryFolder();
const SIX = 'emma\nava\nmia\nzoe\nann\nbob\n';

beforeAll(() => {
  const put = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
  put('empty.txt', '');
  put('blank.txt', '\n \n');
  put('one.txt', 'emma\n');
  put('three.txt', 'emma\nava\nmia\n');
  put('binary.txt', Uint8Array.of(0x61, 0x0a, 0x62, 0x0a, 0xff, 0xfe, 0x00));
  put('zeros.txt', Uint8Array.of(0x61, 0x00, 0x0a));
  put('huge.txt', new Uint8Array(2 ** 26 + 1).fill(0x61));
  put('six.txt', SIX);
  put('kept.json', 'kept');
  chmodSync(join(folder, 'kept.json'), 0o444);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('six.txt', join(folder, 'link'));
  // Stands for devices too, which a mistake would replace for the whole machine.
  spawnSync('mkfifo', [join(folder, 'pipe')]);
});
afterAll(remove);

/** Names, sizes, dates and numbers of all that is in the folder. */
const listing = () =>
  readdirSync(folder).map((name) => {
    const { size, mtimeNs, ino } = lstatSync(join(folder, name), { bigint: true });
    return `${name} ${size} ${mtimeNs} ${ino}`;
  });

/** Arguments after `train`, and the whole of stderr after `lanewise: `. */
const cases: [args: string[], message: RegExp][] = [
  [['--steps', '-1'], /^--steps: expected an integer from 0 to 9007199254740991, got '-1'$/],
  [['--steps', '1e400'], /^--steps: expected an integer .*, got '1e400'$/],
  [['--steps', 'abc'], /^--steps: expected an integer .*, got 'abc'$/],
  [['--steps', '1.5'], /^--steps: expected an integer .*, got '1.5'$/],
  [['--steps', '0x10'], /^--steps: expected an integer .*, got '0x10'$/],
  [['--steps', 'Infinity'], /^--steps: expected an integer .*, got 'Infinity'$/],
  [['--steps', ''], /^--steps: expected an integer .*, got ''$/],
  [['--steps'], /^--steps: expected a value <n>, got none$/],
  [['--batch', '0'], /^--batch: expected an integer from 1 to 1048576, got '0'$/],
  [['--batch', '1'], /^--batch 1: expected at least 2 with batch norm .*standard deviation.*, got 1/],
  [['--batch', '1', '--init', 'bn'], /^--batch 1: expected at least 2 with batch norm/],
  [['--hidden', '0'], /^--hidden: expected an integer from 1 to 1048576, got '0'$/],
  [['--embedding', '-3'], /^--embedding: expected an integer from 1 to 1048576, got '-3'$/],
  [['--context', '2000000'], /^--context: expected an integer from 1 to 1048576, got '2000000'$/],
  [['--lr', 'nan'], /^--lr: expected a number from 0 to 1e30, got 'nan'$/],
  [['--lr', '-0.1'], /^--lr: expected a number from 0 to 1e30, got '-0.1'$/],
  [['--lr', '1e31'], /^--lr: expected a number from 0 to 1e30, got '1e31'$/],
  [['--lr-after', '1e400'], /^--lr-after: expected a number from 0 to 1e30, got '1e400'$/],
  [['--lr-drop', '-5'], /^--lr-drop: expected an integer .*, got '-5'$/],
  [
    ['--seed', '18446744073709551616'],
    /^--seed: expected an integer from -2\^63 to 2\^64 - 1.*, got '18446744073709551616'$/,
  ],
  [
    ['--seed', '-9223372036854775809'],
    /^--seed: expected an integer from -2\^63 .*, got '-9223372036854775809'$/,
  ],
  [['--seed', '1.5'], /^--seed: expected an integer .*, got '1.5'$/],
  [['--net', 'rnn'], /^--net: expected mlp or deep, got 'rnn'$/],
  [['--depth', '4'], /^--depth: expected --net deep, got --net mlp$/],
  [['--no-batch-norm'], /^--no-batch-norm: expected --net deep, got --net mlp$/],
  [['--net', 'deep', '--init', 'bn'], /^--init: expected --net mlp, got --net deep$/],
  [['--net', 'deep', '--batch', '1'], /^--batch 1: expected at least 2 .*; --no-batch-norm leaves it out$/],
  [['--net', 'deep', '--depth', '0'], /^--depth: expected an integer from 1 to 1000, got '0'$/],
  ...['x', '1,', '1,x', '1/2/3', '1/0', '1;2', '1,,2', '1,2e30', ''].map((gain): [string[], RegExp] => [
    ['--net', 'deep', '--gain', gain],
    new RegExp(
      `^--gain: expected a number or fraction from -1e30 to 1e30, or one for each hidden layer with commas between, got '${gain}'$`,
    ),
  ]),
  [
    ['--net', 'deep', '--gain', '1,2'],
    /^--gain 1,2: expected one number, or 5, one for each hidden layer of --depth 6, got 2$/,
  ],
  [
    ['--net', 'deep', '--depth', '2', '--gain', '1,2'],
    /^--gain 1,2: expected one number, or 1, one for each hidden layer of --depth 2, got 2$/,
  ],
  [['--gain', '1,2'], /^--gain: expected --net deep, got --net mlp$/],
  [
    ['--net', 'deep', '--activation', 'relo'],
    /^--activation: expected tanh, relu, .* elu or none, got 'relo'; did you mean relu\?$/,
  ],
  [
    ['--init', 'Kaimin'],
    /^--init: expected notebook, original, softmax, tanh, kaiming, bn or zero, got 'Kaimin'; did you mean kaiming\?$/,
  ],
  [['--init', 'zzzz'], /^--init: expected notebook, .* or zero, got 'zzzz'$/],
  [['--backend', 'webasm'], /^--backend: expected auto, wasm or js, got 'webasm'; did you mean wasm\?$/],
  [['--setps', '3'], /^unknown option '--setps'; did you mean --steps\?$/],
  [['--xyzzy'], /^unknown option '--xyzzy'; see lanewise train --help$/],
  [['names.txt', 'more'], /^train: expected options only, got 'names.txt'; .*--names <file>$/],
  // Too much memory: the option at fault is named, and nothing is allocated that the machine may not have.
  [['--hidden', '1000000'], /^--hidden 1000000: expected a network of at most 2 GiB, got a larger one/],
  [['--embedding', '1000000'], /^--embedding 1000000: expected a network of at most 2 GiB/],
  [['--batch', '1000000'], /^--batch 1000000: expected a network of at most 2 GiB/],
  [['--context', '100000'], /^--context 100000: expected examples of at most 2 GiB, got 85\.4 GiB$/],
  // --names
  [
    ['--names', 'missing.txt'],
    /^--names missing.txt: expected a text file of names.*, got: no such file or directory$/,
  ],
  [['--names', 'folder'], /^--names folder: expected a text file of names.*, got: it is a directory$/],
  [['--names', 'empty.txt'], /^--names empty.txt: expected names, one a line, got an empty file$/],
  [['--names', '/dev/stdin'], /^--names \/dev\/stdin: expected names, one a line, got an empty file$/],
  [['--names', 'blank.txt'], /^--names blank.txt: expected names, .*got nothing but blank lines \(2\)$/],
  [['--names', 'one.txt'], /^--names one.txt: expected at least 2 names, one a line, got 1: 'emma'$/],
  [['--names', 'three.txt'], /^--names three.txt: expected at least 6 names, .*got 3$/],
  [['--names', 'binary.txt'], /^--names binary.txt: line 3: expected UTF-8 text, got byte 0xff at offset 4$/],
  [
    ['--names', 'zeros.txt'],
    /^--names zeros.txt: line 1: expected one name, .*got control character U\+0000$/,
  ],
  [['--names', 'huge.txt'], /^--names huge.txt: expected a text file of names.*, got: more than 64 MiB$/],
  [['--names', '/dev/zero'], /^--names \/dev\/zero: expected a text file of names.*, got: more than 64 MiB$/],
  [['--names', ''], /^--names: expected a file, got ''$/],
  [['--names', '--quiet'], /^--names: expected a file, got '--quiet'/],
  // --json
  [
    ['--json', 'missing/run.json'],
    /^--json missing\/run.json: expected a file .*written, got: no such file or directory$/,
  ],
  [
    ['--json', 'six.txt/run.json'],
    /^--json six.txt\/run.json: expected a file .*, got: a part of the path is not a directory$/,
  ],
  [['--json', 'results/'], /^--json results\/: expected a file that can be written, got: no such directory$/],
  [['--json', 'folder'], /^--json folder: expected a file .*, got: it is a directory$/],
  [['--json', 'kept.json'], /^--json kept.json: expected a file .*, got: it is read-only$/],
  [['--json', 'pipe'], /^--json pipe: expected a file .*, got: it is not a regular file$/],
  [
    ['--json', 'six.txt', '--names', 'six.txt'],
    /^--json six.txt: expected a file .*, got: it is the file of --names$/,
  ],
  [
    ['--json', 'link', '--names', 'six.txt'],
    /^--json link: expected a file .*, got: it is the file of --names$/,
  ],
  [['--json', ''], /^--json: expected a file, got ''$/],
  [['--json', '--quiet'], /^--json: expected a file, got '--quiet'; for a file of that name: \.\/--quiet$/],
];

describe('lanewise train refuses, with exit code 2, one line on stderr and nothing written:', () => {
  it.each(cases)('%j', async (args, message) => {
    const before = listing();
    // A case that is let through by mistake shall not take long.
    const steps = args.includes('--steps') || args.includes('--setps') ? [] : ['--steps', '3'];
    const json = args.includes('--json') ? [] : ['--json', 'run.json'];
    const { code, stdout, stderr } = await lanewise(['train', ...steps, ...json, ...args], { cwd: folder });
    expect(stderr).toMatch(/^lanewise: [^\n]+\n$/);
    expect(stderr.slice('lanewise: '.length, -1)).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(listing()).toEqual(before);
  });

  it('and the files that it was given are as they were', () => {
    expect(readFileSync(join(folder, 'kept.json'), 'utf8')).toBe('kept');
    expect(readFileSync(join(folder, 'six.txt'), 'utf8')).toBe(SIX);
    expect(readdirSync(folder)).not.toContain('run.json');
  });
});

describe('lanewise', () => {
  it.each([
    [['bogus'], "lanewise: unknown command 'bogus'; see lanewise --help\n"],
    [['trian'], "lanewise: unknown command 'trian'; did you mean train?\n"],
    [['help', 'foo'], "lanewise: unknown command 'foo'; see lanewise --help\n"],
    [['help', 'trian'], "lanewise: unknown command 'trian'; did you mean train?\n"],
    ...['lecture', 'experiment'].map((command): [string[], string] => [
      [command, '--names', 'three.txt'],
      'lanewise: --names three.txt: expected at least 6 names, so that none of train, val and test is empty, got 3\n',
    ]),
    [['--steps', '3'], "lanewise: unknown option '--steps'; see lanewise --help\n"],
  ])('%j is refused', async (args, message) => {
    expect(await lanewise(args, { cwd: folder })).toEqual({ code: 2, stdout: '', stderr: message });
  });

  it('without a command shows its help on stderr, exit code 2', async () => {
    const { code, stdout, stderr } = await lanewise([], { cwd: folder });
    expect(stderr).toMatch(/^Usage: lanewise .*\n[\s\S]*\n {2}train /);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('--version shows the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const outcome = await lanewise(['--version'], { cwd: folder });
    expect(outcome).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('train --help shows every option with its default, examples and exit codes', async () => {
    const { code, stdout, stderr } = await lanewise(['train', '--help'], { cwd: folder });
    expect([code, stderr]).toEqual([0, '']);
    const options = [...stdout.matchAll(/^ {2}(?:-h, )?(--[a-z-]+)/gm)].map(([, name]) => name);
    const expected =
      '--net --init --hidden --embedding --context --depth --activation --gain --no-batch-norm --bias --names --seed --steps --batch --lr --lr-after --lr-drop --backend --arithmetic --resume --save --save-every --json --report --quiet --help';
    expect(options.join(' ')).toBe(expected);
    for (const preset of [
      '"mlp"',
      'notebook',
      '200, deep 100',
      '6',
      'tanh',
      '10',
      '3',
      '2147483647',
      '200000',
      '32',
      '0.1',
      '0.01',
      '100000, deep 150000',
      '"auto"',
    ])
      expect(stdout.replace(/\s+/g, ' ')).toContain(`(default: ${preset})`);
    expect(stdout).toMatch(/^Examples:\n {2}lanewise train /m);
    expect(stdout).toMatch(/^Exit codes:\n {2}0 /m);
  });
});
