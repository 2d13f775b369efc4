import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  type Backend,
  type Core,
  CrossEntropyLoss,
  LayerNorm,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { crossEntropy, gradient, linear, normaliseRows, randn, type Vector } from './reference.js';

const [COUNT, INPUTS, HIDDEN, CLASSES] = [24, 4, 6, 3];
const x = randn(5, COUNT * INPUTS);
const y = Int32Array.from({ length: COUNT }, (_, i) => (x[4 * i] > 0 ? 1 : 0) + (x[4 * i + 1] > 0.5 ? 1 : 0));

function setUp(core: Core) {
  const model = new Sequential([
    new Linear(INPUTS, HIDDEN),
    new LayerNorm(HIDDEN),
    new Tanh(),
    new LayerNorm(HIDDEN, { affine: false }),
    new Linear(HIDDEN, CLASSES),
  ]).to(core, { seed: 8 });
  const optimizer = new SGD(model.parameters(), { lr: 0.3 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    model,
    optimizer,
    examples: { x, y, count: COUNT },
    batchSize: COUNT,
  });
  return { model, trainer };
}

/** The recorded run: the losses of its first 12 steps. */
const RECORDED = [
  ...[1.1920682, 1.0036122, 0.90359519, 0.83797169, 0.78405335, 0.73375726],
  ...[0.68285827, 0.63894047, 0.60577692, 0.57919005, 0.55691566, 0.5376274],
];

describe.each<Backend>(['wasm', 'js'])('LayerNorm on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  test('a recorded run, and the same run in float64 by central differences', () => {
    const { model, trainer } = setUp(core);
    let p = model.parameters().map(({ value }) => Float64Array.from(value.toArray()) as Vector);
    const network = ([w1, b1, weight, bias, w2, b2]: Vector[]) => {
      const h = normaliseRows(
        linear(Float64Array.from(x), w1, b1, INPUTS, HIDDEN),
        HIDDEN,
        1e-5,
        weight,
        bias,
      );
      return crossEntropy(linear(normaliseRows(h.map(Math.tanh), HIDDEN, 1e-5), w2, b2, HIDDEN, CLASSES), y);
    };
    const losses = Array.from({ length: 12 }, () => trainer.step());
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - network(p)), `float64, step ${step}`).toBeLessThan(1e-6);
      const start = p;
      p = p.map((one, which) => {
        const slope = gradient((moved) => network(start.with(which, moved) as Vector[]), one);
        return one.map((value, i) => value - 0.3 * slope[i]);
      });
    });
    expect(losses.map((loss) => Number(loss.toPrecision(8)))).toEqual(RECORDED);
    model.dispose();
  });

  test('begins with weight 1 and bias 0, and goes back there; names them as torch does', () => {
    const layer = new LayerNorm(3);
    layer.to(core);
    expect(layer.parameters()).toEqual([layer.weight, layer.bias]);
    expect(layer.parameters().map(({ name, value }) => [name, ...value.toArray()])).toEqual([
      ['weight', 1, 1, 1],
      ['bias', 0, 0, 0],
    ]);
    for (const { value } of layer.parameters()) value.fill(3);
    layer.initialise();
    expect(layer.parameters().map(({ value }) => value.toArray()[0])).toEqual([1, 0]);
    const plain = new LayerNorm(3, { affine: false });
    plain.to(core);
    expect([plain.parameters(), plain.weight, plain.bias]).toEqual([[], undefined, undefined]);
    layer.dispose();
    expect(() => layer.parameters()).toThrow('LayerNorm: expected to(core), or reserve(…), before');
  });

  test('each row by itself, whatever the other rows; training or not', () => {
    const layer = new LayerNorm(4);
    layer.to(core);
    const rows = randn(3, 20);
    const all = layer.forward(core.tensor([5, 4]).set(rows)).toArray();
    for (let i = 0; i < 5; i++) {
      const row = rows.subarray(4 * i, 4 * i + 4);
      expect(layer.forward(core.tensor([1, 4]).set(row)).toArray()).toEqual(all.subarray(4 * i, 4 * i + 4));
    }
    const model = new Sequential([layer]).to(core);
    expect(model.predict(rows)).toEqual(all);
  });

  test('one column: the bias, and no gradient but its own', () => {
    const layer = new LayerNorm(1);
    layer.to(core);
    layer.bias?.value.set([7]);
    expect([...layer.forward(core.tensor([3, 1]).set([5, -1, 1e30])).toArray()]).toEqual([7, 7, 7]);
    expect([...layer.backward(core.tensor([3, 1]).set([1, 2, 4])).toArray()].map(Math.abs)).toEqual([
      0, 0, 0,
    ]);
    expect([...layer.parameters()].map(({ grad }) => Math.abs(grad.toArray()[0]))).toEqual([0, 7]);
  });

  test('a row without a deviation, and no eps: what a divergence says', () => {
    const layer = new LayerNorm(3, { eps: 0 });
    layer.to(core);
    const flat = core.tensor([2, 3]).set([1, 2, 3, 4, 4, 4]);
    expect([...layer.forward(flat).toArray()].slice(3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(layer.explain('layer 2 LayerNorm', flat)).toBe(
      'layer 2 LayerNorm has the same value in all columns of row 1 of its input, and no eps to divide by',
    );
    expect(layer.explain('it', core.tensor([1, 3]).set([1, 2, 3]))).toBeUndefined();
    expect(new LayerNorm(3).explain('it', flat)).toBeUndefined();
  });

  test('a step of a size seen before allocates nothing', () => {
    const { trainer } = setUp(core);
    trainer.step();
    const next = core.allocate(0);
    for (let i = 0; i < 10; i++) trainer.step();
    expect(core.allocate(0)).toBe(next);
  });

  test('what it is made with', () => {
    const message = (act: () => unknown): string => {
      try {
        act();
      } catch (error) {
        return String(error);
      }
      return 'nothing was thrown';
    };
    expect(message(() => new LayerNorm(0))).toBe(
      'RangeError: LayerNorm: expected numFeatures to be an integer from 1 to 2147483647, got 0',
    );
    expect(message(() => new LayerNorm(3, { eps: -1 }))).toBe(
      'RangeError: LayerNorm: expected eps to be a finite number from 0 to 1e+30, got -1',
    );
    expect(message(() => new LayerNorm(3, { affine: 0 as never }))).toBe(
      'TypeError: LayerNorm: expected affine to be true or false, got 0',
    );
    expect(message(() => new LayerNorm(3, { elementwiseAffine: false } as never))).toBe(
      "TypeError: LayerNorm: expected options { eps, affine }, got 'elementwiseAffine'",
    );
    const layer = new LayerNorm(3);
    expect(message(() => layer.forward(core.tensor([2, 3])))).toBe(
      'Error: LayerNorm: expected to(core), or reserve(…), before the first use of its parameters',
    );
    layer.to(core);
    expect(message(() => layer.forward(core.tensor([2, 4])))).toBe(
      'RangeError: LayerNorm: expected 3 input columns, got 4',
    );
    expect(message(() => layer.backward(core.tensor([2, 3])))).toBe(
      'Error: LayerNorm.backward: expected a forward before it',
    );
    expect([String(layer), String(new LayerNorm(5, { eps: 0.001, affine: false }))]).toEqual([
      'LayerNorm(3, eps=0.00001)',
      'LayerNorm(5, eps=0.001, affine=false)',
    ]);
  });
});

test('the bits of a run are the same on both backends', async () => {
  const prints = await Promise.all(
    (['wasm', 'js'] as const).map(async (backend) => {
      using core = await load({ backend });
      const { model, trainer } = setUp(core);
      for (let i = 0; i < 40; i++) trainer.step();
      return fingerprint(model.parameters());
    }),
  );
  expect(prints[0]).toBe(prints[1]);
});
