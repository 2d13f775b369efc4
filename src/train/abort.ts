/**
 * What ends work before its time: `new AbortController().signal`, or anything with these two. Of the library's own, for
 * TypeScript knows an AbortSignal by the library of the DOM or of Node only.
 */
export interface Signal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}
