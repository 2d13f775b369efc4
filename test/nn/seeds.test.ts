/** Everything that draws repeats with its seed and changes with it. */
import { describe, expect, test } from 'vitest';
import {
  Dropout,
  Embedding,
  Generator,
  kaimingNormal,
  kaimingUniform,
  type Layer,
  Linear,
  load,
  MSELoss,
  normal,
  type Parameter,
  Residual,
  Sequential,
  SGD,
  type Tensor,
  Trainer,
  uniform,
  xavierNormal,
  xavierUniform,
} from '../../src/index.js';

const core = await load();
// torch's generator goes by the lower 32 bits.
const SEEDS = [0, 1, 2, 2 ** 31 - 1, 2n ** 32n - 1n];

/** What is drawn with a seed. */
type Draw = (seed: number | bigint) => unknown;

const parametersOf =
  (make: () => Layer<never>): Draw =>
  (seed) => {
    const model = new Sequential([make() as Layer]).to(core, { seed });
    const values = model.parameters().map(({ value }) => [...value.toArray()]);
    model.dispose();
    return values;
  };

const initialised =
  (fill: (parameter: Parameter, generator: Generator) => void): Draw =>
  (seed) => {
    const model = new Sequential([new Linear(3, 5)]).to(core);
    const [weight] = model.parameters();
    fill(weight, new Generator(seed));
    const values = [...weight.value.toArray()];
    model.dispose();
    return values;
  };

const trained =
  (options: (seed: number | bigint) => object): Draw =>
  (seed) => {
    const model = new Sequential<Tensor>([new Linear(2, 3), new Linear(3, 1)]).to(core, { seed: 1 });
    const x = new Generator(1).randn(80);
    const y = new Generator(2).randn(40);
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const trainer = new Trainer({
      ...{ model, loss: new MSELoss(), optimizer, x, y, batchSize: 4 },
      ...options(seed),
    });
    const losses = Array.from({ length: 12 }, () => trainer.step());
    trainer.dispose();
    model.dispose();
    return losses;
  };

const dropped: Draw = (seed) => {
  const model = new Sequential([new Dropout({ p: 0.5 })]).to(core, { seed });
  const x = core.tensor([8, 8]).fill(1);
  const values = [...model.forward(x).toArray()];
  model.dispose();
  x.dispose();
  return values;
};

describe.each<[string, Draw]>([
  ['Linear', parametersOf(() => new Linear(4, 5))],
  ["Linear, init: 'torch'", parametersOf(() => new Linear(4, 5, { init: 'torch' }))],
  ['Embedding', parametersOf(() => new Embedding(7, 3) as Layer<never>)],
  ['Residual', parametersOf(() => new Residual([new Linear(4, 4)]))],
  ['Dropout', dropped],
  ['kaimingNormal', initialised(kaimingNormal)],
  ['kaimingUniform', initialised(kaimingUniform)],
  ['xavierNormal', initialised(xavierNormal)],
  ['xavierUniform', initialised(xavierUniform)],
  ['normal', initialised(normal)],
  ['uniform', initialised(uniform)],
  ['shuffled epochs', trained((seed) => ({ seed }))],
  ['draws with replacement', trained((seed) => ({ generator: new Generator(seed) }))],
])('%s', (_, draw) => {
  test('repeats with the seed', () => {
    for (const seed of SEEDS) expect(draw(seed)).toEqual(draw(seed));
  });

  test('changes with the seed', () => {
    const drawn = SEEDS.map((seed) => JSON.stringify(draw(seed)));
    expect(new Set(drawn).size).toBe(SEEDS.length);
  });
});
