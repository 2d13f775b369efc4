import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  foldBatchNorm,
  Generator,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';

let core: Core;
beforeEach(async () => {
  core = await load();
});
afterEach(() => core.dispose());

/** A small network after 50 steps, so that its statistics and its gammas are its own. */
async function trained(tracks: 'variance' | 'std', bias: boolean) {
  const generator = new Generator(7);
  const model = new Sequential([
    new Linear(6, 11, { bias }),
    new BatchNorm1d(11, { tracks, eps: 1e-3 }),
    new Tanh(),
    new Linear(11, 5, { bias: false }),
    new BatchNorm1d(5),
  ]);
  model.reserve(core, 40, 6);
  model.initialise(generator);
  const count = 200;
  const examples = {
    x: generator.randn(count * 6),
    y: Int32Array.from(generator.randint(0, 5, count)),
    count,
  };
  const optimizer = new SGD(model.parameters(), { lr: 0.3 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples,
    batchSize: 20,
    generator,
  });
  await trainer.run(50);
  await calibrate(trainer, examples);
  return { model, x: core.tensor([40, 6]).set(examples.x.subarray(0, 240)) };
}

describe.each([
  ['variance', true],
  ['std', false],
] as const)('batch norm that tracks the %s (bias %s), folded', (tracks, bias) => {
  test.each(['running', 'calibrated'] as const)('gives the outputs of %s statistics', async (statistics) => {
    const { model, x } = await trained(tracks, bias);
    const folded = foldBatchNorm(core, model, statistics);
    expect(folded.layers.map((layer) => layer.constructor.name)).toEqual(['Linear', 'Tanh', 'Linear']);
    model.eval(statistics);
    const expected = model.forward(x).toArray();
    const got = folded.forward(x).toArray();
    const difference = got.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
    expect(difference).toBeLessThan(2e-6);
    const other = statistics === 'running' ? 'calibrated' : 'running';
    model.eval(other);
    const others = model.forward(x).toArray();
    expect(got.reduce((most, value, i) => Math.max(most, Math.abs(value - others[i])), 0)).toBeGreaterThan(
      1e-3,
    );
  });
});

test('calibrated statistics are refused before they are measured', () => {
  const model = new Sequential([new Linear(3, 2), new BatchNorm1d(2)]);
  model.reserve(core, 4, 3);
  model.initialise(new Generator(1));
  expect(() => foldBatchNorm(core, model, 'calibrated')).toThrow('expected calibrate() before');
});

test('what cannot be folded is refused by name', () => {
  const model = new Sequential([new Linear(3, 2), new BatchNorm1d(2)]);
  model.to(core);
  const refused = (...args: unknown[]) =>
    expect(() => (foldBatchNorm as (...all: unknown[]) => unknown)(...args));
  refused(model).toThrow('foldBatchNorm: expected a Core, from await load(), got a Sequential');
  refused(model, core).toThrow('foldBatchNorm: expected a Core, from await load(), got a Sequential');
  refused(core).toThrow('foldBatchNorm: expected a Sequential, got undefined');
  refused(core, model).toThrow('foldBatchNorm: expected initial parameters before the first use');
  model.initialise(new Generator(1));
  refused(core, model, 'all').toThrow("BatchNorm1d.affine: expected 'running' or 'calibrated', got 'all'");
  refused(core, new Sequential([new Linear(3, 2)]).to(core, { seed: 1 }), 'all').toThrow(
    "Sequential.eval: expected 'running' or 'calibrated', got 'all'",
  );
});

test.each(['running', 'calibrated'] as const)(
  'a batch norm that stays, and pairs in a Sequential within: outputs of %s statistics at once',
  (statistics) => {
    const generator = new Generator(3);
    const first = new BatchNorm1d(6);
    const within = new Sequential([new Linear(6, 5), new BatchNorm1d(5), new Tanh(), new BatchNorm1d(5)]);
    const model = new Sequential([first, within, new Linear(5, 2)]);
    model.reserve(core, 8, 6);
    model.initialise(generator);
    for (const layer of [first, ...within.layers])
      if (layer instanceof BatchNorm1d) {
        const { numFeatures: m } = layer;
        layer.runningMean.set(generator.randn(m));
        layer.runningSpread.set(generator.rand(m).map((v) => v + 0.5));
        layer.setCalibrated(generator.randn(m), generator.rand(m));
      }
    const x = core.tensor([8, 6]).set(generator.randn(48));
    const before = model.buffers().map(({ value }) => value.toArray());
    const folded = foldBatchNorm(core, model, statistics);
    const got = folded.forward(x).toArray();
    expect(model.buffers().map(({ value }) => value.toArray())).toEqual(before);
    model.eval(statistics);
    const expected = model.forward(x).toArray();
    got.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-5);
    });
    const kinds = (folded.layers[1] as unknown as Sequential).layers.map((layer) => layer.constructor.name);
    expect(kinds).toEqual(['Linear', 'Tanh', 'BatchNorm1d']);
  },
);
