import { beforeAll, describe, expect, test } from 'vitest';
import { explainDivergence, fingerprint, onBackward, onForward, watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  DivergenceError,
  Dropout,
  Embedding,
  type Layer,
  Linear,
  load,
  Residual,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
} from '../../src/index.js';
import { loadCheckpoint, readCheckpoint, saveCheckpoint } from '../../src/interchange/index.js';
import {
  crossEntropy,
  gradient,
  jacobian,
  linear,
  moments,
  normalise,
  randn,
  relativeDistance,
  type Vector,
} from './reference.js';

const [COUNT, INPUTS, HIDDEN, CLASSES] = [24, 4, 6, 3];
const x = randn(5, COUNT * INPUTS);
const y = Int32Array.from({ length: COUNT }, (_, i) => (x[4 * i] > 0 ? 1 : 0) + (x[4 * i + 1] > 0.5 ? 1 : 0));
const examples = { x, y, count: COUNT };

/** Linear, then two residual blocks, the first with another in it. */
function setUp(core: Core, batchSize = COUNT) {
  const norm = new BatchNorm1d(HIDDEN);
  const innermost = new Residual([new Linear(HIDDEN, HIDDEN), new Tanh()]);
  const blocks = [
    new Residual([new Linear(HIDDEN, HIDDEN, { bias: false }), norm, new Tanh(), innermost]),
    new Residual([new Tanh(), new Linear(HIDDEN, HIDDEN)]),
  ];
  const model = new Sequential<Tensor>([
    new Linear(INPUTS, HIDDEN),
    new Sequential([...blocks]),
    new Linear(HIDDEN, CLASSES),
  ]).to(core, { seed: 8 });
  const optimizer = new SGD(model.parameters(), { lr: 0.3 });
  const trainer = new Trainer({
    explain: explainDivergence,
    loss: new CrossEntropyLoss(),
    model,
    optimizer,
    examples,
    batchSize,
    seed: 4,
  });
  return { model, norm, innermost, blocks, trainer };
}

/** Its outputs in float64. */
function outputs([w0, b0, w1, gamma, beta, w2, b2, w3, b3, w4, b4]: Vector[], input: Vector): Vector {
  const add = (a: Vector, b: Vector) => a.map((value, i) => value + b[i]) as Vector;
  const square = (h: Vector, w: Vector, b?: Vector) => linear(h, w, b, HIDDEN, HIDDEN);
  const first = linear(input, w0, b0, INPUTS, HIDDEN);
  const pre = square(first, w1);
  const h = normalise(pre, moments(pre, HIDDEN, 1), gamma, beta, 1e-5).map(Math.tanh) as Vector;
  const inner = add(h, square(h, w2, b2).map(Math.tanh) as Vector);
  const second = add(first, inner);
  const third = add(second, square(second.map(Math.tanh) as Vector, w3, b3));
  return linear(third, w4, b4, HIDDEN, CLASSES);
}

const NAMES = [
  ...['0.weight', '0.bias', '1.0.0.weight', '1.0.1.gamma', '1.0.1.beta', '1.0.3.0.weight', '1.0.3.0.bias'],
  ...['1.1.1.weight', '1.1.1.bias', '2.weight', '2.bias'],
];

/** The recorded run: the losses of its first 12 steps. */
const RECORDED = [
  ...[1.8336255, 0.78554973, 0.67232041, 0.61545123, 0.57671536, 0.54583932],
  ...[0.51953995, 0.49642842, 0.47578795, 0.45720555, 0.44041364, 0.42520104],
];

describe.each<Backend>(['wasm', 'js'])('Residual on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });
  const rows = (n: number, m: number, values?: ArrayLike<number>): Tensor => {
    const tensor = core.tensor([n, m]);
    return values === undefined ? tensor : tensor.set(values);
  };

  test('the whole Jacobian, by central differences, of x and of the parameters within', () => {
    const layer = new Residual([new Linear(5, 7), new Tanh(), new Linear(7, 5, { bias: false })]);
    layer.to(core);
    const parameters = layer.parameters();
    parameters.forEach(({ value }, i) => {
      value.set(randn(10 + i, value.size));
    });
    const f = ([w1, b1, w2]: Vector[], input: Vector) => {
      const h = linear(input, w1, b1, 5, 7).map(Math.tanh) as Vector;
      return linear(h, w2, undefined, 7, 5).map((value, i) => value + input[i]) as Vector;
    };
    const values = randn(1, 20);
    const x64 = Float64Array.from(values) as Vector;
    const p64 = parameters.map(({ value }) => Float64Array.from(value.toArray()) as Vector);
    expect(relativeDistance(layer.forward(rows(4, 5, values)).toArray(), f(p64, x64))).toBeLessThan(1e-6);
    const wanted = [
      jacobian((moved) => f(p64, moved), x64),
      ...p64.map((p, which) => jacobian((moved) => f(p64.with(which, moved) as Vector[], x64), p)),
    ];
    for (let o = 0; o < 20; o++) {
      const unit = new Float32Array(20);
      unit[o] = 1;
      const dx = layer.backward(rows(4, 5, unit));
      expect(dx).toBe(layer.dx);
      [dx, ...parameters.map(({ grad }) => grad)].forEach((tensor, which) => {
        const want = wanted[which].map((column) => column[o]);
        expect(relativeDistance(tensor.toArray(), want)).toBeLessThan(2e-6);
      });
    }
  });

  test('a recorded run, and the same run in float64 by central differences', () => {
    const { model, trainer } = setUp(core);
    let p = model.parameters().map(({ value }) => Float64Array.from(value.toArray()) as Vector);
    const network = (q: Vector[]) => crossEntropy(outputs(q, Float64Array.from(x) as Vector), y);
    const losses = Array.from({ length: 12 }, () => trainer.step());
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - network(p)), `float64, step ${step}`).toBeLessThan(2e-6);
      const start = p;
      p = p.map((one, which) => {
        const slope = gradient((moved) => network(start.with(which, moved) as Vector[]), one);
        return one.map((value, i) => value - 0.3 * slope[i]) as Vector;
      });
    });
    expect(losses.map((loss) => Number(loss.toPrecision(8)))).toEqual(RECORDED);
  });

  test('names, modes and buffers are those of a Sequential at its place', () => {
    const { model, norm, blocks } = setUp(core);
    expect(model.namedParameters().map(([name]) => name)).toEqual(NAMES);
    expect(model.namedParameters().map(([, parameter]) => parameter)).toEqual(model.parameters());
    expect(model.buffers().map(({ name }) => name)).toEqual(['1.0.1.running_mean', '1.0.1.running_var']);
    model.eval();
    expect([norm.mode, blocks[0].inner.training]).toEqual(['running', false]);
    model.train();
    expect(norm.mode).toBe('batch');
    expect(String(blocks[1])).toBe('Residual(\n  (0): Tanh()\n  (1): Linear(6, 6)\n)');
    expect(blocks.map((block) => [block.inFeatures, block.layers.length])).toEqual([
      [6, 4],
      [6, 2],
    ]);
    // As many columns as come, where its layers do not know.
    const open = new Residual([new Tanh()]);
    expect(new Sequential([open, new Linear(3, 2)]).inFeatures).toBe(3);
    expect(open.reserve(core, 4, 6)).toBe(6);
    expect(open.forward(rows(4, 2)).shape).toEqual([4, 2]);
  });

  test('hooks and a watcher see what is in it, then itself, with their gradients', () => {
    const { model, blocks, trainer } = setUp(core);
    const seen: string[] = [];
    const name = (layer: Layer) => /^\w*/.exec(String(layer))?.[0] ?? '';
    const gradients = new Map<Layer, Float32Array | undefined>();
    const off = [
      onForward(model, (layer) => seen.push(name(layer))),
      onBackward(model, (layer, dx) => gradients.set(layer, dx?.toArray())),
    ];
    const watcher = watch(trainer);
    trainer.step();
    for (const stop of off) stop();
    expect(seen).toEqual([
      ...['Linear', 'Linear', 'BatchNorm1d', 'Tanh', 'Linear', 'Tanh', 'Residual', 'Residual'],
      ...['Tanh', 'Linear', 'Residual', 'Linear'],
    ]);
    const [first, second] = blocks;
    expect(gradients.get(first)).toEqual(first.dx?.toArray());
    const { layers } = watcher.snapshot();
    expect(layers.map(({ place }) => place)).toEqual([
      ...['layer 0 Linear', 'layer 1.0.0 Linear', 'layer 1.0.1 BatchNorm1d', 'layer 1.0.2 Tanh'],
      ...['layer 1.0.3.0 Linear', 'layer 1.0.3.1 Tanh', 'layer 1.0.3 Residual', 'layer 1.0 Residual'],
      ...['layer 1.1.0 Tanh', 'layer 1.1.1 Linear', 'layer 1.1 Residual', 'layer 2 Linear'],
    ]);
    // The gradient by an output comes back along both ways.
    const std = (place: string) => layers.find((layer) => layer.place === place)?.gradient?.std;
    const deviation = (values: Float32Array) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    };
    for (const [place, dx] of [
      ['layer 0 Linear', first.dx],
      ['layer 1.0.3.1 Tanh', second.dx],
      ['layer 1.0.3 Residual', second.dx],
      ['layer 1.0 Residual', second.dx],
      ['layer 1.1 Residual', model.layers[2].dx],
      ['layer 1.1.1 Linear', model.layers[2].dx],
    ] as const)
      expect(Math.abs((std(place) as number) / deviation((dx as Tensor).toArray()) - 1), place).toBeLessThan(
        1e-6,
      );
  });

  test('calibration takes what comes to a batch norm within it, and behind it', async () => {
    const norms = [new BatchNorm1d(HIDDEN), new BatchNorm1d(HIDDEN), new BatchNorm1d(HIDDEN)];
    const model = new Sequential<Tensor>([
      new Linear(INPUTS, HIDDEN),
      norms[0],
      new Residual([new Tanh(), new Residual([new Linear(HIDDEN, HIDDEN), norms[1], new Dropout()])]),
      norms[2],
      new Linear(HIDDEN, CLASSES),
    ]).to(core, { seed: 8 });
    const optimizer = new SGD(model.parameters(), { lr: 0.3 });
    const trainer = new Trainer({
      explain: explainDivergence,
      loss: new CrossEntropyLoss(),
      model,
      optimizer,
      examples,
      batchSize: 5,
    });
    await trainer.run(7);
    await calibrate(trainer, examples);
    const [w0, b0, , , w1, b1] = model
      .parameters()
      .map(({ value }) => Float64Array.from(value.toArray()) as Vector);
    const check = (norm: BatchNorm1d, input: Vector): Vector => {
      const { mean, variance } = moments(input, HIDDEN, 1);
      expect(relativeDistance(norm.calibratedMean.toArray(), mean)).toBeLessThan(2e-6);
      expect(relativeDistance(norm.calibratedSpread.toArray(), variance)).toBeLessThan(2e-6);
      const [gamma, beta] = norm
        .parameters()
        .map(({ value }) => Float64Array.from(value.toArray()) as Vector);
      return normalise(input, { mean, variance }, gamma, beta, 1e-5) as Vector;
    };
    const entry = check(norms[0], linear(Float64Array.from(x) as Vector, w0, b0, INPUTS, HIDDEN));
    const h = entry.map(Math.tanh) as Vector;
    const within = check(norms[1], linear(h, w1, b1, HIDDEN, HIDDEN));
    check(norms[2], entry.map((value, i) => value + h[i] + within[i]) as Vector);
    model.dispose();
  });

  test('a checkpoint brings back every bit, and refuses another nesting', () => {
    const [one, two] = [setUp(core, 8), setUp(core, 8)];
    for (let i = 0; i < 5; i++) one.trainer.step();
    const bytes = saveCheckpoint({ model: one.model, trainer: one.trainer });
    const files = [...readCheckpoint(bytes).tensors.keys()];
    expect(files.filter((name) => !name.includes('running')).length).toBe(NAMES.length);
    expect(files).toContain('1.0.3.0.weight');
    loadCheckpoint(bytes, { model: two.model, trainer: two.trainer });
    for (const { trainer } of [one, two]) for (let i = 0; i < 5; i++) trainer.step();
    expect(fingerprint(two.model.parameters())).toBe(fingerprint(one.model.parameters()));
    const nets = [
      () => [new Linear(2, 2), new Residual([new Tanh()])],
      () => [new Linear(2, 2), new Tanh()],
      () => [new Linear(2, 2), new Residual([new Tanh(), new Tanh()])],
      () => [new Linear(2, 2), new Tanh(), new Residual([new Tanh()])],
    ].map((layers) => new Sequential<Tensor>(layers()).to(core, { seed: 1 }));
    nets.forEach((model, i) => {
      const file = saveCheckpoint({ model });
      nets.forEach((other, j) => {
        if (i === j) expect(() => loadCheckpoint(file, { model: other })).not.toThrow();
        else expect(() => loadCheckpoint(file, { model: other })).toThrow(/^checkpoint: expected /);
      });
    });
  });

  test('a divergence is laid to the layer within, or to the sum', () => {
    const originOf = (
      spoil: (net: ReturnType<typeof setUp>) => void,
      layer?: (net: ReturnType<typeof setUp>) => Layer,
    ) => {
      const net = setUp(core);
      if (layer !== undefined) {
        const own = layer(net);
        const { forward } = own;
        own.forward = (input) => forward.call(own, input).fill(Number.NaN);
      }
      spoil(net);
      try {
        net.trainer.step();
      } catch (error) {
        expect(error).toBeInstanceOf(DivergenceError);
        return (error as DivergenceError).origin.place;
      }
      return 'none';
    };
    const nothing = () => {};
    expect(originOf(nothing, ({ innermost }) => innermost.layers[1])).toBe('layer 1.0.3.1 Tanh');
    expect(originOf(nothing, ({ innermost }) => innermost)).toBe('layer 1.0.3 Residual');
    expect(originOf(nothing, ({ blocks }) => blocks[1])).toBe('layer 1.1 Residual');
    expect(originOf(nothing, ({ model }) => model.layers[2])).toBe('layer 2 Linear');
    // In the backward: from where the gradient is no number.
    const backwardOf = (layer: (net: ReturnType<typeof setUp>) => Layer) => {
      const net = setUp(core);
      const own = layer(net);
      const { backward } = own;
      own.backward = (dy) => (backward.call(own, dy) as Tensor).fill(Number.NaN);
      net.trainer.step();
      expect(() => net.trainer.step()).toThrow(DivergenceError);
      return net.trainer.divergence?.origin.place;
    };
    expect(backwardOf(({ innermost }) => innermost.layers[1])).toBe('layer 1.0.3.1 Tanh');
    expect(backwardOf(({ innermost }) => innermost.layers[0])).toBe('layer 1.0.3.0 Linear');
    expect(backwardOf(({ innermost }) => innermost)).toBe('layer 1.0.3 Residual');
    expect(backwardOf(({ blocks }) => blocks[1])).toBe('layer 1.1 Residual');
  });

  test('a step of a size seen before allocates nothing, and all memory comes back', () => {
    const before = core.allocate(0);
    const { model, trainer } = setUp(core, 8);
    for (let i = 0; i < 4; i++) trainer.step();
    const next = core.allocate(0);
    for (let i = 0; i < 10; i++) trainer.step();
    expect(core.allocate(0)).toBe(next);
    trainer.dispose();
    model.dispose();
    model.dispose();
    expect(core.allocate(0)).toBe(before);
    expect(() => model.parameters()).toThrow('Linear: expected to(core)');
  });

  test('what it is made with, and what it refuses', () => {
    const message = (act: () => unknown): string => {
      try {
        act();
      } catch (error) {
        return String(error);
      }
      return 'nothing was thrown';
    };
    expect(message(() => new Residual(new Tanh() as never))).toBe(
      'TypeError: Residual: expected one array of layers, got a Tanh',
    );
    expect(message(() => new Residual([]))).toBe(
      'RangeError: Residual: expected at least one layer, got none',
    );
    expect(message(() => new Residual([7 as never]))).toBe(
      'TypeError: Residual: expected layer 0 to have a method forward, got 7',
    );
    expect(message(() => new Residual([new Embedding(2, 2) as never]))).toBe(
      'TypeError: Residual: expected layers that take a Tensor (float32), got a first one for Indices',
    );
    expect(message(() => new Residual([new Linear(4, 6), new Tanh(), new Linear(6, 3)]))).toBe(
      'RangeError: Residual: expected f(x) to have the columns of x, 4, got 3',
    );
    const shared = new Tanh();
    expect(message(() => new Sequential([shared, new Residual([shared])]))).toContain(
      'expected a layer object of its own at each position, got that of 0 at 1.0 again',
    );
    expect(message(() => new Residual([new Linear(4, 6), new Linear(5, 4)]))).toBe(
      'RangeError: layer 1: Linear: expected 5 input columns, got 6',
    );
    const own: Layer = { forward: (input) => input, backward: (dy) => dy, parameters: () => [] };
    const narrow = new Sequential([new Residual([new Linear(4, 3), own])]).to(core, { seed: 1 });
    expect(new Residual([own, new Linear(4, 3)]).inFeatures).toBe(3);
    expect(message(() => narrow.forward(rows(2, 4, randn(1, 8))))).toBe(
      'RangeError: layer 0: Residual: expected f(x) to have the columns of x, 4, got 3',
    );
    expect(message(() => narrow.forward(rows(2, 5)))).toContain(
      'layer 0: Residual: expected 4 input columns, got 5',
    );
    const halved: Layer = {
      forward: (input) => core.tensor([input.rows / 2, input.columns]),
      backward: () => undefined,
      parameters: () => [],
    };
    const placed = (layer: Layer) => {
      const residual = new Residual([layer]);
      residual.to(core);
      return residual;
    };
    expect(message(() => new Residual([halved]).forward(rows(2, 4)))).toBe(
      'Error: Residual: expected to(core), or reserve(…), before the first use of its parameters',
    );
    expect(message(() => placed(halved).forward(rows(2, 4)))).toBe(
      'RangeError: Residual: expected f(x) to have the rows of x, 2, got 1',
    );
    const silent: Layer = { ...halved, forward: (input) => input };
    const layer = placed(silent);
    layer.forward(rows(2, 4));
    expect(message(() => layer.backward(rows(2, 4)))).toBe(
      'TypeError: Residual.backward: expected layer 0 to return the gradient of its input, got undefined',
    );
    const normed = new Sequential([new Residual([new Tanh(), new BatchNorm1d(4)])]).to(core, { seed: 1 });
    expect(message(() => normed.forward(rows(1, 4)))).toBe(
      'RangeError: layer 0.1: BatchNorm1d: expected at least 2 rows while training (one has no variance), got 1',
    );
  });
});

test('the bits of a run are the same on both backends', async () => {
  const prints = await Promise.all(
    (['wasm', 'js'] as const).map(async (backend) => {
      using core = await load({ backend });
      const { model, trainer } = setUp(core, 8);
      for (let i = 0; i < 40; i++) trainer.step();
      return fingerprint(model.parameters());
    }),
  );
  expect(prints[0]).toBe(prints[1]);
});
