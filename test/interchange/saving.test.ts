/** What is saved can be loaded: what could not be is refused then, not when it is needed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  ELU,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  type Layer,
  LeakyReLU,
  Linear,
  load,
  Parameter,
  ReLU,
  type Schedule,
  Sequential,
  SGD,
  Sigmoid,
  Tanh,
  type Tensor,
  Trainer,
} from '../../src/index.js';
import {
  loadCheckpoint,
  readCheckpoint,
  saveCheckpoint,
  saveStateDict,
} from '../../src/interchange/index.js';
import { exportOnnx } from '../../src/interchange/onnx.js';
import { saved, setUp } from './saved.js';

let core: Core;
beforeAll(async () => {
  core = await load();
});
afterAll(() => core.dispose());

function fail(): never {
  throw new Error('no rate');
}

describe('a schedule that ends with its run', () => {
  const rates = [0.1, 0.1, 0.05];
  test.each<[string, Schedule]>([
    ['is below 0 behind it', (step) => 0.1 * (1 - (step + 1) / 3.5)],
    ['is undefined behind it', (step) => rates[step]],
    ['throws behind it', (step) => rates[step] ?? fail()],
  ])('%s', async (_, lr) => {
    const make = (schedule: Schedule) => {
      const net = setUp(1);
      const optimizer = new SGD(net.model.parameters(), { lr: schedule });
      const generator = new Generator(3);
      const examples = { x: Int32Array.of(0, 1, 2, 3, 4, 0), y: Int32Array.of(0, 1, 2), count: 3 };
      const parts = {
        core: net.last.out.core,
        model: net.model,
        optimizer,
        examples,
        batchSize: 2,
        generator,
        loss: new CrossEntropyLoss(),
      };
      return { model: net.model, trainer: new Trainer(parts), bits: net.bits };
    };
    const one = make(lr);
    await one.trainer.run(3);
    const bytes = saveCheckpoint({ model: one.model, trainer: one.trainer });
    expect(readCheckpoint(bytes).metadata.has('lr')).toBe(false);
    const other = make(() => 0.1);
    loadCheckpoint(bytes, { model: other.model, trainer: other.trainer });
    expect(other.bits()).toEqual(one.bits());
    expect(other.trainer.steps).toBe(3);
    expect(other.trainer.step()).toSatisfy(Number.isFinite);
  });
});

test('metadata is an object of text, not a map, an array or a text', () => {
  const { model, bytes } = saved();
  const { metadata } = readCheckpoint(bytes);
  for (const [given, told] of [
    [metadata, 'a Map'],
    [['a'], 'an array'],
    ['abc', "'abc'"],
    [null, 'null'],
  ])
    expect(() => saveCheckpoint({ model, metadata: given as never })).toThrow(
      new TypeError(`saveCheckpoint: expected metadata to be an object of text by key, got ${told}`),
    );
  expect(() => saveCheckpoint({ model, metadata: { a: undefined } as never })).toThrow(
    "saveCheckpoint: expected metadata 'a' to be text, got undefined",
  );
});

test('metadata of any key comes back', () => {
  const { model } = setUp(1);
  const given = JSON.parse(
    '{"__proto__":"p","constructor":"c","toString":"t","hasOwnProperty":"h","__metadata__":"m","":"e",' +
      '"1":"one","0":"zero","\\ud800":"\\udfff","\\u0000":"\\u001b\\u2028","0.weight":"w"}',
  );
  for (const metadata of [given, Object.assign(Object.create(null), given)]) {
    const read = readCheckpoint(saveCheckpoint({ model, metadata })).metadata;
    for (const key of Object.keys(metadata)) expect(read.get(key)).toBe(metadata[key]);
  }
});

/** Adds a vector, and keeps another; the names are the user's. */
function shift(name: string, buffer: string, kept = 5): Layer {
  let parameter: Parameter | undefined;
  let value: Tensor | undefined;
  return {
    reserve(on, _, columns) {
      parameter ??= new Parameter(name, on.tensor([columns]).fill(3), on.tensor([columns]));
      value ??= on.tensor([2]).fill(kept);
      return columns;
    },
    forward: (x) => x,
    backward: (dy) => dy,
    parameters: () => [parameter as Parameter],
    buffers: () => [{ name: buffer, value: value as Tensor }],
  };
}

const every = (name: string): Sequential<Indices> =>
  new Sequential<Indices>([
    new Embedding(5, 2),
    new Flatten(),
    new Sequential([new Linear(6, 4, { bias: false }), new BatchNorm1d(4, { tracks: 'std' }), new ELU()]),
    shift(name, `${name}2`),
    new LeakyReLU({ negativeSlope: 0.2 }),
    new Sequential([new Sigmoid(), new Sequential([new Tanh(), new Linear(4, 4), new BatchNorm1d(4)])]),
    new ReLU(),
    new Linear(4, 3),
  ]);

test.each(['w', '', '__proto__', '__metadata__', 'π\u0000\ud800', '1', 'a.b/c\\"', 'constructor'])(
  'a network of every layer, one of the user with a parameter %j',
  (name) => {
    const [one, other] = [every(name), every(name)];
    for (const model of [one, other]) model.reserve(core, 2, 3);
    one.initialise(new Generator(1));
    for (const [i, { value }] of [...one.parameters(), ...one.buffers()].entries())
      value.set(new Generator(i).rand(value.size));
    const [, norm] = (one.layers[2] as unknown as Sequential).layers as unknown as [Layer, BatchNorm1d];
    norm.setCalibrated([1, 2, 3, 4], [5, 6, 7, 8]);
    loadCheckpoint(saveCheckpoint({ model: one }), { model: other });
    expect(fingerprint(other.parameters())).toBe(fingerprint(one.parameters()));
    const buffers = (model: Sequential<Indices>) =>
      model.buffers().map((each) => [each.name, each.value.toArray()]);
    expect(buffers(other)).toEqual(buffers(one));
    const [, copy] = (other.layers[2] as unknown as Sequential).layers as unknown as [Layer, BatchNorm1d];
    expect([copy.calibrated, copy.calibratedMean.toArray(), copy.calibratedSpread.toArray()]).toEqual([
      true,
      norm.calibratedMean.toArray(),
      norm.calibratedSpread.toArray(),
    ]);
    for (const model of [one, other]) model.dispose();
  },
);

test('a buffer that holds no floats is refused by name', () => {
  const count: Layer = {
    forward: (x) => x,
    backward: (dy) => dy,
    parameters: () => [],
    buffers: () => [{ name: 'count', value: core.indices([1]) as never }],
  };
  expect(() => saveCheckpoint({ model: new Sequential([count]) })).toThrow(
    new TypeError("saveCheckpoint: expected '0.count' to be a Tensor (float32), got Indices (int32)"),
  );
});

test('a spread below 0 is refused by name', () => {
  const model = new Sequential([shift('w', 'running_var', -1)]);
  model.reserve(core, 1, 2);
  expect(() => saveCheckpoint({ model })).toThrow(
    new RangeError("saveCheckpoint: expected '0.running_var' to be 0 or more, got -1"),
  );
  const net = setUp(1);
  net.norm.runningSpread.data[2] = -0.25;
  expect(() => saveCheckpoint({ model: net.model })).toThrow(
    new RangeError("saveCheckpoint: expected '3.running_std' to be 0 or more, got -0.25"),
  );
});

test('what a file begins with is told without what a terminal would obey', () => {
  const bytes = new TextEncoder().encode('<!doc\u000btype\u000c html>\u000bhello hello hello hello hello');
  expect(() => readCheckpoint(bytes)).toThrow(/text that begins with ‘<!doc\\u\{b\}type\\u\{c\} html>/);
});

test('parameters that were never drawn are not saved as zeros', () => {
  const refused = (place: string, layer: number) =>
    `${place}: layer ${layer}: expected initial parameters before the first use`;
  const linear = new Sequential([new Tanh(), new Linear(3, 4)]).to(core);
  const table = new Sequential([new Embedding(5, 2), new Flatten()]).to(core);
  expect(() => saveCheckpoint({ model: linear })).toThrow(refused('saveCheckpoint', 1));
  expect(() => saveStateDict(linear)).toThrow(refused('saveStateDict', 1));
  expect(() => exportOnnx(linear)).toThrow(refused('exportOnnx', 1));
  expect(() => saveCheckpoint({ model: table })).toThrow(refused('saveCheckpoint', 0));
  // Those that were asked for are.
  for (const { value } of linear.parameters()) value.fill(0);
  expect(readCheckpoint(saveCheckpoint({ model: linear })).tensors.get('1.weight')?.data).toEqual(
    new Float32Array(12),
  );
});

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each<[string, Uint8Array, string]>([
  [
    'zip',
    utf8('PK\u0003\u0004\u0014\0\0\0\0\0'),
    'a zip file, as torch.save writes; safetensors.torch.save_file',
  ],
  [
    'pickle',
    Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46),
    'a pickle, as torch.save once wrote; ',
  ],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), 'a file compressed by gzip'],
  [
    'text',
    utf8('{"message": "non trouvé, désolé, désolé, désolé"}'),
    'text that begins with ‘{"message": "non trouvé, désolé',
  ],
  [
    'text cut at 40 bytes',
    utf8('ああああああああああああああああああ'),
    `text that begins with ‘${'あ'.repeat(13)}’`,
  ],
  ['text with emoji', utf8('x😀😀😀😀😀😀😀😀😀😀😀😀'), `text that begins with ‘x${'😀'.repeat(9)}’`],
  [
    'colours',
    utf8('\u001b[31merror: nothing here\u001b[0m, sorry for that'),
    'text that begins with ‘\\u{1b}[31merror',
  ],
  ['bytes', Uint8Array.of(0xff, 0xfe, 0, 1, 2, 3, 0xff, 0xff), 'a header of '],
])('another file is told by what it is: %s', (_, bytes, got) => {
  expect(() => readCheckpoint(bytes)).toThrow(
    `checkpoint: expected a checkpoint in the safetensors format, got ${got}`,
  );
});
