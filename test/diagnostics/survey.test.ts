import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, fingerprint, surveyUnits, UnitCounter, watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  ELU,
  type Examples,
  evaluate,
  Flatten,
  Generator,
  type Layer,
  LeakyReLU,
  Linear,
  load,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  Tanh,
  type Tensor,
  Trainer,
  visit,
} from '../../src/index.js';

const { fround } = Math;
const [COLUMNS, HIDDEN, CLASSES, BATCH, CAPACITY] = [3, 6, 4, 8, 16];
/** No multiple of the batch of an evaluation (16) or of training (8); the last of the latter would have one row. */
const COUNT = 89;

/** The first feature is below 0 in the first 16 examples, and above it in some later ones. */
const examples: Examples = {
  x: new Generator(3).randn(COUNT * COLUMNS).map((value, i) => {
    if (i % COLUMNS > 0) return value;
    return i < CAPACITY * COLUMNS ? -Math.abs(value) - 1 : value;
  }),
  y: Int32Array.from(new Generator(4).randint(0, CLASSES, COUNT)),
  count: COUNT,
};

function setUp(core: Core, activation: Layer, norm = false) {
  const generator = new Generator(5);
  const linear = new Linear(COLUMNS, HIDDEN, { gain: 3 });
  const model = new Sequential<Tensor>([
    new Flatten(),
    new Sequential([linear, ...(norm ? [new BatchNorm1d(HIDDEN)] : []), activation]),
    new Linear(HIDDEN, CLASSES),
  ]);
  model.reserve(core, CAPACITY, COLUMNS);
  model.initialise(generator);
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples,
    batchSize: BATCH,
    generator,
  });
  return { model, linear, trainer };
}

/** Outputs of every example, row-major: what the counts are of. */
async function outputs(trainer: Trainer, activation: Layer, statistics: 'running' | 'batch') {
  const rows: number[][] = [];
  const sizes: number[] = [];
  const collect = (size: number) => {
    const { columns } = activation.out as Tensor;
    const values = Array.from((activation.out as Tensor).toArray());
    for (let i = 0; i < size; i++) rows.push(values.slice(i * columns, (i + 1) * columns));
    sizes.push(size);
  };
  await visit(trainer, examples, collect, { statistics });
  return { rows, sizes };
}

const units = Array.from({ length: HIDDEN }, (_, j) => j);

describe.each<Backend>(['wasm', 'js'])('a survey of units, %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  const classes: [Layer, (h: number, t: number) => boolean][] = [
    [new Tanh(), (h, t) => Math.abs(h) > t],
    [new Sigmoid(), (h, t) => Math.abs(2 * h - 1) > t],
    [new ELU({ alpha: 0.3 }), (h, t) => h < -0.3 * t],
    [new ReLU(), (h) => h <= 0],
    [new LeakyReLU(), (h) => h <= 0],
  ];
  for (const [activation, closed] of classes)
    test(`${activation.constructor.name}: as counted one by one, over the whole split`, async () => {
      const { linear, trainer } = setUp(core, activation);
      // Unit 0 is dead by its bias, unit 1 follows the first feature alone: closed below 0, as in the first batch.
      const weight = linear.weight.value.toArray();
      for (let i = 0; i < COLUMNS; i++) {
        weight[i * HIDDEN] = 0;
        weight[i * HIDDEN + 1] = i === 0 ? 20 : 0;
      }
      linear.weight.value.set(weight);
      linear.bias?.value.set([-20, 0, 0, 0, 0, 0]);
      const { rows } = await outputs(trainer, activation, 'running');
      expect(rows).toHaveLength(COUNT);
      for (const threshold of [0.9, 0.97]) {
        const survey = await surveyUnits(trainer, examples, { threshold });
        expect([survey.examples, survey.threshold, survey.layers.length]).toEqual([COUNT, threshold, 1]);
        const [layer] = survey.layers;
        expect([layer.place, layer.position]).toEqual([`layer 1.1 ${activation.constructor.name}`, '1.1']);
        const share = (j: number, t: number, among = rows) =>
          among.filter((row) => closed(row[j], fround(t))).length / among.length;
        expect(Array.from(layer.units)).toEqual(units.map((j) => share(j, threshold)));
        expect(layer.dead).toEqual(units.filter((j) => share(j, 0.99) === 1));
        expect(layer.dead).toContain(0);
        expect(layer.saturated).toBeCloseTo(
          units.reduce((sum, j) => sum + share(j, threshold), 0) / HIDDEN,
          12,
        );
        // Dead in the first batch, alive in the split; tanh and sigmoid close on both sides.
        expect(share(1, 0.99, rows.slice(0, CAPACITY))).toBe(1);
        if (activation instanceof Tanh || activation instanceof Sigmoid)
          expect(share(1, 0.99)).toBeGreaterThan(0.8);
        expect(layer.dead).not.toContain(1);
      }
    });

  test('a NaN is not saturated, and a unit that has one is not dead', async () => {
    for (const [activation] of classes) {
      const { linear, trainer } = setUp(core, activation);
      linear.weight.value.set(linear.weight.value.toArray().fill(0));
      linear.bias?.value.set([-20, -20, Number.NaN, -20, -20, -20]);
      const { layers } = await surveyUnits(trainer, examples);
      expect(Array.from(layers[0].units), activation.constructor.name).toEqual([1, 1, 0, 1, 1, 1]);
      expect(layers[0].dead).toEqual([0, 1, 3, 4, 5]);
      // One row of them alone.
      linear.bias?.value.fill(-20);
      const x = examples.x.slice();
      x[50 * COLUMNS] = Number.NaN;
      const one = await surveyUnits(trainer, { ...examples, x });
      expect(Array.from(one.layers[0].units)).toEqual(units.map(() => (COUNT - 1) / COUNT));
      expect(one.layers[0].dead).toEqual([]);
    }
  });

  test('with the statistics of each batch, in batches of the training size', async () => {
    const activation = new Tanh();
    const { trainer, model } = setUp(core, activation, true);
    const { rows, sizes } = await outputs(trainer, activation, 'batch');
    // 89 = 10 · 8 + 9: batch norm has no deviation of one row.
    expect(sizes).toEqual([...Array(10).fill(8), 9]);
    const [layer] = (await surveyUnits(trainer, examples, { statistics: 'batch', threshold: 0.8 })).layers;
    const share = (j: number) => rows.filter((row) => Math.abs(row[j]) > fround(0.8)).length / COUNT;
    expect(Array.from(layer.units)).toEqual(units.map(share));
    expect(layer.saturated).toBeGreaterThan(0);
    // As they would be by hand: the first batch through the model in training.
    const x = core.tensor([BATCH, COLUMNS]).set(examples.x.slice(0, BATCH * COLUMNS));
    model.train();
    model.forward(x);
    expect(Array.from(activation.out.toArray())).toEqual(rows.slice(0, BATCH).flat());
    const running = await surveyUnits(trainer, examples, { threshold: 0.8 });
    expect(Array.from(running.layers[0].units)).not.toEqual(Array.from(layer.units));
  });

  test('a row that no batch has room for takes one from the batch before', async () => {
    const activation = new Tanh();
    const generator = new Generator(5);
    const model = new Sequential<Tensor>([new Linear(COLUMNS, HIDDEN), new BatchNorm1d(HIDDEN), activation]);
    model.reserve(core, BATCH, COLUMNS);
    model.initialise(generator);
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const trainer = new Trainer({
      loss: new CrossEntropyLoss(),
      core,
      model,
      optimizer,
      examples,
      batchSize: BATCH,
      generator,
    });
    const { rows, sizes } = await outputs(trainer, activation, 'batch');
    expect([rows.length, ...sizes.slice(-2)]).toEqual([COUNT, 7, 2]);
  });

  test('leaves network and run as they were, in every mode', async () => {
    const train = async (surveyed: boolean) => {
      const { trainer, model } = setUp(core, new Tanh(), true);
      const state = () => model.buffers().map(({ value }) => [...value.toArray()]);
      await trainer.run(10);
      await calibrate(trainer, examples);
      const before = state();
      if (surveyed)
        for (const mode of ['batch', 'running', 'calibrated'] as const)
          for (const statistics of ['batch', 'running', 'calibrated'] as const) {
            if (mode === 'batch') model.train();
            else model.eval(mode);
            await surveyUnits(trainer, examples, { statistics });
            const norm = (model.layers[1] as Sequential).layers[1] as BatchNorm1d;
            expect([norm.mode, state()], `${mode}, ${statistics}`).toEqual([mode, before]);
          }
      await trainer.run(20);
      return [fingerprint(model.parameters()), state(), trainer.lastLoss];
    };
    expect(await train(true)).toEqual(await train(false));
  });

  test('one thing at a time, and to be stopped', async () => {
    const { trainer } = setUp(core, new Tanh(), true);
    const running = surveyUnits(trainer, examples);
    await expect(trainer.run(1)).rejects.toThrow(
      'Trainer.run: expected visit to have ended, got a call while it goes on',
    );
    await running;
    const reason = new Error('enough');
    await expect(surveyUnits(trainer, examples, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(surveyUnits(trainer, { ...examples, count: 0 })).rejects.toThrow(/examples.count/);
    await expect(surveyUnits(trainer, examples, { threshold: 2 })).rejects.toThrow(
      'UnitCounter: expected threshold to be a finite number from 0 to 1, got 2',
    );
    expect(await trainer.run(1)).toBe(1);
  });

  test('in an evaluation that is made anyway: the same counts and the same loss', async () => {
    const { trainer, model } = setUp(core, new Sigmoid(), true);
    await trainer.run(5);
    const counter = new UnitCounter(model);
    expect(() => counter.survey()).toThrow(
      'UnitCounter.survey: expected at least one batch before it, got none',
    );
    const loss = await evaluate(trainer, examples, { onBatch: () => counter.add() });
    expect(loss).toBe(await evaluate(trainer, examples));
    expect(counter.survey()).toEqual(await surveyUnits(trainer, examples));
  });

  test('takes its memory at its beginning', async () => {
    using own = await load({ backend });
    const { trainer, model } = setUp(own, new Tanh());
    const counter = new UnitCounter(model);
    const free = own.allocate(0);
    await visit(trainer, examples, () => counter.add());
    expect(own.allocate(0)).toBe(free);
    expect(counter.survey().examples).toBe(COUNT);
  });

  test('findings say dead by the split where they have one', async () => {
    const { linear, trainer } = setUp(core, new ReLU());
    linear.weight.value.set(linear.weight.value.toArray().fill(0));
    const dead = async (bias: number[]) => {
      linear.bias?.value.set(bias);
      const survey = await surveyUnits(trainer, examples);
      const watcher = watch(trainer);
      trainer.step();
      const context = { survey };
      const found = findings(watcher.snapshot(), context).filter(({ rule }) => rule === 'dead');
      expect(findings(watcher.series, context).filter(({ rule }) => rule === 'dead')).toEqual([]);
      watcher.onStep(0, trainer.step());
      expect(findings(watcher.series, context).filter(({ rule }) => rule === 'dead')).toEqual(found);
      return found;
    };
    expect(await dead([1, 1, 1, 1, 1, 1])).toEqual([]);
    expect(await dead([-1, 1, 1, 1, 1, 1])).toEqual([
      {
        severity: 'warning',
        rule: 'dead',
        place: 'layer 1.1 ReLU',
        text:
          '1 of 6 units let no gradient through in any of the 89 examples of the split; none is healthy, and only ' +
          'what the layers before it learn can revive them. Start from smaller weights or lower the learning rate.',
        threshold: 0,
      },
    ]);
    expect((await dead([-1, -1, -1, -1, 1, 1]))[0].severity).toBe('problem');
  });
});

test('a network that is in no core, or has not seen a batch', async () => {
  const model = new Sequential<Tensor>([new Linear(2, 3), new Tanh()]);
  expect(() => new UnitCounter(model)).toThrow(
    new Error('UnitCounter: expected a model in a core: model.to(core, { seed })'),
  );
  using core = await load();
  model.to(core, { seed: 1 });
  const counter = new UnitCounter(model);
  expect(() => counter.add()).toThrow('Tanh: expected a forward, or reserve(…), before its out');
  const x = core.tensor([4, 2]).set([1, 2, 30, 40, -1, -2, -30, -40]);
  model.forward(x);
  counter.add();
  const reserved = new Sequential<Tensor>([new Linear(2, 3), new Tanh()]).to(core, { seed: 1 });
  reserved.reserve(core, 4);
  const other = new UnitCounter(reserved);
  reserved.forward(x);
  other.add();
  expect(counter.survey()).toEqual(other.survey());
  expect(counter.survey().layers[0].saturated).toBeGreaterThan(0);
});
