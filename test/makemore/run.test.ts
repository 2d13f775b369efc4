import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/index.js';
import { CheckpointError, readCheckpoint, saveCheckpoint } from '../../src/interchange/index.js';
import {
  builtInNames,
  deepSettings,
  lectureSettings,
  parseNames,
  Run,
  readRun,
} from '../../src/makemore/index.js';

// The same on every engine, processor and backend: this file runs in Node and in a browser.
const FINGERPRINT = 'c2d9b697d4ce7257dcdd15cafd3e9ab576e2fd7e413f3b7e74d70711f98bb4aa';
const AFTER_100 = '25fcca18b92964180831e6e6f5193339f26e3d45e4221d6b26713c61b5b8f9c6';

// JavaScript takes ten times as long: `npm run test:long` makes all its steps too.
describe.each([
  ['wasm', 1000, FINGERPRINT],
  ['wasm', 100, AFTER_100],
  ['js', 100, AFTER_100],
] as const)('the first network on the %s backend', (backend, steps, fingerprint) => {
  test(`ends after ${steps} steps with the one fingerprint`, async () => {
    using run = await Run.prepare(await builtInNames(), { ...lectureSettings, steps }, { backend });
    await run.train();
    const record = run.record('0.0.0');
    expect(record.backend).toBe(backend);
    expect(record.steps).toBe(steps);
    expect(record.losses[0][1]).toBeCloseTo(3.3091, 4);
    expect(record.fingerprint).toBe(fingerprint);
  });
});

describe('a run', () => {
  test('keeps the losses of steps 0 to 1000, of every 1000th, and of the last', async () => {
    using run = await Run.prepare(await builtInNames(), { ...lectureSettings, steps: 2002 });
    await run.train();
    const steps = run.losses.map(([step]) => step);
    expect(steps).toEqual([...Array.from({ length: 1001 }, (_, step) => step), 2000, 2001]);
    expect(run.printed.map(([step]) => step)).toEqual([0]);
    expect(run.stopped).toBe('finished');
  });

  test('that begins at zero moves the last bias alone', async () => {
    using run = await Run.prepare(await builtInNames(), { ...lectureSettings, init: 'zero', steps: 10 });
    const zero = () =>
      run.model
        .namedParameters()
        .flatMap(([name, { value }]) => (value.toArray().every((x) => x === 0) ? [name] : []));
    expect(zero()).toEqual(['0.weight', '2.weight', '2.bias', '4.weight', '4.bias']);
    await run.train();
    expect(run.losses[0][1]).toBeCloseTo(Math.log(27), 6);
    expect(zero()).toEqual(['0.weight', '2.weight', '2.bias', '4.weight']);
  });

  test('says how far it came where a signal ends it', async () => {
    using run = await Run.prepare(await builtInNames(), { ...lectureSettings, steps: 1_000_000 });
    const stop = new AbortController();
    await run.train({ signal: stop.signal, onStep: (step) => step === 1500 && stop.abort() });
    expect(run.stopped).toBe('interrupted');
    expect(run.record('0').steps).toBe(1501);
    expect(run.losses.at(-1)?.[0]).toBe(1500);
  });

  test('samples the same 20 names from the same seed, each ended by its boundary', async () => {
    using run = await Run.prepare(await builtInNames(), { ...lectureSettings, steps: 500 });
    await run.train();
    const names = run.sample();
    expect(names).toHaveLength(20);
    expect(run.sample()).toEqual(names);
    for (const name of names) expect(name).toMatch(/^[a-z]*\.$/);
    expect(new Set(names).size).toBeGreaterThan(10);
  });

  test('refuses what cannot be trained', async () => {
    const names = await builtInNames();
    const prepare = (settings: object) => Run.prepare(names, { ...lectureSettings, ...settings });
    await expect(prepare({ batch: 1 })).rejects.toThrow('expected a batch of at least 2 with batch norm');
    await expect(prepare({ batch: 1, init: 'kaiming', steps: 1 })).resolves.toBeDefined();
    await expect(prepare({ steps: -1 })).rejects.toThrow(/expected steps to be an integer from 0 .*, got -1/);
    await expect(prepare({ hidden: 0 })).rejects.toThrow(/expected outFeatures .*, got 0|numFeatures/);
    await expect(prepare({ context: 0 })).rejects.toThrow(/got 0/);
    await expect(prepare({ lr: Number.NaN })).rejects.toThrow(
      /expected lr to be a finite number .*, got NaN/,
    );
    await expect(prepare({ seed: 2n ** 64n })).rejects.toThrow(RangeError);
    await expect(prepare({ init: 'xavier' })).rejects.toThrow(/expected init to be one of .*, got 'xavier'/);
  });

  test('stops with its reason, and the parameters before the step, where the loss is no number', async () => {
    using run = await Run.prepare(await builtInNames(), {
      ...lectureSettings,
      init: 'kaiming',
      lr: 1e30,
      steps: 500,
    });
    await expect(run.train()).rejects.toThrow(
      /the loss became (NaN|Infinity) at step \d+ \(last finite loss: .*learning rate/,
    );
    const record = run.record('0');
    expect(record.stopped).toBe('diverged');
    expect(record.divergence?.lastLoss).toBe(record.losses.at(-1)?.[1]);
    expect(record.divergence?.step).toBe(record.steps);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});

describe('a run that goes on from a checkpoint', () => {
  const names = parseNames(new TextEncoder().encode('emma\nava\nmia\nzoe\nann\nbob\n'), 'six.txt');
  const small = { hidden: 8, embedding: 2, steps: 1300, seed: -5, lrDrop: 1100 };
  const outcome = (run: Run) => {
    const { seconds, stepsPerSecond, ...record } = run.record('0');
    return record;
  };

  test.each([
    { ...lectureSettings, ...small },
    { ...deepSettings, ...small, depth: 3 },
  ])('ends as one that never stopped: $net', async (settings) => {
    using whole = await Run.prepare(names, settings);
    await whole.train();
    whole.sample();

    using first = await Run.prepare(names, { ...settings, steps: 1050 });
    await first.train({ until: 7 });
    await first.train({ until: 1050 });
    const saved = readRun(first.save(), 'first');
    expect(saved.losses.at(-1)?.[0]).toBe(1049);
    using second = await Run.resume(names, saved, { steps: 1300 });
    expect(second.trainer.steps).toBe(1050);
    await second.train();
    second.sample();
    expect(outcome(second)).toEqual(outcome(whole));
    expect(second.losses.map(([step]) => step)).toEqual([...Array.from({ length: 1001 }, (_, i) => i), 1299]);
    expect(second.seconds).toBeGreaterThan(saved.seconds);
  });

  test('has the calibrated statistics of its network, until that is trained further', async () => {
    using first = await Run.prepare(names, { ...lectureSettings, ...small });
    await first.train({ until: 30 });
    await first.evaluate();
    const saved = readRun(first.save());
    using second = await Run.resume(names, saved);
    const loss = (run: Run) => evaluate(run.trainer, run.dataset.val, { statistics: 'calibrated' });
    expect(await loss(second)).toBe(first.final?.calibrated.val);
    await second.train({ until: 30 });
    expect(await loss(second)).toBe(first.final?.calibrated.val);

    using never = await Run.prepare(names, { ...lectureSettings, ...small });
    await never.train({ until: 31 });
    await second.train({ until: 31 });
    await expect(loss(second)).rejects.toThrow('expected calibrate()');
    expect([...readCheckpoint(second.save()).tensors]).toEqual([...readCheckpoint(never.save()).tensors]);
  });

  test('keeps a seed of 64 bits', async () => {
    const seed = 2n ** 64n - 1n;
    using run = await Run.prepare(names, { ...lectureSettings, ...small, seed });
    const saved = readRun(run.save());
    expect(saved.settings.seed).toBe(seed);
    expect(saved.samplingSeed).toBe(9n);
  });

  test('is refused with other names, fewer steps than were made, or no run in the file', async () => {
    using run = await Run.prepare(names, { ...lectureSettings, ...small });
    await run.train({ until: 20 });
    const saved = readRun(run.save(), 'a.st');
    const others = parseNames(new TextEncoder().encode('emma\nava\nmia\nzoe\nann\nbo\n'), 'others.txt');
    await expect(Run.resume(others, saved)).rejects.toThrow(
      /^a\.st: expected the names .*, got others\.txt with/,
    );
    await expect(Run.resume(names, saved, { steps: 19 })).rejects.toThrow(
      'a.st: expected at least the 20 steps that were made, got 19',
    );
    const bare = saveCheckpoint({ model: run.model });
    expect(() => readRun(bare, 'b.st')).toThrow(CheckpointError);
    expect(() => readRun(bare, 'b.st')).toThrow(/^b\.st: expected metadata 'settings' to be .*, got none$/);
  });
});

test('the evaluation tells what is done and how much of it', async () => {
  const names = parseNames(new TextEncoder().encode('emma\nava\nmia\nzoe\nann\nbob\n'), 'six.txt');
  using run = await Run.prepare(names, { ...deepSettings, depth: 2, hidden: 4, steps: 2 });
  await run.train();
  const told = new Map<string, [number, number]>();
  await run.evaluate({ onProgress: (what, ...how) => told.set(what, how) });
  for (const [done, count] of told.values()) expect(done).toBe(count);
  const { train } = run.dataset;
  const splits = (statistics: string) =>
    ['train', 'val', 'test'].map((split) => `evaluating ${split}, ${statistics} statistics`);
  expect([...told.keys()]).toEqual([...splits('running'), 'calibrating', ...splits('calibrated')]);
  // Both batch norms are measured over the training split.
  expect(told.get('calibrating')).toEqual([2 * train.count, 2 * train.count]);
  const seen: string[] = [];
  await run.evaluate({ onBatch: (split, statistics) => seen.push(`${split}, ${statistics}`) });
  expect([...new Set(seen)]).toEqual(
    [...splits('running'), ...splits('calibrated')].map(
      (what) => /evaluating (.*) statistics/.exec(what)?.[1],
    ),
  );
});
