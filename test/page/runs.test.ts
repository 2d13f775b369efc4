import { beforeAll, expect, test } from 'vitest';
import { deepSettings, lectureSettings, type RunSettings } from '../../src/makemore/index.js';
import { bytesOf, expectMemory } from '../../src/page/engine/memory-limit.js';
import { Runs } from '../../src/page/engine/runs.js';
import { isCheckpoint } from '../../src/page/session/file-kind.js';

/** Of the first network after 1,000 steps on the built-in names, as `lanewise train --steps 1000` has it. */
const FIRST_1000 = 'c2d9b697d4ce7257dcdd15cafd3e9ab576e2fd7e413f3b7e74d70711f98bb4aa';

const text = (names: string[]) => new TextEncoder().encode(names.join('\n'));
const list = { source: 'few.txt', bytes: text(['emma', 'ava', 'mia', 'zoe', 'ann', 'bob', 'lea', 'tom']) };
const small: RunSettings = { ...lectureSettings, hidden: 8, embedding: 2, steps: 400 };

const open = async (runs: Runs, settings: RunSettings = small, names: typeof list | undefined = list) =>
  (await runs.open(settings, names, 'auto')).id;
const fingerprint = async (runs: Runs, id: number) => (await runs.record(id)).fingerprint;

/** The small run without a break. */
let whole: Awaited<ReturnType<Runs['record']>>;
beforeAll(async () => {
  const runs = new Runs();
  const id = await open(runs);
  await runs.play(id, 300);
  whole = await runs.record(id);
});

test('the first network trains as it does from the command line', async () => {
  const runs = new Runs();
  const { id } = await runs.open(lectureSettings, undefined, 'auto');
  await runs.play(id, 1);
  // What the instruments ask for in between changes nothing.
  await runs.unit(id, 4, 3);
  const pauses = [runs.play(id, 1000), runs.frame(id), runs.pause()];
  await Promise.all(pauses);
  await runs.evaluate(id);
  const frame = await runs.play(id, 1000);
  expect(frame).toMatchObject({ step: 1000, state: 'paused' });
  expect(await fingerprint(runs, id)).toBe(FIRST_1000);
});

test('a run that went on from a kept moment ends with the same bits', async () => {
  const runs = new Runs();
  const id = await open(runs);
  const { kept } = await runs.play(id, 200);
  const from = kept[kept.length - 4];
  const fork = await runs.fork(id, from);
  expect(fork).toMatchObject({ parent: { id, step: from } });
  const before = await runs.frame(fork.id);
  expect(before.step).toBe(from);
  expect(before.kept).toEqual(kept.filter((step) => step <= from));
  const after = await runs.play(fork.id, 300);
  const record = await runs.record(fork.id);
  expect(record.fingerprint).toBe(whole.fingerprint);
  expect(record.losses).toEqual(whole.losses);
  expect(Array.from(after.losses.columns[0])).toEqual(whole.losses.map(([, loss]) => Math.fround(loss)));
});

test('a checkpoint goes on with the same bits, from the newest moment or a kept one', async () => {
  const runs = new Runs();
  const id = await open(runs);
  const { kept } = await runs.play(id, 200);
  for (const step of [undefined, kept[20]]) {
    const file = { source: 'a.safetensors', bytes: await runs.checkpoint(id, step) };
    expect(isCheckpoint(file.bytes)).toBe(true);
    const made = step ?? 200;
    expect(await runs.saved(file)).toMatchObject({
      step: made,
      settings: { hidden: 8, net: 'mlp' },
      names: { path: 'few.txt', count: 8, builtIn: false },
    });
    const again = await runs.resume(file, list);
    expect(again.file).toEqual({ source: 'a.safetensors', step: made });
    const frame = await runs.frame(again.id);
    expect(frame).toMatchObject({ step: made, state: 'paused', kept: [made] });
    expect(frame.losses.columns[0].length).toBe(made);
    await runs.play(again.id, 300);
    expect(await fingerprint(runs, again.id)).toBe(whole.fingerprint);
    // Its branches went on from the file too.
    expect(await runs.fork(again.id, made)).toMatchObject({ parent: { step: made }, file: again.file });
  }
});

test('a checkpoint of a run that is finished goes on beyond its end', async () => {
  const runs = new Runs();
  const id = await open(runs, { ...small, steps: 200 });
  expect((await runs.play(id, 200)).state).toBe('finished');
  const file = { source: 'end.safetensors', bytes: await runs.checkpoint(id) };
  const again = await runs.resume(file, list);
  expect(again.settings.steps).toBe(200_000);
  expect((await runs.play(again.id, 300)).state).toBe('paused');
  expect(await fingerprint(runs, again.id)).toBe(whole.fingerprint);
});

test('a checkpoint on other names, or one that is none, is refused in words', async () => {
  const runs = new Runs();
  const file = { source: 'a.safetensors', bytes: await runs.checkpoint(await open(runs)) };
  await expect(runs.resume(file, undefined)).rejects.toThrow(
    /^a\.safetensors: expected the names that the run began with, SHA-256 \w+…, got built-in with/,
  );
  const cut = { source: 'b.safetensors', bytes: file.bytes.slice(0, 500) };
  await expect(runs.saved(cut)).rejects.toThrow(/^b\.safetensors: expected/);
  await expect(runs.resume({ source: 'c', bytes: list.bytes }, list)).rejects.toThrow(/^c: expected/);
});

test('a file of names is told from a checkpoint by what is in it', () => {
  expect(isCheckpoint(list.bytes)).toBe(false);
  expect(isCheckpoint(new TextEncoder().encode('anna-lea{\n'))).toBe(false);
  expect(isCheckpoint(new Uint8Array())).toBe(false);
});

test('two runs that play together stay level, and the one that is behind catches up first', async () => {
  const runs = new Runs();
  const slow = await open(runs, { ...deepSettings, depth: 4, hidden: 64, steps: 100_000 });
  const fast = await open(runs, { ...small, steps: 100_000 });
  await runs.play(fast, 150);
  const playing = [runs.play(slow, 100_000), runs.play(fast, 100_000)];
  let furthest = 0;
  while (furthest < 400) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [a, b] = await Promise.all([runs.frame(slow), runs.frame(fast)]);
    if (a.step < 150 - 64) expect(b.step).toBe(150);
    else expect(Math.abs(a.step - b.step)).toBeLessThanOrEqual(64);
    furthest = Math.max(a.step, b.step);
  }
  await runs.pause();
  const [a, b] = await Promise.all(playing);
  expect(a.step).toBe(b.step);
  expect([a.state, b.state]).toEqual(['paused', 'paused']);
});

test('a run that is finished or has diverged holds no other back', async () => {
  const runs = new Runs();
  const short = await open(runs, { ...small, steps: 20 });
  const broken = await open(runs, { ...small, init: 'kaiming', lr: 1e30, lrAfter: 1e30 });
  const other = await open(runs);
  const frames = await Promise.all([short, broken, other].map((id) => runs.play(id, 300)));
  expect(frames.map(({ state }) => state)).toEqual(['finished', 'diverged', 'paused']);
  expect(frames[1].message).toMatch(/the learning rate/);
  expect(await fingerprint(runs, other)).toBe(whole.fingerprint);
  expect((await runs.play(broken, 300)).state).toBe('diverged');
});

test('the record has losses and names of the step it is of, or none', async () => {
  const runs = new Runs();
  const id = await open(runs);
  await runs.play(id, 100);
  expect(await runs.record(id)).toMatchObject({
    final: null,
    samples: [],
    steps: 100,
    stopped: 'interrupted',
  });
  const { running } = await runs.evaluate(id);
  const measured = await runs.record(id);
  expect(measured.final?.running).toEqual(running);
  expect(measured.samples).toHaveLength(20);
  await runs.play(id, 110);
  expect(await runs.record(id)).toMatchObject({ final: null, samples: [], steps: 110 });
});

test('what is too large is refused before it takes memory; what a lesson needs is not', async () => {
  const runs = new Runs();
  const before = process.memoryUsage().arrayBuffers;
  await expect(runs.open({ ...lectureSettings, hidden: 2 ** 20 }, list, 'auto')).rejects.toThrow(
    'Hidden units: 1,048,576 is too large: expected a run of at most 512 MiB of memory on this page, got about 7.6 GiB',
  );
  await expect(runs.open({ ...lectureSettings, context: 2 ** 20 }, undefined, 'js')).rejects.toThrow(
    /^Context: 1,048,576 is too large/,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  const characters = Array.from({ length: 90_000 }, (_, i) =>
    String.fromCodePoint((i < 40_000 ? 0x3400 : 0x20000) + i),
  );
  await expect(
    runs.open(lectureSettings, { source: 'many.txt', bytes: text(characters) }, 'auto'),
  ).rejects.toThrow(/^many\.txt with \d\d,\d{3} different characters is too large/);
  const names = { names: ['emma'] } as Parameters<typeof expectMemory>[0];
  expectMemory(names, { ...lectureSettings, hidden: 10_000 });
  expectMemory(names, { ...deepSettings, depth: 50, hidden: 500 });
});

test('the estimate of memory is near what a network takes', async () => {
  const { Run, parseNames } = await import('../../src/makemore/index.js');
  const names = parseNames(list.bytes, list.source);
  for (const settings of [
    { ...lectureSettings, hidden: 5000 },
    { ...deepSettings, depth: 10, hidden: 500 },
  ]) {
    using run = await Run.prepare(names, settings);
    const ratio = bytesOf(names, settings) / run.core.f32.byteLength;
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.25);
  }
});

test('what large runs keep to go back to stays within the budget of the visit', async () => {
  const large = { ...deepSettings, depth: 3, hidden: 150, batch: 4, steps: 3 };
  const one = new Runs();
  const { length } = await one.checkpoint(await open(one, large));
  const runs = new Runs(5 * length);
  const ids: number[] = [];
  for (let i = 0; i < 4; i++) ids.push(await open(runs, large));
  const kept = async () => (await Promise.all(ids.map((id) => runs.frame(id)))).map((frame) => frame.kept);
  await runs.play(ids[0], 2);
  expect(await kept()).toEqual([[0], [0], [0], [0]]);
  for (let i = 0; i < 2; i++) ids.push(await open(runs, large));
  expect(await kept()).toEqual([[], [], [], [], [], []]);
  for (const id of ids.splice(1)) await runs.close(id);
  await runs.play(ids[0], 3);
  expect(await kept()).toEqual([[3]]);
});

test('a run that cannot be opened leaves the others as they were', async () => {
  const runs = new Runs();
  const id = await open(runs);
  await expect(open(runs, small, { source: 'one.txt', bytes: text(['emma']) })).rejects.toThrow(
    /^one\.txt: expected/,
  );
  await runs.play(id, 300);
  expect(await fingerprint(runs, id)).toBe(whole.fingerprint);
  await runs.close(id);
  await expect(runs.frame(id)).rejects.toThrow(/^runs: expected one of/);
});

test('of a rate that is too high the rate leads the findings, also where the weights that it blew up hide it', async () => {
  const runs = new Runs();
  const id = await open(runs, {
    ...deepSettings,
    batchNorm: false,
    hidden: 30,
    lr: 10,
    lrAfter: 10,
    steps: 400,
  });
  const { findings } = await runs.play(id, 200);
  expect(findings[0]).toMatchObject({
    rule: 'rate-high',
    text: expect.stringMatching(/^At step \d+ an update was /),
  });
  expect(findings.map(({ rule }) => rule)).toContain('saturated');
});
