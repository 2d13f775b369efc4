import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  type Backend,
  type Core,
  CrossEntropyLoss,
  calibrate,
  DivergenceError,
  Dropout,
  evaluate,
  Generator,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
  visit,
} from '../../src/index.js';
import { getRngState } from '../../src/interchange/index.js';
import {
  crossEntropy,
  gradient,
  jacobian,
  linear,
  randn,
  relativeDistance,
  type Vector,
} from './reference.js';

const [COUNT, INPUTS, HIDDEN, CLASSES] = [24, 4, 7, 3];
const x = randn(5, COUNT * INPUTS);
const y = Int32Array.from({ length: COUNT }, (_, i) => (x[4 * i] > 0 ? 1 : 0) + (x[4 * i + 1] > 0.5 ? 1 : 0));
const examples = { x, y, count: COUNT };

/** The masks that torch draws for n elements: 0, or 1 / (1 − p). */
const masks = (generator: Generator, n: number, p: number): Float64Array =>
  Float64Array.from({ length: n }, () => (generator.uniform53() < 1 - p ? 1 / (1 - p) : 0));

function setUp(core: Core, batchSize = COUNT) {
  const dropout = new Dropout({ p: 0.4 });
  const model = new Sequential<Tensor>([
    new Linear(INPUTS, HIDDEN),
    new Tanh(),
    dropout,
    new Linear(HIDDEN, CLASSES),
  ]).to(core, { seed: 8 });
  const optimizer = new SGD(model.parameters(), { lr: 0.3 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    model,
    optimizer,
    examples,
    batchSize,
    seed: 4,
  });
  return { model, dropout, trainer };
}

/** The recorded run: the losses of its first 12 steps. */
const RECORDED = [
  ...[1.4161562, 1.3234141, 1.1802254, 0.90520027, 0.92670538, 0.77926242],
  ...[0.69244398, 0.7207533, 0.64314766, 0.71205005, 0.67843421, 0.71943115],
];

describe.each<Backend>(['wasm', 'js'])('Dropout on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });
  const rows = (n: number, m: number, values: ArrayLike<number>) => core.tensor([n, m]).set(values);
  const state = ({ generator }: Dropout) => getRngState(generator as Generator);

  test('the gradient, by central differences, with the mask of the forward', () => {
    const layer = new Dropout({ p: 0.3, generator: new Generator(2) });
    const mask = masks(new Generator(2), 15, 0.3);
    const values = randn(1, 15);
    const forward = (input: Vector) => input.map((value, i) => value * mask[i]) as Vector;
    const x64 = Float64Array.from(values) as Vector;
    expect(relativeDistance(layer.forward(rows(3, 5, values)).toArray(), forward(x64))).toBeLessThan(1e-6);
    const slopes = jacobian(forward, x64);
    for (let o = 0; o < 15; o++) {
      const unit = new Float32Array(15);
      unit[o] = 1;
      const want = slopes.map((column) => column[o]);
      expect(relativeDistance(layer.backward(rows(3, 5, unit)).toArray(), want)).toBeLessThan(1e-6);
    }
  });

  test('a recorded run, and the same run in float64 by central differences', () => {
    const { model, dropout, trainer } = setUp(core);
    const replay = new Generator().copyFrom(dropout.generator as Generator);
    let p = model.parameters().map(({ value }) => Float64Array.from(value.toArray()) as Vector);
    const losses = Array.from({ length: 12 }, () => trainer.step());
    losses.forEach((loss, step) => {
      const mask = masks(replay, COUNT * HIDDEN, 0.4);
      const network = ([w1, b1, w2, b2]: Vector[]) => {
        const h = linear(Float64Array.from(x), w1, b1, INPUTS, HIDDEN).map(
          (value, i) => Math.tanh(value) * mask[i],
        );
        return crossEntropy(linear(h, w2, b2, HIDDEN, CLASSES), y);
      };
      expect(Math.abs(loss - network(p)), `float64, step ${step}`).toBeLessThan(1e-6);
      const start = p;
      p = p.map((one, which) => {
        const slope = gradient((moved) => network(start.with(which, moved) as Vector[]), one);
        return one.map((value, i) => value - 0.3 * slope[i]) as Vector;
      });
    });
    expect(losses.map((loss) => Number(loss.toPrecision(8)))).toEqual(RECORDED);
  });

  test('goes on with the generator of the initial parameters, unless it has its own', () => {
    const own = new Generator(7);
    const [shared, given] = [new Dropout(), new Dropout({ generator: own })];
    const model = new Sequential([new Linear(2, 3), shared, given]);
    const generator = new Generator(3);
    model.to(core, { generator });
    expect(shared.generator).toBe(generator);
    expect(given.generator).toBe(own);
    const drawn = new Generator(3);
    drawn.randn(6);
    expect(getRngState(generator)).toEqual(getRngState(drawn));
    model.forward(rows(4, 2, randn(1, 8)));
    masks(drawn, 12, 0.5);
    expect(getRngState(generator)).toEqual(getRngState(drawn));
    const seeded = new Dropout();
    new Sequential([new Linear(2, 3), seeded]).to(core, { seed: 3 });
    expect(state(seeded)).not.toEqual(getRngState(generator));
    model.dispose();
    expect([shared.generator, given.generator]).toEqual([undefined, own]);
  });

  test('passes through after eval(), with any p; backward follows the forward before it', () => {
    const values = Float32Array.of(1, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** -149, -5);
    const layer = new Dropout({ p: 1, generator: new Generator(1) });
    layer.eval();
    const before = state(layer);
    expect(layer.forward(rows(2, 3, values)).toArray()).toEqual(values);
    layer.train();
    expect(layer.backward(rows(2, 3, values)).toArray()).toEqual(values);
    // p = 1 drops all, and p = 0 nothing, without a draw.
    expect([...layer.forward(rows(1, 3, [1, 2, 3])).toArray()]).toEqual([0, 0, 0]);
    layer.eval();
    expect([...layer.backward(rows(1, 3, [1, 2, 3])).toArray()]).toEqual([0, 0, 0]);
    expect(state(layer)).toEqual(before);
    const none = new Dropout({ p: 0 });
    expect(none.forward(rows(2, 3, values)).toArray()).toEqual(values);
  });

  test('evaluation, prediction and calibration draw nothing and drop nothing', async () => {
    const { model, dropout, trainer } = setUp(core);
    trainer.step();
    const before = state(dropout);
    const one = await evaluate(trainer, examples);
    expect(await evaluate(trainer, examples)).toBe(one);
    expect(model.predict(x)).toEqual(model.predict(x));
    await calibrate(trainer, examples);
    expect(state(dropout)).toEqual(before);
    // As with the layer left out.
    const [first, , , last] = model.layers;
    const bare = new Sequential<Tensor>([first as Linear, new Tanh(), last as Linear]);
    bare.to(core);
    expect(bare.predict(x)).toEqual(model.predict(x));
    // A visit in the mode of training drops, and leaves the generator where it was.
    const outputs: Float32Array[] = [];
    for (const statistics of ['batch', 'running'] as const)
      await visit(trainer, examples, () => outputs.push(dropout.out.toArray()), { statistics });
    expect(outputs[0].filter((value) => value === 0).length).toBeGreaterThan(20);
    expect(outputs[1].filter((value) => value === 0).length).toBe(0);
    expect(state(dropout)).toEqual(before);
    expect(model.training).toBe(true);
    model.eval();
    await visit(trainer, examples, () => {}, { statistics: 'batch' });
    expect([model.training, state(dropout)]).toEqual([false, before]);
    expect([...dropout.forward(rows(1, 3, [1, 2, 3])).toArray()]).toEqual([1, 2, 3]);
  });

  test('a step that is thrown away gives its draws back', () => {
    const [one, two] = [setUp(core), setUp(core)];
    for (const { trainer } of [one, two]) for (let i = 0; i < 3; i++) trainer.step();
    const bias = one.model.parameters()[3].value;
    const values = bias.toArray();
    bias.fill(Number.NaN);
    expect(() => one.trainer.step()).toThrow(DivergenceError);
    bias.set(values);
    expect(state(one.dropout)).toEqual(state(two.dropout));
    expect(one.trainer.step()).toBe(two.trainer.step());
  });

  test('a step of a size seen before allocates nothing', () => {
    const { trainer } = setUp(core, 10);
    for (let i = 0; i < 3; i++) trainer.step();
    const next = core.allocate(0);
    for (let i = 0; i < 10; i++) trainer.step();
    expect(core.allocate(0)).toBe(next);
  });

  test('what it is made with', () => {
    for (const p of [-0.1, 1.1, Number.NaN])
      expect(() => new Dropout({ p })).toThrow(
        new RangeError(`Dropout: expected p to be a finite number from 0 to 1, got ${p}`),
      );
    expect(() => new Dropout(0.5 as never)).toThrow(
      new TypeError('Dropout: expected options { p, generator }, got 0.5'),
    );
    expect(() => new Dropout({ inplace: true } as never)).toThrow(
      new TypeError("Dropout: expected options { p, generator }, got 'inplace'"),
    );
    expect(() => new Dropout({ generator: 7 as never })).toThrow(
      new TypeError('Dropout: expected generator to be a Generator, got 7'),
    );
    expect(() => new Dropout().forward(rows(1, 2, [1, 2]))).toThrow(
      new Error(
        'Dropout: expected a generator before it trains: to(core, { seed }), initialise(generator), or the option generator',
      ),
    );
    const layer = new Dropout({ generator: new Generator(1) });
    layer.forward(rows(2, 2, [1, 2, 3, 4]));
    expect(() => layer.backward(rows(1, 2, [1, 2]))).toThrow(
      new RangeError('Dropout.backward: expected 2 rows, got 1'),
    );
    expect([new Dropout(), new Dropout({ p: 0.1 })].map(String)).toEqual([
      'Dropout(p=0.5)',
      'Dropout(p=0.1)',
    ]);
  });
});

test('the bits of a run are the same on both backends', async () => {
  const prints = await Promise.all(
    (['wasm', 'js'] as const).map(async (backend) => {
      using core = await load({ backend });
      const { model, trainer } = setUp(core, 10);
      for (let i = 0; i < 40; i++) trainer.step();
      return fingerprint(model.parameters());
    }),
  );
  expect(prints[0]).toBe(prints[1]);
});
