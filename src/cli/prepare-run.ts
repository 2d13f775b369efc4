import { CheckpointError } from 'lanewise/checkpoint';
import {
  lectureSettings,
  type NameList,
  NamesError,
  Run,
  type RunSettings,
  type SavedRun,
  Vocabulary,
} from 'lanewise/makemore';
import { UsageError } from './errors.js';
import { count } from './format.js';
import type { TrainOptions } from './options.js';

/** The run of the settings, or one that goes on from where it was saved. What it cannot be is a UsageError. */
export async function prepareRun(
  names: NameList,
  settings: RunSettings,
  { backend, arithmetic: wanted }: TrainOptions,
  saved?: SavedRun,
): Promise<Run> {
  expectRoom(names, settings, saved);
  const arithmetic = wanted === 'relaxed' ? (await import('lanewise/relaxed')).relaxed : wanted;
  try {
    if (saved) return await Run.resume(names, saved, { backend, arithmetic, steps: settings.steps });
    return await Run.prepare(names, settings, { backend, arithmetic });
  } catch (error) {
    if (error instanceof CheckpointError) throw new UsageError(error.message);
    if (error instanceof NamesError) throw new UsageError(`--names ${error.message}`);
    if (error instanceof RangeError) {
      if (!ofMemory(error)) throw new UsageError(saved ? `${saved.source}: ${error.message}` : error.message);
      throw tooLarge(names, settings, saved, error.message);
    }
    if (backend === 'wasm' && error instanceof Error)
      throw new UsageError(`--backend wasm: ${error.message}`);
    throw error;
  }
}

/** Where a setting comes from: the option, or the checkpoint of a run that goes on. */
export const placeOf = (setting: string, value: number, saved: SavedRun | undefined): string =>
  saved ? `${saved.source}: ${setting} ${value}` : `--${setting} ${value}`;

/** Refuses what would take more memory than a machine may have, before the first byte of it is taken. */
function expectRoom({ names }: NameList, { context }: RunSettings, saved?: SavedRun): void {
  const examples = names.reduce((sum, name) => sum + name.length + 1, 0);
  const bytes = examples * context * 4;
  if (bytes > 2 ** 31)
    throw new UsageError(
      `${placeOf('context', context, saved)}: expected examples of at most 2 GiB, got ${(bytes / 2 ** 30).toFixed(1)} GiB`,
    );
}

/** The library’s own refusals begin with a place, `SGD: expected …`; those of memory come from the core or the engine. */
export function ofMemory({ message }: RangeError): boolean {
  const own = message.replace(/^layer [\d.]+: /, '');
  return own.startsWith('Core.') || !/^[\w.]+: expected /.test(own);
}

const SIZES = ['batch', 'hidden', 'embedding', 'context'] as const;

/** Blames the size that is the most times larger than the lecture's. */
function tooLarge(
  list: NameList,
  settings: RunSettings,
  saved: SavedRun | undefined,
  got: string,
): UsageError {
  const times = (size: (typeof SIZES)[number]) => settings[size] / lectureSettings[size];
  const worst = SIZES.reduce((most, size) => (times(size) > times(most) ? size : most));
  const vocabulary = new Vocabulary(list.names).size;
  // That of the lecture has the letters, and the boundary.
  if (vocabulary / 27 > times(worst))
    return new UsageError(
      `--names ${list.source}: expected a vocabulary whose network takes at most 2 GiB, got ${count(vocabulary)} ` +
        `characters (${got})`,
    );
  return new UsageError(
    `${placeOf(worst, settings[worst], saved)}: expected a network of at most 2 GiB, got a larger one (${got})`,
  );
}
