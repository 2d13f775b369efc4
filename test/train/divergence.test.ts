/** Where a divergence arose: each fault is put into a network on purpose, and has to be named. */
import { beforeAll, describe, expect, test } from 'vitest';
import { explainDivergence, findings, fingerprint, watch } from '../../src/diagnostics/index.js';
import {
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  DivergenceError,
  ELU,
  evaluate,
  Generator,
  type Layer,
  LeakyReLU,
  Linear,
  load,
  ReLU,
  type Schedule,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { getRngState, restoreTrainer } from '../../src/interchange/index.js';

const [ROWS, BATCH, CLASSES] = [40, 8, 3];

let core: Core;
beforeAll(async () => {
  core = await load();
  return () => core.dispose();
});

const picker = (seed: number) => {
  const generator = new Generator(seed);
  const below = (n: number): number => generator.randint(0, n, 1)[0];
  return { generator, below, oneOf: <T>(choices: readonly T[]): T => choices[below(choices.length)] };
};
type Pick = ReturnType<typeof picker>;

interface Shape {
  /** Whether each hidden layer is normalised, and with which eps. */
  eps?: number | undefined;
  activations?: readonly (() => Layer)[];
}

const every = [() => new Tanh(), () => new ReLU(), () => new LeakyReLU(), () => new ELU()];

function network({ generator, below, oneOf }: Pick, { eps, activations = every }: Shape = {}) {
  const columns = 2 + below(5);
  const layers: Layer[] = [];
  let width = columns;
  for (let depth = 1 + below(4); depth > 0; depth--) {
    const hidden = 3 + below(8);
    layers.push(new Linear(width, hidden));
    if (eps !== undefined) layers.push(new BatchNorm1d(hidden, { eps }));
    layers.push(oneOf(activations)());
    width = hidden;
  }
  layers.push(new Linear(width, CLASSES));
  const model = new Sequential(layers as [Layer, ...Layer[]]);
  model.reserve(core, ROWS, columns);
  model.initialise(generator);
  const x = generator.randn(ROWS * columns);
  const y = Int32Array.from({ length: ROWS }, (_, i) => i % CLASSES);
  return { model, columns, x, y, generator };
}

function trainerOf({ model, x, y, generator }: ReturnType<typeof network>, lr: number | Schedule = 0.05) {
  const optimizer = new SGD(model.parameters(), { lr });
  const examples = { x, y, count: ROWS };
  return new Trainer({
    explain: explainDivergence,
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples,
    batchSize: BATCH,
    generator,
  });
}

/** Trains until it diverges, 300 steps at most, and checks that the failing step has left nothing behind. */
function divergence(trainer: Trainer): DivergenceError {
  const stateOf = () => {
    const { model } = trainer;
    const buffers = model.buffers().map(({ value }) => value.toArray());
    return { print: fingerprint(model.parameters()), buffers };
  };
  for (let i = 0; i < 300; i++) {
    const before = stateOf();
    try {
      trainer.step();
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      expect(stateOf()).toEqual(before);
      expect(trainer.divergence).toBe(error);
      return error;
    }
  }
  throw new Error('expected the fault to end the training, and it went on');
}

const faults: Record<string, (pick: Pick) => void> = {
  'a number in the data that is not finite'(pick) {
    const net = network(pick, { eps: pick.oneOf([undefined, 1e-5]) });
    const at = pick.below(net.x.length);
    net.x[at] = pick.oneOf([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    const [row, column] = [Math.floor(at / net.columns), at % net.columns];
    const { origin } = divergence(trainerOf(net));
    expect(origin).toMatchObject({ kind: 'input', place: `example ${row}` });
    expect(origin.text).toContain(`column ${column} of x is ${net.x[at]} in example ${row}`);
  },
  'a weight that is not finite'(pick) {
    // What is infinite before a tanh is 1 behind it, which is no fault that shows.
    const bad = pick.oneOf([Number.NaN, Number.POSITIVE_INFINITY]);
    const activations = [() => new LeakyReLU(), ...(Number.isNaN(bad) ? [() => new Tanh()] : [])];
    const net = network(pick, { eps: pick.oneOf([undefined, 1e-5]), activations });
    const trainer = trainerOf(net);
    for (let i = pick.below(6); i > 0; i--) trainer.step();
    const [name, { value }] = pick.oneOf(
      net.model.namedParameters().filter(([, { value }]) => value.shape.length === 2),
    );
    const at = pick.below(value.size);
    value.set(value.toArray().with(at, bad));
    const { origin } = divergence(trainer);
    expect(origin).toMatchObject({ kind: 'parameter', place: `parameter ${name}` });
    expect(origin.text).toContain(
      `parameter ${name} is ${bad} at (${Math.floor(at / value.columns)}, ${at % value.columns})`,
    );
  },
  'a column without a deviation'(pick) {
    const net = network(pick, { eps: 0 });
    const { layers } = net.model;
    const position = pick.oneOf(layers.flatMap((layer, i) => (layer instanceof BatchNorm1d ? [i] : [])));
    const linear = layers[position - 1] as Linear;
    const column = pick.below(linear.outFeatures);
    const { value } = linear.weight;
    value.set(value.toArray().map((w, i) => (i % linear.outFeatures === column ? 0 : w)));
    const { origin } = divergence(trainerOf(net));
    // A layer of ReLU before it may have closed by itself; then it is the first that is flat.
    expect(origin).toMatchObject({ kind: 'forward', place: `layer ${position} BatchNorm1d` });
    expect(origin.text).toContain(
      `column ${column} of the input of layer ${position} BatchNorm1d has the same value in all ${BATCH} rows`,
    );
  },
  'a learning rate that is too high'(pick) {
    const net = network(pick, { activations: [() => new ReLU(), () => new LeakyReLU()] });
    const step = pick.below(5);
    const { origin, step: ended } = divergence(trainerOf(net, (at) => (at === step ? 1e30 : 0.001)));
    expect(origin).toMatchObject({ kind: 'update', place: 'learning rate' });
    expect(origin.text).toContain(`the learning rate 1e+30 is too high: the updates from step ${step} on`);
    expect(ended).toBeGreaterThan(step);
  },
  'a label that is no class'(pick) {
    const net = network(pick);
    const row = pick.below(ROWS);
    net.y[row] = pick.oneOf([CLASSES, -1, 1000]);
    expect(() => trainerOf(net)).toThrow(
      `Trainer: expected labels from 0 to 2, got ${net.y[row]} in row ${row} of y`,
    );
  },
  'an array of another kind'(pick) {
    const net = network(pick);
    const [x, came] = pick.oneOf([
      [Int32Array.from(net.x), 'an Int32Array'],
      [Float64Array.from(net.x), 'a Float64Array'],
      [[...net.x], 'an array'],
    ] as const);
    expect(() => trainerOf({ ...net, x: x as never })).toThrow(
      `Trainer: expected x of the type Float32Array, which layer 0 Linear takes, got ${came}`,
    );
    const [y, label] = pick.oneOf([
      [Float32Array.from(net.y), 'a Float32Array'],
      [BigInt64Array.from(net.y, BigInt), 'a BigInt64Array'],
      [Uint8Array.from(net.y), 'a Uint8Array'],
    ] as const);
    expect(() => trainerOf({ ...net, y: y as never })).toThrow(
      `Trainer: expected y of the type Int32Array, a class a row, got ${label}`,
    );
  },
};

describe('200 networks with one fault each', () => {
  const names = Object.keys(faults);
  test.each(names)('%s is named', (name) => {
    const share = Array.from({ length: 200 }, (_, seed) => seed).filter(
      (seed) => seed % names.length === names.indexOf(name),
    );
    for (const seed of share) {
      const pick = picker(1000 + seed);
      try {
        faults[name](pick);
      } catch (error) {
        throw new Error(`network ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
    expect(share.length).toBeGreaterThan(30);
  });
});

describe('a cause', () => {
  test('a rate of 0 is never blamed: weights that begin too large', () => {
    const net = network(picker(5), { activations: [() => new ReLU()] });
    const [{ value: first }, , { value }] = net.model.parameters();
    first.fill(0.5);
    value.fill(1e38);
    const { origin } = divergence(trainerOf(net, 0));
    expect(origin.kind).toBe('parameter');
    expect(origin.text).toMatch(/^parameter 2\.weight is as large as 1e\+38, too large to compute with/);
  });

  test('values that grow from layer to layer, forward', () => {
    const layers = Array.from({ length: 40 }, () => [new Linear(8, 8, { gain: 30 }), new ReLU()]).flat();
    const net = stacked(layers, 8);
    const { origin } = divergence(trainerOf(net, 0));
    expect(origin.kind).toBe('forward');
    expect(origin.place).toMatch(/^layer \d+ Linear$/);
    expect(origin.text).toMatch(/overflowed, from an input of up to \d.*e\+3\d/);
  });

  test('and backward, where tanh keeps the forward small', () => {
    const layers = Array.from({ length: 600 }, () => [new Linear(16, 16, { gain: 5 }), new Tanh()]).flat();
    const { origin, lastLoss } = divergence(trainerOf(stacked(layers, 16), 0));
    expect(lastLoss).toSatisfy(Number.isFinite);
    expect(origin.kind).toBe('backward');
    expect(origin.text).toMatch(
      /^the gradient overflowed in the backward of layer \d+ (Linear|Tanh) at step 0/,
    );
  });

  test('a layer of the user that makes NaN of ordinary numbers', () => {
    const nan = core.tensor([BATCH, 8]).fill(Number.NaN);
    const layer: Layer = { forward: () => nan, backward: (dy) => dy, parameters: () => [] };
    const { origin } = divergence(trainerOf(stacked([new Linear(8, 8), layer], 8)));
    expect(origin).toMatchObject({ kind: 'forward', place: 'layer 1 Object' });
    expect(origin.text).toMatch(
      /^the output of layer 1 Object is not finite, though its input, of up to \d\.\d+, is$/,
    );
  });

  test('data that are too large to compute with', () => {
    const net = network(picker(6), { activations: [() => new ReLU()] });
    net.x[net.columns * 3 + 1] = 3e38;
    const weight = net.model.parameters()[0].value;
    weight.set(weight.toArray().map((w) => w * 1000));
    const { origin } = divergence(trainerOf(net, 0));
    expect(origin).toMatchObject({ kind: 'input', place: 'example 3' });
    expect(origin.text).toContain('column 1 of x is 3.0000000054977558e+38 in example 3');
  });

  test('a checkpoint that is all NaN, evaluated without a step', async () => {
    const net = network(picker(7));
    for (const { value } of net.model.parameters()) value.fill(Number.NaN);
    const trainer = trainerOf(net);
    restoreTrainer(trainer, { steps: 100, lastLoss: 2, generator: getRngState(new Generator(1)) });
    const error = await evaluate(trainer, { x: net.x, y: net.y, count: ROWS }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error.origin).toMatchObject({
      kind: 'parameter',
      text: 'parameter 0.weight is NaN at (0, 0), from the beginning',
    });
  });

  test('it is the first of the findings', () => {
    const net = network(picker(8), { eps: 1e-5 });
    net.x[5] = Number.NaN;
    const trainer = trainerOf(net);
    const watcher = watch(trainer);
    divergence(trainer);
    const [first] = findings(watcher.snapshot());
    const row = Math.floor(5 / net.columns);
    expect(first).toMatchObject({ severity: 'problem', rule: 'not-finite', place: `example ${row}` });
    expect(first.text).toBe(
      `Column ${5 % net.columns} of x is NaN in example ${row}; examples have to be finite.`,
    );
  });

  test('after it the network can be trained on, with other data', () => {
    const net = network(picker(9), { eps: 1e-5 });
    net.x[0] = Number.NaN;
    const trainer = trainerOf(net);
    divergence(trainer);
    net.x[0] = 0;
    const { steps } = trainer;
    for (let i = 0; i < 50; i++) expect(trainer.step()).toSatisfy(Number.isFinite);
    expect(trainer.steps).toBe(steps + 50);
    for (const { value } of net.model.buffers()) expect(value.toArray().every(Number.isFinite)).toBe(true);
  });

  test('any other error of a step leaves the running statistics as they were, too', () => {
    const net = network(picker(10), { eps: 1e-5 });
    const trainer = trainerOf(net, (step) => (step === 3 ? Number.NaN : 0.1));
    for (let i = 0; i < 3; i++) trainer.step();
    const before = net.model.buffers().map(({ value }) => value.toArray());
    expect(() => trainer.step()).toThrow(
      'SGD: expected a finite learning rate from 0 to 1e+30 at step 3, got NaN',
    );
    expect(net.model.buffers().map(({ value }) => value.toArray())).toEqual(before);
    expect(trainer.steps).toBe(3);
  });
});

function stacked(hidden: Layer[], columns: number): ReturnType<typeof network> {
  const generator = new Generator(4);
  const model = new Sequential([...hidden, new Linear(columns, CLASSES)] as never as [Layer, ...Layer[]]);
  model.reserve(core, ROWS, columns);
  model.initialise(generator);
  const x = generator.randn(ROWS * columns);
  const y = Int32Array.from({ length: ROWS }, (_, i) => i % CLASSES);
  return { model, columns, x, y, generator };
}
