import { beforeAll, describe, expect, test } from 'vitest';
import { explainDivergence, fingerprint } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  DivergenceError,
  Embedding,
  type Examples,
  evaluate,
  Flatten,
  Generator,
  type Indices,
  type Layer,
  Linear,
  load,
  type Schedule,
  Sequential,
  SGD,
  stepSchedule,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { getRngState, setRngState } from '../../src/interchange/index.js';
import { crossEntropy, gradient, linear, lookUp, moments, normalise, type Vector } from '../nn/reference.js';

const [V, CONTEXT, DIM, HIDDEN, COUNT, BATCH] = [5, 2, 2, 6, 45, 8];

/** Each class follows from its two indices. */
const examples: Examples = (() => {
  const x = Int32Array.from(new Generator(11).randint(0, V, COUNT * CONTEXT));
  const y = Int32Array.from({ length: COUNT }, (_, i) => (x[2 * i] + 2 * x[2 * i + 1]) % V);
  return { x, y, count: COUNT };
})();

const LR = stepSchedule(0.5, 8, 0.05);

interface Setup {
  lr?: number | Schedule;
  capacity?: number;
  examples?: Examples;
}

function setUp(core: Core, { lr = LR, capacity = 16, examples: own = examples }: Setup = {}) {
  const generator = new Generator(2147483647);
  const norm = new BatchNorm1d(HIDDEN);
  const model = new Sequential<Indices>([
    new Embedding(V, DIM),
    new Flatten(),
    new Linear(CONTEXT * DIM, HIDDEN, { bias: false, gain: 5 / 3 }),
    norm,
    new Tanh(),
    new Linear(HIDDEN, V),
  ]);
  model.reserve(core, capacity, CONTEXT);
  model.initialise(generator);
  const optimizer = new SGD(model.parameters(), { lr });
  const trainer = new Trainer({
    explain: explainDivergence,
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples: own,
    batchSize: BATCH,
    generator,
  });
  const values = () => model.parameters().map(({ value }) => Float64Array.from(value.toArray()));
  return { model, norm, optimizer, trainer, generator, values };
}

/** The loss of the network above in float64, with the statistics of the batch or those given. */
function network(
  [C, w1, gamma, beta, w2, b2]: Vector[],
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  statistics?: ReturnType<typeof moments>,
): number {
  const hidden = linear(lookUp(C, x, DIM), w1, undefined, CONTEXT * DIM, HIDDEN);
  const h = normalise(hidden, statistics ?? moments(hidden, HIDDEN, 1), gamma, beta, 1e-5);
  return crossEntropy(linear(h.map(Math.tanh), w2, b2, HIDDEN, V), y);
}

/** The recorded run: the losses of the first 12 steps, lr 0.5 for 8 of them, then 0.05. */
const RECORDED = [
  ...[1.6190164, 2.1467368, 1.6465172, 1.499655, 1.6263711, 1.5519135],
  ...[1.2744176, 1.4686598, 1.3534908, 1.4097185, 1.4477854, 1.2590477],
];

const timer = () => new Promise((resolve) => setTimeout(resolve, 0));

test('a run is the same in every bit on both backends', async () => {
  const runs = await Promise.all(
    (['wasm', 'js'] as const).map(async (backend) => {
      using core = await load({ backend });
      const { trainer, model } = setUp(core);
      const losses: number[] = [];
      await trainer.run(60, { onStep: (_, loss) => losses.push(loss) });
      const evaluated = await evaluate(trainer, examples);
      return { losses, evaluated, print: fingerprint(model.parameters()) };
    }),
  );
  expect(runs[0]).toEqual(runs[1]);
});

describe.each<Backend>(['wasm', 'js'])('training on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  test('a recorded run, and the same run in float64 by central differences', async () => {
    const { trainer, generator, values } = setUp(core);
    const replay = setRngState(new Generator(), getRngState(generator));
    let p = values();
    const running = { mean: new Float64Array(HIDDEN), variance: new Float64Array(HIDDEN).fill(1) };
    const losses: number[] = [];
    expect(
      await trainer.run(RECORDED.length, {
        onStep: (step, loss) => {
          expect(step).toBe(losses.length);
          expect(trainer.lastLoss).toBe(loss);
          losses.push(loss);
        },
      }),
    ).toBe(RECORDED.length);

    for (let step = 0; step < RECORDED.length; step++) {
      const picks = replay.randint(0, COUNT, BATCH);
      const x = picks.flatMap((pick) => Array.from(examples.x.subarray(2 * pick, 2 * pick + 2)));
      const y = picks.map((pick) => examples.y[pick]);
      expect(Math.abs(losses[step] - RECORDED[step]), `recorded, step ${step}`).toBeLessThan(1e-6);
      expect(Math.abs(losses[step] - network(p, x, y)), `float64, step ${step}`).toBeLessThan(1e-6);
      const { mean, variance } = moments(
        linear(lookUp(p[0], x, DIM), p[1], undefined, CONTEXT * DIM, HIDDEN),
        HIDDEN,
        1,
      );
      running.mean = running.mean.map((r, j) => 0.9 * r + 0.1 * mean[j]);
      running.variance = running.variance.map((r, j) => 0.9 * r + 0.1 * variance[j]);
      const start = p;
      p = p.map((one, which) => {
        const slope = gradient((moved) => network(start.with(which, moved) as Vector[], x, y), one);
        return one.map((value, i) => value - LR(step) * slope[i]);
      });
    }
    values().forEach((ours, which) => {
      ours.forEach((value, i) => {
        expect(Math.abs(value - p[which][i])).toBeLessThan(3e-6);
      });
    });
    const evaluated = await evaluate(trainer, examples);
    expect(Math.abs(evaluated - network(p, examples.x, examples.y, running))).toBeLessThan(2e-6);
  });

  test('run goes on to a number of steps in all', async () => {
    const { trainer, optimizer } = setUp(core);
    expect(await trainer.run(3)).toBe(3);
    expect(await trainer.run(5)).toBe(5);
    expect(await trainer.run(5)).toBe(5);
    expect([trainer.steps, optimizer.steps]).toEqual([5, 5]);
    for (const bad of [-1, 1.5, Number.NaN])
      await expect(trainer.run(bad)).rejects.toThrow('Trainer.run: expected steps to be an integer');
  });

  test('a signal ends the run after the step in hand', async () => {
    const { trainer, optimizer } = setUp(core);
    const controller = new AbortController();
    const { signal } = controller;
    const seen: number[] = [];
    const onStep = (step: number) => {
      seen.push(step);
      if (step === 4) controller.abort();
    };
    expect(await trainer.run(100, { signal, onStep })).toBe(5);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(optimizer.steps).toBe(5);
    expect(await trainer.run(100, { signal })).toBe(5);
    expect(await trainer.run(7)).toBe(7);
  });

  test('a run and an evaluation give time back: a timer fires, and can end them', async () => {
    const { trainer } = setUp(core);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 40);
    const steps = await trainer.run(1e9, { signal: controller.signal });
    expect(steps).toBeGreaterThan(0);

    const reason = new Error('the user went away');
    const later = new AbortController();
    setTimeout(() => later.abort(reason), 40);
    const many = 2_000_000;
    const long = { x: new Int32Array(2 * many), y: new Int32Array(many), count: many };
    // With onBatch: all of its rows are the same, and would be computed once.
    const onBatch = () => undefined;
    await expect(evaluate(trainer, long, { signal: later.signal, onBatch })).rejects.toBe(reason);
    await expect(evaluate(trainer, examples, { signal: later.signal })).rejects.toBe(reason);
    await expect(calibrate(trainer, examples, { signal: later.signal })).rejects.toBe(reason);
    await timer();
    // And then it trains on, by batches.
    expect(await trainer.run(steps + 2)).toBe(steps + 2);
  });

  test('an evaluation is the float64 mean over all, whatever the capacity', async () => {
    const results: number[][] = [];
    for (const capacity of [8, 9, 16, 44, 45, 64]) {
      const { trainer, norm, values } = setUp(core, { capacity });
      await trainer.run(20);
      const { mean, variance } = { mean: norm.runningMean.toArray(), variance: norm.runningSpread.toArray() };
      const statistics = { mean: Float64Array.from(mean), variance: Float64Array.from(variance) };
      const running = await evaluate(trainer, examples);
      expect(Math.abs(running - network(values(), examples.x, examples.y, statistics))).toBeLessThan(5e-7);
      await expect(evaluate(trainer, examples, { statistics: 'calibrated' })).rejects.toThrow(
        'expected calibrate()',
      );
      await calibrate(trainer, examples);
      const calibrated = await evaluate(trainer, examples, { statistics: 'calibrated' });
      // With the statistics of the whole set it is one batch of all examples.
      expect(Math.abs(calibrated - network(values(), examples.x, examples.y))).toBeLessThan(5e-7);
      expect(norm.runningMean.toArray()).toEqual(mean);
      results.push([running, calibrated]);
    }
    for (const [running, calibrated] of results) {
      // Each row's loss is the same bit for bit; only the sum of batches is rounded elsewhere, in doubles.
      expect(Math.abs(running - results[0][0])).toBeLessThan(1e-14);
      expect(Math.abs(calibrated - results[0][1])).toBeLessThan(2e-7);
    }
  });

  test('a run is the same whatever the capacity, and with evaluations between', async () => {
    const plain = setUp(core);
    await plain.trainer.run(20);
    const wide = setUp(core, { capacity: 50 });
    await wide.trainer.run(10);
    await evaluate(wide.trainer, examples);
    await calibrate(wide.trainer, examples);
    await evaluate(wide.trainer, examples, { statistics: 'calibrated' });
    await wide.trainer.run(20);
    expect(fingerprint(wide.model.parameters())).toBe(fingerprint(plain.model.parameters()));
    expect(wide.norm.runningMean.toArray()).toEqual(plain.norm.runningMean.toArray());
  });

  test('a step trains, whatever the mode; evaluation and calibration leave the network training', async () => {
    const { trainer, model, norm } = setUp(core);
    const x = core.indices([16, CONTEXT]);
    const moves = async (act: () => unknown) => {
      const before = norm.runningMean.toArray();
      await act();
      return norm.runningMean.toArray().some((value, j) => value !== before[j]);
    };
    model.eval();
    expect(await moves(() => model.forward(x))).toBe(false);
    expect(await moves(() => trainer.step())).toBe(true);
    expect(await moves(() => evaluate(trainer, examples))).toBe(false);
    expect(await moves(() => model.forward(x))).toBe(true);
    expect(await moves(() => calibrate(trainer, examples))).toBe(false);
    expect(await moves(() => model.forward(x))).toBe(true);
  });

  test('float32 examples for a network without embedding', async () => {
    const generator = new Generator(5);
    const x = generator.randn(3 * 40);
    const y = Int32Array.from({ length: 40 }, (_, i) => (x[3 * i] > 0 ? 1 : 0));
    const model = new Sequential([new Linear(3, 2)]);
    model.reserve(core, 10, 3);
    model.initialise(generator);
    const optimizer = new SGD(model.parameters(), { lr: 1 });
    const trainer = new Trainer({
      explain: explainDivergence,
      loss: new CrossEntropyLoss(),
      core,
      model,
      optimizer,
      examples: { x, y, count: 40 },
      batchSize: 10,
      generator,
    });
    const before = await evaluate(trainer, { x, y, count: 40 });
    await trainer.run(200);
    expect(await evaluate(trainer, { x, y, count: 40 })).toBeLessThan(before / 4);
  });

  test('a thousand steps make no memory', async () => {
    const { trainer } = setUp(core);
    await trainer.run(1);
    const [bytes, next] = [core.bytes, core.allocate(0)];
    await trainer.run(1001);
    await evaluate(trainer, examples);
    expect([core.bytes, core.allocate(0)]).toEqual([bytes, next]);
  });

  test('a loss that is no number ends the run, with the parameters of the step before', async () => {
    const { trainer, optimizer, model } = setUp(core, { lr: (step) => (step === 3 ? 1e30 : 0.1) });
    let before = '';
    let loss = 0;
    const onStep = (_: number, value: number) => {
      before = fingerprint(model.parameters());
      loss = value;
    };
    const error = await trainer.run(100, { onStep }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DivergenceError);
    const divergence = error as DivergenceError;
    expect(divergence.name).toBe('DivergenceError');
    expect(divergence.loss).not.toSatisfy(Number.isFinite);
    expect(divergence.step).toBe(trainer.steps);
    expect(divergence.step).toBeGreaterThan(3);
    expect(divergence.lastLoss).toBe(loss);
    expect(divergence.origin).toMatchObject({ kind: 'update', place: 'learning rate' });
    expect(divergence.likely).toMatch(
      /^the learning rate 1e\+30 is too high: the updates from step 3 on made parameter \d\.\w+ as large as \d/,
    );
    expect(divergence.message).toBe(
      `the loss became ${divergence.loss} at step ${divergence.step} (last finite loss: ` +
        `${loss.toPrecision(5)} at step ${divergence.step - 1}); likely cause: ${divergence.likely}`,
    );
    expect(fingerprint(model.parameters())).toBe(before);
    expect(optimizer.steps).toBe(divergence.step);
  });

  test('a network that begins with NaN says so', () => {
    const { trainer, model } = setUp(core);
    model.parameters()[0].value.fill(Number.NaN);
    const before = fingerprint(model.parameters());
    expect(() => trainer.step()).toThrow(
      'the loss became NaN at step 0; likely cause: parameter 0.weight is NaN at (0, 0), from the beginning',
    );
    expect(fingerprint(model.parameters())).toBe(before);
    expect(trainer.lastLoss).toBeUndefined();
  });

  test('what a trainer is made with', async () => {
    const { model, optimizer, generator, trainer } = setUp(core);
    const all = { core, model, optimizer, examples, batchSize: 8, generator };
    const trainers = (options: Partial<typeof all>) => () =>
      new Trainer({ explain: explainDivergence, loss: new CrossEntropyLoss(), ...all, ...options });
    expect(trainers({ batchSize: 0 })).toThrow(
      new RangeError('Trainer: expected batchSize to be an integer from 1 to 2147483647, got 0'),
    );
    // More than were reserved: the buffers grow.
    expect(trainers({ batchSize: 17 })().step()).toBeGreaterThan(0);
    expect(trainers({ examples: { ...examples, count: 0 } })).toThrow(
      new RangeError('Trainer: expected examples.count to be an integer from 1 to 2147483647, got 0'),
    );
    const bare: Layer = { forward: (x) => x, backward: (dy) => dy, parameters: () => [] };
    expect(trainers({ model: new Sequential([bare]) as never })).toThrow(
      new Error('Trainer: expected a model in a core: model.to(core, { seed })'),
    );
    const wide = { x: new Int32Array(9), y: new Int32Array(3), count: 3 };
    expect(trainers({ examples: wide })).toThrow(
      new RangeError('layer 2: Linear: expected 4 input columns, got 6'),
    );
    await expect(evaluate(trainer, wide)).rejects.toThrow(
      new RangeError('Trainer: expected 2 columns of x, got 3'),
    );
    await expect(evaluate(trainer, { ...examples, count: 0 })).rejects.toThrow('expected examples.count');
    await expect(calibrate(trainer, wide)).rejects.toThrow(RangeError);
  });

  test('refuses to do two things at once, and a core or a tensor of another model', async () => {
    const { trainer, model, optimizer, generator } = setUp(core);
    const run = trainer.run(50_000);
    await expect(evaluate(trainer, examples)).rejects.toThrow(
      'evaluate: expected Trainer.run to have ended, got a call while it goes on',
    );
    await expect(trainer.run(1)).rejects.toThrow('Trainer.run: expected Trainer.run to have ended');
    expect(await run).toBe(50_000);
    expect(await evaluate(trainer, examples)).toBeLessThan(2);
    const other = await load({ backend });
    expect(
      () =>
        new Trainer({
          explain: explainDivergence,
          loss: new CrossEntropyLoss(),
          core: other,
          model,
          optimizer,
          examples,
          batchSize: 8,
          generator,
        }),
    ).toThrow(new TypeError('Trainer: expected the core that the model lies in, got another'));
    expect(() => model.forward(other.indices([2, CONTEXT]))).toThrow(
      new TypeError('layer 0: Embedding: expected its input of its own core, got one of another'),
    );
    other.dispose();
  });
});
