/** Causes that hide behind others: targets, the optimizer's options, what clips, a loss over nothing. */
import { beforeAll, describe, expect, test } from 'vitest';
import { explainDivergence } from '../../src/diagnostics/index.js';
import {
  Adam,
  AdamW,
  BCEWithLogitsLoss,
  type Core,
  CrossEntropyLoss,
  clipGradNorm,
  DivergenceError,
  Embedding,
  evaluate,
  Flatten,
  HuberLoss,
  L1Loss,
  Linear,
  type Loss,
  load,
  MSELoss,
  type Optimizer,
  type Origin,
  type Parameter,
  ReLU,
  RMSprop,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
  type TrainerOptions,
  Validation,
} from '../../src/index.js';

let core: Core;
beforeAll(async () => {
  core = await load();
  return () => core.dispose();
});

const COUNT = 6;
const rows = (): number[][] => Array.from({ length: COUNT }, (_, i) => [i / COUNT, 1 - i / COUNT, i % 2]);
const values = (): number[][] => rows().map(([a], i) => [a, i % 2]);

interface Options extends Partial<Omit<TrainerOptions, 'model' | 'optimizer'>> {
  optimizer?: (parameters: Parameter[]) => Optimizer;
}

function trainerOf({ optimizer = (all) => new SGD(all, { lr: 0.1 }), ...options }: Options): Trainer {
  const model = new Sequential([new Linear(3, 4), new ReLU(), new Linear(4, 2)]).to(core, { seed: 1 });
  const data = options.examples === undefined ? { x: rows(), y: [0, 1, 0, 1, 0, 1] } : {};
  return new Trainer({
    explain: explainDivergence,
    loss: new CrossEntropyLoss(),
    model,
    ...data,
    ...options,
    optimizer: optimizer(model.parameters()),
  });
}

function originOf(trainer: Trainer): Origin {
  for (let i = 0; i < 3000; i++) {
    try {
      trainer.step();
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      return error.origin;
    }
  }
  throw new Error('expected the loss to diverge, and it did not');
}

describe('a target', () => {
  const losses: [string, () => Loss][] = [
    ['MSELoss', () => new MSELoss()],
    ['L1Loss', () => new L1Loss()],
    ['HuberLoss', () => new HuberLoss()],
    ['the sum of MSELoss', () => new MSELoss({ reduction: 'sum' })],
  ];
  test.each(losses)('that is not finite is named by its row and column, of %s', (_, loss) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const y = values();
      y[4][1] = bad;
      expect(originOf(trainerOf({ loss: loss(), y }))).toEqual({
        kind: 'input',
        place: 'example 4',
        text: `column 1 of y is ${bad} in example 4; examples have to be finite`,
      });
    }
  });

  test.each([1e25, 3e38, -1e30])('as large as %d is named, not the rate', (bad) => {
    const y = values();
    y[2][0] = bad;
    expect(originOf(trainerOf({ loss: new MSELoss(), y }))).toMatchObject({
      kind: 'input',
      place: 'example 2',
      text: `column 0 of y is ${Math.fround(bad)} in example 2, too large to compute with; scale the columns of y`,
    });
  });

  test('of an evaluation too, and of a validation', async () => {
    const y = values();
    y[5][0] = Number.NaN;
    const origin = { kind: 'input', place: 'example 5' };
    const trainer = trainerOf({ loss: new MSELoss(), y: values() });
    await expect(evaluate(trainer, { x: rows(), y })).rejects.toMatchObject({ origin });
    await expect(
      trainer.run(9, { validation: new Validation({ x: rows(), y }, { every: 3 }) }),
    ).rejects.toMatchObject({
      origin,
    });
  });

  test('of a network on indices too', () => {
    const model = new Sequential([new Embedding(5, 2), new Flatten(), new Linear(4, 1)]).to(core, {
      seed: 1,
    });
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const examples = { x: Int32Array.of(0, 1, 2, 3), y: Float32Array.of(0, Number.NaN), count: 2 };
    const trainer = new Trainer({
      explain: explainDivergence,
      model,
      optimizer,
      examples,
      loss: new MSELoss(),
    });
    expect(originOf(trainer)).toMatchObject({ kind: 'input', place: 'example 1' });
  });

  test('that the loss has bounds for is refused before', () => {
    const y = values();
    y[3][1] = Number.NaN;
    expect(() => trainerOf({ loss: new BCEWithLogitsLoss(), y })).toThrow(
      'Trainer: expected targets from 0 to 1, got NaN in row 3 of y',
    );
  });
});

describe('a loss over nothing', () => {
  const nothing = {
    kind: 'loss',
    place: 'loss',
    text: 'the loss is 0 / 0: all targets of the batch are ignored, or of weight 0',
  };
  test('of targets that are all ignored', () => {
    const loss = new CrossEntropyLoss({ ignoreIndex: 0 });
    expect(originOf(trainerOf({ loss, y: [0, 0, 0, 0, 0, 0] }))).toEqual(nothing);
    expect(originOf(trainerOf({ loss, batchSize: 1 }))).toEqual(nothing);
  });

  test('of classes whose weight is 0', () => {
    const loss = new CrossEntropyLoss({ weight: [0, 0] });
    expect(originOf(trainerOf({ loss }))).toEqual(nothing);
  });

  test('a loss of one’s own that makes NaN of ordinary outputs is said to', () => {
    const loss = new (class extends MSELoss {
      override forward(outputs: Tensor, targets: Tensor): number {
        return super.forward(outputs, targets) * Number.NaN;
      }
    })();
    const { text, ...origin } = originOf(trainerOf({ loss, y: values() }));
    expect(origin).toEqual({ kind: 'loss', place: 'loss' });
    expect(text).toMatch(/^the loss of outputs of up to [\d.]+ is NaN, though they are finite$/);
  });
});

describe('an update', () => {
  const adams: [string, (all: Parameter[]) => Optimizer][] = [
    ['Adam', (all) => new Adam(all, { lr: 0.01, eps: 0 })],
    ['AdamW', (all) => new AdamW(all, { lr: 0.01, eps: 0 })],
    ['RMSprop', (all) => new RMSprop(all, { lr: 0.01, eps: 0 })],
    ['RMSprop', (all) => new RMSprop(all, { lr: 0.01, eps: 1e-60, momentum: 0.9 })],
  ];
  test.each(adams)('of %s that divides by 0 is not laid to someone else', (name, optimizer) => {
    const trainer = trainerOf({ optimizer });
    // A unit without a gradient.
    const [{ value }, bias] = trainer.model.parameters();
    value.set(value.toArray().map((w, i) => (i % 4 === 2 ? 0 : w)));
    bias.value.set([0, 0, -1, 0]);
    const { text, ...origin } = originOf(trainer);
    expect(origin).toEqual({ kind: 'update', place: 'eps' });
    expect(text).toMatch(
      new RegExp(`^the update of step 0 made parameter 0.weight NaN at \\(0, \\d\\): ${name} divided 0 by 0`),
    );
  });

  test('NaN that was written in beside such an optimizer is that', () => {
    const trainer = trainerOf({ optimizer: (all) => new Adam(all, { lr: 0.01 }) });
    trainer.step();
    trainer.model.parameters()[2].value.fill(Number.NaN);
    expect(originOf(trainer)).toMatchObject({
      kind: 'parameter',
      text: 'parameter 2.weight is NaN at (0, 0), and no update made it so',
    });
  });

  test('has the rate of its group', () => {
    const grouped =
      (first: number, second: number) =>
      (all: Parameter[]): Optimizer =>
        new SGD([{ parameters: all.slice(0, 2), lr: first }, { parameters: all.slice(2) }], { lr: second });
    for (const [first, second] of [
      [0.01, 1e30],
      [1e30, 0.01],
    ]) {
      const { kind, text } = originOf(
        trainerOf({ optimizer: grouped(first, second), loss: new MSELoss(), y: values() }),
      );
      expect(kind).toBe('update');
      expect(text).toMatch(/^the learning rate 1e\+30 is too high: the updates from step [01] on /);
      expect(text).toContain(`parameter ${first > second ? 0 : 2}.`);
    }
  });

  test.each<[string, (all: Parameter[]) => Optimizer]>([
    ['weight decay', (all) => new SGD(all, { lr: 0.1, weightDecay: 1e6 })],
    ['weight decay', (all) => new AdamW(all, { lr: 0.1, weightDecay: 1e6 })],
    ['momentum', (all) => new SGD(all, { lr: 0.1, momentum: 5 })],
    ['learning rate', (all) => new Adam(all, { lr: 1e30, weightDecay: 0.01 })],
    ['learning rate', (all) => new RMSprop(all, { lr: 1e30, momentum: 0.9 })],
  ])('that blew up by the %s', (place, optimizer) => {
    const origin = originOf(trainerOf({ optimizer }));
    expect(origin).toMatchObject({ kind: 'update', place });
    expect(origin.text).toMatch(new RegExp(`^the ${place} `));
  });
});

describe('a function that clips', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY])('and leaves %d is named, not a layer', (bad) => {
    const clip = ([first]: readonly Parameter[]) => void first.grad.fill(bad);
    expect(originOf(trainerOf({ clip }))).toEqual({
      kind: 'backward',
      place: 'clip',
      text: 'the gradient of parameter 0.weight was not finite after clip at step 0, though the layers’ are',
    });
  });

  test('is not, where a layer’s backward is at fault', () => {
    const layers = Array.from({ length: 600 }, () => [new Linear(16, 16, { gain: 5 }), new Tanh()]).flat();
    const model = new Sequential([new Linear(3, 16), ...layers, new Linear(16, 2)]).to(core, { seed: 4 });
    const clip = (all: readonly Parameter[]) => void clipGradNorm(all, 1);
    const optimizer = new SGD(model.parameters(), { lr: 0 });
    const trainer = new Trainer({
      explain: explainDivergence,
      loss: new CrossEntropyLoss(),
      model,
      optimizer,
      x: rows(),
      y: [0, 1, 0, 1, 0, 1],
      clip,
    });
    expect(originOf(trainer)).toMatchObject({
      kind: 'backward',
      text: expect.stringMatching(/^the gradient overflowed in the backward of layer \d+ /),
    });
  });
});
