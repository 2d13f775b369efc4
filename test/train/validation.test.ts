import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  accuracy,
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  evaluate,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
  type Validated,
  Validation,
  type ValidationOptions,
} from '../../src/index.js';
import { COUNT, classes, rows } from './rows.js';

const data = { x: rows, y: classes };

describe.each<Backend>(['wasm', 'js'])('validation on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  function setUp(lr: number | ((step: number) => number) = 0.1) {
    const layers = [new Linear(3, 8), new BatchNorm1d(8), new Tanh(), new Linear(8, 2)];
    const model = new Sequential(layers).to(core, { seed: 1 });
    const optimizer = new SGD(model.parameters(), { lr });
    const loss = new CrossEntropyLoss();
    return { model, trainer: new Trainer({ model, loss, optimizer, ...data, batchSize: 8, seed: 1 }) };
  }

  test('every so many steps and at the end, with the loss of evaluate and the metrics', async () => {
    const { model, trainer } = setUp();
    const seen: Validated[] = [];
    const validation = new Validation(data, {
      ...{ every: 4, metrics: { accuracy } },
      onValidation: (validated) => seen.push(validated),
    });
    expect(validation.best).toBeUndefined();
    expect(await trainer.run(10, { validation })).toBe(10);
    expect(seen.map(({ step }) => step)).toEqual([4, 8, 10]);
    const outputs = model.eval().predict(rows);
    model.train();
    expect(seen[2].loss).toBe(await evaluate(trainer, data));
    expect(seen[2].metrics).toEqual({ accuracy: accuracy(outputs, Int32Array.from(classes), 2) });
    const least = Math.min(...seen.map(({ loss }) => loss));
    expect(validation.best).toEqual(seen.find(({ loss }) => loss === least));
    expect(seen.map(({ improved }) => improved)).toEqual(
      seen.map(({ loss }, i) => seen.slice(0, i).every((before) => loss < before.loss)),
    );
  });

  test('without every, once an epoch; it does not change what is trained', async () => {
    const [own, other] = [setUp(), setUp()];
    const seen: number[] = [];
    const epoch = Math.floor(COUNT / 8) + (COUNT % 8 > 1 ? 1 : 0);
    const validation = new Validation(data, { onValidation: ({ step }) => seen.push(step) });
    await own.trainer.run(2 * epoch, { validation });
    expect(seen).toEqual([epoch, 2 * epoch]);
    await other.trainer.run(2 * epoch);
    expect(fingerprint(own.model.parameters())).toBe(fingerprint(other.model.parameters()));
  });

  /** Learns, and then unlearns. */
  const worse = (step: number) => (step < 20 ? 0.1 : 20);

  test('patience ends the run with the parameters that were best', async () => {
    const { model, trainer } = setUp(worse);
    const prints = new Map<number, string>();
    const validation = new Validation(data, {
      ...{ every: 5, patience: 3 },
      onValidation: ({ step }) => prints.set(step, fingerprint(model.parameters())),
    });
    const steps = await trainer.run(1000, { validation });
    const { step = 0, loss = 0 } = validation.best ?? {};
    expect(steps).toBe(step + 15);
    expect(fingerprint(model.parameters())).toBe(prints.get(step));
    // The running statistics too.
    expect(await evaluate(trainer, data)).toBe(loss);
  });

  test.each<[string, ValidationOptions, boolean]>([
    ['by its signal', { patience: 1000 }, true],
    ['by its number of steps', { keepBest: true }, false],
  ])('an end %s leaves the best parameters as well', async (_, options, aborts) => {
    const { trainer } = setUp(worse);
    const validation = new Validation(data, { every: 5, ...options });
    const stop = new AbortController();
    const onStep = (step: number) => aborts && step === 47 && stop.abort();
    const steps = await trainer.run(60, { validation, signal: stop.signal, onStep });
    expect(steps).toBe(aborts ? 48 : 60);
    expect(validation.best?.step).toBeLessThan(steps);
    expect(await evaluate(trainer, data)).toBe(validation.best?.loss);
  });

  test('a divergence does, too, and without keepBest nothing is put back', async () => {
    const { model, trainer } = setUp();
    const [{ value }] = model.parameters();
    const onStep = (step: number) => step === 21 && value.set(new Float32Array(24).fill(Number.NaN));
    const validation = new Validation(data, { every: 5, keepBest: true });
    await expect(trainer.run(60, { validation, onStep })).rejects.toThrow(/^the loss became NaN at step 22/);
    expect(validation.best?.step).toBeLessThan(25);
    expect(await evaluate(trainer, data)).toBe(validation.best?.loss);

    const kept = setUp(worse);
    const loose = new Validation(data, { every: 5 });
    await kept.trainer.run(60, { validation: loose });
    expect(await evaluate(kept.trainer, data)).not.toBe(loose.best?.loss);
  });

  test('minDelta: what is less by no more is no better', async () => {
    const { trainer } = setUp(0.001);
    const validation = new Validation(data, { every: 2, patience: 2, minDelta: 0.5 });
    expect(await trainer.run(100, { validation })).toBe(6);
    expect(validation.best?.step).toBe(2);
  });

  test('the same for a run after another begins anew; not for two at once', async () => {
    const { trainer } = setUp(0.001);
    const validation = new Validation(data, { every: 2, patience: 2, minDelta: 0.5 });
    await trainer.run(100, { validation });
    expect(await trainer.run(100, { validation })).toBe(12);
    expect(validation.best?.step).toBe(8);

    const other = setUp();
    const running = trainer.run(14, { validation });
    await expect(other.trainer.run(4, { validation })).rejects.toThrow(
      'Trainer.run: expected the run that has this Validation to have ended, got another',
    );
    await running;
    // What was refused does not hold the trainer.
    expect(await other.trainer.run(4, { validation })).toBe(4);
  });

  test('what is none is refused when it is made, or given', async () => {
    const made = (options: object) => () => new Validation(data, options);
    expect(made({ evry: 3 })).toThrow(/^Validation: expected options \{ every, .* \}, got 'evry'$/);
    expect(made({ every: 0 })).toThrow('Validation: expected every to be an integer from 1');
    expect(made({ patience: 1.5 })).toThrow('Validation: expected patience to be an integer from 1');
    expect(made({ minDelta: -1 })).toThrow('Validation: expected minDelta to be a finite number from 0');
    expect(made({ keepBest: 1 })).toThrow('Validation: expected keepBest to be true or false, got 1');
    expect(made({ onValidation: 3 })).toThrow('Validation: expected onValidation to be a function, got 3');
    expect(made({ metrics: { accuracy: 'accuracy' } })).toThrow(
      "Validation: expected metric accuracy to be a function, got 'accuracy'",
    );
    for (const metrics of [null, [accuracy], accuracy])
      expect(made({ metrics })).toThrow(/^Validation: expected metrics to be functions by their names, got /);
    expect(made({ metrics: { accuracy: undefined } })).toThrow(
      'Validation: expected metric accuracy to be a function, got undefined',
    );
    const { trainer } = setUp();
    await expect(trainer.run(1, { validation: data as never })).rejects.toThrow(
      'Trainer.run: expected validation to be new Validation(data, …), got an Object',
    );
    expect(trainer.steps).toBe(0);
  });
});
