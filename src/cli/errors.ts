/** What the user gave cannot be used: said on stderr, exit code 2. */
export class UsageError extends Error {}

/** The message of a failed call of the operating system, without its code and path. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is not a directory',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left on the device',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'too many symbolic links',
    EIO: 'input/output error',
    EFBIG: 'the file would be larger than is allowed',
    EDQUOT: 'the disk quota is used up',
    ERR_FS_FILE_TOO_LARGE: 'more than 2 GiB',
    ERR_INVALID_ARG_VALUE: 'no path holds U+0000',
  };
  // `ENXIO: no such device or address, open '/dev/tty'`
  return words[code ?? ''] ?? message.replace(/^E[A-Z0-9]+: (.*?)(?:, \w+(?: '.*)?)?$/s, '$1');
}
