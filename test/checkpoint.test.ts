import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BatchNorm1d,
  CheckpointError,
  type Core,
  Embedding,
  type Examples,
  Flatten,
  fingerprint,
  Generator,
  type Indices,
  Linear,
  load,
  loadCheckpoint,
  readCheckpoint,
  Sequential,
  SGD,
  saveCheckpoint,
  stepSchedule,
  Tanh,
  Trainer,
} from '../src/index.js';

const [V, CONTEXT, DIM, HIDDEN, BATCH] = [5, 2, 2, 6, 8];
const examples: Examples = {
  x: Int32Array.from(new Generator(11).randint(0, V, 45 * CONTEXT)),
  y: Int32Array.from(new Generator(12).randint(0, V, 45)),
  count: 45,
};

let core: Core;
beforeAll(async () => {
  core = await load();
});

function setUp(seed: number, { hidden = HIDDEN, bias = true } = {}) {
  const generator = new Generator(seed);
  const norm = new BatchNorm1d(hidden, { tracks: 'std' });
  const inner = new BatchNorm1d(V);
  const linear = new Linear(CONTEXT * DIM, hidden, { bias: false });
  const last = new Linear(hidden, V, { bias });
  const model = new Sequential<Indices>([
    new Embedding(V, DIM),
    new Flatten(),
    linear,
    norm,
    new Tanh(),
    new Sequential([last, inner]),
  ]);
  model.reserve(core, 16, CONTEXT);
  model.initialise(generator);
  const optimizer = new SGD(model.parameters(), { lr: stepSchedule(0.3, 15, 0.05) });
  const trainer = new Trainer({ core, model, optimizer, examples, batchSize: BATCH, generator });
  const bits = () =>
    [...model.parameters(), ...model.buffers()].map(({ value }) => [
      ...new Uint32Array(value.toArray().buffer),
    ]);
  return { model, norm, inner, linear, last, optimizer, trainer, bits };
}

/** A trained model's checkpoint; small, so that a damage at any place can be tried. */
function saved() {
  const net = setUp(1);
  for (let i = 0; i < 10; i++) net.trainer.step();
  const { model, trainer } = net;
  return { ...net, bytes: saveCheckpoint({ model, trainer, metadata: { note: 'π "quoted"\n' } }) };
}

interface Parts {
  header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  metadata: Record<string, string>;
  data: Uint8Array;
}

/** The parts of a safetensors file, read apart from the library. */
function parts(bytes: Uint8Array): Parts {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { __metadata__: metadata, ...header } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + length)),
  );
  return { header, metadata, data: bytes.slice(8 + length) };
}

function assemble({ header, metadata, data }: Parts): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ ...header, __metadata__: metadata }));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as Error).message;
  }
  throw new Error('expected a CheckpointError, got none');
}

describe('a checkpoint', () => {
  test('brings back every bit, the step, the loss and the minibatches', () => {
    const one = saved();
    const two = setUp(99);
    expect(two.bits()).not.toEqual(one.bits());
    const { metadata } = loadCheckpoint(one.bytes, two);
    expect(metadata.get('note')).toBe('π "quoted"\n');
    expect(two.bits()).toEqual(one.bits());
    expect(two.trainer.steps).toBe(10);
    expect(two.trainer.lastLoss).toBe(one.trainer.lastLoss);
    // Over the drop of the learning rate, which depends on the step.
    const losses = (net: typeof two) => Array.from({ length: 20 }, () => net.trainer.step());
    expect(losses(two)).toEqual(losses(one));
    expect(two.bits()).toEqual(one.bits());
  });

  test('without a trainer has the tensors alone, and none can be restored from it', () => {
    const { model } = saved();
    const bytes = saveCheckpoint({ model });
    expect(Object.keys(parts(bytes).metadata).sort()).toEqual(['checksum', 'lanewise']);
    const other = setUp(99);
    loadCheckpoint(bytes, { model: other.model });
    expect(fingerprint(other.model.parameters())).toBe(fingerprint(model.parameters()));
    expect(refusal(() => loadCheckpoint(bytes, other))).toBe(
      `checkpoint: expected metadata 'step' to be the number of steps made, got none`,
    );
  });

  test('before the first step can be restored', () => {
    const fresh = setUp(5);
    const other = setUp(6);
    loadCheckpoint(saveCheckpoint(fresh), other);
    expect([other.trainer.steps, other.trainer.lastLoss]).toEqual([0, undefined]);
    expect(other.trainer.step()).toBe(fresh.trainer.step());
  });

  test('keeps infinities, negative zero, subnormals and NaN', () => {
    const one = setUp(1);
    const odd = [Number.POSITIVE_INFINITY, -0, 1e-45, Number.NaN, -1e-40];
    one.last.bias?.value.set(odd);
    const two = setUp(2);
    loadCheckpoint(saveCheckpoint(one), two);
    expect([...(two.last.bias?.value.toArray() ?? [])]).toEqual(odd.map(Math.fround));
  });
});

describe('the file', () => {
  test('is safetensors: length, JSON padded to 8 bytes, F32 tensors that lie without a gap', () => {
    const { bytes } = saved();
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const { header, metadata, data } = parts(bytes);
    for (const value of Object.values(metadata)) expect(typeof value).toBe('string');
    let end = 0;
    for (const { dtype, shape, data_offsets: offsets } of Object.values(header)) {
      expect(dtype).toBe('F32');
      expect(offsets).toEqual([end, end + 4 * shape.reduce((a, b) => a * b, 1)]);
      end = offsets[1];
    }
    expect(data.length).toBe(end);
  });

  test("has the names and shapes of torch's state_dict, a nested Sequential's too", () => {
    const { bytes } = saved();
    expect(Object.entries(parts(bytes).header).map(([name, { shape }]) => [name, shape])).toEqual([
      ['0.weight', [V, DIM]],
      ['2.weight', [HIDDEN, CONTEXT * DIM]],
      ['3.weight', [HIDDEN]],
      ['3.bias', [HIDDEN]],
      ['3.running_mean', [HIDDEN]],
      ['3.running_std', [HIDDEN]],
      ['5.0.weight', [V, HIDDEN]],
      ['5.0.bias', [V]],
      ['5.1.weight', [V]],
      ['5.1.bias', [V]],
      ['5.1.running_mean', [V]],
      ['5.1.running_var', [V]],
    ]);
  });

  test('has the weight of a linear layer transposed, gamma as weight and the running spread', () => {
    const { bytes, linear, norm, inner } = saved();
    const { header, data } = parts(bytes);
    const view = new DataView(data.buffer, data.byteOffset);
    const at = (name: string, i: number) => view.getFloat32(header[name].data_offsets[0] + 4 * i, true);
    const inputs = CONTEXT * DIM;
    const w = linear.weight.value.toArray();
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < HIDDEN; o++) expect(at('2.weight', o * inputs + i)).toBe(w[i * HIDDEN + o]);
    const all = (name: string, n: number) => Float32Array.from({ length: n }, (_, i) => at(name, i));
    expect(all('3.weight', HIDDEN)).toEqual(norm.gamma.value.toArray());
    expect(all('3.bias', HIDDEN)).toEqual(norm.beta.value.toArray());
    expect(all('3.running_std', HIDDEN)).toEqual(norm.runningSpread.toArray());
    expect(all('5.1.running_var', V)).toEqual(inner.runningSpread.toArray());
  });

  test('may lie at any address, and in another order', () => {
    const { bytes } = saved();
    const { header, metadata, data } = parts(bytes);
    // Last tensor first.
    const turned: Parts = { header: {}, metadata, data: new Uint8Array(data.length) };
    let end = 0;
    for (const [name, entry] of Object.entries(header).reverse()) {
      const [from, to] = entry.data_offsets;
      turned.data.set(data.subarray(from, to), end);
      turned.header[name] = { ...entry, data_offsets: [end, end + to - from] };
      end += to - from;
    }
    const other = assemble(turned);
    const shifted = new Uint8Array(other.length + 3).subarray(3);
    shifted.set(other);
    const [one, two] = [setUp(2), setUp(3)];
    loadCheckpoint(bytes, one);
    loadCheckpoint(shifted, two);
    expect(two.bits()).toEqual(one.bits());
  });
});

describe('what is refused', () => {
  const change = (edit: (file: Parts) => void) => {
    const file = parts(saved().bytes);
    edit(file);
    return assemble(file);
  };
  const cases: [string, () => Uint8Array, RegExp][] = [
    ['an empty file', () => new Uint8Array(), /got an empty file$/],
    ['7 bytes', () => new Uint8Array(7), /got a file of 7 bytes$/],
    [
      'a text',
      () => new TextEncoder().encode('emma\nolivia\nava\n'),
      /safetensors format, got a header of \d+/,
    ],
    [
      'a header longer than the file',
      () => saved().bytes.slice(0, 100),
      /expected a header of \d+ bytes, got 92/,
    ],
    [
      'a header that is no JSON',
      () => Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7b),
      /not a JSON object$/,
    ],
    [
      'a header that is a list',
      () => Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x5b, 0x5d),
      /not a JSON object$/,
    ],
    [
      'safetensors of another program',
      () => change(({ metadata }) => delete metadata.lanewise),
      /expected a checkpoint of lanewise, got a safetensors file without 'lanewise'/,
    ],
    [
      'a later version',
      () => change(({ metadata }) => Object.assign(metadata, { lanewise: '2' })),
      /expected format version 1, got version 2: a later lanewise wrote it$/,
    ],
    [
      'a version that is none',
      () => change((f) => Object.assign(f.metadata, { lanewise: 'x' })),
      /got version 'x'$/,
    ],
    [
      'another dtype',
      () => change((f) => Object.assign(f.header['0.weight'], { dtype: 'BF16' })),
      /got dtype "BF16"/,
    ],
    [
      'metadata that is no text',
      () => change((f) => Object.assign(f.metadata, { note: 1 })),
      /expected metadata 'note' to be text, got number/,
    ],
    [
      'offsets that leave a gap',
      () => change((f) => (f.header['0.weight'].data_offsets = [4, 44])),
      /expected tensor '0.weight' at offset 0, got offset 4/,
    ],
    [
      'offsets that do not fit the shape',
      () => change((f) => (f.header['0.weight'].shape = [V, DIM + 1])),
      /tensor '0.weight' .*, got data_offsets \[0,40\] for 60 bytes/,
    ],
    [
      'one byte too few',
      () => saved().bytes.slice(0, -1),
      /expected \d+ bytes of tensors, got \d+: the file was cut/,
    ],
    [
      'one byte too many',
      () => change((f) => (f.data = Uint8Array.of(...f.data, 0))),
      /got \d+: something follows the tensors/,
    ],
    ['a changed number', () => change((f) => (f.data[0] ^= 1)), /expected SHA-256 .*: the file is damaged$/],
    ['a changed step', () => change((f) => (f.metadata.step = '11')), /: the file is damaged$/],
    [
      'a changed name',
      () => change((f) => delete Object.assign(f.header, { x: f.header['0.weight'] })['0.weight']),
      /damaged$/,
    ],
    [
      'no checksum',
      () => change((f) => delete f.metadata.checksum),
      /expected 'checksum' in the metadata, got none/,
    ],
  ];
  test.each(cases)('%s', (_, make, message) => {
    const net = setUp(7);
    const before = net.bits();
    const text = refusal(() => loadCheckpoint(make(), { ...net, source: 'a.safetensors' }));
    expect(text).toMatch(/^a\.safetensors: expected /);
    expect(text).toMatch(message);
    expect(net.bits()).toEqual(before);
    expect(net.trainer.steps).toBe(0);
  });

  test('another architecture, by the tensor, and the model stays as it was', () => {
    const { bytes } = saved();
    for (const [options, message] of [
      [{ hidden: 7 }, /expected '2.weight' of shape \(7, 4\), as the model has, got shape \(6, 4\)$/],
      [{ bias: false }, /expected the tensors of the model only, got '5.0.bias' too$/],
    ] as const) {
      const net = setUp(7, options);
      const before = net.bits();
      expect(refusal(() => loadCheckpoint(bytes, net))).toMatch(message);
      expect(net.bits()).toEqual(before);
    }
    const { model } = setUp(1, { bias: false });
    expect(refusal(() => loadCheckpoint(saveCheckpoint({ model }), { model: setUp(1).model }))).toMatch(
      /expected '5.0.bias' of shape \(5\), as the model has, got no such tensor$/,
    );
  });

  test("a trainer of another model, one at work, and metadata of the library's own", async () => {
    const [one, two] = [saved(), setUp(2)];
    expect(() => loadCheckpoint(one.bytes, { model: two.model, trainer: one.trainer })).toThrow(TypeError);
    expect(() => saveCheckpoint({ model: one.model, metadata: { step: '1' } })).toThrow(/got 'step'/);
    const before = two.bits();
    const evaluation = two.trainer.evaluate(examples);
    expect(() => loadCheckpoint(one.bytes, two)).toThrow(/expected evaluate to have ended/);
    await evaluation;
    expect(two.bits()).toEqual(before);
  });
});

/** A damaged file is refused and changes nothing, or means the same as the whole one. */
function tryDamaged(damaged: Uint8Array, whole: ReturnType<typeof saved>): 'refused' | 'same' {
  const net = setUp(7);
  const before = net.bits();
  try {
    loadCheckpoint(damaged, net);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    expect(net.bits()).toEqual(before);
    expect(net.trainer.state()).toEqual(setUp(7).trainer.state());
    return 'refused';
  }
  expect(net.bits()).toEqual(whole.bits());
  expect(net.trainer.state()).toEqual(whole.trainer.state());
  expect(readCheckpoint(damaged)).toEqual(readCheckpoint(whole.bytes));
  return 'same';
}

describe('damage anywhere', () => {
  test('a flipped byte', () => {
    const whole = saved();
    const { bytes } = whole;
    const counts = { refused: 0, same: 0 };
    const place = fc.oneof(fc.nat(7), fc.nat(400), fc.nat(bytes.length - 1));
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = bytes.slice();
        damaged[at] ^= mask;
        counts[tryDamaged(damaged, whole)]++;
      }),
      { numRuns: 600 },
    );
    // Only white space may turn into other white space.
    expect(counts.refused).toBeGreaterThan(590);
  });

  test('a file cut short, at any length', () => {
    const whole = saved();
    fc.assert(
      fc.property(fc.nat(whole.bytes.length - 1), (length) => {
        expect(tryDamaged(whole.bytes.slice(0, length), whole)).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });

  test('a stretch that another overwrote', () => {
    const whole = saved();
    const n = whole.bytes.length;
    fc.assert(
      fc.property(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: 1, max: 64 }), (from, to, length) => {
        const damaged = whole.bytes.slice();
        damaged.copyWithin(to, from, from + length);
        const same = damaged.every((byte, i) => byte === whole.bytes[i]);
        expect(tryDamaged(damaged, whole)).toBe(same ? 'same' : 'refused');
      }),
      { numRuns: 300 },
    );
  });
});
