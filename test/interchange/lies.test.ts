import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CheckpointError,
  loadCheckpoint,
  readCheckpoint,
  saveCheckpoint,
} from '../../src/interchange/index.js';
import { character, runs } from '../platform/properties.js';
import { assemble, DIM, parts, refusal, saved, setUp, signed, V } from './saved.js';

const whole = saved();
/** Without a trainer there is no generator's state, and each bit can be tried. */
const bare = saveCheckpoint({ model: whole.model });
const net = setUp(7);
const before = net.text();

/** The message with which the file is refused; it names the file, is short and on one line, and nothing changed. */
function refused(bytes: Uint8Array): string {
  const message = refusal(() => loadCheckpoint(bytes, { ...net.both, source: 'a.safetensors' }));
  expect(message).toMatch(/^a\.safetensors: expected [^\p{Cc}]+, got [^\p{Cc}]+$/u);
  expect(message.length).toBeLessThan(400);
  expect(net.text()).toBe(before);
  return message;
}

/** A file with this text as its header. */
function withHeader(text: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const encoded = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + encoded.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  bytes.set(data, 8 + encoded.length);
  return bytes;
}

const headerOf = (bytes: Uint8Array) =>
  new TextDecoder().decode(bytes.subarray(8, bytes.length - parts(bytes).data.length)).trimEnd();

describe('a flipped bit', () => {
  test('is refused wherever it is', () => {
    for (let at = 0; at < bare.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const damaged = bare.slice();
        damaged[at] ^= 1 << bit;
        // `expect` at each of them would take minutes.
        let error: unknown;
        try {
          readCheckpoint(damaged, 'a.safetensors');
        } catch (thrown) {
          error = thrown;
        }
        if (!(error instanceof CheckpointError && error.message.startsWith('a.safetensors: expected ')))
          throw new Error(`bit ${bit} of byte ${at}: expected a CheckpointError, got ${error}`);
      }
  });

  test('in the numbers is told by their checksum', () => {
    const { length } = parts(whole.bytes).data;
    fc.assert(
      fc.property(fc.nat(length - 1), fc.nat(7), (at, bit) => {
        const damaged = whole.bytes.slice();
        damaged[damaged.length - length + at] ^= 1 << bit;
        expect(refused(damaged)).toMatch(/expected SHA-256 .*: the file is damaged$/);
      }),
    );
  });
});

describe('the length of the header', () => {
  const real = new DataView(whole.bytes.buffer).getBigUint64(0, true);
  const withLength = (length: bigint) => {
    const bytes = whole.bytes.slice();
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    return bytes;
  };

  test.each([
    [0n, /safetensors format, got a header of 0 bytes$/],
    [1n, /got a header of 1 bytes$/],
    [2n, /not a JSON object$/],
    [real - 8n, /not a JSON object$|follows the tensors$/],
    [real + 8n, /not a JSON object$/],
    [BigInt(whole.bytes.length - 8), /not a JSON object$/],
    [BigInt(whole.bytes.length - 7), /expected a header of \d+ bytes, got \d+: cut short, or not/],
    [100_000_000n, /expected a header of 100000000 bytes, got \d+: cut short/],
    [100_000_001n, /safetensors format, got a header of 100000001 bytes$/],
    [2n ** 32n, /got a header of 4294967296 bytes$/],
    [2n ** 53n, /got a header of 9007199254740992 bytes$/],
    [2n ** 63n, /got a header of 9223372036854775808 bytes$/],
    [2n ** 64n - 1n, /got a header of 18446744073709551615 bytes$/],
  ])('%i', (length, message) => expect(refused(withLength(length))).toMatch(message));

  test('any other', () => {
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2n * real)), (length) => {
        if (length !== real) refused(withLength(length));
      }),
    );
  });
});

describe('the header', () => {
  const text = headerOf(whole.bytes);
  const { data } = parts(whole.bytes);
  const entry = '"0.weight":{"dtype":"F32","shape":[5,2],"data_offsets":[0,40]}';

  test('as it is, is taken by this test', () => {
    expect(text).toContain(entry);
    expect(() => readCheckpoint(withHeader(text, data))).not.toThrow();
  });

  test.each([
    ['a tensor', `${entry},${entry}`, '0.weight'],
    ['a tensor in other letters', `${entry},${entry.replace('0.w', '0.\\u0077')}`, '0.weight'],
    ['a dtype', entry.replace('"dtype"', '"dtype":"F32","dtype"'), 'dtype'],
    ['offsets', entry.replace('"data_offsets"', '"data_offsets" : [0, 40],\n"data_offsets"'), 'data_offsets'],
  ])('with %s twice', (_, twice, name) => {
    expect(refused(withHeader(text.replace(entry, twice), data))).toBe(
      `a.safetensors: expected each name once in the header, got '${name}' twice`,
    );
  });

  test('with metadata twice', () => {
    const once = '"lanewise":"1"';
    expect(refused(withHeader(text.replace(once, `${once},${once}`), data))).toMatch(/'lanewise' twice$/);
    expect(refused(withHeader(`${text.slice(0, -1)},"__metadata__":{}}`, data))).toMatch(
      /'__metadata__' twice$/,
    );
  });

  test('may hold a name as text as often as it likes', () => {
    const metadata = { a: '"b": "b":', b: 'a', 'c\\': '\\"{', '}': '"}' };
    const bytes = saveCheckpoint({ model: whole.model, metadata });
    expect(Object.fromEntries(readCheckpoint(bytes).metadata)).toMatchObject(metadata);
  });

  test.each([
    ['space before it', ` ${text}`],
    ['a tab behind it', `${text}\t`],
    ['a line break behind it', `${text}  \n `],
  ])('with %s', (_, odd) => expect(refused(withHeader(odd, data))).toMatch(/got other white space$/));

  test.each([
    ['overlap', { '0.weight': [4, 44] }, /tensor '0.weight' at offset 0, got offset 4$/],
    ['leave a gap', { '3.bias': [188, 212] }, /tensor '3.running_mean' at offset 160, got offset 184$/],
    ['are turned round', { '0.weight': [40, 0] }, /got data_offsets \[40,0\] for 40 bytes$/],
    ['are negative', { '0.weight': [-40, 0] }, /got data_offsets \[-40,0\]$/],
    ['are no integers', { '0.weight': [0.5, 40.5] }, /got data_offsets \[0.5,40.5\]$/],
    ['are too large', { '0.weight': [2 ** 53, 2 ** 53 + 40] }, /got data_offsets \[9007199254740992,/],
    ['are three', { '0.weight': [0, 40, 80] }, /got data_offsets \[0,40,80\]$/],
    ['lie behind the file', { '5.1.running_var': [1e6, 1e6 + 20] }, /got offset 1000000$/],
    [
      'are those of another',
      { '3.bias': [136, 160], '3.weight': [136, 160] },
      /at offset 160, got offset 136$/,
    ],
  ])('whose offsets %s', (_, offsets, message) => {
    const file = parts(whole.bytes);
    for (const [name, pair] of Object.entries(offsets))
      file.header[name].data_offsets = pair as [number, number];
    expect(refused(assemble(file))).toMatch(message);
  });

  test('whose offsets are those of another tensor of the same size, by the checksum', () => {
    const file = parts(whole.bytes);
    const { '3.weight': a, '3.bias': b } = file.header;
    [a.data_offsets, b.data_offsets] = [b.data_offsets, a.data_offsets];
    expect(refused(assemble(file))).toMatch(/the file is damaged$/);
  });

  test('with any dtype but F32, or another shape of the same size', () => {
    for (const dtype of ['F16', 'BF16', 'F64', 'I32', 'f32', '', 32, null, ['F32']])
      expect(refused(signed(whole.bytes, (f) => Object.assign(f.header['0.weight'], { dtype })))).toMatch(
        /with dtype F32, a shape and its data_offsets, got dtype /,
      );
    for (const shape of [[DIM, V], [V * DIM], [1, V, DIM], [V, DIM, 1]])
      expect(refused(signed(whole.bytes, (f) => Object.assign(f.header['0.weight'], { shape })))).toBe(
        `a.safetensors: expected '0.weight' of shape (5, 2), as the model has, got shape (${shape.join(', ')})`,
      );
    for (const shape of [
      [],
      [-5, -2],
      [2.5, 4],
      [2 ** 53, 0],
      '5,2',
      [[5, 2]],
      [1e200, 1e200],
      new Array(1e5).fill(1),
    ])
      expect(refused(signed(whole.bytes, (f) => Object.assign(f.header['0.weight'], { shape })))).toMatch(
        /tensor '0.weight' with dtype F32, a shape/,
      );
  });

  test('of anything else that is JSON', () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const replaced = (key: string) => json.map((value) => ({ ...JSON.parse(text), [key]: value }));
    const { shape, data_offsets: offsets } = parts(whole.bytes).header['3.bias'];
    const essence = (header: unknown) => {
      const { '3.bias': bias, ...rest } = Object(header);
      return JSON.stringify([bias?.dtype, bias?.shape, bias?.data_offsets, rest]);
    };
    const isSame = (header: unknown) => essence(header) === essence(JSON.parse(text));
    const entry = fc.record({
      dtype: fc.oneof(fc.constant('F32'), json),
      shape: fc.oneof(fc.constant(shape), fc.array(fc.oneof(fc.nat(9), fc.maxSafeInteger())), json),
      data_offsets: fc.oneof(
        fc.constant(offsets),
        fc.array(fc.oneof(fc.nat(700), fc.maxSafeInteger()), { maxLength: 3 }),
        json,
      ),
    });
    const odd = fc.oneof(
      json,
      replaced('3.bias'),
      replaced('__metadata__'),
      entry.map((value) => ({ ...JSON.parse(text), '3.bias': value })),
      fc
        .tuple(fc.string({ unit: character }), json)
        .map(([name, value]) => ({ ...JSON.parse(text), [name]: value })),
    );
    fc.assert(
      fc.property(odd, (value) => {
        fc.pre(!isSame(value));
        refused(withHeader(JSON.stringify(value), data));
      }),
      { numRuns: runs(80) },
    );
  });

  test('nested so deep that it cannot be told', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    refused(withHeader(deep));
    refused(withHeader(text.replace('[5,2]', deep), data));
    refused(withHeader(text.replace('"lanewise":"1"', `"lanewise":${deep}`), data));
  });
});

describe('metadata that cannot be, though its checksum holds', () => {
  const lie = (key: string, value: string) => signed(whole.bytes, (file) => (file.metadata[key] = value));
  const generator = atob(parts(whole.bytes).metadata.generator);

  test('is signed by this test as the library signs it', () => {
    expect(parts(lie('step', '10'))).toEqual(parts(whole.bytes));
    expect(loadCheckpoint(lie('step', '12'), setUp(3).both).metadata.get('step')).toBe('12');
  });

  test.each([
    ['step', ['-1', '', '1.5', '1e3', 'NaN', ' 1', '0x10', '9007199254740993', '٣']],
    ['last_loss', ['NaN', 'Infinity', '-Infinity', '', ' ', '1e999', 'two']],
    ['lr', ['NaN', 'Infinity', '', 'x', '1e999', '0,1']],
    ['lanewise', ['', '0', '01', '-1', '1.0', '2', '9'.repeat(400)]],
    [
      'generator',
      [
        '',
        '!',
        btoa(generator.slice(1)),
        btoa(`${generator}\0`),
        btoa('\0'.repeat(generator.length)),
        btoa('\xff'.repeat(generator.length)),
      ],
    ],
  ])('%s', (key, values) => {
    for (const value of values) {
      const message = refused(lie(key, value));
      expect(message).toMatch(
        key === 'lanewise' ? /expected format version 1, got / : `expected metadata '${key}' `,
      );
      // No trainer is needed to see it.
      expect(refusal(() => readCheckpoint(lie(key, value), 'a.safetensors'))).toBe(message);
    }
  });

  test('step, loss and generator are needed to go on, not to read', () => {
    for (const key of ['step', 'last_loss', 'generator']) {
      const bytes = signed(whole.bytes, (file) => delete file.metadata[key]);
      expect(refused(bytes)).toMatch(new RegExp(`expected metadata '${key}' to be .*, got none$`));
      expect(() => loadCheckpoint(bytes, { model: setUp(3).model })).not.toThrow();
    }
  });

  test('of any text is refused, or is what it says', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: character }),
      fc.double().map(String),
      fc.maxSafeInteger().map(String),
      fc.base64String(),
    );
    fc.assert(
      fc.property(fc.constantFrom('step', 'last_loss', 'lr', 'generator'), text, (key, value) => {
        const bytes = lie(key, value);
        const sound = key !== 'generator' && Number.isFinite(Number(value)) && value.trim() !== '';
        const integer = Number.isSafeInteger(Number(value)) && /^\d+$/.test(value);
        if (key === 'step' ? integer : key === 'lr' ? sound && Number(value) >= 0 : sound) {
          const other = setUp(3);
          loadCheckpoint(bytes, other.both);
          if (key === 'step') expect(other.trainer.steps).toBe(Number(value));
          if (key === 'last_loss') expect(other.trainer.lastLoss).toBe(Number(value));
        } else refused(bytes);
      }),
      { numRuns: runs(80) },
    );
  });
});
