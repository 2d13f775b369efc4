import { beforeAll, describe, expect, test } from 'vitest';
import { surveyUnits, watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  DivergenceError,
  evaluate,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
  visit,
} from '../../src/index.js';
import { COUNT, classes, rows } from './rows.js';

const examples = { x: Float32Array.from(rows.flat()), y: Int32Array.from(classes), count: COUNT };

describe.each<Backend>(['wasm', 'js'])('a network without a trainer on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  const network = () =>
    new Sequential([new Linear(3, 8), new BatchNorm1d(8), new Tanh(), new Linear(8, 2)]).to(core, {
      seed: 1,
    });

  test('is evaluated, calibrated, visited and surveyed with the numbers of one', async () => {
    const results = [];
    for (const trains of [true, false]) {
      const model = network();
      const loss = new CrossEntropyLoss();
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      // Packed, or as a user has them.
      const given = trains ? examples : { x: rows, y: classes };
      const own = trains ? new Trainer({ model, loss, optimizer, examples }) : { model, loss };
      await calibrate(own, given);
      const losses = [];
      for (const statistics of ['running', 'calibrated'] as const)
        losses.push(await evaluate(own, examples, { statistics }));
      losses.push(await evaluate(own, { x: rows, y: classes }));
      const outputs: number[] = [];
      await visit(own, given, () => outputs.push(...(model.out?.toArray() ?? [])));
      const survey = await surveyUnits(own, given, { threshold: 0.5 });
      results.push({ losses, outputs, survey });
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0].outputs.length).toBe(2 * COUNT);
  });

  test('stays in the mode that it was in, and the core gets its buffers back', async () => {
    const model = network();
    const loss = new CrossEntropyLoss();
    model.eval();
    await evaluate({ model, loss }, examples);
    expect(model.training).toBe(false);
    model.train();
    await evaluate({ model, loss }, examples);
    expect(model.training).toBe(true);
    const before = core.allocate(16);
    core.free(before, 16);
    for (let i = 0; i < 5; i++) await evaluate({ model, loss: new CrossEntropyLoss() }, examples);
    const after = core.allocate(16);
    core.free(after, 16);
    expect(after).toBe(before);
  });

  test('with another loss than the trainer that it is spread from', async () => {
    const model = network();
    const loss = new CrossEntropyLoss({ reduction: 'sum' });
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const trainer = new Trainer({ model, loss: new CrossEntropyLoss(), optimizer, examples });
    const sum = await evaluate({ ...trainer, loss }, examples);
    expect(sum).toBe(await evaluate({ model, loss }, examples));
    expect(sum / COUNT).toBeCloseTo(await evaluate(trainer, examples), 6);
  });

  test('leaves a loss that is in use elsewhere its buffers', async () => {
    const model = network();
    const loss = new CrossEntropyLoss();
    const trainer = new Trainer({
      model,
      loss,
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      examples,
    });
    const watcher = watch(trainer);
    await trainer.run(3, { onStep: watcher.onStep });
    await evaluate({ model, loss }, examples);
    // Those of the evaluation, in which there was no gradient.
    expect(watcher.snapshot().layers.at(-1)?.output?.mean).toEqual(expect.any(Number));
    await trainer.run(4);
    const gradient = loss.dlogits;
    await evaluate({ model, loss }, examples);
    expect(loss.gradient).toBe(gradient);
    // In another core it is another's there, and the trainer's again.
    using other = await load({ backend });
    const elsewhere = new Sequential([new Linear(3, 2)]).to(other, { seed: 1 });
    await evaluate({ model: elsewhere, loss }, examples);
    expect(await trainer.run(5)).toBe(5);
    loss.dispose();
    await evaluate({ model, loss }, examples);
    expect(() => loss.dlogits).toThrow('CrossEntropyLoss.backward: expected a forward before it');
  });

  test('is one at a time with what a trainer of it does', async () => {
    const model = network();
    const loss = new CrossEntropyLoss();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const trainer = new Trainer({ model, loss, optimizer, examples });
    const running = trainer.run(3);
    await expect(evaluate({ model, loss }, examples)).rejects.toThrow(
      'evaluate: expected Trainer.run of another trainer of the model to have ended, got a call while it goes on',
    );
    await running;
  });

  test('what is none is refused by name', async () => {
    const model = network();
    const loss = new CrossEntropyLoss();
    const of = (evaluated: unknown) => evaluate(evaluated as never, examples);
    const either = 'expected a Trainer, or { model, loss }, got';
    await expect(of(undefined)).rejects.toThrow(`evaluate: ${either} undefined`);
    await expect(of({ model })).rejects.toThrow('evaluate: expected loss to be a loss, such as new');
    await expect(of(model)).rejects.toThrow(`evaluate: ${either} a Sequential`);
    await expect(visit(model as never, examples, () => {})).rejects.toThrow(`visit: ${either} a Sequential`);
    await expect(of({ model: {}, loss })).rejects.toThrow('evaluate: expected model to be a Sequential, got');
    const elsewhere = new Sequential([new Linear(3, 2)]);
    await expect(of({ model: elsewhere, loss })).rejects.toThrow(
      'evaluate: expected a model in a core: model.to(core, { seed })',
    );
    await expect(surveyUnits(undefined as never, examples)).rejects.toThrow(
      'surveyUnits: expected a Trainer, or { model, loss }, got undefined',
    );
  });
});

describe('without explainDivergence', () => {
  const originOf = (change: (model: Sequential, x: number[][]) => void, lr = 0.1, steps = 0) => {
    const model = new Sequential([new Linear(3, 8), new Linear(8, 2)]).to(core, { seed: 1 });
    const x = rows.map((row) => [...row]);
    const optimizer = new SGD(model.parameters(), { lr });
    const loss = new CrossEntropyLoss();
    change(model, x);
    const trainer = new Trainer({
      model,
      loss,
      optimizer,
      x,
      y: classes,
      batchSize: COUNT,
      sampling: 'ordered',
    });
    try {
      for (let step = 0; step <= steps; step++) trainer.step();
    } catch (error) {
      if (error instanceof DivergenceError) return error.origin;
      throw error;
    }
    return undefined;
  };
  let core: Core;
  beforeAll(async () => {
    core = await load();
    return () => core.dispose();
  });
  const more = '(a Trainer with explain: explainDivergence says why)';

  test('an example that is not finite is named as with it', () => {
    const origin = originOf((_, x) => {
      x[4][1] = Number.NaN;
    });
    expect(origin).toEqual({
      kind: 'input',
      place: 'example 4',
      text: 'column 1 of x is NaN in example 4; examples have to be finite',
    });
  });

  test('else the first value that is not finite, with the learning rate of the updates before', () => {
    const written = originOf(({ layers: [first] }) => {
      first.parameters()[0].value.set(new Float32Array(24).fill(Number.NaN, 9, 10));
    });
    expect(written).toEqual({
      kind: 'parameter',
      place: 'parameter 0.weight',
      text: `parameter 0.weight has NaN in row 1 ${more}`,
    });
    const steep = originOf(() => undefined, 1e12, 50);
    expect(steep?.kind).toBe('forward');
    expect(steep?.text).toContain(`, after updates at a learning rate of ${1e12} ${more}`);
  });

  test('no rate of an update that the optimizer has not made, and that of one made in another trainer', () => {
    const model = new Sequential([new Linear(3, 8), new Linear(8, 2)]).to(core, { seed: 1 });
    const lr = (step: number) => {
      if (!(step >= 0)) throw new RangeError(`no rate of step ${step}`);
      return 0.125;
    };
    const optimizer = new SGD(model.parameters(), { lr });
    const options = { model, loss: new CrossEntropyLoss(), optimizer, x: rows, y: classes };
    const trainer = new Trainer(options);
    const other = new Trainer(options);
    trainer.step();
    model.parameters()[0].value.set(new Float32Array(24).fill(Number.NaN));
    const text = `likely cause: parameter 0.weight has NaN in row 0`;
    expect(() => other.step()).toThrow(`${text}, after updates at a learning rate of 0.125 ${more}`);
    // Its schedule begins anew.
    optimizer.steps = 0;
    expect(() => trainer.step()).toThrow(`${text} ${more}`);
  });
});
