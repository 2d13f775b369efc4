import { access, constants, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { printable } from 'lanewise';
import { reasonOf, UsageError } from './errors.js';
import { probeFolder, replaceFile } from './replace.js';

/** A file that will be written whole or not at all. */
export interface Target {
  /** What is replaced: behind a symbolic link the linked file. */
  path: string;
  /** False where it could not be written: that is said on stderr and by exit code 2, and ends nothing. */
  write(content: string | Uint8Array): Promise<boolean>;
}

/** A path that was given, and the option that it was given as. */
export interface Given {
  option: string;
  path: string | undefined;
  /** Only read: a file that is written has to be another. */
  input?: boolean;
}

/**
 * Makes sure, before any work is done, that each file can be written at the end of it and that none is a second name of
 * another, through links, `..` or letters that the folder does not tell apart. In the order of the list; undefined
 * where there is no path, or an input.
 */
export async function prepareTargets(given: readonly Given[]): Promise<(Target | undefined)[]> {
  const taken = new Map<string, string>();
  const targets: (Target | undefined)[] = [];
  for (const { option, path, input = false } of given) {
    if (path === undefined) {
      targets.push(undefined);
      continue;
    }
    const target = input ? undefined : await prepareTarget(path, option);
    targets.push(target);
    const keys = target?.keys ?? (await inputKeys(path));
    const other = keys.map((key) => taken.get(key)).find((found) => found !== undefined);
    if (target && other !== undefined)
      throw new UsageError(
        other === '--names'
          ? `${option} ${path}: expected a file that can be written, got: it is the file of --names`
          : `${option} ${path}: expected another file than that of ${other}`,
      );
    for (const key of keys) if (!taken.has(key)) taken.set(key, option);
  }
  return targets;
}

async function prepareTarget(path: string, option: string): Promise<Target & { keys: string[] }> {
  const refuse = (got: string) =>
    new UsageError(`${option} ${path}: expected a file that can be written, got: ${got}`);
  try {
    const there = await ifThere(stat(path));
    if (there?.isDirectory()) throw refuse('it is a directory');
    if (there === undefined && path.endsWith('/')) throw refuse('no such directory');
    // A rename would put a file in the place of the pipe or device.
    if (there && !there.isFile()) throw refuse('it is not a regular file');
    // The superuser may write what is marked read-only; the mark still means "keep this".
    if (there && (there.mode & 0o222) === 0) throw refuse('it is read-only');
    const target = await linked(path);
    if (there) await access(target, constants.W_OK);
    await access(dirname(target), constants.W_OK);
    const { tellsCase } = await probeFolder(target);
    const what = { '--save': 'checkpoint', '--report': 'report' }[option] ?? 'record';
    let failed = '';
    return {
      path: target,
      keys: [tellsCase ? target : target.toLowerCase(), ...(there ? [`${there.dev}:${there.ino}`] : [])],
      async write(content) {
        try {
          await replaceFile(target, content, there?.mode);
          failed = '';
          return true;
        } catch (error) {
          const reason = reasonOf(error);
          // Once, where a checkpoint is tried every few steps.
          if (reason !== failed)
            console.error(
              `lanewise: ${printable(`${option} ${path}: could not write the ${what}: ${reason}`)}`,
            );
          failed = reason;
          if (!process.exitCode || process.exitCode === 1) process.exitCode = 2;
          return false;
        }
      },
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw refuse(reasonOf(error));
  }
}

/** None where there is no such file: who reads it says so. */
async function inputKeys(path: string): Promise<string[]> {
  const there = await ifThere(stat(path)).catch(() => undefined);
  return there?.isFile() ? [`${there.dev}:${there.ino}`] : [];
}

/** What stands behind a path, whether it is there or not: symbolic links are followed, a dangling one too. */
async function linked(path: string, left = 40): Promise<string> {
  const folder = await realpath(dirname(path));
  const place = join(folder, basename(path));
  let to: string;
  try {
    to = await readlink(place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // No link, or nothing at all.
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'UNKNOWN') return place;
    throw error;
  }
  if (left === 0) throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
  return linked(resolve(folder, to), left - 1);
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
