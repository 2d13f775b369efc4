import { access, constants, open, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type NameList, NamesError, parseNames } from 'lanewise/makemore';
import { reasonOf, UsageError } from './errors.js';
import { probeFolder, replaceFile } from './replace.js';

/** Far more than any list of names; a disk image or an endless device is not read to its end. */
const MOST_BYTES = 64 * 2 ** 20;

/** The names of a file; what is wrong with it becomes a UsageError that names file and line. */
export async function readNames(path: string): Promise<NameList> {
  const refuse = (got: string) =>
    new UsageError(`--names ${path}: expected a text file of names, one a line, got: ${got}`);
  const bytes = await readAtMost(path, MOST_BYTES).catch((error) => {
    throw refuse(reasonOf(error));
  });
  if (bytes === undefined) throw refuse(`more than ${MOST_BYTES / 2 ** 20} MiB`);
  try {
    return parseNames(bytes, path);
  } catch (error) {
    if (error instanceof NamesError) throw new UsageError(`--names ${error.message}`);
    throw error;
  }
}

/** The bytes of a file, a pipe or a device; undefined where there are more than `most`. */
async function readAtMost(path: string, most: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  const file = await open(path);
  try {
    while (length <= most) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(2 ** 18), 0, 2 ** 18, null);
      if (bytesRead === 0) return Buffer.concat(chunks, length);
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return undefined;
  } finally {
    await file.close();
  }
}

/** A file that will be written whole or not at all. */
export interface Target {
  /** What is replaced: behind a symbolic link the linked file. */
  path: string;
  write(content: string | Uint8Array): Promise<void>;
}

/** Makes sure, before any work is done, that `--json path` can be written at the end of it. */
export async function prepareTarget(
  path: string,
  names: string | undefined,
  option = '--json',
): Promise<Target> {
  const refuse = (got: string) =>
    new UsageError(`${option} ${path}: expected a file that can be written, got: ${got}`);
  try {
    const there = await ifThere(stat(path));
    if (there?.isDirectory()) throw refuse('it is a directory');
    // A rename would put a file in the place of the pipe or device.
    if (there && !there.isFile()) throw refuse('it is not a regular file');
    // The superuser may write what is marked read-only; the mark still means "keep this".
    if (there && (there.mode & 0o222) === 0) throw refuse('it is read-only');
    const read = names === undefined ? undefined : await ifThere(stat(names));
    if (there && read?.dev === there.dev && read.ino === there.ino) throw refuse('it is the file of --names');

    // Behind a symbolic link it is the linked file that is replaced.
    const target = there ? await realpath(path) : path;
    if (there) await access(target, constants.W_OK);
    await access(dirname(target), constants.W_OK);
    await probeFolder(target);
    const what = { '--save': 'checkpoint', '--report': 'report' }[option] ?? 'record';
    return {
      path: resolve(target),
      write: (content) =>
        replaceFile(target, content, there?.mode).catch((error) => {
          throw new UsageError(`${option} ${path}: could not write the ${what}: ${reasonOf(error)}`);
        }),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw refuse(reasonOf(error));
  }
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
