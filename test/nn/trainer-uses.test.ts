/** What else is done with a trainer and its model while it is there: each use works, or is refused by name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, Recorder, watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  DivergenceError,
  type Examples,
  evaluate,
  Generator,
  type Layer,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
  visit,
} from '../../src/index.js';
import { restoreTrainer, trainerState } from '../../src/interchange/index.js';

const [COLUMNS, ROWS, BATCH] = [4, 40, 8];

describe.each<Backend>(['wasm', 'js'])('a trainer on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  function setUp(hidden: (Layer | [])[] = [new BatchNorm1d(6), new Tanh()]) {
    const generator = new Generator(1);
    const layers = [new Linear(COLUMNS, 6), ...hidden.flat(), new Linear(6, 3)];
    const model = new Sequential(layers as [Layer, ...Layer[]]);
    model.reserve(core, ROWS, COLUMNS);
    model.initialise(generator);
    const examples: Examples = {
      x: generator.randn(ROWS * COLUMNS),
      y: Int32Array.from({ length: ROWS }, (_, i) => i % 3),
      count: ROWS,
    };
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const loss = new CrossEntropyLoss();
    const parts = { core, model, optimizer, examples, batchSize: BATCH, generator, loss };
    return { ...parts, trainer: new Trainer(parts), another: () => new Trainer(parts) };
  }

  const buffersOf = (model: Sequential) => model.buffers().map(({ value }) => value.toArray());

  test('does not train while it, or another trainer of the model, evaluates', async () => {
    const { trainer, another, examples } = setUp();
    await trainer.run(20);
    const loss = await evaluate(trainer, examples);
    const other = another();
    const refusals: unknown[] = [];
    const attempt = (call: () => unknown) => {
      try {
        refusals.push(call());
      } catch (error) {
        refusals.push((error as Error).message);
      }
    };
    const onBatch = () => {
      attempt(() => trainer.step());
      attempt(() => other.step());
      attempt(() => restoreTrainer(other, trainerState(other)));
    };
    expect(await evaluate(trainer, examples, { onBatch })).toBe(loss);
    const ended = 'to have ended, got a call while it goes on';
    expect(refusals).toEqual([
      `Trainer.step: expected evaluate ${ended}`,
      `Trainer.step: expected evaluate of another trainer of the model ${ended}`,
      `restoreTrainer: expected evaluate of another trainer of the model ${ended}`,
    ]);
    await trainer.run(25, {
      onStep: () => {
        void other.run(30).catch((error) => refusals.push(error.message));
      },
    });
    expect(trainer.steps).toBe(25);
    expect(other.steps).toBe(0);
    expect(new Set(refusals.slice(3))).toEqual(
      new Set([`Trainer.run: expected Trainer.run of another trainer of the model ${ended}`]),
    );
    // One after the other they may.
    expect(other.step()).toSatisfy(Number.isFinite);
    expect(await evaluate(other, examples)).toSatisfy(Number.isFinite);
  });

  test('evaluates, visits and calibrates as asked, whatever others do with the model between two batches', async () => {
    const { trainer, model } = setUp();
    await trainer.run(20);
    const count = 6 * ROWS;
    const many: Examples = {
      x: new Generator(6).randn(count * COLUMNS),
      y: Int32Array.from({ length: count }, (_, i) => i % 3),
      count,
    };
    const other = core.tensor([BATCH, COLUMNS]).fill(1);
    const meddle = () => {
      const kept = buffersOf(model);
      model.train();
      model.forward(other);
      // What that forward has moved is its own affair.
      for (const [i, { value }] of model.buffers().entries()) value.set(kept[i]);
    };
    const results = async (between: () => void) => {
      const outputs: number[] = [];
      const see = () => {
        outputs.push(...(model.out as Tensor).toArray());
        between();
      };
      const loss = await evaluate(trainer, many, { onProgress: between });
      await visit(trainer, many, see);
      await visit(trainer, many, see, { statistics: 'batch' });
      await calibrate(trainer, many, { onProgress: between });
      const calibrated = await evaluate(trainer, many, { statistics: 'calibrated', onProgress: between });
      return [loss, calibrated, outputs, buffersOf(model)];
    };
    const alone = await results(() => {});
    expect(await results(meddle)).toEqual(alone);
  });

  test('a callback may step it, and may throw', async () => {
    const { trainer, examples } = setUp();
    await trainer.run(4, { onStep: (step) => void (step === 0 && trainer.step()) });
    expect(trainer.steps).toBe(4);
    const stop = new Error('enough');
    const onStep = () => {
      throw stop;
    };
    await expect(trainer.run(10, { onStep })).rejects.toBe(stop);
    await expect(evaluate(trainer, examples, { onBatch: onStep })).rejects.toBe(stop);
    await expect(visit(trainer, examples, onStep)).rejects.toBe(stop);
    expect(trainer.steps).toBe(5);
    expect(await trainer.run(10)).toBe(10);
  });

  test('keeps the running statistics of a model that was disposed of and reserved again', async () => {
    const { trainer, model, examples } = setUp();
    await trainer.run(3);
    model.dispose();
    // In the place of the old one.
    const other = setUp().model;
    model.reserve(core, ROWS, COLUMNS);
    model.initialise(new Generator(3));
    const before = [buffersOf(model), buffersOf(other)];
    await visit(
      trainer,
      examples,
      () => {
        for (const { value } of other.buffers()) value.fill(7);
        before[1] = buffersOf(other);
      },
      { statistics: 'batch' },
    );
    expect([buffersOf(model), buffersOf(other)]).toEqual(before);
    expect(before[1].flat()[0][0]).toBe(7);
    // The optimizer has the parameters from before.
    expect(() => trainer.step()).toThrow('Tensor: expected one that is in use, got one that was disposed of');
    expect(buffersOf(model)).toEqual(before[0]);
  });

  /** Adds a mean that follows its inputs, kept in a buffer that each larger reserve makes anew. */
  class Drift implements Layer {
    out: Tensor | undefined;
    #mean: Tensor | undefined;
    #training = true;
    reserve(on: Core, capacity: number, columns: number): number {
      if (this.out !== undefined && this.out.capacity >= capacity) return columns;
      const before = this.#mean;
      this.#mean = on.tensor([columns]).set(before?.toArray() ?? new Float32Array(columns));
      before?.dispose();
      this.out?.dispose();
      this.out = on.tensor([capacity, columns]);
      return columns;
    }
    forward(x: Tensor): Tensor {
      const [out, mean] = [this.out as Tensor, this.#mean as Tensor];
      if (this.#training) mean.set(mean.toArray().map((m, j) => 0.9 * m + 0.1 * x.data[j]));
      out.resize(x.rows);
      const m = mean.toArray();
      return out.set(x.toArray().map((value, i) => value + m[i % m.length]));
    }
    backward(dy: Tensor): Tensor {
      return dy;
    }
    train(): void {
      this.#training = true;
    }
    eval(): void {
      this.#training = false;
    }
    parameters() {
      return [];
    }
    buffers() {
      return [{ name: 'mean', value: this.#mean as Tensor }];
    }
  }

  test('goes on with a model that was given room for more rows, buffers of a layer of the user included', async () => {
    const { trainer, model, examples } = setUp([new Drift(), new BatchNorm1d(6), new Tanh()]);
    await trainer.run(3);
    model.reserve(core, 4 * ROWS, COLUMNS);
    // Where the buffer was before.
    const witness = core.tensor([6]).fill(5);
    examples.x[0] = Number.NaN;
    for (let i = 0; i < 200; i++) {
      const before = buffersOf(model);
      witness.fill(i);
      try {
        trainer.step();
      } catch (error) {
        expect(error).toBeInstanceOf(DivergenceError);
        expect(buffersOf(model)).toEqual(before);
        expect(witness.toArray()).toEqual(new Float32Array(6).fill(i));
        return;
      }
    }
    expect.unreachable('the NaN was never drawn');
  });

  test('calibrates with the other layers as in an evaluation, and moves none of their buffers', async () => {
    const { trainer, model, examples } = setUp([new Drift(), new BatchNorm1d(6), new Tanh()]);
    await trainer.run(5);
    const before = buffersOf(model);
    await calibrate(trainer, examples);
    expect(buffersOf(model)).toEqual(before);
    const inputs: number[] = [];
    await visit(trainer, examples, () => inputs.push(...(model.layers[1].out as Tensor).toArray()));
    const first = inputs.filter((_, i) => i % 6 === 0);
    const mean = first.reduce((sum, value) => sum + value, 0) / ROWS;
    expect((model.layers[2] as unknown as BatchNorm1d).calibratedMean.toArray()[0]).toBeCloseTo(mean, 6);
  });

  test('a calibration that is ended leaves the statistics from before, of all layers', async () => {
    const hidden = [new BatchNorm1d(6), new Tanh(), new Linear(6, 6), new BatchNorm1d(6), new Tanh()];
    const { trainer, examples } = setUp(hidden as Layer[]);
    const norms = hidden.filter((layer) => layer instanceof BatchNorm1d);
    const stateOf = () =>
      norms.map(({ calibrated, calibratedMean, calibratedSpread }) => [
        calibrated,
        calibratedMean.toArray(),
        calibratedSpread.toArray(),
      ]);
    const none = stateOf();
    const controller = new AbortController();
    const { signal } = controller;
    // Behind the first layer, before the second.
    const ended = calibrate(trainer, examples, { signal, onProgress: () => controller.abort() });
    await expect(ended).rejects.toBe(signal.reason);
    expect(stateOf()).toEqual(none);
    await calibrate(trainer, examples);
    const whole = stateOf();
    await trainer.run(5);
    const stop = new Error('enough');
    const onProgress = () => {
      throw stop;
    };
    await expect(calibrate(trainer, examples, { onProgress })).rejects.toBe(stop);
    expect(stateOf()).toEqual(whole);
    await calibrate(trainer, examples);
    expect(stateOf()).not.toEqual(whole);
  });

  test('says that it, or its model, was disposed of', async () => {
    const { trainer, model, examples } = setUp();
    const gone = (call: string) => `${call}: this trainer was disposed`;
    await evaluate(trainer, examples, { onBatch: () => trainer.dispose() });
    trainer.dispose();
    expect(() => trainer.step()).toThrow(gone('Trainer.step'));
    await expect(trainer.run(1)).rejects.toThrow(gone('Trainer.run'));
    await expect(evaluate(trainer, examples)).rejects.toThrow(gone('evaluate'));
    await expect(visit(trainer, examples, () => {})).rejects.toThrow(gone('visit'));
    await expect(calibrate(trainer, examples)).rejects.toThrow(gone('calibrate'));
    const { trainer: next } = setUp();
    next.model.dispose();
    expect(() => next.step()).toThrow(
      'Trainer: expected its model in the core, got one that was disposed of',
    );
    next.dispose();
    model.dispose();
    // What is asked of it in the middle of its work ends that.
    const last = setUp();
    const ended = last.trainer.run(10, { onStep: () => last.trainer.dispose() });
    await expect(ended).rejects.toThrow(gone('Trainer.step'));
    expect(last.trainer.steps).toBe(1);
  });

  test('takes other arrays in place of the old ones, of the same form', async () => {
    const { trainer, examples } = setUp();
    trainer.step();
    examples.x = new Generator(5).randn(ROWS * COLUMNS);
    expect(trainer.step()).toSatisfy(Number.isFinite);
    examples.x = new Float32Array(ROWS * (COLUMNS + 1));
    expect(() => trainer.step()).toThrow(new RangeError('Trainer: expected 4 columns of x, got 5'));
    examples.x = Float64Array.from({ length: ROWS * COLUMNS }, () => 1) as never;
    expect(() => trainer.step()).toThrow('Trainer: expected x of the type Float32Array');
    await expect(trainer.run(5)).rejects.toThrow('Trainer: expected x of the type Float32Array');
  });

  test('forgets a divergence with the next step', async () => {
    const { trainer, examples } = setUp();
    const watcher = watch(trainer);
    examples.x[0] = Number.NaN;
    await expect(trainer.run(200)).rejects.toThrow(DivergenceError);
    expect(findings(watcher.snapshot())[0].rule).toBe('not-finite');
    examples.x[0] = 0;
    await trainer.run(trainer.steps + 20);
    expect(trainer.divergence).toBeUndefined();
    expect(findings(watcher.snapshot()).map(({ rule }) => rule)).not.toContain('not-finite');
  });

  test('refuses what it cannot use, by name', async () => {
    const { trainer, examples } = setUp();
    const controller = new AbortController();
    controller.abort();
    const none = undefined as never;
    for (const [call, message] of [
      [
        () => trainer.run(5, { signal: controller as never }),
        'Trainer.run: expected signal to be an AbortSignal, got an AbortController',
      ],
      [
        () => trainer.run(5, { onStep: new Recorder(trainer) as never }),
        'Trainer.run: expected onStep to be a function, got a Recorder',
      ],
      [
        () => evaluate(trainer, examples, { signal: controller as never }),
        'evaluate: expected signal to be an AbortSignal, got an AbortController',
      ],
      [
        () => evaluate(trainer, examples, { onBatch: 1 as never }),
        'evaluate: expected onBatch to be a function, got 1',
      ],
      [() => evaluate(trainer, none), 'Trainer: expected examples { x, y }, got undefined'],
      [() => visit(trainer, none, () => {}), 'Trainer: expected examples { x, y }, got undefined'],
      [() => visit(trainer, examples, none), 'visit: expected visitor to be a function, got undefined'],
      [
        () => visit(trainer, examples, () => {}, { signal: {} as never }),
        'visit: expected signal to be an AbortSignal, got an Object',
      ],
      [() => calibrate(trainer, none), 'Trainer: expected examples { x, y }, got undefined'],
      [
        async () => restoreTrainer(trainer, none),
        'restoreTrainer: expected a state of trainerState(…), got undefined',
      ],
      [
        async () => restoreTrainer(trainer, { ...trainerState(trainer), drawn: null as never }),
        'restoreTrainer: expected drawn to be an array of { layers, minibatches, state }, got null',
      ],
      [
        async () => restoreTrainer(trainer, { ...trainerState(trainer), drawn: [none] }),
        'restoreTrainer: expected drawn to be an array of { layers, minibatches, state }, got an array',
      ],
      [
        async () => restoreTrainer(trainer, { ...trainerState(trainer), lastLoss: '2' as never }),
        "restoreTrainer: expected lastLoss to be a number, got '2'",
      ],
    ] as [() => Promise<unknown>, string][])
      await expect(call()).rejects.toThrow(new TypeError(message));
    expect(trainer.steps).toBe(0);
  });

  test('refuses a buffer that is not in its memory, or no floats', async () => {
    using elsewhere = await load({ backend });
    const layer = (value: unknown): Layer => ({
      forward: (x) => x,
      backward: (dy) => dy,
      parameters: () => [],
      buffers: () => [{ name: 'count', value: value as Tensor }],
    });
    expect(() => setUp([layer(elsewhere.tensor([1]))])).toThrow(
      'Trainer: expected buffer 1.count of its own core, got one of another',
    );
    expect(() => setUp([layer(core.indices([1]))])).toThrow(
      'Trainer: expected buffer 1.count to be a Tensor (float32), got Indices (int32)',
    );
  });
});
