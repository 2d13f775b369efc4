import { open, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { CheckpointError } from 'lanewise/checkpoint';
import { builtInNames, type NameList, type RunSettings, readRun, type SavedRun } from 'lanewise/makemore';
import { reasonOf, UsageError } from './errors.js';
import { readNames } from './files.js';
import type { TrainOptions } from './options.js';

/** The argument of a command that takes one checkpoint. */
export function checkpointArgument(name: string, file: string | undefined, { args }: Command): string {
  if (file === undefined || file === '')
    throw new UsageError(
      `${name}: expected the file of a checkpoint, got ${file === undefined ? 'none' : "''"}`,
    );
  if (args.length > 1) throw new UsageError(`${name}: expected one file, got '${args[1]}' too`);
  return file;
}

/** Most bytes of a header, by the format, and so many that tell what a file is that has none. */
const [MOST_HEADER, BEGINNING] = [100_000_000, 64];

/**
 * The bytes of a checkpoint; of a file that cannot be one the first only, however large it is. `place` is what errors
 * begin with: the path, after the option where there is one.
 */
export async function readCheckpointBytes(path: string, place = path): Promise<Uint8Array> {
  const refuse = (got: string) => new UsageError(`${place}: expected a checkpoint, got: ${got}`);
  try {
    const there = await stat(path);
    if (there.isDirectory()) throw refuse('it is a directory');
    // An endless device is not read to its end.
    if (!there.isFile()) throw refuse('it is not a regular file');
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
      const header = buffer.readBigUInt64LE();
      if (bytesRead === BEGINNING && (header < 2 || header > MOST_HEADER)) return buffer;
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof UsageError ? error : refuse(reasonOf(error));
  }
}

/** The run of `--resume path`, or of a checkpoint that is an argument. */
export async function readSavedRun(path: string, place = path): Promise<SavedRun> {
  const bytes = await readCheckpointBytes(path, place);
  return refusing(() => readRun(bytes, place));
}

/** What is wrong with a checkpoint, said as what the user gave. */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CheckpointError ? new UsageError(error.message) : error;
  }
}

/** Options whose value a run has from its checkpoint. */
const FIXED = [
  ...([
    'net',
    'init',
    'hidden',
    'embedding',
    'context',
    'depth',
    'activation',
    'gain',
    'batchNorm',
    'bias',
  ] as const),
  ...(['seed', 'batch', 'lr', 'lrAfter', 'lrDrop'] as const),
];

/**
 * The settings of a run that goes on: those of its checkpoint, and `--steps` where that is more. Errors: UsageError for
 * an option that was given and says otherwise.
 */
export function resumedSettings(saved: SavedRun, options: TrainOptions, command: Command): RunSettings {
  const { resume, steps = saved.settings.steps } = options;
  const settings = saved.settings as unknown as Record<string, unknown>;
  for (const key of FIXED) {
    if (command.getOptionValueSource(key) !== 'cli') continue;
    const got = options[key];
    const expected = settings[key];
    if (String(got) === String(expected)) continue;
    const flag = (key === 'batchNorm' ? '--no-' : '--') + kebab(key);
    const shown = typeof got === 'boolean' ? flag : `${flag} ${got}`;
    if (!(key in settings))
      throw new UsageError(
        `${shown}: expected an option of --net ${settings.net}, as ${resume} has, got ${flag}`,
      );
    const had = expected === null || typeof expected === 'boolean' ? 'no such option' : String(expected);
    throw new UsageError(
      `${shown}: expected ${had}, as ${resume} has, got ${typeof got === 'boolean' ? flag : got}`,
    );
  }
  if (steps < saved.settings.steps)
    throw new UsageError(
      `--steps ${steps}: expected at least ${saved.settings.steps}, as ${resume} has, got ${steps}`,
    );
  return { ...saved.settings, steps };
}

/** The names that the run began with, from `--names` or from where they were then. */
export async function resumedNames(saved: SavedRun, { resume, names }: TrainOptions): Promise<NameList> {
  const { path, sha256 } = saved.names;
  const place = names ?? path;
  const list = await (names === undefined && path === 'built-in'
    ? builtInNames()
    : readNames(place, { regular: names === undefined })
  ).catch((error) => {
    if (names !== undefined || !(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${error.message}; the names of ${resume} were there, --names <file> says where now`,
    );
  });
  if (list.sha256 !== sha256)
    throw new UsageError(
      `--names ${place}: expected the list that ${resume} was trained on, SHA-256 ${sha256.slice(0, 16)}…, ` +
        `got another, ${list.sha256.slice(0, 16)}…`,
    );
  return list;
}

const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
