/// <reference lib="esnext.disposable" preserve="true" />
/** Symbol.dispose, or what compiled `using` takes for it in engines that are older than it. */
export const symbolDispose: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

/**
 * What `using` disposes of where its block ends. No other class has a member whose name is computed: esbuild keeps each that
 * has, whether a program uses it or not.
 */
export abstract class BaseDisposable implements Disposable {
  abstract dispose(): void;

  [symbolDispose](): void {
    this.dispose();
  }
}
