import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from 'lanewise';
import type { ExperimentResult } from 'lanewise/makemore';
import { reasonOf, UsageError } from './errors.js';
import { type Choice, inWords, type PlannedRun, plannedRuns, plannedSets } from './experiment-plan.js';
import { probeFolder, replaceFile } from './replace.js';
import { version } from './version.js';

/** What the names of records end with; all else in a folder is left alone. */
const END = '.run.json';

/** What all runs of a report have in common. null: each set’s own. */
export interface Basis {
  steps: number | null;
  seed: string | null;
  /** SHA-256 of the names. */
  names: string;
}

/** What the file of one run holds, beside the SHA-256 of it. */
export interface RunRecordFile extends Omit<Basis, 'names'> {
  /** Of lanewise. */
  version: string;
  set: string;
  label: string;
  /** All sets that the command was to run. */
  sets: readonly string[];
  /** Version of Node. */
  node: string;
  result: ExperimentResult;
}

/** What a file of a folder of records is: whole, damaged, or of another version of lanewise. */
type Content =
  | { kind: 'whole'; kept: RunRecordFile }
  | { kind: 'damaged'; reason: string }
  | { kind: 'other'; version: string };

/** `path` begins with the folder as it was given. */
export type Found = { path: string } & Content;

export const basisOf = ({ steps, seed, result }: RunRecordFile): Basis => ({
  steps,
  seed,
  names: result.record.names.sha256,
});

/** `gain.gain-5-3.run.json` */
export const fileOf = ({ set, label }: { set: string; label: string }): string =>
  `${set}.${label.replace(/[^\w.]+/g, '-')}${END}`;

const digest = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex');

/** What was given to the command that wrote the record. */
export const choiceOf = ({ sets, steps, seed }: Pick<RunRecordFile, 'sets' | 'steps' | 'seed'>): Choice => ({
  sets,
  steps: steps ?? undefined,
  seed: seed === null ? undefined : Number.isSafeInteger(Number(seed)) ? Number(seed) : BigInt(seed),
});

/** Writes the record whole or not at all, on whatever machines others write to the folder. Its path. */
export async function writeRecord(folder: string, kept: RunRecordFile): Promise<string> {
  const path = join(folder, fileOf(kept));
  await replaceFile(path, `${JSON.stringify({ ...kept, sha256: digest(kept) })}\n`);
  return path;
}

/** The records of a folder, by their names. Errors: UsageError, beginning with `option`, for what is no such folder. */
export async function readRecords(folder: string, option: string): Promise<Found[]> {
  const refuse = (got: string) =>
    new UsageError(`${option} ${folder}: expected a folder of records, got: ${got}`);
  const there = await stat(folder).catch((error) => {
    throw refuse(reasonOf(error));
  });
  if (!there.isDirectory()) throw refuse('it is not a folder');
  const files = await readdir(folder).catch((error) => {
    throw refuse(reasonOf(error));
  });
  const found: Found[] = [];
  for (const file of files.filter((name) => name.endsWith(END)).sort()) {
    const path = join(folder, file);
    try {
      // A pipe would be waited for.
      const content: Content = (await stat(path)).isFile()
        ? decoded(await readFile(path, 'utf8'))
        : { kind: 'damaged', reason: 'no regular file' };
      found.push({ path, ...content });
    } catch (error) {
      // Taken away since the folder was listed.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new UsageError(`${path}: expected a record that can be read, got: ${reasonOf(error)}`);
    }
  }
  return found;
}

function decoded(text: string): Content {
  const damaged = (reason: string): Content => ({ kind: 'damaged', reason });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return damaged(text === '' ? 'an empty file' : 'text that is cut off or no JSON');
  }
  if (typeof content !== 'object' || content === null) return damaged('JSON without a record');
  const { sha256, ...kept } = content as RunRecordFile & { sha256: unknown };
  if (typeof kept.version === 'string' && kept.version !== version)
    return { kind: 'other', version: kept.version };
  if (digest(kept) !== sha256) return damaged('other content than was written (SHA-256)');
  return isOfThisVersion(kept)
    ? { kind: 'whole', kept }
    : damaged('settings that no run of this version has');
}

/** Whether the run is there as it is recorded. */
function isOfThisVersion({ set, label, sets, steps, seed, result }: RunRecordFile): boolean {
  const planned = plannedRuns(plannedSets(choiceOf({ sets, steps, seed })));
  const run = planned.find((each) => each.set === set && each.label === label);
  if (run === undefined) return false;
  const record = result.record as unknown as Record<string, unknown>;
  // A run that diverged made fewer steps.
  const { steps: _, ...settings } = run.settings;
  return Object.entries(settings).every(([name, value]) => {
    const recorded = typeof value === 'bigint' ? String(value) : value;
    return JSON.stringify(record[name]) === JSON.stringify(recorded);
  });
}

/** What makes a record one of other runs, as `expected …, got …`; undefined where nothing does. */
export function otherwise(found: Found, expected: Basis | undefined): string | undefined {
  if (found.kind === 'other')
    return `expected a record of lanewise ${version}, got one of lanewise ${found.version}`;
  if (found.kind === 'damaged' || expected === undefined) return undefined;
  const got = basisOf(found.kept);
  for (const [name, words] of Object.entries(IN_WORDS) as [keyof Basis, (value: unknown) => string][])
    if (got[name] !== expected[name])
      return `expected a run with ${words(expected[name])}, got one with ${words(got[name])}`;
  return undefined;
}

const IN_WORDS: Record<keyof Basis, (value: unknown) => string> = {
  steps: (value) => (value === null ? 'no --steps' : `--steps ${value}`),
  seed: (value) => (value === null ? 'no --seed' : `--seed ${value}`),
  names: (value) => `the names of SHA-256 ${String(value).slice(0, 16)}…`,
};

/** A folder that a command writes records to. */
export class RecordFolder {
  /** Records that were there, by `inWords` of their run. */
  readonly there: ReadonlyMap<string, RunRecordFile>;
  readonly #damaged: ReadonlyMap<string, string>;
  #failed = '';

  private constructor(
    readonly folder: string,
    readonly basis: Basis,
    readonly sets: readonly string[],
    found: readonly Found[],
  ) {
    const whole = found.flatMap((each) => (each.kind === 'whole' ? [each.kept] : []));
    this.there = new Map(whole.map((kept) => [inWords(kept), kept]));
    const damaged = found.flatMap((each) => (each.kind === 'damaged' ? [each] : []));
    this.#damaged = new Map(damaged.map(({ path, reason }) => [path, reason]));
  }

  /**
   * Makes the folder, if need be, and reads what is there. Errors: UsageError where it cannot be written, or holds a
   * record of other runs than these, whichever shard’s.
   */
  static async open(folder: string, basis: Basis, sets: readonly string[]): Promise<RecordFolder> {
    try {
      await mkdir(folder, { recursive: true });
      await probeFolder(join(folder, `probe${END}`));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const reason = code === 'EEXIST' ? 'it is not a folder' : reasonOf(error);
      throw new UsageError(`--records ${folder}: expected a folder that can be written, got: ${reason}`);
    }
    const found = await readRecords(folder, '--records');
    for (const each of found) {
      const difference = otherwise(each, basis);
      if (difference !== undefined)
        throw new UsageError(`${each.path}: ${difference}; another folder keeps them apart`);
    }
    return new RecordFolder(folder, basis, sets, found);
  }

  /** Why the run’s record is made again, with its path; undefined where it is whole or not there. */
  damageOf(run: PlannedRun): string | undefined {
    const path = join(this.folder, fileOf(run));
    const reason = this.#damaged.get(path);
    return reason && `${path}: expected a whole record, got ${reason}`;
  }

  /** Its path; undefined where it could not be written: that is said on stderr and by exit code 2, and ends nothing. */
  async write({ set, label }: PlannedRun, result: ExperimentResult): Promise<string | undefined> {
    const { folder, sets, basis } = this;
    const { steps, seed } = basis;
    const node = process.versions.node;
    try {
      return await writeRecord(folder, { version, set, label, sets, steps, seed, node, result });
    } catch (error) {
      const reason = reasonOf(error);
      // Once, where a folder is full.
      if (reason !== this.#failed)
        console.error(
          `lanewise: ${printable(`--records ${folder}: could not write ${fileOf({ set, label })}: ${reason}`)}`,
        );
      this.#failed = reason;
      process.exitCode = 2;
      return undefined;
    }
  }
}
