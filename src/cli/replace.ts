import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file whole or not at all: a temporary file beside it, to the disk, then in its place, and the folder to
 * the disk, so that a loss of power leaves the old content or the new. Before that, temporary files go that writes of
 * this target left behind when they were killed.
 */
export async function replaceFile(
  target: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  await removeLeftovers(target);
  const temporary = temporaryName(target);
  try {
    const file = await open(temporary, 'wx', (mode ?? 0o666) & 0o777);
    try {
      // What the file had is kept, whatever new files are to have.
      if (mode !== undefined) await file.chmod(mode & 0o777);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Throws where `replaceFile` could not make its temporary file. Whether the folder tells large letters from small ones. */
export async function probeFolder(target: string): Promise<{ tellsCase: boolean }> {
  const probe = temporaryName(target);
  await (await open(probe, 'wx')).close();
  try {
    const other = join(dirname(probe), basename(probe).toUpperCase());
    return {
      tellsCase: await stat(other).then(
        () => false,
        () => true,
      ),
    };
  } finally {
    await rm(probe);
  }
}

/**
 * `<target>.lanewise-<machine>-<pid>-<random>.tmp`: beside the target, and with what says whether its writer lives.
 */
export function temporaryName(target: string, pid = process.pid): string {
  return join(dirname(target), `${prefixOf(target)}${pid}-${randomBytes(4).toString('hex')}.tmp`);
}

/** Most bytes of a name that leave room for the rest in the 255 that file systems allow. */
const LONG = 200;

/** What the names of all temporary files of a target of this machine begin with; a hash stands for a long name. */
function prefixOf(target: string): string {
  const name = basename(target);
  const short =
    Buffer.byteLength(name) <= LONG ? name : createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${short}.lanewise-${machine()}-`;
}

let tag: string | undefined;

/** Where a process number means something: this host and, on Linux, this container. */
function machine(): string {
  if (tag === undefined) {
    let namespace = '';
    try {
      namespace = readlinkSync('/proc/self/ns/pid');
    } catch {
      // There are none on other systems.
    }
    const text = `${hostname()}\n${namespace}`;
    tag = createHash('sha256').update(text).digest('hex').slice(0, 8);
  }
  return tag;
}

/** What a later write can do without is left where it cannot be removed. */
async function removeLeftovers(target: string): Promise<void> {
  const folder = dirname(target);
  const prefix = prefixOf(target);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.startsWith(prefix)) continue;
    const [, pid] = /^(\d+)-[0-9a-f]{8}\.tmp$/.exec(entry.name.slice(prefix.length)) ?? [];
    const path = join(folder, entry.name);
    if (pid !== undefined && (await isLeftover(path, Number(pid)))) await rm(path).catch(() => {});
  }
}

/** Whether its writer is gone: no process has the number, or it is this one's, but the file is older. */
async function isLeftover(path: string, pid: number): Promise<boolean> {
  if (pid === process.pid) {
    const there = await stat(path).catch(() => undefined);
    return there !== undefined && there.mtimeMs < Date.now() - process.uptime() * 1000;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // Another user's process may not be signalled, but lives.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** What a system says that cannot sync a folder, or a folder that may be written and not read. */
const UNSYNCED = ['EISDIR', 'EINVAL', 'EPERM', 'EACCES', 'ENOTSUP', 'EBADF'];

/** The rename itself to the disk. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!UNSYNCED.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
