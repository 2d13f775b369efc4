/// <reference lib="esnext.disposable" preserve="true" />
/** Symbol.dispose, or what compiled `using` takes for it in engines that are older than it. */
export const symbolDispose: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);
