import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Indices, Tensor } from './core/tensor.js';
import { BatchNorm1d } from './nn/batchnorm.js';
import type { Layer } from './nn/layer.js';
import { Linear } from './nn/linear.js';
import { Sequential } from './nn/sequential.js';
import { Generator } from './random/generator.js';
import type { Trainer, TrainerState } from './train.js';

/** A checkpoint that cannot be used. The message names the source, what was expected and what came. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** One tensor of a checkpoint, row-major, in torch's shape. */
export interface CheckpointTensor {
  shape: readonly number[];
  data: Float32Array;
}

export interface Checkpoint {
  /** Everything that is not a tensor, as text: the library's own keys and those given to `saveCheckpoint`. */
  metadata: ReadonlyMap<string, string>;
  /** By torch's names, in the order of the file. */
  tensors: ReadonlyMap<string, CheckpointTensor>;
}

type Model = Sequential<Indices> | Sequential<Tensor>;

export interface SaveCheckpointOptions {
  model: Model;
  /** With it the step, the last loss and the state of the minibatches' generator are saved too. */
  trainer?: Trainer | undefined;
  /** More to keep. The keys `lanewise`, `step`, `last_loss`, `lr`, `generator` and `checksum` are the library's. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

export interface LoadCheckpointOptions {
  /** Of the architecture that was saved, reserved. */
  model: Model;
  /** Of that model: goes on from the step that was saved. */
  trainer?: Trainer | undefined;
  /** What errors call the checkpoint, such as the path of the file. */
  source?: string | undefined;
}

/** The format's version; a file of a later one is refused. */
const VERSION = 1;
const RESERVED = ['lanewise', 'step', 'last_loss', 'lr', 'generator', 'checksum'];
const METADATA = '__metadata__';
/** The most that safetensors allows for a header. */
const MOST_HEADER = 100_000_000;

/**
 * The model as the bytes of a safetensors file: 8 bytes with the length of the header, the header in JSON, the tensors
 * in little-endian float32, one behind the other.
 *
 * Names and shapes are those of torch's `state_dict()` of the same `nn.Sequential`: the position of the layer, then
 * `weight`, `bias`, `running_mean`, `running_var`. So the weight of a `Linear` is written transposed, (outFeatures,
 * inFeatures), and gamma and beta of a `BatchNorm1d` are its `weight` and `bias`; where it tracks the deviation, that
 * is `running_std`, which torch has not. Calibrated statistics are not saved: they follow from the data.
 *
 * `checksum` in the metadata is the SHA-256 of all the rest, tensors and metadata, whatever their order in the file.
 *
 * Errors: TypeError for a metadata key of the library's own, text that is none, or two tensors of one name.
 */
export function saveCheckpoint({ model, trainer, metadata = {} }: SaveCheckpointOptions): Uint8Array {
  expectSame('saveCheckpoint', model, trainer);
  const meta = new Map<string, string>([['lanewise', String(VERSION)]]);
  if (trainer !== undefined) {
    const { steps, lastLoss, generator } = trainer.state();
    meta.set('step', String(steps));
    if (lastLoss !== undefined) meta.set('last_loss', String(lastLoss));
    meta.set('lr', String(trainer.optimizer.lr));
    meta.set('generator', toBase64(generator));
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (RESERVED.includes(key))
      throw new TypeError(`saveCheckpoint: expected a metadata key of your own, got '${key}'`);
    if (typeof value !== 'string')
      throw new TypeError(`saveCheckpoint: expected metadata '${key}' to be text, got ${typeof value}`);
    meta.set(key, value);
  }
  const tensors = new Map<string, CheckpointTensor>();
  for (const { name, shape, tensor, transposed } of slotsOf(model)) {
    if (tensors.has(name))
      throw new TypeError(`saveCheckpoint: expected one tensor named '${name}', got two`);
    const values = tensor.toArray();
    tensors.set(name, { shape, data: transposed ? transpose(values, shape[1], shape[0]) : values });
  }
  meta.set('checksum', checksum(meta, tensors));

  const header: Record<string, unknown> = { [METADATA]: Object.fromEntries(meta) };
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.length * 4] };
    end += data.length * 4;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const { data } of tensors.values()) {
    bytes.set(littleEndian(data), at);
    at += data.length * 4;
  }
  return bytes;
}

/**
 * Sets the model, and the trainer where there is one, to what `saveCheckpoint` wrote; returns what else is in the
 * file. A refused file changes nothing.
 *
 * Errors: CheckpointError for a file that is damaged, cut short, of another program, of a later version, or of another
 * architecture; TypeError for a trainer of another model.
 */
export function loadCheckpoint(
  bytes: Uint8Array,
  { model, trainer, source = 'checkpoint' }: LoadCheckpointOptions,
): Checkpoint {
  expectSame('loadCheckpoint', model, trainer);
  const checkpoint = readCheckpoint(bytes, source);
  const slots = slotsOf(model);
  const unknown = new Set(checkpoint.tensors.keys());
  for (const { name, shape } of slots) {
    const saved = checkpoint.tensors.get(name);
    const expected = `${source}: expected '${name}' of shape (${shape.join(', ')}), as the model has`;
    if (saved === undefined) throw new CheckpointError(`${expected}, got no such tensor`);
    if (saved.shape.join() !== shape.join())
      throw new CheckpointError(`${expected}, got shape (${saved.shape.join(', ')})`);
    unknown.delete(name);
  }
  for (const name of unknown)
    throw new CheckpointError(`${source}: expected the tensors of the model only, got '${name}' too`);
  const state = trainer && trainerState(checkpoint, source);

  // Nothing is refused from here on, but a trainer at work, and that before the first tensor.
  if (state !== undefined) trainer?.restore(state);
  for (const { name, shape, tensor, transposed } of slots) {
    const { data } = checkpoint.tensors.get(name) as CheckpointTensor;
    tensor.set(transposed ? transpose(data, shape[0], shape[1]) : data);
  }
  return checkpoint;
}

/**
 * What a checkpoint holds, without a model. All that can be checked without one is.
 *
 * Errors: CheckpointError as `loadCheckpoint`.
 */
export function readCheckpoint(bytes: Uint8Array, source = 'checkpoint'): Checkpoint {
  const refuse = (expected: string, got: string) =>
    new CheckpointError(`${source}: expected ${expected}, got ${got}`);
  const format = 'a checkpoint in the safetensors format';
  if (bytes.length < 8)
    throw refuse(format, bytes.length === 0 ? 'an empty file' : `a file of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getBigUint64(0, true);
  if (length > MOST_HEADER || length < 2) throw refuse(format, `a header of ${length} bytes`);
  const start = 8 + Number(length);
  if (start > bytes.length)
    throw refuse(`a header of ${length} bytes`, `${bytes.length - 8}: cut short, or not ${format}`);
  const header = parseHeader(bytes.subarray(8, start));
  if (header === undefined) throw refuse(format, 'a header that is not a JSON object');

  const metadata = new Map<string, string>();
  const listed = header.get(METADATA);
  if (listed !== undefined) {
    if (!isObject(listed)) throw refuse(`${METADATA} to be a JSON object`, kindOf(listed));
    for (const [key, value] of Object.entries(listed)) {
      if (typeof value !== 'string') throw refuse(`metadata '${key}' to be text`, kindOf(value));
      metadata.set(key, value);
    }
  }
  const version = metadata.get('lanewise');
  if (version === undefined)
    throw refuse('a checkpoint of lanewise', `a safetensors file without 'lanewise' in its metadata`);
  if (version !== String(VERSION))
    throw refuse(
      `format version ${VERSION}`,
      /^\d+$/.test(version) && Number(version) > VERSION
        ? `version ${version}: a later lanewise wrote it`
        : `version '${version.slice(0, 40)}'`,
    );

  header.delete(METADATA);
  const entries = [...header].map(([name, entry]) => {
    const problem = entryProblem(entry);
    if (problem !== undefined)
      throw refuse(`tensor '${name}' with dtype F32, a shape and its data_offsets`, problem);
    const { shape, data_offsets: offsets } = entry as { shape: number[]; data_offsets: [number, number] };
    return { name, shape, from: offsets[0], to: offsets[1] };
  });
  // An empty tensor lies before the one that begins at the same place.
  entries.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of entries) {
    if (from !== end) throw refuse(`tensor '${name}' at offset ${end}`, `offset ${from}`);
    end = to;
  }
  if (end !== bytes.length - start) {
    const why = end > bytes.length - start ? 'the file was cut short' : 'something follows the tensors';
    throw refuse(`${end} bytes of tensors`, `${bytes.length - start}: ${why}`);
  }
  const tensors = new Map<string, CheckpointTensor>();
  for (const { name, shape, from, to } of entries) {
    const data = new Float32Array((to - from) / 4);
    const bits = new Uint32Array(data.buffer);
    for (let i = 0; i < bits.length; i++) bits[i] = view.getUint32(start + from + 4 * i, true);
    tensors.set(name, { shape, data });
  }
  const [expected, got] = [metadata.get('checksum'), checksum(metadata, tensors)];
  if (expected === undefined) throw refuse(`'checksum' in the metadata`, 'none');
  if (expected !== got)
    throw refuse(`SHA-256 ${expected.slice(0, 12)}…`, `${got.slice(0, 12)}…: the file is damaged`);
  return { metadata, tensors };
}

/** The header's entries; undefined where it is no JSON object in UTF-8. */
function parseHeader(bytes: Uint8Array): Map<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    return isObject(value) ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a tensor's entry in the header, if anything. */
function entryProblem(entry: unknown): string | undefined {
  if (!isObject(entry)) return kindOf(entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') return `dtype ${JSON.stringify(dtype) ?? 'missing'}`;
  if (!Array.isArray(shape) || !shape.every(isCount)) return `shape ${JSON.stringify(shape) ?? 'missing'}`;
  const told = JSON.stringify(offsets) ?? 'missing';
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return `data_offsets ${told}`;
  const size = shape.reduce((product: number, n: number) => product * n, 1) * 4;
  if (offsets[1] - offsets[0] !== size) return `data_offsets ${told} for ${size} bytes`;
  return undefined;
}

function trainerState({ metadata }: Checkpoint, source: string): TrainerState {
  const refuse = (key: string, expected: string, got = metadata.get(key)) =>
    new CheckpointError(
      `${source}: expected metadata '${key}' to be ${expected}, got ${got === undefined ? 'none' : `'${got.slice(0, 40)}'`}`,
    );
  const steps = metadata.get('step');
  if (steps === undefined || !/^\d+$/.test(steps) || !Number.isSafeInteger(Number(steps)))
    throw refuse('step', 'the number of steps made');
  const loss = metadata.get('last_loss');
  if (loss === undefined ? steps !== '0' : loss.trim() === '' || !Number.isFinite(Number(loss)))
    throw refuse('last_loss', 'the loss of the last step');
  try {
    const generator = fromBase64(metadata.get('generator') ?? '');
    new Generator().setState(generator);
    return { steps: Number(steps), lastLoss: loss === undefined ? undefined : Number(loss), generator };
  } catch {
    throw refuse('generator', "a generator's state in base64");
  }
}

/** A tensor of the model, and how a file has it. */
interface Slot {
  name: string;
  /** In the file. */
  shape: readonly number[];
  tensor: Tensor;
  transposed: boolean;
}

function slotsOf(layer: Layer | Model, prefix = ''): Slot[] {
  if (layer instanceof Sequential)
    return layer.layers.flatMap((inner, position) => slotsOf(inner as Layer, `${prefix}${position}.`));
  const slot = (name: string, tensor: Tensor): Slot => ({
    name: prefix + name,
    shape: tensor.shape,
    tensor,
    transposed: false,
  });
  const buffers = (layer.buffers?.() ?? []).map(({ name, value }) => slot(name, value));
  if (layer instanceof BatchNorm1d)
    return [slot('weight', layer.gamma.value), slot('bias', layer.beta.value), ...buffers];
  const parameters = layer.parameters().map(({ name, value }) => slot(name, value));
  if (layer instanceof Linear) {
    const [weight, ...bias] = parameters;
    return [{ ...weight, shape: [layer.outFeatures, layer.inFeatures], transposed: true }, ...bias];
  }
  return [...parameters, ...buffers];
}

/** A packed (rows, columns) matrix as (columns, rows). */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j];
  return out;
}

/** Over metadata and tensors in the order of their names, so that a tool may write the same in another order. */
function checksum(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): string {
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const hash = sha256.create();
  hash.update(text(sorted(metadata).filter(([key]) => key !== 'checksum')));
  for (const [name, { shape, data }] of sorted(tensors))
    hash.update(text([name, shape])).update(littleEndian(data));
  return bytesToHex(hash.digest());
}

function littleEndian(data: Float32Array): Uint8Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const view = new DataView(new ArrayBuffer(data.length * 4));
  for (let i = 0; i < bits.length; i++) view.setUint32(4 * i, bits[i], true);
  return new Uint8Array(view.buffer);
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `${typeof value}`;

function expectSame(place: string, model: Model, trainer: Trainer | undefined): void {
  if (trainer !== undefined && trainer.model !== model)
    throw new TypeError(`${place}: expected the trainer of the model, got that of another`);
}
