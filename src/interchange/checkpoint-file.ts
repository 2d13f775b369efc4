import { bytesToHex } from '@noble/hashes/utils.js';
import { decodeBase64 } from '../core/base64.js';
import { came } from '../core/kind.js';
import { Sha256 } from '../core/sha256.js';
import { encodeUtf8 } from '../core/utf8.js';
import { type PlateauState, ReduceLROnPlateau } from '../optim/schedules.js';
import { Generator } from '../random/generator.js';
import { setRngState } from '../random/generator-state.js';
import { littleEndian, readHeader, readTensors, type SafetensorsTensor, shown } from './safetensors.js';
import type { DrawnState } from './trainer-state.js';

/** A checkpoint that cannot be used. The message names the source, what was expected and what came. */
export class CheckpointError extends Error {
  // As a field it could not be where Error.prototype is frozen.
  override get name(): 'CheckpointError' {
    return 'CheckpointError';
  }
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

/** The format's version; a file of a later one is refused. */
export const VERSION = 1;

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

export const negativeSpread = (name: string, data: Float32Array): number | undefined =>
  SPREAD.test(name) ? data.find((spread) => spread < 0) : undefined;

/** The bytes of a file, however they are given. */
export function bytesOf(file: Uint8Array | ArrayBuffer, place = 'loadCheckpoint'): Uint8Array {
  if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  // Of whatever realm.
  if (Object.prototype.toString.call(file) === '[object ArrayBuffer]') return new Uint8Array(file);
  throw new TypeError(`${place}: expected the bytes of a file as a Uint8Array, got ${came(file)}`);
}

/** What the library's own metadata has to be, where it is there. */
export const OWN: Partial<Record<string, { what: string; holds: (text: string) => boolean }>> = {
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
    holds: (text) => isListOf(text, (layer: unknown) => layer === null || typeof layer === 'string'),
  },
  generator: { what: "a generator's state in base64", holds: isGeneratorState },
  layer_generators: {
    what: 'a JSON list of generators, with their layers',
    holds: (text) => isListOf(text, isDrawn),
  },
  plateaus: {
    what: 'a JSON list of learning rates that fall on a plateau, with their groups',
    holds: (text) => isListOf(text, isPlateau),
  },
};

/** Whether it is JSON of an array of such; what throws is none. */
function isListOf<T>(text: string, holds: (one: T) => boolean): boolean {
  try {
    const listed: unknown = JSON.parse(text);
    return Array.isArray(listed) && listed.every(holds);
  } catch {
    return false;
  }
}

function isGeneratorState(text: string): boolean {
  try {
    setRngState(new Generator(), decodeBase64(text));
    return true;
  } catch {
    return false;
  }
}

/** Whether it can be restored; without a best, nothing was measured. Errors: where it cannot. */
function isPlateau({ group, best = Infinity, ...rest }: PlateauState & { group: number }): boolean {
  new ReduceLROnPlateau(0).restore({ ...rest, best });
  return Number.isInteger(group);
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

/** Over metadata and tensors in the order of their names, so that a tool may write the same in another order. */
export function checksum(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): string {
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = (value: unknown) => encodeUtf8(JSON.stringify(value));
  const hash = new Sha256();
  hash.update(text(sorted(metadata).filter(([key]) => key !== 'checksum')));
  for (const [name, { shape, data }] of sorted(tensors))
    hash.update(text([name, shape])).update(littleEndian(data));
  return bytesToHex(hash.digest());
}

function isFiniteNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
