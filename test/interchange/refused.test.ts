import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/index.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/interchange/index.js';
import { assemble, DIM, examples, type Parts, parts, refusal, saved, setUp, signed, V } from './saved.js';

describe('what is refused', () => {
  const change = (edit: (file: Parts) => void) => {
    const file = parts(saved().bytes);
    edit(file);
    return assemble(file);
  };
  const lie = (edit: (file: Parts) => void) => signed(saved().bytes, edit);
  const cases: [string, () => Uint8Array, RegExp][] = [
    ['an empty file', () => new Uint8Array(), /got an empty file$/],
    ['7 bytes', () => new Uint8Array(7), /got a file of 7 bytes$/],
    [
      'a text',
      () => new TextEncoder().encode('emma\nolivia\nava\n'),
      /safetensors format, got text that begins with ‘emma’$/,
    ],
    [
      "a server's page for what it has not",
      () => new TextEncoder().encode('<!doctype html>\n<title>404</title><h1>Not found</h1>'),
      /safetensors format, got text that begins with ‘<!doctype html>’$/,
    ],
    [
      'something else',
      () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
      /safetensors format, got a header of \d+ bytes$/,
    ],
    [
      'a running spread below 0',
      () =>
        lie(({ header, data }) => {
          const [from] = header['3.running_std'].data_offsets;
          new DataView(data.buffer, data.byteOffset).setFloat32(from + 4, -0.5, true);
        }),
      /expected '3\.running_std' to be 0 or more, got -0\.5$/,
    ],
    [
      'a rate below 0',
      () => lie(({ metadata }) => Object.assign(metadata, { lr: '-0.1' })),
      /expected metadata 'lr' to be a learning rate of 0 or more, got '-0\.1'$/,
    ],
    [
      'an architecture that is none',
      () => lie(({ metadata }) => Object.assign(metadata, { architecture: '{}' })),
      /expected metadata 'architecture' to be a JSON list of layers, got '\{\}'$/,
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
    const text = refusal(() => loadCheckpoint(make(), { ...net.both, source: 'a.safetensors' }));
    expect(text).toMatch(/^a\.safetensors: expected /);
    expect(text).toMatch(message);
    expect(net.bits()).toEqual(before);
    expect(net.trainer.steps).toBe(0);
  });

  const without = (bytes: Uint8Array) => signed(bytes, ({ metadata }) => delete metadata.architecture);

  test('another architecture, by the layer, or by the tensor; and the model stays as it was', () => {
    const { bytes } = saved();
    for (const [file, options, message] of [
      [
        bytes,
        { hidden: 7 },
        /expected layer 2 to be Linear\(4, 7, bias=false\), as in the model, got Linear\(4, 6, bias=false\)$/,
      ],
      [
        bytes,
        { bias: false },
        /expected layer 5\.0 to be Linear\(6, 5, bias=false\), as in the model, got Linear\(6, 5\)$/,
      ],
      [
        without(bytes),
        { hidden: 7 },
        /expected '2.weight' of shape \(7, 4\), as the model has, got shape \(6, 4\)$/,
      ],
      [without(bytes), { bias: false }, /expected the tensors of the model only, got '5.0.bias' too$/],
    ] as const) {
      const net = setUp(7, options);
      const before = net.bits();
      expect(refusal(() => loadCheckpoint(file, net.both))).toMatch(message);
      expect(net.bits()).toEqual(before);
    }
    const { model } = setUp(1, { bias: false });
    expect(
      refusal(() => loadCheckpoint(without(saveCheckpoint({ model })), { model: setUp(1).model })),
    ).toMatch(/expected '5.0.bias' of shape \(5\), as the model has, got no such tensor$/);
  });

  test("a trainer of another model, one at work, and metadata of the library's own", async () => {
    const [one, two] = [saved(), setUp(2)];
    expect(() => loadCheckpoint(one.bytes, { model: two.model, trainer: one.trainer })).toThrow(TypeError);
    expect(() => saveCheckpoint({ model: one.model, metadata: { step: '1' } })).toThrow(/got 'step'/);
    const before = two.bits();
    const evaluation = evaluate(two.trainer, examples);
    expect(() => loadCheckpoint(one.bytes, two.both)).toThrow(/expected evaluate to have ended/);
    await evaluation;
    expect(two.bits()).toEqual(before);
  });
});
