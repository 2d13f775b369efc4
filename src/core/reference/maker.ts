import { type Maker, PAGE } from '../core.js';

/** The kernels in JavaScript, on a memory of their own: the readable reference, and the backend where Wasm cannot run. */
export function referenceMaker(): Maker {
  const memory = {
    buffer: new ArrayBuffer(PAGE),
    grow(pages: number) {
      const grown = new ArrayBuffer(this.buffer.byteLength + pages * PAGE);
      new Uint8Array(grown).set(new Uint8Array(this.buffer));
      this.buffer = grown;
    },
  };
  return {
    backend: 'js',
    arithmetic: 'deterministic',
    make: (family, views) => family.reference(views),
    // Address 0 stays free: it means "none".
    base: 16,
    memory,
  };
}
