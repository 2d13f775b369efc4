import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, lanewise } from './command.js';
import { FILES, SIX, sixRuns, tables } from './six-runs.js';

const { folder, remove, here, run, experiment, read, records, one, make, copied, expectWhole } = sixRuns();
beforeAll(make);
afterAll(remove);

describe('shards', () => {
  it('that write one folder at once, one of them twice, make what one machine makes', async () => {
    const array = (id: number) => ({
      SLURM_ARRAY_TASK_ID: String(id),
      SLURM_ARRAY_TASK_COUNT: '3',
      SLURM_ARRAY_TASK_MIN: '0',
    });
    const outcomes = await Promise.all([
      experiment(...SIX, '--shard', '1/3', '--records', 'shards/of/three', '--jobs', '1'),
      run([...SIX, '--shard', '--records', 'shards/of/three'], array(1)),
      run([...SIX, '--shard', '--records', 'shards/of/three'], array(1)),
      run([...SIX, '--records', 'shards/of/three', '--shard', '--shard-count', '3'], {
        JOB_COMPLETION_INDEX: '2',
      }),
    ]);
    for (const { code, stderr } of outcomes) expect([code, stderr]).toEqual([0, '']);
    expect(records('shards/of/three')).toEqual(FILES);
    expect(outcomes[0].stdout.split('\n').sort()).toEqual([
      '',
      expect.stringMatching(/^lanewise .*: shard 1\/3, 2 of 6 runs, 1 at a time, on ten\.txt$/),
      expect.stringMatching(/^record shards\/of\/three\/gain\.gain-1\.run\.json {2}val \d\.\d{4}$/),
      expect.stringMatching(/^record shards\/of\/three\/no-fan-in\.without-batch-norm\.run\.json {2}val /),
    ]);
    expect(outcomes[1].stdout).toContain(': shard 2/3, 2 of 6 runs');
    expect(outcomes[3].stdout).toContain(': shard 3/3, 2 of 6 runs');
    copied('three', 'shards/of/three');
    await expectWhole('three');
  });

  it('write to records where nothing else is said, and may have no run', async () => {
    mkdirSync(here('default'));
    const args = ['experiment', ...SIX.map((arg) => arg.replace('ten.txt', '../ten.txt')), '--shard', '7/7'];
    const { code, stdout, stderr } = await lanewise(args, { cwd: here('default') });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/: shard 7\/7, 0 of 6 runs, on \.\.\/ten\.txt\n$/);
    expect(records('default/records')).toEqual([]);
  });

  it('print nothing with --quiet', async () => {
    const args = [...SIX, '--shard', '6/6', '--records', 'quiet', '--quiet'];
    expect(await experiment(...args)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(records('quiet')).toHaveLength(1);
  });
});

describe('runs whose record is there', () => {
  const stamps = (name: string) =>
    FILES.map((file) => {
      const { ino, mtimeNs } = statSync(here(name, file), { bigint: true });
      return `${file} ${ino} ${mtimeNs}`;
    });

  it('are not made again, and are in the tables and the report all the same', async () => {
    copied('there');
    rmSync(here('there', FILES[1]));
    const others = () => FILES.filter((_, i) => i !== 1).map((file) => read('there', file));
    const before = others();
    const first = await experiment(...SIX, '--records', 'there', '--report', 'there-1.html');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toContain(': 6 runs, 5 of them in there, 1 at a time, on ten.txt');
    expect(tables(first.stdout)).toEqual(tables(one.stdout));
    expect(read('there-1.html')).toBe(one.page);
    expect(others()).toEqual(before);

    const stamped = stamps('there');
    const second = await experiment(...SIX, '--shard', '2/2', '--records', 'there');
    expect(second.stdout).toMatch(/: shard 2\/2, 3 of 6 runs, 3 of them in there, on ten\.txt\n$/);
    expect(stamps('there')).toEqual(stamped);
    await expectWhole('there');
  });

  it('are made again where it is damaged: that is said, and the others are left', async () => {
    copied('damaged');
    truncateSync(here('damaged', FILES[0]), 500);
    truncateSync(here('damaged', FILES[1]), 0);
    const edited = read('damaged', FILES[2]).replace('"finalLoss":', '"finalLoss":1');
    writeFileSync(here('damaged', FILES[2]), edited);
    const kept = stamps('damaged').slice(3);
    const { code, stderr } = await experiment(...SIX, '--shard', '1/1', '--records', 'damaged');
    expect(code).toBe(0);
    const again = '; the run is made again';
    expect(stderr.trimEnd().split('\n').sort()).toEqual([
      `lanewise: damaged/${FILES[0]}: expected a whole record, got text that is cut off or no JSON${again}`,
      `lanewise: damaged/${FILES[1]}: expected a whole record, got an empty file${again}`,
      `lanewise: damaged/${FILES[2]}: expected a whole record, got other content than was written (SHA-256)${again}`,
    ]);
    expect(stamps('damaged').slice(3)).toEqual(kept);
    await expectWhole('damaged');
  });

  it('of other options, names or another version end the command before any work', async () => {
    copied('mixed');
    const other = async (...args: string[]) => {
      const { code, stdout, stderr } = await experiment('--records', 'mixed', '--shard', '1/6', ...args);
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    const of = `lanewise: mixed/${FILES[0]}: expected `;
    const apart = '; another folder keeps them apart\n';
    const gain = ['--set', 'gain', '--names', 'ten.txt'];
    expect(await other(...gain, '--steps', '30')).toBe(
      `${of}a run with --steps 30, got one with --steps 20${apart}`,
    );
    expect(await other(...gain)).toBe(`${of}a run with no --steps, got one with --steps 20${apart}`);
    expect(await other(...SIX, '--seed', '18446744073709551615')).toBe(
      `${of}a run with --seed 18446744073709551615, got one with no --seed${apart}`,
    );
    expect(await other('--set', 'gain', '--names', 'six.txt', '--steps', '20')).toMatch(
      /: expected a run with the names of SHA-256 [0-9a-f]{16}…, got one with the names of SHA-256 [0-9a-f]{16}…;/,
    );
    // That of a run that another shard would make too.
    writeFileSync(here('mixed', FILES[5]), read('mixed', FILES[5]).replace(/"\d+\.\d+\.\d+"/, '"0.0.9"'));
    expect(await other(...SIX)).toMatch(
      /^lanewise: mixed\/no-fan-in\.without-batch-norm\.run\.json: expected a record of lanewise \S+, got one of lanewise 0\.0\.9;/,
    );
    expect(records('mixed')).toEqual(FILES);
  });
});

describe('a shard that is ended', () => {
  // Long enough that there are runs left when the first record is told of.
  const LONG = [...SIX.slice(0, -1), '2000', '--shard', '1/1'];
  const whole = (name: string) => records(name).filter((file) => file.endsWith('.run.json'));

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s keeps what was done, and makes the rest when it is given again',
    async (signal) => {
      const name = signal.toLowerCase();
      let sent = false;
      const { code, stderr } = await lanewise(['experiment', ...LONG, '--records', name, '--jobs', '1'], {
        cwd: folder,
        onOutput(stdout, child) {
          if (sent || !stdout.includes('\nrecord ')) return;
          sent = true;
          child.kill(signal);
        },
      });
      const done = whole(name);
      expect(done).toContain(FILES[5]);
      expect(done.length).toBeLessThan(6);
      expect([code, stderr]).toEqual(
        signal === 'SIGTERM'
          ? [143, `lanewise: ended by SIGTERM after ${done.length} of 6 runs\n`]
          : [null, ''],
      );
      const kept = done.map((file) => read(name, file));
      const again = await experiment(...LONG, '--records', name);
      expect([again.code, again.stderr]).toEqual([0, '']);
      expect(again.stdout).toContain(`: shard 1/1, 6 of 6 runs, ${done.length} of them in ${name}, `);
      // Nor is anything else there, half a record of the killed one included.
      expect(records(name)).toEqual(FILES);
      expect(done.map((file) => read(name, file))).toEqual(kept);
    },
  );

  it('by a full disk says so once and goes on: exit code 2, no half record', () => {
    const args = ['experiment', ...SIX, '--shard', '1/2', '--records', 'full', '--jobs', '1'];
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath, cli, ...args],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stderr).toBe(
      `lanewise: --records full: could not write ${FILES[5]}: the file would be larger than is allowed\n`,
    );
    expect([status, stdout.trimEnd().split('\n').length]).toEqual([2, 1]);
    expect(records('full')).toEqual([]);
  });
});

describe('what cannot be used', () => {
  it.each<[args: string[], message: string]>([
    [['--shard', '0/3'], "--shard: expected i/n with i from 1 to n, as 2/7, got '0/3'"],
    [['--shard', '4/3'], "--shard: expected i/n with i from 1 to n, as 2/7, got '4/3'"],
    [['--shard', '1'], "--shard: expected i/n with i from 1 to n, as 2/7, got '1'"],
    [['--shard', ''], "--shard: expected i/n with i from 1 to n, as 2/7, got ''"],
    [
      ['--shard'],
      '--shard: expected i/n, or SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment, got neither',
    ],
    [['--shard', '1/3', '--shard-count', '3'], '--shard-count: expected --shard without a value'],
    [['--shard-count', '3'], '--shard-count: expected --shard without a value'],
    [
      ['--shard', '1/3', '--json', 'x.json'],
      '--json: expected no --shard; --merge <folder> writes it of all',
    ],
    [['--partial'], '--partial: expected --merge <folder>, whose runs are not all there'],
    [['--merge', 'all', '--steps', '20'], '--steps: expected no --merge, which has it from the records'],
    [['--merge', 'all', '--shard'], '--shard: expected no --merge, which has it from the records'],
    [['--merge', 'none'], '--merge none: expected a folder of records, got: no such file or directory'],
    [['--merge', 'ten.txt'], '--merge ten.txt: expected a folder of records, got: it is not a folder'],
    [['--merge', ''], "--merge: expected a folder, got ''"],
    [['--merge'], '--merge: expected a value <folder>, got none'],
    [
      ['--records', 'ten.txt'],
      '--records ten.txt: expected a folder that can be written, got: it is not a folder',
    ],
    [['--records', '-x'], "--records: expected a folder, got '-x'; for a folder of that name: ./-x"],
  ])('%j: one line, exit code 2', async (args, message) => {
    const env = { SLURM_ARRAY_TASK_ID: undefined, JOB_COMPLETION_INDEX: undefined };
    const names = args.includes('--merge') ? [] : ['--names', 'ten.txt'];
    expect(await run([...args, ...names], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: `lanewise: ${message}\n`,
    });
  });
});
