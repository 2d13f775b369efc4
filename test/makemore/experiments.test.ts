import { describe, expect, test } from 'vitest';
import { load } from '../../src/core/load.js';
import { summarise } from '../../src/diagnostics/statistics.js';
import {
  createDeep,
  deepSettings,
  type Experiment,
  experimentSets,
  lectureSettings,
  parseNames,
  Run,
  runExperiment,
} from '../../src/makemore/index.js';
import { Tanh } from '../../src/nn/activations.js';
import { Linear } from '../../src/nn/linear.js';
import { Generator } from '../../src/random/generator.js';

const names = parseNames(
  new TextEncoder().encode('emma\nolivia\nava\nisabella\nsophia\ncharlotte\nmia\namelia\nharper\nevelyn\n'),
  'ten',
);
const version = '0.0.0';

function setOf(name: string): readonly Experiment[] {
  const set = experimentSets.find((each) => each.name === name);
  if (set === undefined) throw new Error(`no set ${name}`);
  return set.experiments;
}

describe('the sets', () => {
  const six = { ...deepSettings, steps: 1001 };

  test('are the lecture’s, each with its runs', () => {
    expect(experimentSets.map(({ name }) => name)).toEqual([
      'gain',
      'gain-batchnorm',
      'no-fan-in',
      'lr',
      'init',
    ]);
    for (const { experiments } of experimentSets)
      expect(new Set(experiments.map(({ label }) => label)).size).toBe(experiments.length);
  });

  test('gain: without batch norm at 0.5, 1, 5/3, 3; with it at 0.2 too', () => {
    expect(setOf('gain').map(({ settings }) => settings)).toEqual(
      [0.5, 1, 5 / 3, 3].map((gain) => ({ ...six, batchNorm: false, gain })),
    );
    expect(setOf('gain-batchnorm').map(({ settings }) => settings)).toEqual(
      [0.2, 0.5, 1, 5 / 3, 3].map((gain) => ({ ...six, gain })),
    );
    expect(setOf('gain-batchnorm').map(({ label }) => label)).toEqual([
      'gain 0.2',
      'gain 0.5',
      'gain 1',
      'gain 5/3',
      'gain 3',
    ]);
  });

  test('no-fan-in: with and without batch norm', () => {
    expect(setOf('no-fan-in')).toEqual([
      { label: 'without batch norm', settings: { ...six, batchNorm: false, gain: 1, fanIn: false } },
      { label: 'with batch norm', settings: { ...six, gain: 1, fanIn: false } },
    ]);
  });

  test('lr: 0.001 to 1, a tenth of it from step 150,000 on', () => {
    expect(setOf('lr').map(({ settings }) => settings)).toEqual([
      { ...six, lr: 0.001, lrAfter: 0.0001 },
      { ...six, lr: 0.01, lrAfter: 0.001 },
      { ...six },
      { ...six, lr: 0.3, lrAfter: 0.03 },
      { ...six, lr: 1, lrAfter: 0.1 },
    ]);
  });

  test('init: the rows of the loss log on the first network', () => {
    expect(setOf('init')).toEqual(
      ['original', 'softmax', 'tanh', 'kaiming', 'bn'].map((init) => ({
        label: init,
        settings: { ...lectureSettings, steps: 20_000, init },
      })),
    );
  });
});

describe('createDeep without fanIn', () => {
  test('takes the same draws, undivided', async () => {
    using core = await load();
    const shape = { vocabularySize: 27, depth: 3, hidden: 20, gain: 2, batchNorm: false };
    createDeep(core, new Generator(5), shape);
    const wide = createDeep(core, new Generator(5), { ...shape, fanIn: false });
    // In the order of the parameters: C, then each weight, then the 0.1 of the last.
    const generator = new Generator(5);
    const [c, w1, w2, w3] = [27 * 10, 30 * 20, 20 * 20, 20 * 27].map((size) => generator.randn(size));
    expect(wide.parameters()[0].value.toArray()).toEqual(c);
    const linear = wide.layers.flatMap((layer) => (layer instanceof Linear ? [layer] : []));
    const expected = [w1.map((w) => w * 2), w2.map((w) => w * 2), w3.map((w) => w * Math.fround(0.1))];
    expect(linear.map(({ weight }) => weight.value.toArray())).toEqual(expected);
    for (const { bias } of linear) expect(bias?.value.toArray().every((b) => b === 0)).toBe(true);
  });
});

describe('runExperiment', () => {
  test('gives the record of the run and what the last minibatch left in its layers', async () => {
    const settings = { ...deepSettings, steps: 150, seed: 3 };
    const result = await runExperiment(names, settings, { version });

    using run = await Run.prepare(names, settings);
    const losses: number[] = [];
    await run.train({ onStep: (_, loss) => losses.push(loss) });
    const at = run.model.layers.flatMap((layer, i) => (layer instanceof Tanh ? [i] : []));
    expect(at).toHaveLength(5);
    expect(result.tanh).toEqual(
      at.map((i) => {
        const { std, saturated } = summarise(run.model.layers[i].out as never);
        return { std, saturated, gradientStd: summarise(run.model.layers[i + 1].dx as never).std };
      }),
    );
    await run.evaluate();
    run.sample();
    const { seconds: _, stepsPerSecond: __, ...record } = run.record(version);
    expect(result.record).toMatchObject(record);
    expect(result.record).toMatchObject({ steps: 150, stopped: 'finished', version, fanIn: true });
    expect(result.initialLoss).toBe(losses[0]);
    expect(result.finalLoss).toBeCloseTo(losses.slice(-100).reduce((sum, loss) => sum + loss, 0) / 100, 10);
    // 150 steps: 50 windows of three.
    expect(result.curve).toHaveLength(50);
    expect(result.curve[1][0]).toBe(4);
    expect(result.curve[1][1]).toBeCloseTo((losses[3] + losses[4] + losses[5]) / 3, 10);
    expect(result.curve[49][1]).toBeCloseTo((losses[147] + losses[148] + losses[149]) / 3, 10);
  });

  test('takes the mean of all losses where there are fewer than 100', async () => {
    const losses: number[] = [];
    const settings = { ...lectureSettings, init: 'kaiming', steps: 3 } as const;
    const onStep = (_: number, loss: number) => losses.push(loss);
    const { finalLoss, tanh } = await runExperiment(names, settings, { version, onStep });
    expect(finalLoss).toBeCloseTo((losses[0] + losses[1] + losses[2]) / 3, 10);
    expect(tanh).toHaveLength(1);
  });

  test('is a result where the run diverges', async () => {
    const settings = { ...deepSettings, batchNorm: false, lr: 1e30, steps: 50 };
    const { record, initialLoss, finalLoss, curve, tanh } = await runExperiment(names, settings, { version });
    expect(record).toMatchObject({ stopped: 'diverged', final: null });
    // As far as it came.
    expect(curve).toEqual(record.losses);
    expect(record.divergence?.step).toBeGreaterThan(0);
    expect(record.divergence?.step).toBeLessThan(50);
    expect(record.divergence?.likely).toContain('the learning rate 1e+30 is too high');
    expect(initialLoss).toBe(record.losses[0][1]);
    expect({ finalLoss, tanh }).toEqual({ finalLoss: null, tanh: [] });
  });

  test('ends with the signal’s reason', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const onStep = (step: number) => step === 20 && stop.abort(reason);
    const options = { version, signal: stop.signal, onStep: onStep as (step: number) => void };
    await expect(runExperiment(names, { ...deepSettings }, options)).rejects.toBe(reason);
  });

  test('refuses a run without a step', async () => {
    await expect(runExperiment(names, { ...deepSettings, steps: 0 }, { version })).rejects.toThrow(
      'runExperiment: expected at least 1 step, got 0',
    );
  });
});
