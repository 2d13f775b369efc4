import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  explainDivergence,
  type Finding,
  findings,
  Series,
  type Watcher,
  watch,
} from '../../src/diagnostics/index.js';
import {
  type Core,
  CrossEntropyLoss,
  DivergenceError,
  Flatten,
  Generator,
  type Layer,
  load,
  ReLU,
  SGD,
  Sigmoid,
  Trainer,
} from '../../src/index.js';
import {
  builtInNames,
  createDeep,
  type Dataset,
  type DeepOptions,
  deepSettings,
  lectureSettings,
  makeDataset,
  Run,
} from '../../src/makemore/index.js';

describe('findings', () => {
  let core: Core;
  let dataset: Dataset;
  beforeAll(async () => {
    core = await load();
    dataset = makeDataset(await builtInNames(), { contextLength: 3 });
  });
  afterAll(() => core.dispose());

  interface Broken extends Partial<DeepOptions> {
    lr?: number;
    steps?: number;
    spoil?: (layers: readonly Layer[]) => void;
  }

  async function train({ lr = 0.1, steps = 1, spoil, ...options }: Broken): Promise<Watcher> {
    const generator = new Generator(2147483647);
    const model = createDeep(core, generator, { vocabularySize: dataset.vocabulary.size, ...options });
    spoil?.(model.layers as readonly Layer[]);
    const optimizer = new SGD(model.parameters(), { lr });
    const examples = dataset.train;
    const trainer = new Trainer({
      explain: explainDivergence,
      loss: new CrossEntropyLoss(),
      core,
      model,
      optimizer,
      examples,
      batchSize: 32,
      generator,
    });
    const watcher = watch(trainer, { every: 1 });
    try {
      await trainer.run(steps, { onStep: watcher.onStep });
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
    }
    return watcher;
  }

  const brief = (found: Finding[]) =>
    found.map(({ severity, rule, place }) => `${severity} ${rule}: ${place}`);
  const plain = { batchNorm: false } as const;

  test('none on the networks of the lecture, at their start and later', async () => {
    const names = await builtInNames();
    for (const settings of [
      { ...deepSettings, steps: 300 },
      { ...lectureSettings, steps: 300 },
    ]) {
      using run = await Run.prepare(names, settings);
      const watcher = watch(run.trainer, { every: 10 });
      await run.train({
        onStep(step, loss) {
          watcher.onStep(step, loss);
          if (step % 50 === 0) {
            expect(findings(watcher.snapshot()), `${settings.net} step ${step}`).toEqual([]);
            expect(findings(watcher.series), `${settings.net} step ${step}`).toEqual([]);
          }
        },
      });
      expect(watcher.series.length).toBe(30);
    }
  });

  test('gain 10 without batch norm: saturated', async () => {
    const watcher = await train({ ...plain, gain: 10 });
    const tanhs = [3, 5, 7, 9, 11].map((i) => `problem saturated: layer ${i} Tanh`);
    const found = findings(watcher.snapshot());
    expect(brief(found)).toEqual(expect.arrayContaining(tanhs));
    expect(brief(findings(watcher.series))).toEqual(expect.arrayContaining(tanhs));
    const { text, threshold } = found.find(({ rule }) => rule === 'saturated') as Finding;
    const share = watcher.snapshot().layers[3].activation?.saturated ?? 0;
    expect(share).toBeGreaterThan(0.5);
    expect(text).toBe(
      `${(100 * share).toFixed(1)} % of the outputs are saturated (threshold 0.97), where hardly any gradient gets ` +
        'through; below 30 % is healthy. Lower the gain of the weights before it, or put batch norm in front of it.',
    );
    expect(threshold).toBe(0.5);
  });

  test('gain 2.5 without batch norm: a warning, no problem', async () => {
    const found = findings((await train({ ...plain, gain: 2.5 })).snapshot());
    expect(brief(found.filter(({ rule }) => rule === 'saturated'))).toContain(
      'warning saturated: layer 3 Tanh',
    );
    expect(found.filter(({ rule, severity }) => rule === 'saturated' && severity === 'problem')).toEqual([]);
  });

  test('gain 0.1 without batch norm: outputs and gradients vanish', async () => {
    const watcher = await train({ ...plain, gain: 0.1 });
    const found = findings(watcher.snapshot());
    expect(brief(found)).toEqual(
      expect.arrayContaining(['problem vanishing: layer 11 Tanh', 'problem vanishing: layer 3 Tanh']),
    );
    expect(found.find(({ rule }) => rule === 'vanishing')?.threshold).toBe(0.01);
    expect(brief(findings(watcher.series))).toContain('problem vanishing: layer 11 Tanh');
  });

  test('gain 5 with ReLU: outputs explode, forwards alone', async () => {
    const found = brief(
      findings((await train({ ...plain, gain: 5, activation: () => new ReLU() })).snapshot()),
    );
    expect(found).toContain('problem exploding: layer 11 ReLU');
    expect(found.filter((finding) => finding.includes('saturated'))).toEqual([]);
  });

  test('sigmoids of gain 1: gradients vanish', async () => {
    const found = findings((await train({ ...plain, gain: 1, activation: () => new Sigmoid() })).snapshot());
    expect(brief(found)).toContain('problem vanishing: layer 3 Sigmoid');
  });

  test('learning rates', async () => {
    for (const [lr, expected] of [
      [1000, 'problem rate-high: learning rate'],
      [1.5, 'warning rate-high: learning rate'],
      [0.001, 'warning rate-low: learning rate'],
      [0, 'warning rate-low: learning rate'],
    ] as const) {
      const first = (await train({ lr })).snapshot();
      const { series } = await train({ lr, steps: 20 });
      for (const source of [first, series]) {
        const found = findings(source).filter(({ rule }) => rule.startsWith('rate'));
        expect(brief(found), `lr ${lr}`).toEqual([expected]);
      }
    }
  });

  test('where nothing is updated, words say so and no infinite logarithm', async () => {
    const snapshot = (await train({ lr: 0 })).snapshot();
    const { series } = await train({ lr: 0, steps: 20 });
    for (const source of [snapshot, series]) {
      const found = findings(source).find(({ rule }) => rule === 'rate-low');
      expect(found?.text).toMatch(/^Nothing is updated .*healthy is about 1e-3 of the data/);
      expect(found?.text).not.toContain('Infinity');
    }
  });

  test('a rate that was a problem at one step is one, though the weights that it left hide it', async () => {
    const watcher = await train({ lr: 1000, steps: 20 });
    expect(brief(findings(watcher.snapshot()))).not.toContain('problem rate-high: learning rate');
    const found = findings(watcher.series).find(({ rule }) => rule === 'rate-high');
    expect(found?.text).toMatch(/^At step 0 an update was .* above 1e-1; healthy is about 1e-3/);
    expect(found?.threshold).toBe(0.1);
  });

  test('all parameters 0: constant outputs, and no gradient but in the last bias', async () => {
    const spoil = (layers: readonly Layer[]) => {
      for (const layer of layers) for (const { value } of layer.parameters()) value.fill(0);
    };
    const watcher = await train({ ...plain, spoil });
    const found = findings(watcher.snapshot());
    expect(brief(found)).toEqual([
      'problem constant: layer 3 Tanh',
      'problem no-gradient: parameter 0.weight',
    ]);
    expect(found[1].text).toContain('in 12 of 13 parameters');
    expect(brief(findings(watcher.series))).toEqual(['problem constant: layer 3 Tanh']);
  });

  test('dead units, by their share', async () => {
    for (const [closed, expected] of [
      [3, 'note dead: layer 3 ReLU'],
      [20, 'warning dead: layer 3 ReLU'],
      [60, 'problem dead: layer 3 ReLU'],
    ] as const) {
      const spoil = (layers: readonly Layer[]) => {
        layers[2].parameters()[1].value.data.fill(-1000, 0, closed);
      };
      const watcher = await train({ ...plain, gain: 1.4, activation: () => new ReLU(), spoil });
      const found = findings(watcher.snapshot());
      expect(brief(found)).toContain(expected);
      expect(found.find(({ place }) => place === 'layer 3 ReLU')?.text).toMatch(
        RegExp(`^${closed} of 100 units`),
      );
    }
  });

  test('small batches say nothing of dead units, and LeakyReLU lets a gradient through', async () => {
    const snapshot = (await train({ ...plain, gain: 1.4, activation: () => new ReLU() })).snapshot();
    const [, , , relu] = snapshot.layers;
    const dead = () => brief(findings(snapshot)).filter((found) => found.endsWith('dead: layer 3 ReLU'));
    relu.activation?.dead.splice(0, Infinity, ...Array.from({ length: 60 }, (_, j) => j));
    relu.shape = [16, 100];
    expect(dead()).toEqual(['problem dead: layer 3 ReLU']);
    relu.shape = [15, 100];
    expect(dead()).toEqual([]);
    relu.shape = [16, 100];
    relu.kind = 'LeakyReLU';
    expect(dead()).toEqual([]);
  });

  test('without activations the linear layers are compared', async () => {
    const found = findings(
      (await train({ ...plain, gain: 0.1, activation: () => new Flatten() })).snapshot(),
    );
    expect(brief(found)).toContain('problem vanishing: layer 10 Linear');
    expect(brief(found)).toContain('problem vanishing: layer 2 Linear');
  });

  test('confident at the start, also where the loss is given', async () => {
    const spoil = (layers: readonly Layer[]) => {
      const { data } = layers[12].parameters()[0].value;
      for (let i = 0; i < data.length; i++) data[i] *= 50;
    };
    const watcher = await train({ ...plain, spoil });
    for (const source of [watcher.snapshot(), watcher.series])
      expect(brief(findings(source))).toContain('warning confident: loss');
    const healthy = (await train({})).snapshot();
    const most = Math.log(27) + 1;
    expect(findings(healthy, { firstLoss: most - 1e-6 })).toEqual([]);
    expect(brief(findings(healthy, { firstLoss: most + 1e-6 }))).toEqual(['warning confident: loss']);
    expect(brief(findings(healthy, { firstLoss: 3, classes: 2 }))).toEqual(['warning confident: loss']);
  });

  test('NaN: where it begins, and problems before warnings', async () => {
    const spoil = (layers: readonly Layer[]) => {
      layers[4].parameters()[0].value.data[0] = Number.NaN;
    };
    // The loss is NaN at step 0, so that there was no update.
    const watcher = await train({ ...plain, gain: 2.5, spoil });
    const [first, ...others] = findings(watcher.snapshot());
    expect(brief([first])).toEqual(['problem not-finite: parameter 4.weight']);
    expect(first.text).toBe('Parameter 4.weight is NaN at (0, 0), from the beginning.');
    // Without a trainer that has found it, the first layer that shows it.
    const [seen] = findings({ ...watcher.snapshot(), origin: undefined });
    expect(brief([seen])).toEqual(['problem not-finite: layer 4 Linear']);
    expect(seen.text).toMatch(/^32 NaN and 0 infinite/);
    expect(brief(others)).toContain('warning saturated: layer 3 Tanh');
  });

  test('what is not finite is told in the order in which it comes about', async () => {
    const snapshot = (await train({})).snapshot();
    const { layers, parameters } = snapshot;
    const expectFirst = (place: string, what: string) => {
      const found = findings(snapshot);
      expect(brief(found)).toEqual([`problem not-finite: ${place}`]);
      expect(found[0].text).toContain(`begin in ${what};`);
    };
    parameters[2].data.infinite = 1;
    expectFirst('parameter 3.gamma', 'the parameter');
    for (const i of [1, 4]) (parameters[i].gradient ?? parameters[i].data).nan = 1;
    expectFirst('parameter 5.weight', 'the gradient');
    for (const i of [3, 9]) (layers[i].gradient ?? parameters[i].data).nan = 1;
    expectFirst('layer 9 BatchNorm1d', 'the gradient of the output');
    for (const i of [7, 12]) (layers[i].output ?? parameters[i].data).nan = 1;
    expectFirst('layer 7 Tanh', 'the output');
  });

  test('a series of nothing, and of a loss that is not finite', () => {
    const series = new Series([{ name: 'w', shape: [2, 2] }], [], 27, 0.97);
    expect(findings(series)).toEqual([]);
    for (const [step, loss] of [3, Number.NaN].entries()) {
      series.begin(step, loss);
      series.put(0, -3);
    }
    expect(brief(findings(series))).toEqual(['problem not-finite: loss']);
  });
});
