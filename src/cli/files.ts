import { randomUUID } from 'node:crypto';
import { access, constants, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type NameList, NamesError, parseNames } from 'lanewise/makemore';
import { reasonOf, UsageError } from './errors.js';

/** The names of a file; what is wrong with it becomes a UsageError that names file and line. */
export async function readNames(path: string): Promise<NameList> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UsageError(
      `--names ${path}: expected a text file of names, one a line, got: ${reasonOf(error)}`,
    );
  }
  try {
    return parseNames(bytes, path);
  } catch (error) {
    if (error instanceof NamesError) throw new UsageError(`--names ${error.message}`);
    throw error;
  }
}

/** Makes sure, before any work is done, that `path` can be written at the end of it. */
export async function expectWritable(option: string, path: string): Promise<void> {
  const refuse = (reason: string) =>
    new UsageError(`${option} ${path}: expected a file that can be written: ${reason}`);
  const target = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw refuse(reasonOf(error));
  });
  if (target?.isDirectory()) throw refuse('it is a directory');
  // The superuser may write what is marked read-only; the mark still means "keep this".
  if (target && (target.mode & 0o222) === 0) throw refuse('it is read-only');
  const folder = dirname(resolve(path));
  try {
    if (target) await access(path, constants.W_OK);
    await access(folder, constants.W_OK);
    const probe = temporary(path);
    await (await open(probe, 'wx')).close();
    await rm(probe);
  } catch (error) {
    throw refuse(reasonOf(error));
  }
}

/** Writes a file whole or not at all: beside the target, to the disk, then in its place. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const aside = temporary(path);
  try {
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

const temporary = (path: string): string => `${resolve(path)}.${randomUUID()}.tmp`;
