import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recorder, Thinned, watch } from '../../src/diagnostics/index.js';
import { builtInNames, deepSettings, Run } from '../../src/makemore/index.js';

describe('Thinned', () => {
  it('keeps every step until it is full, then every second, fourth …', () => {
    const thinned = new Thinned(2, 8);
    const read = (step: number) => (column: number) => step + column / 2;
    for (let step = 0; step < 8; step++) thinned.push(step, read(step));
    expect(thinned.track()).toEqual({
      every: 1,
      steps: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7),
      columns: [
        Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
        Float32Array.of(0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5),
      ],
    });
    for (let step = 8; step < 21; step++) thinned.push(step, read(step));
    expect(thinned.track()).toEqual({
      every: 4,
      steps: Float64Array.of(0, 4, 8, 12, 16, 20),
      columns: [Float32Array.of(0, 4, 8, 12, 16, 20), Float32Array.of(0.5, 4.5, 8.5, 12.5, 16.5, 20.5)],
    });
    expect(thinned.takes(24)).toBe(true);
    expect(thinned.takes(22)).toBe(false);
  });

  it('has room for no more than its capacity, and more than half of it once it was full', () => {
    for (const capacity of [2, 3, 8, 100]) {
      const thinned = new Thinned(1, capacity);
      for (let step = 0; step < 3000; step++) {
        thinned.push(step, () => step);
        expect(thinned.length).toBeLessThanOrEqual(capacity);
        if (step > capacity) expect(thinned.length).toBeGreaterThanOrEqual(capacity / 2);
      }
      const { steps, columns, every } = thinned.track();
      expect(Array.from(steps)).toEqual(Array.from(steps, (_, i) => i * every));
      expect(Array.from(columns[0])).toEqual(Array.from(steps));
    }
  });

  it('reads no value that it does not keep', () => {
    const thinned = new Thinned(1, 4);
    let reads = 0;
    for (let step = 0; step < 64; step++)
      thinned.push(step, () => {
        reads++;
        return 0;
      });
    expect(reads).toBe(4 + 2 * 4);
  });

  it('gives copies', () => {
    const thinned = new Thinned(1, 4);
    thinned.push(0, () => 1);
    const { steps, columns } = thinned.track();
    thinned.push(1, () => 2);
    columns[0][0] = 9;
    expect([steps.length, thinned.track().columns[0][0]]).toEqual([1, 1]);
  });

  it('takes another’s records before a step, and goes on as if they were its own', () => {
    const push = (thinned: Thinned, from: number, to: number) => {
      for (let step = from; step < to; step++) thinned.push(step, () => step);
      return thinned;
    };
    const copy = new Thinned(1, 8);
    push(copy, 0, 3);
    copy.copy(push(new Thinned(1, 8), 0, 12).track(), 7);
    expect(copy.track()).toMatchObject({ every: 2, steps: Float64Array.of(0, 2, 4, 6) });
    expect(push(copy, 7, 40).track()).toEqual(push(new Thinned(1, 8), 0, 40).track());
  });

  it('begins anew where there is no record before the step', () => {
    const copy = new Thinned(1, 8);
    const track = new Thinned(1, 8);
    for (let step = 0; step < 30; step++) track.push(step, () => step);
    copy.copy(track.track(), 0);
    expect(copy.track()).toEqual(new Thinned(1, 8).track());
  });

  it('refuses a capacity below 2 and a track of another shape', () => {
    expect(() => new Thinned(1, 1)).toThrow(/Thinned: expected capacity .*got 1/);
    const track = new Thinned(2, 8).track();
    expect(() => new Thinned(1, 8).copy(track, 1)).toThrow(
      'Thinned.copy: expected 1 columns of at most 8 records, got 2 of 0',
    );
  });
});

describe('Recorder', () => {
  const STEPS = 1300;
  const settings = { ...deepSettings, depth: 3, hidden: 8, embedding: 4, steps: STEPS };
  const prepare = async (steps = STEPS) => Run.prepare(await builtInNames(), { ...settings, steps });
  let run: Run;
  let recorder: Recorder;
  let losses: number[];

  beforeAll(async () => {
    run = await prepare();
    recorder = new Recorder(run.trainer);
    losses = [];
    await run.train({
      onStep(step, loss) {
        losses.push(loss);
        recorder.onStep(step, loss);
      },
    });
  });
  afterAll(() => run.dispose());

  it('has the loss of the minibatches', () => {
    const { steps, every, columns } = recorder.losses.track();
    expect([steps.length, every]).toEqual([STEPS, 1]);
    expect(Array.from(columns[0])).toEqual(losses.map(Math.fround));
    expect(recorder.firstLoss).toBe(losses[0]);
  });

  it('has at most 512 records of what a watcher sees, within its tolerance', async () => {
    const { steps, every, columns } = recorder.series.track();
    expect([every, steps.length]).toEqual([4, Math.ceil(STEPS / 4)]);
    const other = await prepare();
    try {
      const watcher = watch(other.trainer, { every });
      await other.train({ onStep: watcher.onStep });
      const { series } = watcher;
      const expected = [
        ...series.parameters.map((_, i) => series.updateToData(i)),
        ...series.activations.map((_, i) => series.std(i)),
        ...series.activations.map((_, i) => series.saturated(i)),
      ];
      expect(columns).toHaveLength(expected.length);
      columns.forEach((column, i) => {
        for (const [record, value] of column.entries())
          expect(Math.abs(value - expected[i][record])).toBeLessThanOrEqual(0.0045);
      });
    } finally {
      other.dispose();
    }
  });

  it('has the network at its first step: outputs of the first parameters, with images', () => {
    const { first } = recorder;
    expect([first?.step, first?.threshold]).toEqual([0, 0.97]);
    const images = first?.layers.flatMap(({ activation }) => activation?.image ?? []);
    expect(images?.map(({ length }) => length)).toEqual([32 * 8, 32 * 8]);
  });

  it('has the same whoever looks at the run meanwhile, and leaves its numbers as they are', async () => {
    const looked = await prepare();
    const plain = await prepare();
    try {
      const other = new Recorder(looked.trainer);
      for (const until of [7, 400, 401, STEPS]) {
        await looked.train({ until, onStep: other.onStep });
        other.snapshot({ images: true });
        looked.sample();
      }
      expect(other.series.track()).toEqual(recorder.series.track());
      expect(other.losses.track()).toEqual(recorder.losses.track());
      expect(other.first).toEqual(recorder.first);
      await plain.train();
      expect(run.record('').fingerprint).toBe(plain.record('').fingerprint);
    } finally {
      looked.dispose();
      plain.dispose();
    }
  });

  it('goes on from another’s records', async () => {
    const fork = await prepare();
    try {
      const copy = new Recorder(fork.trainer);
      copy.copy(recorder, 1000);
      expect(copy.losses.length).toBe(1000);
      expect(copy.series.track()).toMatchObject({ every: 4 });
      expect(copy.series.length).toBe(250);
      expect([copy.first, copy.firstLoss]).toEqual([recorder.first, recorder.firstLoss]);
      copy.copy(recorder, 0);
      expect([copy.losses.length, copy.first, copy.firstLoss]).toEqual([0, undefined, undefined]);
      // Records go on step by step.
      await fork.train({ until: 3, onStep: copy.onStep });
      expect(Array.from(copy.series.track().steps)).toEqual([0, 1, 2]);
    } finally {
      fork.dispose();
    }
  });

  it('counts by another threshold from the next record on', async () => {
    const other = await prepare(2);
    try {
      const both = new Recorder(other.trainer, { threshold: 1 });
      await other.train({ until: 1, onStep: both.onStep });
      both.threshold = 0;
      await other.train({ onStep: both.onStep });
      const { columns } = both.series.track();
      expect(columns.at(-1)?.[0]).toBe(0);
      expect(columns.at(-1)?.[1]).toBeGreaterThan(0.99);
      expect(both.snapshot().threshold).toBe(0);
      expect(() => {
        both.threshold = 2;
      }).toThrow(RangeError);
    } finally {
      other.dispose();
    }
  });

  it('takes no more memory in a long run', async () => {
    const long = await Run.prepare(await builtInNames(), {
      ...settings,
      depth: 2,
      hidden: 2,
      embedding: 1,
      context: 1,
      batch: 2,
      lr: 0.001,
      steps: 20_000,
    });
    try {
      const bounded = new Recorder(long.trainer);
      await long.train({ until: 2000, onStep: bounded.onStep });
      const bytes = long.core.bytes;
      await long.train({ onStep: bounded.onStep });
      expect(bounded.losses.length).toBeLessThanOrEqual(4096);
      expect(bounded.series.length).toBeLessThanOrEqual(512);
      expect(long.core.bytes).toBe(bytes);
    } finally {
      long.dispose();
    }
  });
});
