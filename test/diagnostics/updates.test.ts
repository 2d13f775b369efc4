/** update:data beside what each optimizer has really taken from a parameter. */
import { beforeAll, describe, expect, test } from 'vitest';
import { findings, watch } from '../../src/diagnostics/index.js';
import {
  Adam,
  AdamW,
  type Backend,
  type Core,
  CrossEntropyLoss,
  Linear,
  load,
  type Optimizer,
  type Parameter,
  RMSprop,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';

const rows = Array.from({ length: 200 }, (_, i) => [Math.sin(i), Math.cos(i * 1.3), i % 2]);
const classes = rows.map(([a]) => (a > 0 ? 1 : 0));

const optimizers: [string, (all: Parameter[]) => Optimizer][] = [
  ['SGD', (all) => new SGD(all, { lr: 0.1 })],
  ['SGD with weight decay', (all) => new SGD(all, { lr: 0.1, weightDecay: 0.01 })],
  ['SGD with momentum', (all) => new SGD(all, { lr: 0.01, momentum: 0.9, dampening: 0.1 })],
  [
    'SGD with Nesterov’s',
    (all) => new SGD(all, { lr: 0.01, momentum: 0.9, nesterov: true, weightDecay: 1e-3 }),
  ],
  ['Adam', (all) => new Adam(all, { lr: 0.01 })],
  ['Adam with amsgrad', (all) => new Adam(all, { lr: 0.01, amsgrad: true, weightDecay: 0.01 })],
  ['AdamW', (all) => new AdamW(all, { lr: 0.01, weightDecay: 0.1 })],
  ['RMSprop', (all) => new RMSprop(all, { lr: 0.001, weightDecay: 0.01 })],
  ['RMSprop, centered', (all) => new RMSprop(all, { lr: 0.001, centered: true })],
  ['RMSprop with momentum', (all) => new RMSprop(all, { lr: 0.001, momentum: 0.9 })],
  [
    'groups with rates of their own',
    (all) => new SGD([{ parameters: all.slice(0, 2), lr: 1 }, { parameters: all.slice(2) }], { lr: 0.001 }),
  ],
];

const deviation = (values: Float32Array | number[]): number => {
  const mean = [...values].reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt([...values].reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

function trained(core: Core, optimizer: (all: Parameter[]) => Optimizer) {
  const model = new Sequential([new Linear(3, 30), new Tanh(), new Linear(30, 2)]).to(core, { seed: 1 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    model,
    optimizer: optimizer(model.parameters()),
    x: rows,
    y: classes,
    seed: 1,
  });
  return { model, trainer, watcher: watch(trainer, { every: 2 }) };
}

describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  test.each(optimizers)('%s', (_, optimizer) => {
    const { model, trainer, watcher } = trained(core, optimizer);
    const parameters = model.parameters();
    for (let step = 0; step < 41; step++) {
      const before = parameters.map(({ value }) => value.toArray());
      watcher.onStep(step, trainer.step());
      if (![0, 2, 40].includes(step)) continue;
      const { parameters: seen } = watcher.snapshot();
      parameters.forEach(({ value }, i) => {
        const after = value.toArray();
        const taken = deviation(after.map((v, j) => before[i][j] - v)) / deviation(after);
        const name = `parameter ${i} at step ${step}`;
        // Weights of size 1 keep the seventh digit of what is taken from them.
        expect(10 ** (seen[i].updateToData as number) / taken, name).toBeCloseTo(1, 2);
        expect(10 ** (watcher.series.updateToData(i).at(-1) as number) / taken, name).toBeCloseTo(1, 2);
      });
    }
  });

  test('a rate that is right for Adam is not said to be too low', () => {
    const { trainer, watcher } = trained(core, (all) => new Adam(all, { lr: 0.001 }));
    for (let step = 0; step < 200; step++) watcher.onStep(step, trainer.step());
    for (const source of [watcher.series, watcher.snapshot()])
      expect(findings(source).filter(({ rule }) => rule.startsWith('rate'))).toEqual([]);
    const bytes = core.bytes;
    for (let step = 200; step < 260; step++) watcher.onStep(step, trainer.step());
    expect(core.bytes).toBe(bytes);
  });
});
