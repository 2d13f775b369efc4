import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JobError, runJobs } from '../../src/cli/experiment-pool.js';
import { table } from '../../src/cli/experiment-report.js';
import { deepSettings, type ExperimentResult, experimentSets, parseNames } from '../../src/makemore/index.js';
import { lanewise, temporaryFolder } from './command.js';

const { folder, remove } = temporaryFolder();
const NAMES = 'emma\nolivia\nava\nisabella\nsophia\ncharlotte\nmia\namelia\nharper\nevelyn\n';

beforeAll(() => {
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  put('ten.txt', NAMES);
  put('three.txt', 'emma\nava\nmia\n');
  // Nearly all examples are the same, so that batch norm without eps has no deviation to divide by.
  put('long.txt', `${'a'.repeat(3000)}\n`.repeat(10));
});
afterAll(remove);

const experiment = (...args: string[]) => lanewise(['experiment', ...args], { cwd: folder });
const record = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const ten = ['--names', 'ten.txt', '--steps', '20'];

describe('lanewise experiment', () => {
  /** What is the same at any speed. */
  const timeless = ({ seconds: _, stepsPerSecond: __, ...run }: Record<string, unknown>) => run;

  it('runs all sets, and prints a table of each', async () => {
    const files = ['--json', 'all.json', '--report', 'all.html'];
    const { code, stdout, stderr } = await experiment(...ten, '--jobs', '2', ...files);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('21 runs, 2 at a time, on ten.txt');
    const lines = stdout.split('\n');
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(100);
    // In the order of the sets, each with all its runs in theirs.
    const labels = experimentSets.flatMap(({ title, name, experiments }) => [
      `${title} ${name}`,
      ...experiments.map(({ label }) => label),
    ]);
    const known = [...new Set(labels)];
    const found = lines.flatMap((line) =>
      known.filter((label) => line === label || line.startsWith(`  ${label} `)),
    );
    expect(found).toEqual(labels);
    // Each set has its best.
    expect(stdout.match(/\d\*/g)).toHaveLength(experimentSets.length);

    const { runs } = record('all.json');
    const page = readFileSync(join(folder, 'all.html'), 'utf8');
    expect(page.length).toBeLessThan(2_000_000);
    for (const { fingerprint } of runs) expect(page).toContain(`<code>${fingerprint}</code>`);
    expect(runs).toHaveLength(21);
    // Runs of other settings end elsewhere; two are the same run in two sets.
    expect(new Set(runs.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(20);
  });

  it('gives the same whatever the number of jobs, of the sets that are asked for, each once, in that order', async () => {
    const sets = ['--set', 'no-fan-in', '--set', 'gain', '--set', 'no-fan-in'];
    const [one, three] = await Promise.all(
      ['1', '3'].map((jobs) =>
        experiment(
          ...sets,
          ...ten,
          ...['--jobs', jobs, '--json', `jobs${jobs}.json`, '--report', `jobs${jobs}.html`],
        ),
      ),
    );
    for (const { code, stdout, stderr } of [one, three]) {
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout.indexOf('no-fan-in')).toBeLessThan(stdout.indexOf('weights gain'));
    }
    expect(one.stdout).toContain('6 runs, 1 at a time, on ten.txt');
    expect(three.stdout).toContain('6 runs, 3 at a time, on ten.txt');
    // The report is the same to the last byte: speeds are not in it.
    const [page, same] = ['jobs1.html', 'jobs3.html'].map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(same).toBe(page);
    const [a, b] = [record('jobs1.json'), record('jobs3.json')];
    expect(a.runs.map(({ set }: { set: string }) => set)).toEqual([
      ...Array(2).fill('no-fan-in'),
      ...Array(4).fill('gain'),
    ]);
    expect(b.runs.map(timeless)).toEqual(a.runs.map(timeless));
  });

  it('writes each run with its set, label, settings, losses and measurements', async () => {
    const { code, stdout } = await experiment(
      '--set',
      'no-fan-in',
      ...ten,
      '--seed',
      '7',
      '--json',
      'fan.json',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nrecord fan\.json\n$/);
    const { version, names, runs } = record('fan.json');
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(names).toMatchObject({ path: 'ten.txt', count: 10 });
    expect(runs).toHaveLength(2);
    const common = {
      set: 'no-fan-in',
      net: 'deep',
      fanIn: false,
      gain: 1,
      seed: 7,
      steps: 20,
      stopped: 'finished',
    };
    expect(runs[0]).toMatchObject({ ...common, label: 'without batch norm', batchNorm: false });
    expect(runs[1]).toMatchObject({ ...common, label: 'with batch norm', batchNorm: true });
    for (const { losses, initialLoss, finalLoss, tanh, final } of runs) {
      expect(losses).toHaveLength(20);
      expect(initialLoss).toBe(losses[0][1]);
      const mean = losses.reduce((sum: number, [, loss]: [number, number]) => sum + loss, 0) / 20;
      expect(finalLoss).toBeCloseTo(mean, 10);
      expect(tanh).toHaveLength(5);
      expect(final.running.val).toBeGreaterThan(0);
    }
    // What the table says is what was measured.
    const row = stdout.split('\n').find((line) => line.startsWith('  with batch norm ')) ?? '';
    const cells = row.slice('  with batch norm   '.length).trim().split(/\s+/);
    const [{ initialLoss, finalLoss, final, tanh }] = runs.slice(1);
    expect(cells.map((cell) => cell.replace('*', '')).slice(0, 9)).toEqual([
      initialLoss.toFixed(4),
      finalLoss.toFixed(4),
      final.running.train.toFixed(4),
      final.running.val.toFixed(4),
      (tanh[0].saturated * 100).toFixed(1),
      (tanh[4].saturated * 100).toFixed(1),
      tanh[4].std.toFixed(3),
      tanh[0].gradientStd.toExponential(1),
      tanh[4].gradientStd.toExponential(1),
    ]);
    const vals = runs.map((run: ExperimentResult['record']) => run.final?.running.val);
    expect(cells[3].endsWith('*')).toBe(vals[1] < vals[0]);
    expect(tanh[0].saturated).toBeLessThan(runs[0].tanh[0].saturated);
  });

  it('writes a report of the settings, the numbers and what is wrong in them', async () => {
    const args = ['--set', 'no-fan-in', ...ten, '--report', 'fan.html', '--json', 'fan-report.json'];
    const { code, stdout } = await experiment(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nrecord fan-report\.json\nreport fan\.html\n$/);
    const { names, runs } = record('fan-report.json');
    const page = readFileSync(join(folder, 'fan.html'), 'utf8');
    for (const text of [
      '10, ten.txt',
      names.sha256,
      '2147483647',
      'division by √fan-in</dt><dd>no</dd>',
      'learning rate',
    ])
      expect(page).toContain(text);
    for (const { final, finalLoss } of runs) {
      expect(page).toContain(final.running.val.toFixed(4));
      expect(page).toContain(finalLoss.toFixed(4));
    }
    const most = 100 * Math.max(...runs[0].tanh.map(({ saturated }: { saturated: number }) => saturated));
    expect(page).toMatch(
      new RegExp(`<b>Problem\\.</b> Saturated, [^<]*: without batch norm \\(${most.toFixed(0)} % in layer`),
    );
  });

  it('takes a run that diverges for a result: its row says where and why, exit code 0', async () => {
    const output = ['--json', 'long.json', '--report', 'long.html'];
    const args = ['--set', 'init', '--names', 'long.txt', '--steps', '100', '--quiet', ...output];
    const { code, stdout, stderr } = await experiment(...args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { runs } = record('long.json');
    expect(runs.map(({ stopped }: { stopped: string }) => stopped)).toEqual([
      ...['finished', 'finished', 'finished', 'finished'],
      'diverged',
    ]);
    const { divergence, tanh, finalLoss } = runs[4];
    expect({ tanh, finalLoss }).toEqual({ tanh: [], finalLoss: null });
    const lines = stdout.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.startsWith('  bn '));
    expect(lines[at]).toContain(`diverged at step ${divergence.step}: the loss became NaN; likely cause:`);
    const text = lines.slice(at).join(' ').replace(/ +/g, ' ');
    expect(text).toContain('has the same value in all 32 rows of the batch');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    const page = readFileSync(join(folder, 'long.html'), 'utf8');
    expect(page).toContain('bn (diverged)');
    expect(page).toContain(
      `bn diverged at step ${divergence.step}: the loss became NaN. Likely cause: column 0 of the input of `,
    );
    // --quiet: tables only.
    expect(stdout).not.toMatch(/at a time|minibatch:|record|report/);
  });

  it('lists the sets with their runs and steps', async () => {
    const { code, stdout } = await experiment('--list');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^gain {2,}Six layers without batch norm: .*; 1,001 steps$/);
    expect(lines[1].trim()).toBe('gain 0.5, gain 1, gain 5/3, gain 3');
    expect(lines[8]).toMatch(/^init .*; 20,000 steps$/);
  });

  it('respects NO_COLOR and FORCE_COLOR', async () => {
    const args = ['experiment', '--set', 'no-fan-in', ...ten];
    const [plain, coloured] = await Promise.all(
      [{ NO_COLOR: '1' }, { FORCE_COLOR: '1' }].map((env) => lanewise(args, { cwd: folder, env })),
    );
    expect(plain.stdout).not.toContain('\x1b');
    // The best is green.
    expect(coloured.stdout.split('\x1b[32m')[1]).toMatch(/^ +\d\.\d{4}\*/);
  });
});

describe('what cannot be used', () => {
  it.each<[args: string[], message: RegExp]>([
    [
      ['--set', 'gian'],
      /^--set: expected gain, gain-batchnorm, no-fan-in, lr or init, got 'gian'; did you mean gain\?$/,
    ],
    [['--set', 'gain', '--set', ''], /^--set: expected gain, .* or init, got ''$/],
    [['--steps', '0'], /^--steps: expected an integer from 1 to 9007199254740991, got '0'$/],
    [['--jobs', '0'], /^--jobs: expected an integer from 1 to 1024, got '0'$/],
    [['--jobs', 'many'], /^--jobs: expected an integer from 1 to 1024, got 'many'$/],
    [['--seed', '1.5'], /^--seed: expected an integer .*, got '1.5'$/],
    [['--names', 'none.txt'], /^--names none.txt: expected .*, got: no such file or directory$/],
    [['--names', 'three.txt'], /^--names three.txt: expected at least 6 names.*got 3/],
    [['--json', 'none/x.json'], /^--json none\/x.json: expected .*, got: no such file or directory$/],
    [['--report', '.'], /^--report \.: expected a file that can be written, got: it is a directory$/],
    [['--report', '/dev/null'], /^--report \/dev\/null: expected .*, got: it is not a regular file$/],
    [
      ['--json', 'same.html', '--report', './same.html'],
      /^--report \.\/same\.html: expected another file than that of --json$/,
    ],
    [['gain'], /^experiment: expected options only, got 'gain'; a set is given as --set <name>$/],
    [['--stepz', '3'], /^unknown option '--stepz'; did you mean --steps\?$/],
    [['--jobs'], /^--jobs: expected a value <n>, got none$/],
  ])('%j: one line, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await experiment(...args);
    expect(stderr).toMatch(/^lanewise: [^\n]+\n$/);
    expect(stderr.slice('lanewise: '.length, -1)).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('stopped', () => {
  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'ended by SIGTERM'],
  ] as const)(
    'by %s it says how far it came and writes the finished runs: exit code %i',
    async (signal, exit, word) => {
      // The first set is finished when its table is there; the second is then at its first run.
      const json = `${signal}.json`;
      let sent = false;
      const args = ['experiment', ...['--set', 'no-fan-in', '--set', 'gain'], '--names', 'ten.txt'];
      const steps = ['--steps', '1500', '--jobs', '1', '--json', json, '--report', `${signal}.html`];
      const { code, stderr, stdout } = await lanewise([...args, ...steps], {
        cwd: folder,
        onOutput(stdout, child) {
          if (sent || !/^ {2}with batch norm /m.test(stdout)) return;
          sent = true;
          child.kill(signal);
        },
      });
      const { runs } = record(json);
      expect(runs.length).toBeGreaterThanOrEqual(2);
      expect(runs.length).toBeLessThan(6);
      expect(stderr).toBe(`lanewise: ${word} after ${runs.length} of 6 runs\n`);
      expect(code).toBe(exit);
      expect(runs.slice(0, 2)).toMatchObject([
        { set: 'no-fan-in' },
        { set: 'no-fan-in', stopped: 'finished' },
      ]);
      expect(stdout).toContain('record');
      const page = readFileSync(join(folder, `${signal}.html`), 'utf8');
      expect(page).toContain(`The command was ${word} after ${runs.length} of 6 runs.`);
      expect(page).toMatch(/Not finished: [^<]*gain 3\.</);
      expect(page).not.toMatch(/Not finished: [^<]*batch norm/);
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );

  it('before any run is finished it writes a record without runs', async () => {
    const args = [
      'experiment',
      '--set',
      'lr',
      '--names',
      'ten.txt',
      '--steps',
      '100000000',
      '--json',
      'none.json',
    ];
    let sent = false;
    const { code, stderr, stdout } = await lanewise(args, {
      cwd: folder,
      onOutput(_, child) {
        // Once, as a second signal ends the command at once.
        if (!sent) child.kill('SIGINT');
        sent = true;
      },
    });
    expect(stderr).toBe('lanewise: interrupted after 0 of 5 runs\n');
    expect(code).toBe(130);
    expect(record('none.json').runs).toEqual([]);
    expect(stdout).not.toContain('saturated');
  });
});

it('a run that cannot be made is named in one line: exit code 1, and the record is written', () => {
  // A copy of the command whose thread cannot begin.
  const root = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  cpSync(root('package.json'), join(copy, 'package.json'));
  cpSync(root('dist'), join(copy, 'dist'), { recursive: true });
  writeFileSync(join(copy, 'dist/experiment-worker.js'), "throw new Error('no thread\\nat all')");
  const args = ['experiment', '--set', 'lr', ...ten, '--jobs', '1', '--json', 'failed.json'];
  const { status, stderr } = spawnSync(process.execPath, [join(copy, 'dist/cli.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('lanewise: lr, lr 0.001: no thread\n');
  expect(status).toBe(1);
  expect(record('failed.json').runs).toEqual([]);
});

describe('the threads', () => {
  const job = (steps: number) => ({
    names: parseNames(new TextEncoder().encode(NAMES), 'ten'),
    settings: { ...deepSettings, steps },
    version: '0',
  });
  const script = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
  // Says who began and who was done; a job of more steps takes longer, one of 13 fails.
  const worker = script(`
    import { parentPort } from 'node:worker_threads';
    let made = 0;
    parentPort.on('message', async ({ settings: { steps } }) => {
      parentPort.postMessage({ steps });
      // Ends once it has met another that is there at the same time.
      if (steps === 2) {
        const channel = new BroadcastChannel('pair of lanewise');
        await new Promise((resolve) => {
          const hello = setInterval(() => channel.postMessage('here'), 5);
          channel.onmessage = () => {
            clearInterval(hello);
            channel.postMessage('here');
            resolve();
          };
        });
        channel.close();
      }
      if (steps === 13) throw new Error('no memory is left');
      if (steps === 14) parentPort.postMessage({ error: 'no such name\\nat all' });
      else if (steps === 15) parentPort.postMessage({ result: 100 + made++ });
      else setTimeout(() => parentPort.postMessage({ result: steps }), steps);
    });
  `);
  const run = async (
    steps: number[],
    jobs: number,
    module = worker,
    signal = new AbortController().signal,
    onEnd = () => {},
  ) => {
    const events: string[] = [];
    const promise = runJobs(steps.map(job), {
      jobs,
      signal,
      worker: module,
      onSteps: (index) => events.push(`begin ${index}`),
      onResult(index, result) {
        events.push(`end ${index} ${result}`);
        onEnd();
      },
    });
    return {
      events,
      error: await promise.then(
        () => undefined,
        (error: JobError) => error,
      ),
    };
  };

  it('are at most as many as jobs, and take the runs in order', async () => {
    const { events } = await run([1, 1, 1], 1);
    expect(events).toEqual(['begin 0', 'end 0 1', 'begin 1', 'end 1 1', 'begin 2', 'end 2 1']);
    const pair = await run([2, 2, 1], 2);
    let most = 0;
    let now = 0;
    for (const event of pair.events) {
      now += event.startsWith('begin') ? 1 : -1;
      most = Math.max(most, now);
    }
    expect(most).toBe(2);
    expect(pair.events.filter((event) => event.startsWith('end')).sort()).toEqual([
      'end 0 2',
      'end 1 2',
      'end 2 1',
    ]);
  });

  it('make one run after another', async () => {
    const { events } = await run([15, 15, 15], 1);
    expect(events.filter((event) => event.startsWith('end'))).toEqual([
      'end 0 100',
      'end 1 101',
      'end 2 102',
    ]);
  });

  it.each([
    ['throws', 13, 'no memory is left'],
    ['says why', 14, 'no such name'],
  ])('fail with the run that failed, and end the others: it %s', async (_, steps, message) => {
    const { error, events } = await run([3_600_000, steps, 1], 2);
    expect(error).toMatchObject({ index: 1, message });
    expect(events.filter((event) => event.startsWith('end'))).toEqual([]);
    const later = await run([1, steps, 1], 1);
    expect(later.error).toMatchObject({ index: 1, message });
    expect(later.events.filter((event) => event.startsWith('end'))).toEqual(['end 0 1']);
  });

  it('that end without a word are an error too', async () => {
    const { error } = await run([1], 1, script('process.exit(7)'));
    expect(error).toMatchObject({ index: 0, message: 'its thread ended with code 7' });
  });

  it('end when the signal says so', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const { error, events } = await run([1, 3_600_000, 1], 1, worker, signal, () => controller.abort());
    expect(error).toBeUndefined();
    expect(events.filter((event) => event.startsWith('end'))).toEqual(['end 0 1']);
  });
});

it('a table shows a run that was not finished, and marks the best of the others', () => {
  const [gain] = experimentSets;
  const result = (val: number) =>
    ({
      record: { final: { running: { train: 2, val, test: 2 } }, stepsPerSecond: 4321 },
      initialLoss: 123.4,
      finalLoss: 2.5,
      tanh: [],
    }) as unknown as ExperimentResult;
  // A CI environment has colours even without a terminal.
  const lines = table(gain, [result(2.2), undefined, result(2.1), undefined]).map(stripVTControlCharacters);
  const [first, second, third] = lines.slice(4);
  expect(second).toMatch(/^ {2}gain 1 +not finished$/);
  expect(first).toContain(' 1.2e+2');
  expect(first).not.toContain('*');
  expect(third).toContain('2.1000*');
});
