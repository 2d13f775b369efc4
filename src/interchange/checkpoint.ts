import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from '../core/base64.js';
import { expectOptions, expectTensor } from '../core/expect.js';
import { came } from '../core/kind.js';
import { encodeUtf8 } from '../core/utf8.js';
import type { Layer } from '../nn/layer.js';
import { placedLayers } from '../nn/sequential.js';
import { Generator } from '../random/generator.js';
import { type DrawnState, drawnProblem } from '../train/drawn.js';
import type { Trainer, TrainerState } from '../train/trainer.js';
import {
  type Bytes,
  littleEndian,
  readHeader,
  readTensors,
  type SafetensorsTensor,
  shown,
  writeSafetensors,
} from './safetensors.js';
import { type Model, type Slot, slotOf, slotsOf, slotsOfCalibrated, transpose } from './slots.js';

/** A checkpoint that cannot be used. The message names the source, what was expected and what came. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** One tensor of a checkpoint, row-major, in torch's shape. */
export type CheckpointTensor = SafetensorsTensor;

/** A checkpoint as it was read, without a model. */
export interface Checkpoint {
  /** Everything that is not a tensor, as text: the library's own keys and those given to `saveCheckpoint`. */
  metadata: ReadonlyMap<string, string>;
  /** By torch's names, in the order of the file. */
  tensors: ReadonlyMap<string, CheckpointTensor>;
}

/** What `saveCheckpoint` writes. */
export interface SaveCheckpointOptions {
  model: Model;
  /** With it the step, the last loss and the state of the minibatches' generator are saved too. */
  trainer?: Trainer | undefined;
  /**
   * More to keep. The keys `lanewise`, `architecture`, `step`, `last_loss`, `lr`, `generator`, `layer_generators`, `optimizer`
   * and `checksum` are the library's.
   */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** What `loadCheckpoint` puts a checkpoint into. */
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
const RESERVED = [
  'lanewise',
  'architecture',
  'step',
  'last_loss',
  'lr',
  'generator',
  'layer_generators',
  'optimizer',
  'checksum',
];
/** Before the names of the optimizer's state. */
const OPTIMIZER = 'optimizer.';

/**
 * The model as the bytes of a safetensors file.
 *
 * Names and shapes are those of torch's `state_dict()` of the same `nn.Sequential`: the position of the layer, then
 * `weight`, `bias`, `running_mean`, `running_var`. So the weight of a `Linear` is written transposed, (outFeatures,
 * inFeatures), and gamma and beta of a `BatchNorm1d` are its `weight` and `bias`; where it tracks the deviation, that
 * is `running_std`, which torch has not. Calibrated statistics, where there are some, follow as `calibrated_mean` and
 * `calibrated_var` or `calibrated_std`, (numFeatures); torch's `load_state_dict` takes them with `strict=False`. With a
 * trainer, what its optimizer keeps follows as `optimizer.0.exp_avg` and the like, by the place of the parameter.
 *
 * `architecture` in the metadata is a JSON list of the layers as they print, such as `Linear(30, 200)`, and null for one
 * of another class that does not say what it is. `checksum` in the metadata is the SHA-256 of all the rest, tensors and metadata, whatever their order in the file.
 *
 * Errors: TypeError for a metadata key of the library's own, text that is none, or two tensors of one name; RangeError for a
 * running or calibrated spread below 0, which could not be loaded.
 */
export function saveCheckpoint(options: SaveCheckpointOptions): Bytes {
  expectOptions('saveCheckpoint', options, ['model', 'trainer', 'metadata']);
  const { model, trainer, metadata = {} } = options;
  expectSame('saveCheckpoint', model, trainer);
  const meta = new Map<string, string>([
    ['lanewise', String(VERSION)],
    ['architecture', JSON.stringify(architectureOf(model))],
  ]);
  if (trainer !== undefined) {
    const { steps, lastLoss, generator, drawn } = trainer.state();
    meta.set('step', String(steps));
    if (lastLoss !== undefined) meta.set('last_loss', String(lastLoss));
    const lr = nextRate(trainer);
    if (lr !== undefined) meta.set('lr', String(lr));
    meta.set('generator', encodeBase64(generator));
    if (drawn !== undefined)
      meta.set(
        'layer_generators',
        JSON.stringify(drawn.map((one) => ({ ...one, state: encodeBase64(one.state) }))),
      );
    if (slotsOfOptimizer(trainer).length > 0) meta.set('optimizer', String(trainer.optimizer));
  }
  if (Object.prototype.toString.call(metadata) !== '[object Object]')
    throw new TypeError(
      `saveCheckpoint: expected metadata to be an object of text by key, got ${came(metadata)}`,
    );
  for (const [key, value] of Object.entries(metadata)) {
    if (RESERVED.includes(key))
      throw new TypeError(`saveCheckpoint: expected a metadata key of your own, got '${key}'`);
    if (typeof value !== 'string')
      throw new TypeError(`saveCheckpoint: expected metadata '${key}' to be text, got ${typeof value}`);
    meta.set(key, value);
  }
  const tensors = new Map<string, CheckpointTensor>();
  const calibrated = slotsOfCalibrated(model).filter(({ layer }) => layer.calibrated);
  const slots = [
    ...slotsOf(model),
    ...calibrated.flatMap((norm) => norm.slots),
    ...(trainer === undefined ? [] : slotsOfOptimizer(trainer)),
  ];
  for (const { name, shape, tensor, transposed } of slots) {
    if (tensors.has(name))
      throw new TypeError(`saveCheckpoint: expected one tensor named '${name}', got two`);
    expectTensor('saveCheckpoint', `'${shown(name)}'`, tensor.core, 'float32', tensor);
    const values = tensor.toArray();
    const negative = negativeSpread(name, values);
    if (negative !== undefined)
      throw new RangeError(`saveCheckpoint: expected '${shown(name)}' to be 0 or more, got ${negative}`);
    tensors.set(name, { shape, data: transposed ? transpose(values, shape[1], shape[0]) : values });
  }
  meta.set('checksum', checksum(meta, tensors));
  return writeSafetensors(meta, tensors);
}

/**
 * Sets the model, and the trainer where there is one, to what `saveCheckpoint` wrote; returns what else is in the
 * file. A layer whose calibrated statistics the file has not has none. A refused file changes nothing.
 *
 * Errors: CheckpointError for a file that is damaged, cut short, of another program, of a later version, or of another
 * architecture; TypeError for a trainer of another model.
 */
export function loadCheckpoint(bytes: Uint8Array | ArrayBuffer, options: LoadCheckpointOptions): Checkpoint {
  expectOptions('loadCheckpoint', options, ['model', 'trainer', 'source']);
  const { model, trainer, source = 'checkpoint' } = options;
  expectSame('loadCheckpoint', model, trainer);
  const checkpoint = readCheckpoint(bytes, source);
  const { metadata, tensors } = checkpoint;
  expectArchitecture(source, metadata.get('architecture'), model);
  const calibrated = slotsOfCalibrated(model).filter(({ slots }) =>
    slots.some(({ name }) => tensors.has(name)),
  );
  const kept = trainer === undefined ? [] : slotsOfOptimizer(trainer);
  if (trainer !== undefined) expectOptimizer(source, metadata.get('optimizer'), trainer, kept.length > 0);
  const slots = [...slotsOf(model), ...calibrated.flatMap((layer) => layer.slots), ...kept];
  // Without a trainer, what its optimizer kept is of no use.
  const names = [...tensors.keys()];
  const unknown = new Set(
    trainer === undefined ? names.filter((name) => !name.startsWith(OPTIMIZER)) : names,
  );
  for (const { name, shape } of slots) {
    const saved = tensors.get(name);
    const expected = `${source}: expected '${name}' of shape (${shape.join(', ')}), as the model has`;
    if (saved === undefined) throw new CheckpointError(`${expected}, got no such tensor`);
    if (saved.shape.join() !== shape.join())
      throw new CheckpointError(`${expected}, got shape (${shown(saved.shape.join(', '))})`);
    unknown.delete(name);
  }
  for (const name of unknown)
    throw new CheckpointError(`${source}: expected the tensors of the model only, got '${shown(name)}' too`);
  const state = trainer && trainerState(checkpoint, source);
  const problem = drawnProblem(model, state?.drawn ?? []);
  if (problem !== undefined) throw new CheckpointError(`${source}: ${problem}`);

  // Nothing is refused from here on, but a trainer at work, and that before the first tensor.
  if (state !== undefined) trainer?.restore(state);
  for (const { name, shape, tensor, transposed } of slots) {
    const { data } = tensors.get(name) as CheckpointTensor;
    tensor.set(transposed ? transpose(data, shape[0], shape[1]) : data);
  }
  for (const { layer } of slotsOfCalibrated(model))
    layer.calibrated = calibrated.some((saved) => saved.layer === layer);
  return checkpoint;
}

/**
 * What a checkpoint holds, without a model. All that can be checked without one is.
 *
 * Errors: CheckpointError as `loadCheckpoint`.
 */
export function readCheckpoint(file: Uint8Array | ArrayBuffer, source = 'checkpoint'): Checkpoint {
  const bytes = bytesOf(file);
  const refuse = (expected: string, got: string) =>
    new CheckpointError(`${source}: expected ${expected}, got ${got}`);
  const header = readHeader(bytes, refuse);
  const { metadata } = header;
  const version = metadata.get('lanewise');
  if (version === undefined)
    throw refuse('a checkpoint of lanewise', `a safetensors file without 'lanewise' in its metadata`);
  if (version !== String(VERSION))
    throw refuse(
      `format version ${VERSION}`,
      /^\d{1,9}$/.test(version) && Number(version) > VERSION
        ? `version ${version}: a later lanewise wrote it`
        : `version '${shown(version)}'`,
    );
  const tensors = readTensors(bytes, header, refuse);
  const [expected, got] = [metadata.get('checksum'), checksum(metadata, tensors)];
  if (expected === undefined) throw refuse(`'checksum' in the metadata`, 'none');
  if (expected !== got)
    throw refuse(`SHA-256 ${shown(expected.slice(0, 12))}…`, `${got.slice(0, 12)}…: the file is damaged`);
  for (const [key, value] of metadata) {
    const { what, holds } = OWN[key] ?? {};
    if (what !== undefined && !holds?.(value)) throw wrongMetadata(source, key, what, value);
  }
  for (const [name, { data }] of tensors) {
    const negative = negativeSpread(name, data);
    if (negative !== undefined) throw refuse(`'${shown(name)}' to be 0 or more`, `${negative}`);
  }
  return { metadata, tensors };
}

/** The tensors that are a variance or a deviation. */
const SPREAD = /(^|\.)(running|calibrated)_(var|std)$/;

const negativeSpread = (name: string, data: Float32Array): number | undefined =>
  SPREAD.test(name) ? data.find((spread) => spread < 0) : undefined;

/** A schedule may end with its run: then there is no rate of the next step. */
function nextRate({ optimizer }: Trainer): number | undefined {
  try {
    const { lr } = optimizer;
    return typeof lr === 'number' && lr >= 0 && lr < Infinity ? lr : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of a file, however they are given. */
export function bytesOf(file: Uint8Array | ArrayBuffer): Uint8Array {
  if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  // Of whatever realm.
  if (Object.prototype.toString.call(file) === '[object ArrayBuffer]') return new Uint8Array(file);
  throw new TypeError(`loadCheckpoint: expected the bytes of a file as a Uint8Array, got ${came(file)}`);
}

/** What the library's own metadata has to be, where it is there. */
const OWN: Partial<Record<string, { what: string; holds: (text: string) => boolean }>> = {
  step: {
    what: 'the number of steps made',
    holds: (text) => /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)),
  },
  last_loss: { what: 'the loss of the last step', holds: isFiniteNumber },
  lr: {
    what: 'a learning rate of 0 or more',
    holds: (text) => isFiniteNumber(text) && Number(text) >= 0,
  },
  architecture: {
    what: 'a JSON list of layers',
    holds: (text) => {
      try {
        const layers: unknown = JSON.parse(text);
        return Array.isArray(layers) && layers.every((layer) => layer === null || typeof layer === 'string');
      } catch {
        return false;
      }
    },
  },
  generator: { what: "a generator's state in base64", holds: isGeneratorState },
  layer_generators: {
    what: 'a JSON list of generators, with their layers',
    holds: (text) => {
      try {
        const listed: unknown = JSON.parse(text);
        return Array.isArray(listed) && listed.every(isDrawn);
      } catch {
        return false;
      }
    },
  },
};

function isGeneratorState(text: string): boolean {
  try {
    new Generator().setState(decodeBase64(text));
    return true;
  } catch {
    return false;
  }
}

/** A `DrawnState` whose state is in base64. */
function isDrawn(one: unknown): boolean {
  const { layers, minibatches, state } = (one ?? {}) as Partial<Record<keyof DrawnState, unknown>>;
  return (
    Array.isArray(layers) &&
    layers.every((position) => typeof position === 'string') &&
    typeof minibatches === 'boolean' &&
    typeof state === 'string' &&
    isGeneratorState(state)
  );
}

/** The error for metadata that is not what it has to be. */
export function wrongMetadata(
  source: string,
  key: string,
  expected: string,
  got: string | undefined,
): CheckpointError {
  const came = got === undefined ? 'none' : `'${shown(got)}'`;
  return new CheckpointError(`${source}: expected metadata '${key}' to be ${expected}, got ${came}`);
}

function trainerState({ metadata }: Checkpoint, source: string): TrainerState {
  const given = (key: string): string => {
    const value = metadata.get(key);
    if (value === undefined) throw wrongMetadata(source, key, OWN[key]?.what ?? '', value);
    return value;
  };
  const steps = Number(given('step'));
  const lastLoss = steps === 0 && !metadata.has('last_loss') ? undefined : Number(given('last_loss'));
  const listed: (Omit<DrawnState, 'state'> & { state: string })[] = JSON.parse(
    metadata.get('layer_generators') ?? '[]',
  );
  const drawn = listed.map(({ state, ...rest }) => ({ ...rest, state: decodeBase64(state) }));
  return { steps, lastLoss, generator: decodeBase64(given('generator')), drawn };
}

/** What the optimizer keeps from step to step, by the place of its parameter. */
const slotsOfOptimizer = ({ optimizer }: Trainer): Slot[] =>
  (optimizer.buffers?.() ?? []).map(({ name, value }) => slotOf(OPTIMIZER + name, value));

/** The state of one optimizer is of no use to another. */
function expectOptimizer(
  source: string,
  saved: string | undefined,
  { optimizer }: Trainer,
  keeps: boolean,
): void {
  const own = keeps ? String(optimizer) : undefined;
  if (saved !== own)
    throw new CheckpointError(
      `${source}: expected the state of ${own ?? 'an optimizer that keeps none'}, as the trainer has it, got ` +
        `${saved === undefined ? 'none' : `that of ${shown(saved)}`}`,
    );
}

/** Each layer as it prints; null for one that does not say what it is. */
const architectureOf = (model: Model): (string | null)[] =>
  placedLayers(model as Layer).map(({ layer }) => {
    const text = String(layer);
    return text.startsWith('[') ? null : text;
  });

/** A file from before checkpoints knew theirs is taken by its tensors alone. */
function expectArchitecture(source: string, saved: string | undefined, model: Model): void {
  if (saved === undefined) return;
  const [theirs, ours]: (string | null)[][] = [JSON.parse(saved), architectureOf(model)];
  const positions = placedLayers(model as Layer).map(({ position }) => position);
  if (theirs.length !== ours.length)
    throw new CheckpointError(
      `${source}: expected ${ours.length} layers, as the model has, got ${theirs.length}`,
    );
  ours.forEach((own, i) => {
    const other = theirs[i];
    if (own !== null && other !== null && own !== other)
      throw new CheckpointError(
        `${source}: expected layer ${positions[i]} to be ${own}, as in the model, got ${shown(other)}`,
      );
  });
}

/** Over metadata and tensors in the order of their names, so that a tool may write the same in another order. */
function checksum(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): string {
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = (value: unknown) => encodeUtf8(JSON.stringify(value));
  const hash = sha256.create();
  hash.update(text(sorted(metadata).filter(([key]) => key !== 'checksum')));
  for (const [name, { shape, data }] of sorted(tensors))
    hash.update(text([name, shape])).update(littleEndian(data));
  return bytesToHex(hash.digest());
}

function isFiniteNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function expectSame(place: string, model: Model, trainer: Trainer | undefined): void {
  if (!Array.isArray(model?.layers))
    throw new TypeError(`${place}: expected model to be a Sequential, got ${came(model)}`);
  if (trainer !== undefined && trainer.model !== model)
    throw new TypeError(`${place}: expected the trainer of the model, got that of another`);
}
