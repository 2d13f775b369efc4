import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, temporaryFolder } from './command.js';
import { hasTerminal, inTerminal, unlessTerminal } from './terminal.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const here = (name: string) => join(folder, name);
writeFileSync(here('six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');

/** A run of no time. */
const SMALL = ['train', '--names', 'six.txt', '--hidden', '8', '--embedding', '2'];
const STEPS = ['train', '--steps', '10001', '--init', 'kaiming'];
const onTerminal = async (columns: number, env: Record<string, string>, ...args: string[]) =>
  (await inTerminal([process.execPath, cli, ...args], { cwd: folder, columns, env })).output;

const SHOWN = '\x1b[?25h';
const HIDDEN = '\x1b[?25l';
/** Whether the cursor is to be seen after this output. */
const isShown = (output: string) => output.lastIndexOf(SHOWN) >= output.lastIndexOf(HIDDEN);

describe('on a terminal', () => {
  it.skipIf(!hasTerminal)(
    `a bar shows the steps, the time that is left and the speed, and leaves${unlessTerminal}`,
    async () => {
      const output = await onTerminal(100, {}, ...STEPS);
      expect(output).toMatch(/[█░]{24} {2,4}\d+% {2}\d+ s left {2}step [\d,]+ of 10,001 {2}[\d,]+ steps\/s/);
      expect(output).toMatch(/ {2}10000\/ {2}10001: \d\.\d{4}\r\n/);
      // The cursor is hidden, and shown again at the end.
      expect([output.includes(HIDDEN), isShown(output)]).toEqual([true, true]);
      expect(output.slice(output.lastIndexOf(SHOWN))).not.toMatch(/[█░]/);
    },
  );

  it.skipIf(!hasTerminal)(`the bar fits into 40 columns${unlessTerminal}`, async () => {
    const bars = (await onTerminal(40, {}, ...STEPS))
      .split('\x1b')
      .flatMap((text) => text.replace(/^\[[?\d;]*[A-Za-z]/, '').split(/[\r\n]/))
      .filter((line) => /[█░]/.test(line));
    expect(bars.length).toBeGreaterThan(2);
    for (const bar of bars) expect(bar.length).toBeLessThan(40);
    expect(bars.some((bar) => bar.includes('left'))).toBe(true);
  });

  it.skipIf(!hasTerminal)(
    `NO_COLOR takes the colours, TERM=dumb and --quiet take the bar${unlessTerminal}`,
    async () => {
      // Faint and back, as around each label.
      const colour = '\x1b[2m';
      const few = [...SMALL, '--steps', '2001', '--init', 'kaiming'];
      expect(await onTerminal(100, {}, ...few)).toContain(colour);
      const plain = await onTerminal(100, { NO_COLOR: '1' }, ...STEPS);
      expect(plain).not.toContain(colour);
      expect(plain).toContain('█');
      for (const output of [
        await onTerminal(100, { NO_COLOR: '1', TERM: 'dumb' }, ...few),
        await onTerminal(100, { NO_COLOR: '1' }, ...few, '--quiet'),
      ]) {
        expect(output).toContain('loss         train ');
        expect(output).not.toContain('█');
        expect(output).not.toContain('\x1b');
      }
    },
  );
});

it.skipIf(!hasTerminal)(
  `lanewise lecture ends where its report trains what no cell has asked for${unlessTerminal}`,
  async () => {
    const args = [
      'lecture',
      '--names',
      'six.txt',
      '--steps',
      '60',
      '--cell',
      'evaluate',
      '--report',
      'l.html',
    ];
    const { code, output } = await inTerminal([process.execPath, cli, ...args], { cwd: folder });
    expect([code, output.includes(HIDDEN), isShown(output)]).toEqual([0, true, true]);
    expect(output).toMatch(/report\S* +l\.html\r\n$/);
  },
);

/** Loaded before the command: a disk that takes the checkpoint and never says that it has it. */
const stuck = `
import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { open } = promises;
promises.open = async (...args) => {
  const file = await open(...args);
  file.writeFile = () => new Promise(() => {
    process.stdout.write('writing');
    setInterval(() => {}, 2 ** 30);
  });
  return file;
};
syncBuiltinESMExports();
`;

describe('a second signal, while the first one’s checkpoint is being written,', () => {
  const preload = here('stuck.mjs');
  writeFileSync(preload, stuck);

  it.skipIf(!hasTerminal).each([
    ['SIGINT', 'SIGINT', 130],
    ['SIGINT', 'SIGTERM', 130],
    ['SIGTERM', 'SIGINT', 143],
  ] as const)(
    `ends at once, with the cursor shown and the first one’s exit code: %s, %s${unlessTerminal}`,
    async (first, second, exit) => {
      const args = [...SMALL, '--steps', '1000000000', '--save', 'never.st'];
      const signals: NodeJS.Signals[] = [second, first];
      const states = [/[█░] .* left/, /writing/];
      let before = '';
      const { code, output } = await inTerminal([process.execPath, cli, ...args], {
        cwd: folder,
        env: { NODE_OPTIONS: `--import=${pathToFileURL(preload)}` },
        onOutput(output, pid) {
          if (!states[0]?.test(output)) return;
          states.shift();
          before = output;
          process.kill(pid, signals.pop());
        },
      });
      // The bar is there until the second.
      expect([before.includes('writing'), isShown(before)]).toEqual([true, false]);
      expect([code, isShown(output)]).toEqual([exit, true]);
      expect(output).not.toMatch(/^ +at /m);
      expect(existsSync(here('never.st'))).toBe(false);
    },
  );
});
