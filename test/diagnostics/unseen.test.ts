/** What watches a network that has not seen a batch. */
import { beforeAll, describe, expect, test } from 'vitest';
import { findings, Recorder, surveyUnits, UnitCounter, watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  Linear,
  load,
  MSELoss,
  Sequential,
  SGD,
  Tanh,
  Trainer,
  type TrainerOptions,
} from '../../src/index.js';
import { COUNT, classes, rows, values } from '../train/rows.js';

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

  const fresh = () =>
    new Sequential([
      new Linear(3, 8),
      new Tanh(),
      new Sequential([new Linear(8, 5), new Tanh()]),
      new Linear(5, 2),
    ]);

  test('says what it expects before there is a core', () => {
    const model = fresh();
    const watched = { model, optimizer: { parameters: [], steps: 0, lr: 0.1 } };
    const error = (place: string) =>
      new Error(`${place}: expected a model in a core: model.to(core, { seed })`);
    expect(() => watch(watched)).toThrow(error('watch'));
    expect(() => new Recorder(watched)).toThrow(error('watch'));
    expect(() => new UnitCounter(model)).toThrow(error('UnitCounter'));
  });

  test('measures what it measures of one that was reserved', async () => {
    const measured: unknown[] = [];
    for (const reserve of [false, true]) {
      const model = fresh().to(core, { seed: 1 });
      if (reserve) model.reserve(core, 64);
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      const loss = new CrossEntropyLoss();
      // A loop of one's own: watched from before its first batch.
      const watcher = watch({ model, optimizer, loss }, { every: 1 });
      const recorder = new Recorder({ model, optimizer, loss });
      const counter = new UnitCounter(model);
      expect(() => watcher.snapshot()).toThrow(/expected a forward( before it|, or reserve)/);
      const x = core.tensor([COUNT, 3]).set(rows.flat());
      const y = core.indices([COUNT]).set(classes);
      for (let step = 0; step < 12; step++) {
        const value = loss.forward(model.forward(x), y);
        counter.add();
        model.backward(loss.backward());
        optimizer.step();
        watcher.onStep(step, value);
        recorder.onStep(step, value);
      }
      const { series } = watcher;
      const columns = series.parameters.map((_, i) => [...series.updateToData(i)]);
      measured.push([
        watcher.snapshot({ images: true }),
        recorder.first,
        recorder.series.track(),
        counter.survey(),
        [series.classes, series.length, columns, [...series.std(0)], [...series.saturated(1)]],
      ]);
      expect([series.classes, watcher.snapshot().classes, recorder.first?.classes]).toEqual([2, 2, 2]);
      expect(findings(watcher.snapshot())).toEqual(findings(recorder.snapshot()));
    }
    expect(measured[0]).toEqual(measured[1]);
  });

  test('by a trainer: from its first step on, and in a survey before it', async () => {
    const model = fresh().to(core, { seed: 1 });
    const trainer = trainerOf({ x: rows, y: classes }, model);
    const examples = { x: Float32Array.from(rows.flat()), y: Int32Array.from(classes), count: COUNT };
    const survey = await surveyUnits(trainer, examples);
    expect(survey.layers.map(({ place }) => place)).toEqual(['layer 1 Tanh', 'layer 2.1 Tanh']);
    expect(survey.examples).toBe(COUNT);
    const recorder = new Recorder(trainer);
    await trainer.run(5, { onStep: recorder.onStep });
    expect(recorder.first?.layers.map(({ shape }) => shape)).toEqual([
      [8, 8],
      [8, 8],
      [8, 5],
      [8, 5],
      [8, 2],
    ]);
    expect(recorder.losses.track().steps).toHaveLength(5);
  });

  test('a loss of values has no classes, and no first loss to compare with', async () => {
    const model = fresh().to(core, { seed: 1 });
    const trainer = trainerOf(
      { x: rows, y: values.map(([a, b]) => [100 * a, b]), loss: new MSELoss() },
      model,
    );
    const watcher = watch(trainer, { every: 1 });
    await trainer.run(1, { onStep: watcher.onStep });
    expect([watcher.snapshot().classes, watcher.series.classes]).toEqual([0, 0]);
    for (const from of [watcher.snapshot(), watcher.series])
      expect(findings(from as never).filter(({ rule }) => rule === 'confident')).toEqual([]);
  });
});
