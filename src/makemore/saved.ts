import type { Core } from '../core/core.js';
import type { Indices } from '../core/tensor.js';
import { loadCheckpoint } from '../interchange/checkpoint.js';
import { readCheckpoint, wrongMetadata } from '../interchange/checkpoint-file.js';
import type { Sequential } from '../nn/sequential.js';
import { Generator } from '../random/generator.js';
import { type Initialisation, initialisations } from './mlp.js';
import { type ActivationName, activationNames, createNetwork, type RunSettings } from './settings.js';
import { Vocabulary } from './vocabulary.js';

/** Of the learning rates: the command takes no larger one. */
const LARGEST_RATE = 1e30;

/** A run as `Run.save` wrote it, read and checked. */
export interface SavedRun {
  bytes: Uint8Array;
  /** What errors call it, such as the path of the file. */
  source: string;
  settings: RunSettings;
  /** Steps made. */
  step: number;
  names: { path: string; sha256: string; count: number };
  vocabulary: Vocabulary;
  /** As in the record, up to the step. */
  losses: [number, number][];
  seconds: number;
  /** Of the generator that draws the names at the run's end. */
  samplingSeed: bigint;
}

/** What `readRun` reads again. */
export function runMetadata(run: Omit<SavedRun, 'bytes' | 'source' | 'step'>): Record<string, string> {
  const { seed, ...settings } = run.settings;
  return {
    settings: JSON.stringify({ ...settings, seed: String(seed) }),
    names: JSON.stringify(run.names),
    vocabulary: JSON.stringify(run.vocabulary.tokens),
    losses: JSON.stringify(run.losses),
    seconds: String(run.seconds),
    sampling_seed: String(run.samplingSeed),
  };
}

/**
 * Reads what `Run.save` wrote.
 *
 * Errors: CheckpointError for what `readCheckpoint` refuses, and for a checkpoint that is not of a run.
 */
export function readRun(bytes: Uint8Array, source = 'checkpoint'): SavedRun {
  const { metadata, tensors } = readCheckpoint(bytes, source);
  const refuse = (key: string, expected: string) =>
    wrongMetadata(source, key, `${expected}, as a training run writes it`, metadata.get(key));
  const read = <T>(key: string, expected: string, parse: (value: unknown) => T | undefined): T => {
    let value: T | undefined;
    try {
      value = parse(JSON.parse(metadata.get(key) ?? ''));
    } catch {
      value = undefined;
    }
    if (value === undefined) throw refuse(key, expected);
    return value;
  };
  const settings = read('settings', 'the settings of a run', settingsFrom);
  for (const key of ['lr', 'lrAfter'] as const)
    if (!(settings[key] >= 0 && settings[key] <= LARGEST_RATE))
      throw wrongMetadata(
        source,
        'settings',
        `those of a run, ${key} from 0 to ${LARGEST_RATE}`,
        `${key} ${settings[key]}`,
      );
  // Each layer has a weight: no network is made that the file cannot fill.
  if (settings.net === 'deep' && settings.depth > tensors.size)
    throw refuse('settings', `the settings of a network of at most ${tensors.size} tensors`);
  const step = read('step', 'the number of steps made', (value) => (isInteger(value, 0) ? value : undefined));
  return {
    bytes,
    source,
    settings,
    step,
    names: read('names', 'the list of names', namesFrom),
    vocabulary: read('vocabulary', 'the characters', vocabularyFrom),
    losses: read('losses', `pairs of step, rising and below ${step}, and loss`, (value) =>
      lossesFrom(value, step),
    ),
    seconds: read('seconds', 'a time', (value) => (isNumber(value) && value >= 0 ? value : undefined)),
    samplingSeed: read('sampling_seed', 'a seed', () => seedFrom(metadata.get('sampling_seed'))),
  };
}

/**
 * The trained network of a saved run, reserved on the core; for use, not for training.
 *
 * Errors: CheckpointError where the tensors are not those of the settings' network; RangeError where it is too large.
 */
export function loadNetwork(core: Core, saved: SavedRun): Sequential<Indices> {
  const { settings, vocabulary, bytes, source } = saved;
  const model = createNetwork(core, new Generator(0), settings, vocabulary.size);
  loadCheckpoint(bytes, { model, source });
  return model;
}

type Fields = Record<string, unknown>;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isInteger = (value: unknown, low: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= low;

const isGains = (value: unknown, layers: number): value is number[] =>
  Array.isArray(value) && value.length === layers && value.every(isNumber);

function settingsFrom(value: unknown): RunSettings | undefined {
  const fields = value as Fields;
  const seed = seedFrom(fields.seed);
  const { steps, batch, hidden, embedding, context, lr, lrAfter, lrDrop, net } = fields;
  if (seed === undefined || !isInteger(steps, 0) || !isInteger(batch, 1) || !isInteger(hidden, 1)) return;
  if (!isInteger(embedding, 1) || !isInteger(context, 1) || !isInteger(lrDrop, 0)) return;
  if (!isNumber(lr) || !isNumber(lrAfter)) return;
  const common = {
    seed: Number.isSafeInteger(Number(seed)) ? Number(seed) : seed,
    ...{ steps, batch, hidden, embedding, context, lr, lrAfter, lrDrop },
  };
  if (net === 'mlp') {
    const init = fields.init as Initialisation;
    return initialisations.includes(init) ? { net, init, ...common } : undefined;
  }
  const { depth, batchNorm, bias, gain, fanIn } = fields;
  const activation = fields.activation as ActivationName;
  if (net !== 'deep' || !isInteger(depth, 1) || !activationNames.includes(activation)) return;
  if (typeof fanIn !== 'boolean') return;
  if (typeof batchNorm !== 'boolean' || (bias !== null && typeof bias !== 'boolean')) return;
  if (gain !== null && !isNumber(gain) && !isGains(gain, depth - 1)) return;
  return { net, ...common, depth, activation, batchNorm, bias, gain, fanIn };
}

function seedFrom(value: unknown): bigint | undefined {
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) return;
  const seed = BigInt(value);
  return seed >= -(2n ** 63n) && seed < 2n ** 64n ? seed : undefined;
}

function namesFrom(value: unknown): SavedRun['names'] | undefined {
  const { path, sha256, count } = value as Fields;
  if (typeof path !== 'string' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return;
  return isInteger(count, 0) ? { path, sha256, count } : undefined;
}

/** The tokens' order is that of the vocabulary, or they are none. */
function vocabularyFrom(value: unknown): Vocabulary | undefined {
  const tokens = value as string[];
  const vocabulary = new Vocabulary(tokens.slice(1));
  const same =
    vocabulary.size === tokens.length && vocabulary.tokens.every((token, i) => token === tokens[i]);
  return same ? vocabulary : undefined;
}

function lossesFrom(value: unknown, end: number): [number, number][] | undefined {
  if (!Array.isArray(value)) return;
  let last = -1;
  for (const pair of value) {
    if (!Array.isArray(pair) || pair.length !== 2 || !isInteger(pair[0], last + 1) || pair[0] >= end) return;
    if (!isNumber(pair[1])) return;
    last = pair[0];
  }
  return value;
}
