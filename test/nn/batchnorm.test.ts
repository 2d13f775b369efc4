import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type Backend,
  BatchNorm1d,
  type BatchNorm1dOptions,
  type Core,
  CrossEntropyLoss,
  calibrate,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  type Layer,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { Moments } from '../../src/nn/moments.js';
import { linear, lookUp, moments, normalise, randn, relativeDistance, type Vector } from './reference.js';

const M = 5;

/** Columns with means and deviations of their own. */
const batch = (seed: number, rows: number): Float32Array =>
  randn(seed, rows * M).map((value, at) => value * (1 + (at % M)) + (at % M));

describe.each<Backend>(['wasm', 'js'])('BatchNorm1d on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  const make = (options?: BatchNorm1dOptions) => {
    const layer = new BatchNorm1d(M, options);
    layer.reserve(core, 64);
    return layer;
  };
  const forward = (layer: BatchNorm1d, x: Float32Array) =>
    layer.forward(core.tensor([x.length / M, M]).set(x)).toArray();

  /** The running mean and spread after some batches, in float64. */
  const tracked = (
    batches: Float32Array[],
    momentum: number,
    spread: (variance: number) => number,
  ): { mean: Vector; spread: Vector } => {
    const running = { mean: new Float64Array(M), spread: new Float64Array(M).fill(1) };
    for (const x of batches) {
      const { mean, variance } = moments(Float64Array.from(x), M, 1);
      running.mean = running.mean.map((r, j) => (1 - momentum) * r + momentum * mean[j]);
      running.spread = running.spread.map((r, j) => (1 - momentum) * r + momentum * spread(variance[j]));
    }
    return running;
  };

  test('begins with gamma 1, beta 0, running mean 0 and spread 1, and goes back there', () => {
    const layer = make();
    for (let round = 0; round < 2; round++) {
      expect(layer.gamma.value.toArray()).toEqual(new Float32Array(M).fill(1));
      expect(layer.beta.value.toArray()).toEqual(new Float32Array(M));
      expect(layer.runningMean.toArray()).toEqual(new Float32Array(M));
      expect(layer.runningSpread.toArray()).toEqual(new Float32Array(M).fill(1));
      forward(layer, batch(1, 9));
      layer.gamma.value.fill(3);
      layer.beta.value.fill(4);
      layer.setCalibrated(new Float32Array(M), new Float32Array(M).fill(1));
      layer.initialise();
    }
    expect(() => layer.eval('calibrated')).toThrow('expected calibrate()');
    expect(layer.parameters()).toEqual([layer.gamma, layer.beta]);
  });

  test.each([0, 1] as const)(
    'correction %i decides by which variance a batch is normalised',
    (correction) => {
      const x = batch(3, 7);
      const x64 = Float64Array.from(x);
      const got = forward(make({ correction }), x);
      const [gamma, beta] = [new Float64Array(M).fill(1), new Float64Array(M)];
      const by = (which: number) => normalise(x64, moments(x64, M, which), gamma, beta, 1e-5);
      expect(relativeDistance(got, by(correction))).toBeLessThan(5e-7);
      expect(relativeDistance(got, by(1 - correction))).toBeGreaterThan(0.05);
    },
  );

  test.each([0, 1e-5, 1e-3])('eps %f is added to the variance, under the root', (eps) => {
    // Deviations of 3e-3: variances of about 1e-5.
    const x = randn(4, 8 * M).map((value) => value * 3e-3);
    const x64 = Float64Array.from(x);
    const { mean, variance } = moments(x64, M, 1);
    const want = x64.map((value, at) => (value - mean[at % M]) / Math.sqrt(variance[at % M] + eps));
    expect(relativeDistance(forward(make({ eps }), x), want)).toBeLessThan(1e-6);
    if (eps > 0) {
      const outside = x64.map((value, at) => (value - mean[at % M]) / (Math.sqrt(variance[at % M]) + eps));
      const none = x64.map((value, at) => (value - mean[at % M]) / Math.sqrt(variance[at % M]));
      expect(relativeDistance(outside, want)).toBeGreaterThan(0.05);
      expect(relativeDistance(none, want)).toBeGreaterThan(0.05);
    }
  });

  test.each([
    ['variance', 0, 0.1],
    ['variance', 1, 0.1],
    ['variance', 1, 0.001],
    ['std', 0, 0.1],
    ['std', 1, 0.001],
    ['std', 1, 1],
    ['variance', 0, 0],
  ] as const)('tracks the unbiased %s, correction %i, momentum %f', (tracks, correction, momentum) => {
    const layer = make({ tracks, correction, momentum });
    const batches = [batch(1, 7), batch(2, 4), batch(3, 9)];
    for (const x of batches) forward(layer, x);
    const want = tracked(batches, momentum, (v) => (tracks === 'std' ? Math.sqrt(v + 1e-5) : v));
    expect(relativeDistance(layer.runningMean.toArray(), want.mean)).toBeLessThan(5e-7);
    expect(relativeDistance(layer.runningSpread.toArray(), want.spread)).toBeLessThan(5e-7);
    expect(layer.buffers()).toEqual([
      { name: 'running_mean', value: layer.runningMean },
      { name: tracks === 'std' ? 'running_std' : 'running_var', value: layer.runningSpread },
    ]);
  });

  test.each(['variance', 'std'] as const)('eval takes the running %s and leaves it', (tracks) => {
    const layer = make({ tracks });
    for (const seed of [1, 2, 3]) forward(layer, batch(seed, 8));
    const [mean, spread] = [layer.runningMean.toArray(), layer.runningSpread.toArray()];
    const variance = tracks === 'std' ? spread.map((s) => s * s) : spread;
    const eps = tracks === 'std' ? 0 : 1e-5;
    const [gamma, beta] = [randn(8, M), randn(9, M)];
    layer.gamma.value.set(gamma);
    layer.beta.value.set(beta);
    layer.eval();
    const x = batch(4, 6);
    const parameters = [Float64Array.from(gamma), Float64Array.from(beta)] as const;
    const want = normalise(Float64Array.from(x), { mean, variance }, ...parameters, eps);
    const got = forward(layer, x);
    expect(relativeDistance(got, want)).toBeLessThan(5e-7);
    expect(layer.runningMean.toArray()).toEqual(mean);
    expect(layer.runningSpread.toArray()).toEqual(spread);
    // A row is the same in any company, and alone.
    expect(forward(layer, x.slice(M, 2 * M))).toEqual(got.slice(M, 2 * M));
    layer.train();
    expect(forward(layer, x)).not.toEqual(got);
    expect(layer.runningMean.toArray()).not.toEqual(mean);
  });

  test.each(['variance', 'std'] as const)(
    'calibrated statistics, tracking the %s, are those given',
    (tracks) => {
      const layer = make({ tracks, eps: 1e-3 });
      const mean = [0, 1, 2, 3, 4];
      // A column that never changes: only eps stands under the root.
      const variance = [1, 4, 0, 16, 1e-3];
      expect(() => layer.eval('calibrated')).toThrow(
        new Error('BatchNorm1d.eval: expected calibrate() before the calibrated statistics'),
      );
      layer.setCalibrated(mean, variance);
      layer.eval('calibrated');
      const x = batch(4, 6);
      const [gamma, beta] = [new Float64Array(M).fill(1), new Float64Array(M)];
      const want = normalise(Float64Array.from(x), { mean, variance }, gamma, beta, 1e-3);
      expect(relativeDistance(forward(layer, x), want)).toBeLessThan(5e-7);
      expect(layer.runningMean.toArray()).toEqual(new Float32Array(M));
    },
  );

  test('backward follows the forward before it, not the mode since', () => {
    const [layer, other] = [make(), make()];
    const x = batch(1, 6);
    const dy = core.tensor([6, M]).set(randn(2, 6 * M));
    forward(layer, x);
    layer.eval();
    forward(other, x);
    expect(layer.backward(dy).toArray()).toEqual(other.backward(dy).toArray());
  });

  test('a batch of one has no variance', () => {
    for (const correction of [0, 1] as const) {
      const layer = make({ correction });
      const one = new RangeError(
        'BatchNorm1d: expected at least 2 rows while training (one has no variance), got 1',
      );
      expect(() => forward(layer, new Float32Array(M))).toThrow(one);
      expect(layer.runningMean.toArray()).toEqual(new Float32Array(M));
      layer.eval();
      expect(forward(layer, new Float32Array(M)).length).toBe(M);
    }
  });

  test('what it is made with', () => {
    const number = (name: string, to: string, bad: unknown) =>
      new RangeError(`BatchNorm1d: expected ${name} to be a finite number from 0 to ${to}, got ${bad}`);
    expect(() => new BatchNorm1d(0)).toThrow(
      new RangeError('BatchNorm1d: expected numFeatures to be an integer from 1 to 2147483647, got 0'),
    );
    for (const eps of [-1e-5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => new BatchNorm1d(3, { eps })).toThrow(number('eps', '1e+30', eps));
    for (const momentum of [-0.1, 1.1, Number.NaN])
      expect(() => new BatchNorm1d(3, { momentum })).toThrow(number('momentum', '1', momentum));
    for (const correction of [2, 0.5, -1])
      expect(() => new BatchNorm1d(3, { correction: correction as never })).toThrow(
        new RangeError(`BatchNorm1d: expected correction to be an integer from 0 to 1, got ${correction}`),
      );
    expect(() => new BatchNorm1d(3, { momentum: '0.1' as never })).toThrow(
      new TypeError("BatchNorm1d: expected momentum to be a number, got '0.1'"),
    );
    expect(() => new BatchNorm1d(3, { tracks: 'deviation' as never })).toThrow(
      new TypeError("BatchNorm1d: expected tracks 'variance' or 'std', got 'deviation'"),
    );
    expect(() => make().eval('batch' as never)).toThrow(
      new TypeError("BatchNorm1d.eval: expected 'running' or 'calibrated', got 'batch'"),
    );
    const layer = new BatchNorm1d(3);
    for (const use of [() => layer.gamma, () => layer.beta, () => layer.buffers(), () => layer.parameters()])
      expect(use).toThrow(
        'BatchNorm1d: expected to(core), or reserve(…), before the first use of its parameters',
      );
  });

  test.each(['variance', 'std'] as const)(
    'calibrate measures the whole set, layer by layer, tracking the %s',
    async (tracks) => {
      const [v, d, h, count] = [7, 3, 6, 53];
      const norms = [new BatchNorm1d(h, { tracks }), new BatchNorm1d(h, { tracks, correction: 0 })];
      const model = new Sequential<Indices>([
        new Embedding(v, d),
        new Flatten(),
        new Linear(2 * d, h),
        new Sequential([norms[0], new Tanh()]),
        new Linear(h, h, { bias: false }),
        norms[1],
        new Linear(h, v),
      ]);
      // 53 examples in batches of 10: the last has 3.
      model.reserve(core, 10, 2);
      model.initialise(new Generator(1));
      norms[0].gamma.value.set(randn(2, h));
      const x = new Generator(2).randint(0, v, 2 * count);
      const y = new Generator(3).randint(0, v, count);
      const examples = { x: Int32Array.from(x), y: Int32Array.from(y), count };
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      const generator = new Generator(4);
      const trainer = new Trainer({
        loss: new CrossEntropyLoss(),
        core,
        model,
        optimizer,
        examples,
        batchSize: 4,
        generator,
      });
      const running = norms.map((layer) => layer.runningMean.toArray());
      await calibrate(trainer, examples);

      const p = model.parameters().map(({ value }) => Float64Array.from(value.toArray()));
      const [C, w1, b1, g1, be1, w2, g2, be2, w3, b3] = p;
      const whole = (pre: Vector, gamma: Vector, beta: Vector) =>
        normalise(pre, moments(pre, h, 1), gamma, beta, 1e-5);
      const first = linear(lookUp(C, x, d), w1, b1, 2 * d, h);
      const second = linear(whole(first, g1, be1).map(Math.tanh), w2, undefined, h, h);
      const logits = linear(whole(second, g2, be2), w3, b3, h, v);

      model.eval('calibrated');
      const input = core.indices([10, 2]);
      input.set(examples.x.subarray(0, 20));
      const got = model.forward(input).toArray();
      expect(relativeDistance(got, logits.subarray(0, 10 * v))).toBeLessThan(2e-6);
      expect(norms.map((layer) => layer.runningMean.toArray())).toEqual(running);
      // Training goes on by batches.
      await calibrate(trainer, examples);
      model.forward(input);
      expect(norms[0].runningMean.toArray()).not.toEqual(running[0]);
    },
  );

  test('calibrate computes each layer once for each example, to the bits of beginning anew each time', async () => {
    const [v, d, count, capacity] = [7, 3, 53, 10];
    const sizes = [6, 6, 4, 5];
    const layers = [new Embedding(v, d), new Flatten()] as never as Layer[];
    [2 * d, ...sizes].reduce((before, size) => {
      layers.push(new Linear(before, size), new BatchNorm1d(size), new Tanh());
      return size;
    });
    const model = new Sequential<Indices>([...layers, new Linear(5, v)] as never);
    model.reserve(core, capacity, 2);
    model.initialise(new Generator(1));
    const x = Int32Array.from(new Generator(2).randint(0, v, 2 * count));
    const y = Int32Array.from(new Generator(3).randint(0, v, count));
    const examples = { x, y, count };
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const generator = new Generator(4);
    const trainer = new Trainer({
      loss: new CrossEntropyLoss(),
      core,
      model,
      optimizer,
      examples,
      batchSize: 4,
      generator,
    });
    const forwards = layers.map((layer) => vi.spyOn(layer, 'forward'));
    await calibrate(trainer, examples);
    const last = layers.length - 2;
    expect(forwards.map(({ mock }) => mock.calls.length)).toEqual(
      layers.map((_, i) => (i < last ? Math.ceil(count / capacity) : 0)),
    );
    vi.restoreAllMocks();

    const input = core.indices([capacity, 2]);
    layers.forEach((layer, position) => {
      if (!(layer instanceof BatchNorm1d)) return;
      const measured = new Moments(layer.numFeatures);
      for (let from = 0; from < count; from += capacity) {
        input.resize(Math.min(capacity, count - from));
        input.gather(x, from);
        let h = input as never;
        for (const earlier of layers.slice(0, position)) h = earlier.forward(h) as never;
        const { mean, variance } = layer.measure(h);
        measured.add(input.rows, mean, variance);
      }
      expect(layer.calibratedMean.toArray()).toEqual(Float32Array.from(measured.mean));
      expect(layer.calibratedSpread.toArray()).toEqual(Float32Array.from(measured.variance()));
      layer.eval('calibrated');
    });
  });
});
