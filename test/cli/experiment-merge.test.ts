import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunRecordFile, writeRecord } from '../../src/cli/experiment-records.js';
import { FILES, sixRuns } from './six-runs.js';

const { remove, here, experiment, read, make, copied, expectWhole } = sixRuns();
beforeAll(make);
afterAll(remove);

describe('--merge', () => {
  /** A record with something in it changed, as if lanewise had written it so. */
  const forge = (into: string, file: string, change: (kept: RunRecordFile) => void): Promise<string> => {
    const { sha256: _, ...kept } = JSON.parse(read('all', file));
    change(kept);
    return writeRecord(here(into), kept);
  };
  const refused = async (name: string, ...args: string[]) => {
    const outputs = ['--json', `${name}.json`, '--report', `${name}.html`];
    const { code, stdout, stderr } = await experiment('--merge', name, ...outputs, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect([`${name}.json`, `${name}.html`].filter((file) => existsSync(here(file)))).toEqual([]);
    return stderr.trimEnd().split('\n');
  };
  beforeEach(() => {
    copied('merge');
    rmSync(here('merge.json'), { force: true });
    rmSync(here('merge.html'), { force: true });
  });

  it('lists the runs without a record, and writes nothing: exit code 2', async () => {
    rmSync(here('merge', FILES[3]));
    truncateSync(here('merge', FILES[4]), 1000);
    const less = 'lanewise: --merge merge: expected the record of each run, got 4 of 6 runs';
    const without = '; without: no-fan-in, with batch norm; gain, gain 5/3';
    const damaged = `lanewise: merge/${FILES[4]}: expected a whole record, got text that is cut off or no JSON`;
    expect(await refused('merge')).toEqual([damaged, `${less} (--partial makes do with them)${without}`]);

    const outputs = ['--json', 'merge.json', '--report', 'merge.html'];
    const { code, stdout, stderr } = await experiment('--merge', 'merge', '--partial', ...outputs);
    expect([code, stderr]).toEqual([0, `${damaged}\n${less}${without}\n`]);
    expect(stdout).toContain(': 4 of 6 runs, recorded in merge, on ten.txt\n');
    expect(stdout).toMatch(/^ {2}gain 5\/3 {2}not finished$/m);
    const labels = JSON.parse(read('merge.json')).runs.map(({ label }: { label: string }) => label);
    expect(labels).toEqual(['without batch norm', 'gain 0.5', 'gain 1', 'gain 3']);
    expect(read('merge.html')).toContain('There are records of 4 of 6 runs.');
  });

  it('knows of sets that have no record at all', async () => {
    for (const file of FILES.slice(4)) rmSync(here('merge', file));
    const [less] = await refused('merge');
    expect(less).toMatch(/; without: no-fan-in, without batch norm; no-fan-in, with batch norm$/);
  });

  it('takes records of sets that were asked for one after the other', async () => {
    for (const set of ['gain', 'no-fan-in']) {
      const args = [
        '--set',
        set,
        '--names',
        'ten.txt',
        '--steps',
        '20',
        '--shard',
        '1/1',
        '--records',
        'after',
      ];
      expect((await experiment(...args)).code).toBe(0);
    }
    const { code } = await experiment('--merge', 'after', '--json', 'after.json');
    const sets = JSON.parse(read('after.json')).runs.map(({ set }: { set: string }) => set);
    expect([code, [...new Set(sets)], sets.length]).toEqual([0, ['gain', 'no-fan-in'], 6]);
  });

  it.each<[what: string, change: (kept: RunRecordFile) => void, message: RegExp]>([
    [
      'other steps',
      (kept) => {
        kept.steps = 30;
      },
      /^expected a run with --steps 20, got one with --steps 30$/,
    ],
    [
      'another seed',
      (kept) => {
        kept.seed = '5';
        kept.result.record.seed = 5;
      },
      /^expected a run with no --seed, got one with --seed 5$/,
    ],
    [
      'other names',
      ({ result }) => {
        result.record.names.sha256 = 'f'.repeat(64);
      },
      /^expected a run with the names of SHA-256 [0-9a-f]{16}…, got one with the names of SHA-256 f{16}…$/,
    ],
    [
      'another version',
      (kept) => {
        kept.version = '9.9.9';
      },
      /^expected a record of lanewise \d+\.\d+\.\d+, got one of lanewise 9\.9\.9$/,
    ],
  ])('refuses a record of %s by its name, --partial or not', async (_, change, message) => {
    await forge('merge', FILES[0], change);
    for (const partial of [[], ['--partial']]) {
      const [problem] = await refused('merge', ...partial);
      const [place, ...rest] = problem.split(': ').slice(1);
      expect(place).toBe(`merge/${FILES[0]}`);
      expect(rest.join(': ')).toMatch(message);
    }
  });

  it('takes a record for damaged whose settings no run has, or that is no record', async () => {
    await forge('merge', FILES[0], ({ result }) => {
      result.record.hidden = 101;
    });
    await forge('merge', FILES[1], ({ result }) => {
      Object.assign(result.record, { gain: 2 });
    });
    writeFileSync(here('merge', FILES[2]), '[]\n');
    writeFileSync(here('merge', FILES[3]), 'null');
    rmSync(here('merge', FILES[4]));
    spawnSync('mkfifo', [here('merge', FILES[4])]);
    const expected = 'expected a whole record, got';
    expect(await refused('merge')).toEqual([
      `lanewise: merge/${FILES[0]}: ${expected} settings that no run of this version has`,
      `lanewise: merge/${FILES[1]}: ${expected} settings that no run of this version has`,
      `lanewise: merge/${FILES[2]}: ${expected} other content than was written (SHA-256)`,
      `lanewise: merge/${FILES[3]}: ${expected} JSON without a record`,
      `lanewise: merge/${FILES[4]}: ${expected} no regular file`,
      expect.stringContaining(': expected the record of each run, got 1 of 6 runs'),
    ]);
  });

  it('takes a run once that is there twice, and refuses two with different numbers by both names', async () => {
    mkdirSync(here('twice'));
    const again = () => copyFileSync(here('twice', FILES[0]), here('merge', `z-${FILES[0]}`));
    // As from another machine: at another speed.
    await forge('twice', FILES[0], ({ result }) => {
      result.record.seconds *= 2;
      result.record.stepsPerSecond /= 2;
    });
    again();
    await expectWhole('merge');
    for (const file of ['merge.json', 'merge.html']) rmSync(here(file));

    await forge('twice', FILES[0], ({ result }) => {
      result.finalLoss = 2;
    });
    again();
    expect(await refused('merge', '--partial')).toEqual([
      `lanewise: merge/z-${FILES[0]}: expected the numbers of merge/${FILES[0]}, which is the same run (gain, gain 0.5), got others`,
    ]);
  });

  it('leaves alone what is no record, and overwrites none', async () => {
    for (const file of ['runs.json', `${FILES[0]}.lanewise-0badcafe-1-00000000.tmp`, 'many-runs-7-1.out'])
      writeFileSync(here('merge', file), '{');
    await expectWhole('merge');
    const path = `merge/${FILES[0]}`;
    const { code, stderr } = await experiment('--merge', 'merge', '--json', path);
    expect([code, stderr]).toEqual([
      2,
      `lanewise: --json ${path}: expected another file than that of --merge\n`,
    ]);
    expect(read(path)).toBe(read('all', FILES[0]));
  });

  it('names every version of Node and both backends in the report, and no text in a terminal is obeyed', async () => {
    await forge('merge', FILES[5], (kept) => {
      kept.node = '9.10.0';
      kept.result.record.backend = 'js';
      kept.result.record.names.path = '\x1b[31mten';
      kept.result.record.divergence = {
        ...{ step: 3, loss: 'NaN', lastLoss: null },
        likely: '\x1b]0;title\x07\nlanewise: forged',
      };
    });
    const { code, stdout, stderr } = await experiment('--merge', 'merge', '--report', 'merge.html');
    expect([code, stderr]).toEqual([0, '']);
    for (const obeyed of ['\x1b', '\x07', '\nlanewise: forged']) expect(stdout).not.toContain(obeyed);
    expect(stdout).toContain('diverged at step 3');
    const page = read('merge.html');
    expect(page).toContain(`<dd>9.10.0, ${process.versions.node}</dd>`);
    expect(page).toContain('<dd>JavaScript, WebAssembly SIMD</dd>');
  });

  it('of a folder without a whole record says so', async () => {
    mkdirSync(here('empty'));
    writeFileSync(here('empty', 'runs.json'), '{}');
    const [nothing] = await refused('empty', '--partial');
    expect(nothing).toBe('lanewise: --merge empty: expected records of runs, *.run.json, got no whole one');
  });
});
