import type { Maker } from '../core.js';

/** The kernels in JavaScript, on a memory of their own: the readable reference, and the backend where Wasm cannot run. */
export function referenceMaker(): Maker {
  let buffer = new ArrayBuffer(65_536);
  return {
    backend: 'js',
    arithmetic: 'deterministic',
    make: (family, views) => family.reference(views),
    // Address 0 stays free: it means "none".
    base: 16,
    buffer: () => buffer,
    grow(bytes) {
      const { byteLength } = buffer;
      const grown = made(byteLength, Math.max(bytes, byteLength / 4)) ?? made(byteLength, bytes);
      if (grown === undefined)
        throw new RangeError(`Core.allocate: cannot grow the memory of ${byteLength} bytes by ${bytes}`);
      new Uint8Array(grown).set(new Uint8Array(buffer));
      buffer = grown;
    },
  };
}

/** A buffer of so many bytes and more, in whole pages; undefined where there is no memory for it. */
function made(bytes: number, more: number): ArrayBuffer | undefined {
  try {
    // In doubles: the sum may be past 2^31.
    return new ArrayBuffer(Math.ceil((bytes + more) / 65_536) * 65_536);
  } catch {
    return undefined;
  }
}
