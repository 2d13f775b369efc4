/** A model that was never reserved, in a trainer: the bits of one that was, and no memory in the steady state. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  evaluate,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
  type TrainerOptions,
  visit,
} from '../../src/index.js';
import { COUNT, classes, rows } from './rows.js';

describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  const network = (on = core, outputs = 2) =>
    new Sequential([new Linear(3, 8), new BatchNorm1d(8), new Tanh(), new Linear(8, outputs)]).to(on, {
      seed: 1,
    });
  const trainerOf = (options: Partial<TrainerOptions> = {}, model = network(options.core ?? core)) =>
    new Trainer({
      loss: new CrossEntropyLoss(),
      model,
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      batchSize: 8,
      ...options,
    });

  test('trains to the bits of one that was, whenever', async () => {
    const prints: string[] = [];
    for (const when of ['never', 'before', 'after', 'between']) {
      const model = network();
      if (when === 'before') model.reserve(core, 100);
      const trainer = trainerOf({ x: rows, y: classes }, model);
      if (when === 'after') model.reserve(core, 100);
      await trainer.run(7);
      if (when === 'between') model.reserve(core, 300);
      await evaluate(trainer, { x: rows, y: classes });
      await trainer.run(20);
      expect(trainer.steps).toBe(20);
      prints.push(fingerprint(model.parameters()));
    }
    expect(new Set(prints).size).toBe(1);
  });

  test('a look at the first example leaves the mode and the running statistics', () => {
    const model = network();
    const norm = model.layers[1] as unknown as BatchNorm1d;
    model.eval();
    trainerOf({ x: rows, y: classes }, model);
    expect([model.training, norm.mode]).toEqual([false, 'running']);
    model.train();
    trainerOf({ x: rows, y: classes }, model);
    expect([model.training, norm.mode]).toEqual([true, 'batch']);
    expect(norm.runningMean.toArray()).toEqual(new Float32Array(8));
  });

  test('visits in whatever mode, and leaves it', async () => {
    const model = network();
    const norm = model.layers[1] as unknown as BatchNorm1d;
    const trainer = trainerOf({ x: rows, y: classes }, model);
    const examples = { x: Float32Array.from(rows.flat()), y: Int32Array.from(classes), count: COUNT };
    await calibrate(trainer, examples);
    for (const [set, training, mode] of [
      [() => model.eval('calibrated'), false, 'calibrated'],
      [() => model.eval(), false, 'running'],
      [() => model.train(), true, 'batch'],
    ] as const) {
      set();
      for (const statistics of ['running', 'calibrated', 'batch'] as const) {
        await visit(trainer, examples, () => undefined, { statistics });
        expect([model.training, norm.mode]).toEqual([training, mode]);
      }
    }
  });

  test('a thousand steps take no memory, nor do evaluations of a size seen before', async () => {
    using own = await load({ backend });
    const trainer = trainerOf({ x: rows, y: classes, core: own }, network(own));
    const check = async (upTo: number) => {
      await trainer.run(upTo);
      await evaluate(trainer, { x: rows, y: classes });
    };
    await check(5);
    const allocate = vi.spyOn(own, 'allocate');
    const bytes = own.bytes;
    await check(1005);
    expect(allocate).not.toHaveBeenCalled();
    expect(own.bytes).toBe(bytes);
  });

  test('disposed of and placed again: the old trainer says so and changes nothing, a new one trains', async () => {
    using own = await load({ backend });
    const first = own.allocate(0);
    const model = network(own);
    const old = trainerOf({ x: rows, y: classes, core: own }, model);
    await old.run(3);
    model.dispose();
    expect(() => old.step()).toThrow('Trainer: expected its model in the core, got one that was disposed of');
    model.to(own, { seed: 1 });
    const print = () => [
      fingerprint(model.parameters()),
      ...model.buffers().map(({ value }) => value.toArray().join()),
    ];
    const before = print();
    expect(() => old.step()).toThrow('Tensor: expected one that is in use, got one that was disposed of');
    expect(print()).toEqual(before);
    expect(
      () =>
        new Trainer({ loss: new CrossEntropyLoss(), model, optimizer: old.optimizer, x: rows, y: classes }),
    ).toThrow(
      "Trainer: expected an optimizer of the model's parameters, got one whose parameter 0 is none of them",
    );
    const trainer = trainerOf({ x: rows, y: classes, core: own }, model);
    await trainer.run(3);
    expect(trainer.lastLoss).toBe(old.lastLoss);
    for (const each of [trainer, old, trainer]) each.dispose();
    model.dispose();
    expect(own.allocate(0)).toBe(first);
    expect(() => trainer.step()).toThrow('Trainer.step: this trainer was disposed');
  });

  test('tensors and losses of another core', async () => {
    using other = await load({ backend });
    const model = network();
    trainerOf({ x: rows, y: classes }, model).step();
    expect(() => model.forward(other.tensor([2, 3]))).toThrow(
      new TypeError('layer 0: Linear: expected its input of its own core, got one of another'),
    );
    const loss = new CrossEntropyLoss();
    const [one, two] = [trainerOf({ x: rows, y: classes, loss }, model), network(other)];
    one.step();
    const away = trainerOf({ x: rows, y: classes, loss, core: other }, two);
    expect(away.step()).toBeGreaterThan(0);
    expect(() => one.step()).toThrow(
      new TypeError('CrossEntropyLoss: expected its outputs of its own core, got one of another'),
    );
  });
});
