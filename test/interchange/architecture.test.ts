import { describe, expect, test } from 'vitest';
import {
  BatchNorm1d,
  type Core,
  ELU,
  Generator,
  type Layer,
  LeakyReLU,
  Linear,
  load,
  ReLU,
  Sequential,
  Tanh,
} from '../../src/index.js';
import {
  loadCheckpoint,
  loadStateDict,
  readCheckpoint,
  saveCheckpoint,
} from '../../src/interchange/index.js';
import { saved, setUp, signed } from './saved.js';

function network(core: Core, ...layers: Layer[]): Sequential {
  const model = new Sequential([new Linear(2, 3), ...layers]);
  model.reserve(core, 4, 2);
  model.initialise(new Generator(1));
  return model;
}

/** A layer of the user that does not say what it is. */
class Own implements Layer {
  forward = (x: never) => x;
  backward = (dy: never) => dy;
  parameters = () => [];
}

describe('a checkpoint knows its architecture', () => {
  test('in words, a layer each', async () => {
    using core = await load();
    const model = network(core, new BatchNorm1d(3, { eps: 0, tracks: 'std' }), new ELU(), new Own());
    const { metadata } = readCheckpoint(saveCheckpoint({ model }));
    expect(JSON.parse(metadata.get('architecture') ?? '')).toEqual([
      'Linear(2, 3)',
      'BatchNorm1d(3, eps=0, correction=1, tracks=std)',
      'ELU(alpha=1)',
      null,
    ]);
    expect(String(model)).toBe(
      'Sequential(\n  (0): Linear(2, 3)\n  (1): BatchNorm1d(3, eps=0, correction=1, tracks=std)\n' +
        '  (2): ELU(alpha=1)\n  (3): [object Object]\n)',
    );
  });

  const refused: [string, Layer[], Layer[], string][] = [
    [
      'another activation',
      [new Tanh()],
      [new ReLU()],
      'expected layer 1 to be ReLU(), as in the model, got Tanh()',
    ],
    [
      'another slope',
      [new LeakyReLU()],
      [new LeakyReLU({ negativeSlope: 0.2 })],
      'expected layer 1 to be LeakyReLU(negativeSlope=0.2), as in the model, got LeakyReLU(negativeSlope=0.01)',
    ],
    [
      'another eps',
      [new BatchNorm1d(3)],
      [new BatchNorm1d(3, { eps: 0.1 })],
      'expected layer 1 to be BatchNorm1d(3, eps=0.1, correction=1, tracks=variance), as in the model, got ' +
        'BatchNorm1d(3, eps=0.00001, correction=1, tracks=variance)',
    ],
    ['one layer more', [new Tanh()], [new Tanh(), new Tanh()], 'expected 3 layers, as the model has, got 2'],
  ];
  test.each(refused)('%s is refused', async (_, saved, other, expected) => {
    using core = await load();
    const bytes = saveCheckpoint({ model: network(core, ...saved) });
    const model = network(core, ...other);
    const before = model.parameters().map(({ value }) => value.toArray());
    expect(() => loadCheckpoint(bytes, { model, source: 'run.safetensors' })).toThrow(
      `run.safetensors: ${expected}`,
    );
    expect(model.parameters().map(({ value }) => value.toArray())).toEqual(before);
  });

  test('a layer of the user is taken by its tensors', async () => {
    using core = await load();
    const bytes = saveCheckpoint({ model: network(core, new Own()) });
    expect(() => loadCheckpoint(bytes, { model: network(core, new Tanh()) })).not.toThrow();
  });

  test('a file of an earlier version, which does not know it, is taken by its tensors', () => {
    const old = signed(saved().bytes, ({ metadata }) => {
      expect(metadata.architecture).toContain('Tanh()');
      delete metadata.architecture;
    });
    const { model, bits } = setUp(2);
    const before = bits();
    loadCheckpoint(old, { model });
    expect(bits()).not.toEqual(before);
  });
});

test('the bytes of a file, however they come', () => {
  const { bytes } = saved();
  const { model, bits } = setUp(3);
  loadCheckpoint(bytes, { model });
  const expected = bits();
  const buffer = bytes.slice().buffer;
  const shifted = new Uint8Array(bytes.length + 8);
  shifted.set(bytes, 8);
  for (const given of [buffer, new Uint8Array(buffer), shifted.subarray(8), new DataView(buffer) as never]) {
    const other = setUp(4);
    loadCheckpoint(given, { model: other.model });
    expect(other.bits()).toEqual(expected);
  }
  for (const [given, came] of [
    ['text', "'text'"],
    [undefined, 'undefined'],
    [[1, 2], 'an array'],
  ]) {
    expect(() => loadCheckpoint(given as never, { model })).toThrow(
      `loadCheckpoint: expected the bytes of a file as a Uint8Array, got ${came}`,
    );
    expect(() => loadStateDict(model, given as never)).toThrow(
      `loadStateDict: expected the bytes of a file as a Uint8Array, got ${came}`,
    );
  }
  expect(() => loadCheckpoint(bytes, {} as never)).toThrow(
    'loadCheckpoint: expected model to be a Sequential, got undefined',
  );
  expect(() => loadCheckpoint(bytes, { model, strict: false } as never)).toThrow(
    "loadCheckpoint: expected options { model, trainer, source }, got 'strict'",
  );
});
