import { printable } from '../core/printable.js';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.js';

/** Bytes that a `Blob` takes: `Uint8Array<ArrayBuffer>`, by a name that TypeScript before 5.7 reads too. */
export type Bytes = ReturnType<Uint8Array['slice']>;

/** One tensor, row-major. */
export interface SafetensorsTensor {
  shape: readonly number[];
  data: Float32Array;
  /** Default F32. */
  dtype?: Dtype;
}

/** How the numbers of a file lie. I64 counts, such as torch's `num_batches_tracked`, come as the floats next to them. */
export type Dtype = 'F32' | 'F64' | 'F16' | 'BF16' | 'I64';

/** The parts of a file whose tensors are not read yet. */
export interface SafetensorsHeader {
  metadata: ReadonlyMap<string, string>;
  /** By name, as the JSON has them. */
  entries: ReadonlyMap<string, unknown>;
  /** Where the tensors begin, in bytes. */
  start: number;
}

/** The error for what was expected and what came. */
export type Refuse = (expected: string, got: string) => Error;

const METADATA = '__metadata__';
/** The most that safetensors allows for a header. */
const MOST_HEADER = 100_000_000;
const FORMAT = 'a checkpoint in the safetensors format';

/**
 * A safetensors file: 8 bytes with the length of the header, the header in JSON, filled with spaces to a multiple of 8,
 * the tensors in little-endian float32, or of counts int64, one behind the other.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */
export function writeSafetensors(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, SafetensorsTensor>,
): Bytes {
  const header = new Map<string, unknown>([[METADATA, Object.fromEntries(metadata)]]);
  let end = 0;
  for (const [name, { shape, data, dtype = 'F32' }] of tensors) {
    const size = data.length * sizes[dtype];
    header.set(name, { dtype, shape, data_offsets: [end, end + size] });
    end += size;
  }
  const text = encodeUtf8(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const { data, dtype = 'F32' } of tensors.values()) {
    const numbers = dtype === 'I64' ? integers(data) : littleEndian(data);
    bytes.set(numbers, at);
    at += numbers.length;
  }
  return bytes;
}

/** Reads and checks the header, but not the tensors' entries. Errors: what `refuse` makes. */
export function readHeader(bytes: Uint8Array, refuse: Refuse): SafetensorsHeader {
  if (bytes.length < 8)
    throw refuse(FORMAT, bytes.length === 0 ? 'an empty file' : `a file of ${bytes.length} bytes`);
  // What such a file begins with is a length too, but no header follows it.
  const other =
    bytes[8] !== 0x7b && BEGINNINGS.find(([, first]) => first.every((byte, i) => bytes[i] === byte));
  if (other) throw refuse(FORMAT, other[0]);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > MOST_HEADER || length < 2)
    throw refuse(FORMAT, beginning(bytes) ?? `a header of ${length} bytes`);
  const start = 8 + Number(length);
  if (start > bytes.length)
    throw refuse(`a header of ${length} bytes`, `${bytes.length - 8}: cut short, or not ${FORMAT}`);
  const entries = mapOf(parseHeader(bytes.subarray(8, start), refuse));
  const listed = entries.has(METADATA) ? entries.get(METADATA) : {};
  if (!isObject(listed)) throw refuse(`${METADATA} to be a JSON object`, kindOf(listed));
  const metadata = mapOf(listed);
  for (const [key, value] of metadata)
    if (typeof value !== 'string') throw refuse(`metadata '${shown(key)}' to be text`, kindOf(value));
  entries.delete(METADATA);
  return { metadata: metadata as Map<string, string>, entries, start };
}

/**
 * The tensors, which have to be of one of some kinds and to fill the rest of the file, in its order; as float32, rounded
 * where a kind holds more. Errors: what `refuse` makes.
 */
export function readTensors(
  bytes: Uint8Array,
  header: SafetensorsHeader,
  refuse: Refuse,
  dtypes: readonly Dtype[] = ['F32'],
): Map<string, SafetensorsTensor> {
  const { entries, start } = header;
  const places = [...entries].map(([name, entry]) => {
    const problem = entryProblem(entry, dtypes);
    if (problem !== undefined)
      throw refuse(
        `tensor '${shown(name)}' with dtype ${dtypes.join(' or ')}, a shape and its data_offsets`,
        problem,
      );
    const { shape, dtype, data_offsets: offsets } = entry as Entry;
    return { name, shape, dtype, from: offsets[0], to: offsets[1] };
  });
  // An empty tensor lies before the one that begins at the same place.
  places.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of places) {
    if (from !== end) throw refuse(`tensor '${shown(name)}' at offset ${end}`, `offset ${from}`);
    end = to;
  }
  const there = bytes.length - start;
  if (end !== there)
    throw refuse(
      `${end} bytes of tensors`,
      `${there}: ${end > there ? 'the file was cut short' : 'something follows the tensors'}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const { name, shape, dtype, from, to } of places) {
    const size = sizes[dtype];
    const data = new Float32Array((to - from) / size);
    if (dtype === 'F32') {
      const bits = new Uint32Array(data.buffer);
      for (let i = 0; i < bits.length; i++) bits[i] = view.getUint32(start + from + 4 * i, true);
    } else for (let i = 0; i < data.length; i++) data[i] = readers[dtype](view, start + from + size * i);
    tensors.set(name, { shape, data, ...(dtype !== 'F32' && { dtype }) });
  }
  return tensors;
}

interface Entry {
  shape: number[];
  dtype: Dtype;
  data_offsets: [number, number];
}

/** Bytes of a number. */
const sizes: Record<Dtype, number> = { F32: 4, F64: 8, F16: 2, BF16: 2, I64: 8 };

/** A number at a place. */
const readers: Record<Dtype, (view: DataView, at: number) => number> = {
  F32: (view, at) => view.getFloat32(at, true),
  F64: (view, at) => view.getFloat64(at, true),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  BF16(view, at) {
    // The upper half of a float32.
    const word = new DataView(new ArrayBuffer(4));
    word.setUint16(0, view.getUint16(at, true));
    return word.getFloat32(0);
  },
  F16(view, at) {
    const bits = view.getUint16(at, true);
    const [sign, exponent, mantissa] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN;
    return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
  },
};

/** The bytes of counts as int64. */
function integers(data: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.length * 8));
  data.forEach((count, i) => {
    view.setBigInt64(8 * i, BigInt(count), true);
  });
  return new Uint8Array(view.buffer);
}

/** The bytes of a file's numbers. */
export function littleEndian(data: Float32Array): Uint8Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const view = new DataView(new ArrayBuffer(data.length * 4));
  for (let i = 0; i < bits.length; i++) view.setUint32(4 * i, bits[i], true);
  return new Uint8Array(view.buffer);
}

/** What files of other kinds begin with. */
const BEGINNINGS: readonly [string, readonly number[]][] = [
  ['a zip file, as torch.save writes; safetensors.torch.save_file writes this one', [0x50, 0x4b, 0x03, 0x04]],
  [
    'a pickle, as torch.save once wrote; safetensors.torch.save_file writes this one',
    [0x80, 0x02, 0x8a, 0x0a],
  ],
  ['a file compressed by gzip', [0x1f, 0x8b]],
];

/** What a file that is text begins with, such as the page that a server sends for what it has not. */
function beginning(bytes: Uint8Array): string | undefined {
  let first = bytes.subarray(0, 40);
  // Not in the middle of a character: without its first byte, if that is among the last three, and what follows it.
  if (bytes.length > 40)
    for (let i = 1; i <= 3; i++) {
      const byte = first[40 - i];
      if (byte >= 0xc0) first = first.subarray(0, 40 - i);
      if (byte < 0x80 || byte >= 0xc0) break;
    }
  const text = decodeUtf8(first);
  // Control characters but white space and that of colours are no text's.
  if (
    typeof text !== 'string' ||
    first.some((byte) => byte < 9 || (byte > 13 && byte < 0x20 && byte !== 0x1b))
  )
    return undefined;
  const [line] = text.trim().split(/[\r\n]/);
  return `text that begins with ‘${shown(line)}’`;
}

/** Text of a file for a message: on one line, not long, without what a terminal would obey. */
export function shown(text: string): string {
  return printable(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** The header's object, each of whose keys is there once. */
function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  const decoded = decodeUtf8(bytes);
  const text = typeof decoded === 'string' ? decoded : '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw refuse(FORMAT, 'a header that is not a JSON object');
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  if (text[0] !== '{' || text[end - 1] !== '}')
    throw refuse(`${FORMAT}, its header from { to } and then spaces`, 'other white space');
  const twice = repeatedKey(text);
  if (twice !== undefined) throw refuse(`each name once in the header`, `'${shown(twice)}' twice`);
  return value;
}

/** As `new Map(Object.entries(object))`, without an array for each of what may be a million. */
function mapOf(object: Record<string, unknown>): Map<string, unknown> {
  const map = new Map<string, unknown>();
  for (const key of Object.keys(object)) map.set(key, object[key]);
  return map;
}

// The codes of " \ : { }
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const BEGIN = 0x7b;
const END = 0x7d;

/** A key that an object of the JSON text, which is sound, has twice: parsers differ in which they take. */
function repeatedKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === BEGIN) objects.push(new Set());
    else if (unit === END) objects.pop();
    if (unit !== QUOTE) continue;
    const from = i++;
    let escaped = false;
    for (; text.charCodeAt(i) !== QUOTE; i++)
      if (text.charCodeAt(i) === BACKSLASH) {
        escaped = true;
        i++;
      }
    let next = i + 1;
    while (' \t\n\r'.includes(text[next])) next++;
    if (text.charCodeAt(next) !== COLON) continue;
    const key: string = escaped ? JSON.parse(text.slice(from, i + 1)) : text.slice(from + 1, i);
    const keys = objects.at(-1);
    if (keys?.has(key)) return key;
    keys?.add(key);
  }
  return undefined;
}

/** What is wrong with a tensor's entry in the header, if anything. */
function entryProblem(entry: unknown, dtypes: readonly Dtype[]): string | undefined {
  if (!isObject(entry)) return kindOf(entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!dtypes.includes(dtype as Dtype)) return `dtype ${told(dtype)}`;
  if (!Array.isArray(shape) || !shape.every(isCount)) return `shape ${told(shape)}`;
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return `data_offsets ${told(offsets)}`;
  const size = shape.reduce((product: number, n: number) => product * n, 1) * sizes[dtype as Dtype];
  if (offsets[1] - offsets[0] !== size) return `data_offsets ${told(offsets)} for ${size} bytes`;
  return undefined;
}

function told(value: unknown): string {
  try {
    return shown(JSON.stringify(value) ?? 'missing');
  } catch {
    // Nested too deep.
    return kindOf(value);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `${typeof value}`;
