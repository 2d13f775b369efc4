import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  BatchNorm1d,
  CrossEntropyLoss,
  Dropout,
  Generator,
  Linear,
  load,
  type PlaceOptions,
  type Sampling,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
  type TrainerOptions,
} from '../../src/index.js';
import {
  loadCheckpoint,
  readCheckpoint,
  restoreTrainer,
  saveCheckpoint,
  trainerState,
} from '../../src/interchange/index.js';
import { parts, refusal, signed } from './saved.js';

const core = await load();
const [COUNT, BATCH] = [25, 8];
const x = new Generator(5).randn(COUNT * 4);
const y = Int32Array.from({ length: COUNT }, (_, i) => (x[4 * i] > 0 ? 1 : 0));
const examples = { x, y, count: COUNT };

interface Ways {
  /** How the model and the trainer get their generators. */
  place: (generator: Generator) => PlaceOptions;
  training: (generator: Generator) => Pick<TrainerOptions, 'seed' | 'generator' | 'sampling'>;
  /** Of the second dropout layer alone. */
  own?: boolean;
}

/** `file`: where the initial parameters come from, if not by a draw. */
function setUp({ place, training, own = false }: Ways, seed: number, file?: Uint8Array) {
  const generator = new Generator(seed);
  const drops = [
    new Dropout({ p: 0.2 }),
    new Dropout(own ? { p: 0.4, generator: new Generator(seed + 1) } : { p: 0.4 }),
  ];
  const model = new Sequential<Tensor>([
    new Linear(4, 9),
    drops[0],
    new Sequential([new BatchNorm1d(9), new Tanh(), drops[1]]),
    new Linear(9, 2),
  ]).to(core, place(generator));
  if (file !== undefined) loadCheckpoint(file, { model });
  const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    model,
    optimizer,
    examples,
    batchSize: BATCH,
    ...training(generator),
  });
  return { model, drops, trainer, both: { model, trainer } };
}

const ways: Record<string, Ways> = {
  'seeds of their own': { place: () => ({ seed: 3 }), training: () => ({ seed: 4 }) },
  'a generator of one layer alone': { place: () => ({ seed: 3 }), training: () => ({ seed: 4 }), own: true },
  'one generator for all, as in torch': {
    place: (generator) => ({ generator }),
    training: (generator) => ({ generator }),
  },
  'one generator for all, in shuffled epochs': {
    place: (generator) => ({ generator }),
    training: (generator) => ({ generator, sampling: 'epochs' satisfies Sampling }),
  },
};

describe.each(Object.entries(ways))('a resumed run with dropout, %s', (_, way) => {
  // In the middle of an epoch of 4 minibatches, and at its end.
  test.each([0, 3, 4, 6])('after %i steps has the bits of one that never stopped', (stopped) => {
    const whole = setUp(way, 1);
    for (let i = 0; i < stopped; i++) whole.trainer.step();
    const bytes = saveCheckpoint(whole.both);
    const rest = ({ trainer }: typeof whole) => Array.from({ length: 9 }, () => trainer.step());
    const want = { losses: rest(whole), print: fingerprint(whole.model.parameters()) };
    // Whatever generators the resumed one began with.
    const others: Ways[] = [
      way,
      { place: () => ({ seed: 9 }), training: () => ({ seed: 8 }) },
      { place: () => ({}), training: () => ({ seed: 8 }) },
      { place: (generator) => ({ generator }), training: (generator) => ({ generator }), own: true },
    ];
    for (const other of others) {
      const { sampling, generator } = way.training(new Generator(1));
      const resumed = setUp(
        {
          ...other,
          training: (own) => ({
            ...other.training(own),
            sampling: sampling ?? (generator === undefined ? 'epochs' : 'replacement'),
          }),
        },
        77,
        bytes,
      );
      loadCheckpoint(bytes, resumed.both);
      const losses = rest(resumed);
      expect({ losses, print: fingerprint(resumed.model.parameters()) }).toEqual(want);
      resumed.model.dispose();
    }
    whole.model.dispose();
  });
});

describe.each(Object.entries(ways))('state() and restore() without a file, %s', (_, way) => {
  test('give the bits of a run that never stopped', () => {
    const whole = setUp(way, 1);
    for (let i = 0; i < 6; i++) whole.trainer.step();
    const state = trainerState(whole.trainer);
    const tensors = ({ model, trainer }: typeof whole) =>
      [...model.parameters(), ...model.buffers(), ...(trainer.optimizer.buffers?.() ?? [])].map(
        ({ value }) => value,
      );
    const kept = tensors(whole).map((tensor) => tensor.toArray());
    const rest = () => Array.from({ length: 9 }, () => whole.trainer.step());
    const want = [rest(), fingerprint(whole.model.parameters())];
    // In the same trainer again, twice: a state is a copy.
    for (let again = 0; again < 2; again++) {
      restoreTrainer(whole.trainer, state);
      tensors(whole).forEach((tensor, i) => {
        tensor.set(kept[i]);
      });
      expect([rest(), fingerprint(whole.model.parameters())]).toEqual(want);
    }
    whole.model.dispose();
  });
});

test('minibatches from elsewhere: a checkpoint goes on with those that are left', async () => {
  function* batchesFrom(first: number, end: number) {
    for (let i = first; i < end; i++) yield { x: x.subarray(4 * i, 4 * i + 16), y: y.subarray(i, i + 4) };
  }
  const setUpFrom = (first: number, end: number) => {
    const model = new Sequential<Tensor>([new Linear(4, 6), new Dropout(), new Linear(6, 2)]).to(core, {
      seed: 1,
    });
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    return {
      model,
      trainer: new Trainer({
        loss: new CrossEntropyLoss(),
        model,
        optimizer,
        batches: batchesFrom(first, end),
      }),
    };
  };
  const whole = setUpFrom(0, 20);
  expect(await whole.trainer.run(100)).toBe(20);
  const half = setUpFrom(0, 8);
  await half.trainer.run(100);
  const bytes = saveCheckpoint(half);
  expect(parts(bytes).metadata).not.toHaveProperty('generator');
  const resumed = setUpFrom(8, 20);
  loadCheckpoint(bytes, resumed);
  expect(await resumed.trainer.run(100)).toBe(20);
  expect(fingerprint(resumed.model.parameters())).toBe(fingerprint(whole.model.parameters()));
  // One that draws its own needs a generator's state.
  const { model } = whole;
  const drawing = new Trainer({
    loss: new CrossEntropyLoss(),
    model,
    optimizer: new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }),
    examples,
  });
  expect(refusal(() => loadCheckpoint(bytes, { model, trainer: drawing }))).toBe(
    "checkpoint: expected metadata 'generator' to be a generator's state in base64, got none",
  );
});

describe('the file', () => {
  const [all] = Object.values(ways).slice(2);

  test('lists each generator once, with the layers that share it', () => {
    const listed = (way: Ways): { layers: string[]; minibatches: boolean }[] =>
      JSON.parse(parts(saveCheckpoint(setUp(way, 1).both)).metadata.layer_generators);
    const told = (way: Ways) => listed(way).map(({ layers, minibatches }) => [layers.join(), minibatches]);
    expect(told(ways['seeds of their own'])).toEqual([['1,2.2', false]]);
    expect(told(ways['a generator of one layer alone'])).toEqual([
      ['1', false],
      ['2.2', false],
    ]);
    expect(told(all)).toEqual([['1,2.2', true]]);
  });

  test('has none without a trainer, and of a network that does not draw', () => {
    const { model } = setUp(all, 1);
    expect(parts(saveCheckpoint({ model })).metadata).not.toHaveProperty('layer_generators');
    const plain = new Sequential<Tensor>([new Linear(4, 2)]).to(core, { seed: 1 });
    const optimizer = new SGD(plain.parameters(), { lr: 0.1 });
    const trainer = new Trainer({ loss: new CrossEntropyLoss(), model: plain, optimizer, examples });
    expect(parts(saveCheckpoint({ model: plain, trainer })).metadata).not.toHaveProperty('layer_generators');
    expect(trainerState(trainer)).not.toHaveProperty('drawn');
  });

  test('is refused with another list, and then changes nothing', () => {
    const one = setUp(all, 1);
    one.trainer.step();
    const bytes = saveCheckpoint(one.both);
    const [entry] = JSON.parse(parts(bytes).metadata.layer_generators);
    const refused = (list: unknown) => {
      const two = setUp(all, 2);
      const before = [fingerprint(two.model.parameters()), trainerState(two.trainer)];
      const bad = signed(bytes, ({ metadata }) => {
        metadata.layer_generators = typeof list === 'string' ? list : JSON.stringify(list);
      });
      const text = refusal(() => loadCheckpoint(bad, two.both));
      expect([fingerprint(two.model.parameters()), trainerState(two.trainer)]).toEqual(before);
      return text;
    };
    for (const bad of [
      ...['{', '7', [7], [null], [{ ...entry, layers: '1' }], [{ ...entry, layers: [1] }]],
      ...[
        [{ ...entry, minibatches: 'yes' }],
        [{ ...entry, state: 'AAAA' }],
        [{ layers: [], minibatches: true }],
      ],
    ])
      expect(refused(bad)).toMatch(
        /^checkpoint: expected metadata 'layer_generators' to be a JSON list of generators, with their layers, got '/,
      );
    expect(refused([{ ...entry, layers: ['1', '3'] }])).toBe(
      'checkpoint: expected generators of layers that draw, here 1, 2.2, got those of 1, 3',
    );
    expect(refused([{ ...entry, layers: ['1', '1'] }])).toContain('got those of 1, 1');
    const state = trainerState(one.trainer);
    expect(() =>
      restoreTrainer(one.trainer, { ...state, drawn: [{ ...entry, layers: ['0'], state: state.generator }] }),
    ).toThrow(
      new RangeError('restoreTrainer: expected generators of layers that draw, here 1, 2.2, got those of 0'),
    );
  });

  test('is readable without a model', () => {
    const bytes = saveCheckpoint(setUp(all, 1).both);
    expect(readCheckpoint(bytes).metadata.get('layer_generators')).toMatch(/^\[\{"layers":\["1","2.2"\]/);
    expect(() => saveCheckpoint({ ...setUp(all, 1).both, metadata: { layer_generators: '[]' } })).toThrow(
      "saveCheckpoint: expected a metadata key of your own, got 'layer_generators'",
    );
  });
});
