/** What a trainer takes: rows of numbers of any kind, any loss and optimizer, a model that was never reserved. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  Adam,
  type Backend,
  BatchNorm1d,
  BCEWithLogitsLoss,
  type Core,
  CrossEntropy,
  CrossEntropyLoss,
  calibrate,
  Embedding,
  type Examples,
  evaluate,
  Flatten,
  Generator,
  type Indices,
  Linear,
  load,
  MSELoss,
  type Optimizer,
  Sequential,
  SGD,
  Tanh,
  Trainer,
  type TrainerOptions,
  Validation,
  visit,
} from '../../src/index.js';
import { loadCheckpoint, saveCheckpoint, trainerState } from '../../src/interchange/index.js';
import { COUNT, classes, rows, values } from './rows.js';

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
  /** What a training from these data leaves. */
  const trained = async (options: Partial<TrainerOptions>, outputs = 2) => {
    const model = network(core, outputs);
    using trainer = trainerOf(options, model);
    const losses: number[] = [];
    await trainer.run(20, { onStep: (_, loss) => losses.push(loss) });
    return { losses, print: fingerprint(model.parameters()) };
  };

  test('x and y as rows, flat, typed or packed: the same run', async () => {
    const flat = rows.flat();
    const packed = { x: Float32Array.from(flat), y: Int32Array.from(classes), count: COUNT };
    const run = await trained({ examples: packed, seed: 5 });
    for (const x of [
      rows,
      flat,
      Float64Array.from(flat),
      packed.x,
      rows.map((row) => Float32Array.from(row)),
    ])
      expect(await trained({ x, y: classes, seed: 5 })).toEqual(run);
    for (const y of [
      classes.map((each) => [each]),
      Uint8Array.from(classes),
      Float32Array.from(classes),
      packed.y,
    ])
      expect(await trained({ x: rows, y, seed: 5 })).toEqual(run);
    // The default loss.
    expect(await trained({ examples: packed, seed: 5, loss: new CrossEntropyLoss() })).toEqual(run);
    expect(await trained({ examples: packed, seed: 5, loss: new CrossEntropy() })).toEqual(run);
  });

  test('targets that are values, one or more a row', async () => {
    const loss = new MSELoss();
    const packed = {
      x: Float32Array.from(rows.flat()),
      y: Float32Array.from(values.flat()),
      count: COUNT,
    };
    const run = await trained({ examples: packed, seed: 5, loss });
    for (const y of [values, values.flat(), Float64Array.from(values.flat()), packed.y])
      expect(await trained({ x: rows, y, seed: 5, loss })).toEqual(run);
    const single = values.map(([a]) => a);
    const one = await trained({ x: rows, y: single, seed: 5, loss }, 1);
    expect(await trained({ x: rows, y: single.map((each) => [each]), seed: 5, loss }, 1)).toEqual(one);
    expect(await trained({ x: rows, y: classes, seed: 5, loss: new BCEWithLogitsLoss() }, 1)).toEqual(
      await trained({ x: rows, y: Float32Array.from(classes), seed: 5, loss: new BCEWithLogitsLoss() }, 1),
    );
  });

  test('data that do not fit, with their row, before anything is taken', () => {
    const refused = (options: Partial<TrainerOptions>, model?: Sequential) => () => trainerOf(options, model);
    const model = network();
    // The buffers of one row that a look at the first example takes.
    expect(trainerOf({ x: rows, y: classes }, model).step()).toBeGreaterThan(0);
    const half = classes.map((each, i) => (i === 7 ? 0.5 : each));
    const far = classes.map((each, i) => (i === 9 ? 2 : each));
    const broken = rows.map((row, i) => (i === 4 ? row.slice(1) : row));
    const next = core.allocate(0);
    for (const [options, error] of [
      [{ x: rows, y: half }, 'Trainer: expected integers in y, got 0.5 in row 7'],
      [{ x: rows, y: Float32Array.from(half) }, 'Trainer: expected integers in y, got 0.5 in row 7'],
      [{ x: rows, y: values }, /^Trainer: expected integers in y, got -?0\.\d+ in row \d$/],
      [{ x: rows, y: far }, 'Trainer: expected labels from 0 to 1, got 2 in row 9 of y'],
      [{ x: rows, y: classes.slice(1) }, 'Trainer: expected as many rows of y as of x, 41, got 40'],
      [{ x: rows, y: [...classes, 0] }, 'Trainer: expected as many rows of y as of x, 41, got 42'],
      [{ x: rows, y: [...classes, ...classes] }, 'Trainer: expected 41 labels in y, got 82'],
      [{ x: rows, y: classes, loss: new MSELoss() }, 'Trainer: expected 82 values in y, got 41'],
      [{ x: broken, y: classes }, 'Trainer: expected 3 numbers in row 4 of x, got 2'],
      [{ x: rows.flat().slice(1), y: classes }, 'Trainer: expected rows of 3 numbers in x, got 122 numbers'],
      [{ x: [], y: [] }, 'Trainer: expected at least 1 row of x, got none'],
      [{ x: rows, y: 'yes' as never }, "Trainer: expected y to be rows of numbers, got 'yes'"],
      [{ x: rows, y: classes, seed: 'a' as never }, /^Generator.*'a'/],
    ] as const) {
      expect(refused(options as Partial<TrainerOptions>, model)).toThrow(error);
      expect(core.allocate(0)).toBe(next);
    }
    const index = new Sequential<Indices>([new Embedding(4, 2), new Flatten(), new Linear(6, 2)]).to(core, {
      seed: 1,
    });
    const context = (first: number) => [
      [0, 1, 2],
      [first, 0, 0],
    ];
    for (const [x, error] of [
      [context(4), 'Trainer: expected indices from 0 to 3, got 4 in row 1 of x'],
      [context(0.5), 'Trainer: expected integers in x, got 0.5 in row 1'],
      [
        [
          [4, 0, 0],
          [0, 0, 0],
        ],
        'Trainer: expected indices from 0 to 3, got 4 in row 0 of x',
      ],
      [
        [
          [0, 1],
          [2, 3],
        ],
        'layer 2: Linear: expected 6 input columns, got 4',
      ],
    ] as const)
      expect(refused({ x, y: [0, 1] }, index as never)).toThrow(error);
  });

  test('a seed orders the examples: the same again, another otherwise', async () => {
    const [one, again, other, none, default_] = [
      await trained({ x: rows, y: classes, seed: 5 }),
      await trained({ x: rows, y: classes, seed: 5n }),
      await trained({ x: rows, y: classes, seed: 6 }),
      await trained({ x: rows, y: classes }),
      await trained({ x: rows, y: classes, seed: 67280421310721n }),
    ];
    expect(again).toEqual(one);
    expect(other.losses).not.toEqual(one.losses);
    expect(none).toEqual(default_);
    // A generator draws with replacement, as the lecture does; both ways can be asked for.
    const replaced = await trained({ x: rows, y: classes, generator: new Generator(5) });
    expect(replaced.losses).not.toEqual(one.losses);
    expect(await trained({ x: rows, y: classes, seed: 5, sampling: 'replacement' })).toEqual(replaced);
    expect(await trained({ x: rows, y: classes, generator: new Generator(5), sampling: 'epochs' })).toEqual(
      one,
    );
    const ordered = await trained({ x: rows, y: classes, seed: 5, sampling: 'ordered' });
    expect(await trained({ x: rows, y: classes, seed: 6, sampling: 'ordered' })).toEqual(ordered);
  });

  test('a batch is 32 examples, or all where they are fewer', () => {
    for (const [count, expected] of [
      [41, 32],
      [20, 20],
    ]) {
      const model = network();
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      const trainer = new Trainer({
        loss: new CrossEntropyLoss(),
        model,
        optimizer,
        x: rows.slice(0, count),
        y: classes.slice(0, count),
      });
      trainer.step();
      expect(model.out?.rows).toBe(expected);
    }
  });

  test('resumes within an epoch and at its end with the bits of one that went on', async () => {
    // 41 examples in batches of 8: an epoch has 5 steps.
    for (const sampling of ['epochs', 'ordered', 'replacement'] as const)
      for (const at of [0, 3, 5, 9, 10]) {
        const make = (model: Sequential) =>
          new Trainer({
            loss: new CrossEntropyLoss(),
            model,
            optimizer: new Adam(model.parameters(), { lr: 0.01 }),
            x: rows,
            y: classes,
            batchSize: 8,
            seed: 3,
            sampling,
          });
        const model = network();
        const trainer = make(model);
        await trainer.run(at);
        const bytes = saveCheckpoint({ model, trainer });
        await trainer.run(17);
        // In a model without initial parameters, and with a trainer of another seed's order.
        const later = new Sequential([new Linear(3, 8), new BatchNorm1d(8), new Tanh(), new Linear(8, 2)]).to(
          core,
        );
        const resumed = make(later);
        expect(() => resumed.step()).toThrow('layer 0: Linear: expected initial parameters');
        loadCheckpoint(bytes, { model: later, trainer: resumed });
        await resumed.run(17);
        expect(resumed.lastLoss).toBe(trainer.lastLoss);
        expect(fingerprint(later.parameters())).toBe(fingerprint(model.parameters()));
        expect(trainerState(resumed)).toEqual(trainerState(trainer));
      }
  });

  test('without initial parameters what can be checked is checked at once, the rest before the first step', () => {
    const later = () => new Sequential([new Linear(3, 8), new Linear(8, 2)]).to(core);
    const made = (options: Partial<TrainerOptions>) => {
      const model = later();
      const trainer = trainerOf(options, model);
      model.initialise(new Generator(1));
      return trainer;
    };
    expect(() => made({ x: rows.map((row) => [...row, 0]), y: classes })).toThrow(
      'Trainer: expected 3 numbers in row 0 of x, got 4',
    );
    const bad: Examples = { x: Int32Array.from(rows.flat()), y: Int32Array.from(classes), count: COUNT };
    expect(() => made({ examples: bad })).toThrow('Trainer: expected x of the type Float32Array');
    const trainer = made({ x: rows, y: classes.map((each) => each + 1) });
    expect(() => trainer.step()).toThrow(/^Trainer: expected labels from 0 to 1, got 2 in row \d+ of y$/);
    expect(made({ x: rows, y: classes }).step()).toBeGreaterThan(0);
  });

  test('examples of other columns later', async () => {
    const trainer = trainerOf({ x: rows, y: classes });
    const wide = { x: new Float32Array(8), y: new Int32Array(2), count: 2 };
    const error = 'Trainer: expected 3 columns of x, got 4';
    await expect(evaluate(trainer, wide)).rejects.toThrow(error);
    await expect(calibrate(trainer, wide)).rejects.toThrow(error);
    await expect(visit(trainer, wide, () => undefined)).rejects.toThrow(error);
    // Before the first step, not at the first validation.
    await expect(trainer.run(10, { validation: new Validation(wide) })).rejects.toThrow(error);
    expect(trainer.steps).toBe(0);
    for (const [data, got] of [
      [null, 'examples { x, y }, got null'],
      [7, 'examples { x, y }, got 7'],
      [{ x: rows }, 'y to be rows of numbers, got undefined'],
    ])
      await expect(trainer.run(10, { validation: new Validation(data as never) })).rejects.toThrow(
        `Trainer: expected ${got}`,
      );
    expect(trainer.steps).toBe(0);
    // Arrays that are changed after they were checked.
    const examples: Examples = {
      x: Float32Array.from(rows.flat()),
      y: Int32Array.from(classes),
      count: COUNT,
    };
    const own = trainerOf({ examples });
    own.step();
    examples.x = new Float32Array(4 * COUNT);
    expect(() => own.step()).toThrow(error);
  });

  test('batches from elsewhere: each has to fit', async () => {
    const tanh = () => new Sequential([new Tanh()]).to(core);
    const optimizer: Optimizer = { parameters: [], steps: 0, lr: 0, step: () => undefined };
    const of = (batches: NonNullable<TrainerOptions['batches']>) =>
      new Trainer({ model: tanh(), optimizer, batches, loss: new MSELoss() });
    const good = { x: [[1, 2]], y: [[1, 2]] };
    expect(await of([good, good]).run(9)).toBe(2);
    await expect(of([good, { x: [[1, 2, 3]], y: [[1, 2, 3]] }]).run(9)).rejects.toThrow(
      'Trainer: expected 2 columns of x, got 3',
    );
    await expect(of([good, { x: [[1, 2]], y: [[1]] }]).run(9)).rejects.toThrow(
      'Trainer: expected 2 values in y, got 1',
    );
    await expect(of([undefined as never]).run(9)).rejects.toThrow(
      'Trainer: expected examples { x, y }, got undefined',
    );
  });

  test('batches from elsewhere: no step while another trainer works, nor after dispose', async () => {
    const model = network();
    const batch = { x: rows, y: classes };
    const of = (batches: NonNullable<TrainerOptions['batches']>) => {
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      return new Trainer({ model, optimizer, loss: new CrossEntropyLoss(), batches });
    };
    const trainer = of([batch, batch, batch]);
    const steps = trainer[Symbol.asyncIterator]();
    expect((await steps.next()).value?.step).toBe(0);
    const before = fingerprint(model.parameters());
    let end: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      end = resolve;
    });
    const running = of(
      // biome-ignore lint/correctness/useYield: it ends without one.
      (async function* () {
        await waiting;
      })(),
    ).run(1);
    await expect(steps.next()).rejects.toThrow(
      'Trainer.step: expected Trainer.run of another trainer of the model to have ended, got a call while it goes on',
    );
    expect(fingerprint(model.parameters())).toBe(before);
    end();
    expect(await running).toBe(0);
    expect(await trainer.run(9)).toBe(2);
    const other = of([batch]);
    other.dispose();
    await expect(other[Symbol.asyncIterator]().next()).rejects.toThrow(
      'Trainer.step: this trainer was disposed',
    );
  });

  test('evaluates rows as a user has them', async () => {
    const trainer = trainerOf({ x: rows, y: classes });
    await trainer.run(9);
    const packed = { x: Float32Array.from(rows.flat()), y: Int32Array.from(classes), count: COUNT };
    expect(await evaluate(trainer, { x: rows, y: classes })).toBe(await evaluate(trainer, packed));
  });
});
