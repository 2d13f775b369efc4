import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { lanewise, temporaryFolder } from './command.js';

/** Six runs of two sets, short ones on few names. */
export const SIX = ['--set', 'no-fan-in', '--set', 'gain', '--names', 'ten.txt', '--steps', '20'];
/** The files of their records, in the order of a folder. */
export const FILES = [
  ...['gain.gain-0.5', 'gain.gain-1', 'gain.gain-3', 'gain.gain-5-3'],
  ...['no-fan-in.with-batch-norm', 'no-fan-in.without-batch-norm'],
].map((name) => `${name}.run.json`);

/** Without the last column, which is of the speed, and what says where the runs were made. */
export const tables = (stdout: string) =>
  stdout
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/ +[\d,]+$/, ''))
    .filter((line) => !/^(record|report) /.test(line));

const timeless = (json: string) =>
  JSON.stringify(
    JSON.parse(json, (key, value) => (key === 'seconds' || key === 'stepsPerSecond' ? 0 : value)),
  );

/** A folder of its own for a test file, with what is done with the six runs in it. */
export function sixRuns() {
  const { folder, remove } = temporaryFolder();
  const here = (...parts: string[]) => join(folder, ...parts);
  writeFileSync(
    here('ten.txt'),
    'emma\nolivia\nava\nisabella\nsophia\ncharlotte\nmia\namelia\nharper\nevelyn\n',
  );
  writeFileSync(here('six.txt'), 'emma\nava\nmia\nzoe\nann\nbob\n');
  const run = (args: readonly string[], env: Record<string, string | undefined> = {}) =>
    lanewise(['experiment', ...args], { cwd: folder, env });
  const experiment = (...args: string[]) => run(args);
  const read = (...parts: string[]) => readFileSync(here(...parts), 'utf8');
  const one = { stdout: '', json: '', page: '' };
  return {
    folder,
    remove,
    here,
    run,
    experiment,
    read,
    records: (name: string) => readdirSync(here(name)).sort(),
    /** What one machine makes that makes all runs. */
    one,
    /** Makes it, and the folder `all` of their records. */
    async make() {
      const { code, stdout } = await experiment(...SIX, '--json', 'one.json', '--report', 'one.html');
      expect(code).toBe(0);
      Object.assign(one, { stdout, json: read('one.json'), page: read('one.html') });
      expect((await experiment(...SIX, '--shard', '1/1', '--records', 'all')).code).toBe(0);
    },
    /** A folder with the records of `all`, or of another. */
    copied(name: string, from = 'all'): string {
      rmSync(here(name), { recursive: true, force: true });
      mkdirSync(here(name));
      for (const file of FILES) copyFileSync(here(from, file), here(name, file));
      return name;
    },
    /** That the merged records are what one machine makes: to the last byte, but for times. */
    async expectWhole(name: string) {
      const { code, stdout, stderr } = await experiment(
        ...['--merge', name, '--json', `${name}.json`, '--report', `${name}.html`],
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(read(`${name}.html`)).toBe(one.page);
      expect(timeless(read(`${name}.json`))).toBe(timeless(one.json));
      expect(tables(stdout)).toEqual(tables(one.stdout));
      expect(stdout).toMatch(new RegExp(`\nrecord ${name}\\.json\nreport ${name}\\.html\n$`));
    },
  };
}
