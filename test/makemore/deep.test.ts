import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import { type Core, Generator, Linear, load } from '../../src/index.js';
import { CheckpointError, readCheckpoint, saveCheckpoint } from '../../src/interchange/index.js';
import { createDeep, deepSettings, parseNames, Run, readRun } from '../../src/makemore/index.js';

const shape = { vocabularySize: 27, depth: 4, hidden: 12, batchNorm: false };

describe('a gain for each hidden layer', () => {
  let core: Core;
  beforeAll(async () => {
    core = await load();
  });
  afterAll(() => core.dispose());
  const weights = (gain: number | readonly number[]) =>
    createDeep(core, new Generator(5), { ...shape, gain }).layers.flatMap((layer) =>
      layer instanceof Linear ? [layer.weight.value.toArray()] : [],
    );

  test('scales the weights of that layer alone; the last layer has none', () => {
    const one = weights(1);
    const several = weights([3, 0.5, -2]);
    expect(several).toHaveLength(4);
    for (const [i, factor] of [3, 0.5, -2, 1].entries())
      expect(several[i]).toEqual(one[i].map((w) => Math.fround(w * factor)));
  });

  test('has the bits of a single one where all are the same', () => {
    const print = (gain: number | readonly number[], fanIn: boolean) =>
      fingerprint(createDeep(core, new Generator(5), { ...shape, gain, fanIn }).parameters());
    for (const fanIn of [true, false]) {
      expect(print([5 / 3, 5 / 3, 5 / 3], fanIn)).toBe(print(5 / 3, fanIn));
      expect(print([5 / 3, 5 / 3, 1], fanIn)).not.toBe(print(5 / 3, fanIn));
    }
  });

  test('as many as there are hidden layers, each a finite number', () => {
    for (const gain of [[], [1, 2], [1, 2, 3, 4]])
      expect(() => weights(gain)).toThrow(
        new RangeError(
          `createDeep: expected gain to be a number or 3, one for each hidden layer, got ${gain.length}`,
        ),
      );
    expect(() => weights([1, Number.NaN, 1])).toThrow(/createDeep: expected gain\[1\] to be a finite number/);
    expect(() => weights(Number.NaN)).toThrow(/createDeep: expected gain to be a finite number/);
  });

  test('is kept in a record and in a checkpoint, which is refused with another number of them', async () => {
    const names = parseNames(new TextEncoder().encode('emma\nava\nmia\nzoe\nann\nbob\n'), 'six');
    const gain = [1, 5 / 3];
    const settings = { ...deepSettings, depth: 3, hidden: 8, batch: 4, steps: 5, gain };
    using run = await Run.prepare(names, settings);
    await run.train();
    expect(run.record('0')).toMatchObject({ gain });
    const bytes = run.save();
    const saved = readRun(bytes, 'a.st');
    expect(saved.settings).toMatchObject({ gain });
    using resumed = await Run.resume(names, saved, { steps: 5 });
    expect(fingerprint(resumed.model.parameters())).toBe(fingerprint(run.model.parameters()));
    for (const other of [[1], [1, 2, 3], [1, '2'], [1, null], 'x']) {
      const metadata = Object.fromEntries(readCheckpoint(bytes).metadata);
      const settings = JSON.stringify({ ...JSON.parse(metadata.settings), gain: other });
      const { model, trainer } = run;
      const own = ['names', 'vocabulary', 'losses', 'seconds', 'sampling_seed'];
      const kept = Object.fromEntries(own.map((key) => [key, metadata[key]]));
      const bad = saveCheckpoint({ model, trainer, metadata: { ...kept, settings } });
      expect(() => readRun(bad, 'b.st'), JSON.stringify(other)).toThrow(CheckpointError);
      expect(() => readRun(bad, 'b.st')).toThrow(/^b\.st: expected metadata 'settings'/);
    }
  });
});

test('without a nonlinearity a layer’s sums are handed on as they are, and the run is kept as such', async () => {
  const names = parseNames(new TextEncoder().encode('emma\nava\nmia\nzoe\nann\nbob\n'), 'six');
  const settings = { ...deepSettings, depth: 3, hidden: 8, batch: 4, steps: 5, batchNorm: false } as const;
  using run = await Run.prepare(names, { ...settings, activation: 'none' });
  await run.train();
  const [sums, handedOn] = [2, 3].map((at) => (run.model.layers[at] as Linear).out?.toArray());
  expect(handedOn).toEqual(sums);
  expect(sums?.some((value) => value < 0)).toBe(true);
  expect(readRun(run.save()).settings).toMatchObject({ activation: 'none' });
});
