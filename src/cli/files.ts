import { open, stat } from 'node:fs/promises';
import { type NameList, NamesError, parseNames, splitNames, Vocabulary } from 'lanewise/makemore';
import { reasonOf, UsageError } from './errors.js';
import { shorten } from './format.js';

/** Far more than any list of names; a disk image or an endless device is not read to its end. */
const MOST_BYTES = 64 * 2 ** 20;

export interface ReadOptions {
  /** Only a regular file: a path that nobody typed may be a pipe by now, which nobody writes to. */
  regular?: boolean;
}

/** The names of a file; what is wrong with it becomes a UsageError that names file and line. */
export async function readNames(path: string, { regular = false }: ReadOptions = {}): Promise<NameList> {
  // One from a checkpoint may be as long as that.
  const place = shorten(path, 1000);
  const refuse = (got: string) =>
    new UsageError(`--names ${place}: expected a text file of names, one a line, got: ${got}`);
  const bytes = await readAtMost(path, MOST_BYTES, regular).catch((error) => {
    throw error instanceof NotRegular ? refuse(error.message) : refuse(reasonOf(error));
  });
  if (bytes === undefined) throw refuse(`more than ${MOST_BYTES / 2 ** 20} MiB`);
  try {
    return parseNames(bytes, path);
  } catch (error) {
    if (error instanceof NamesError) throw new UsageError(`--names ${error.message}`);
    throw error;
  }
}

class NotRegular extends Error {}

/** The bytes of a file, a pipe or a device; undefined where there are more than `most`. */
async function readAtMost(path: string, most: number, regular: boolean): Promise<Uint8Array | undefined> {
  const there = await stat(path);
  // A directory is refused by its reading.
  if (regular && !there.isFile() && !there.isDirectory()) throw new NotRegular('it is not a regular file');
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

/** Number of different characters; refuses names that no run could be made with, before any work is done. */
export function expectSplits(names: NameList): number {
  try {
    splitNames(names.names, names.source);
    return new Vocabulary(names.names).size;
  } catch (error) {
    if (error instanceof NamesError) throw new UsageError(`--names ${error.message}`);
    throw error;
  }
}
