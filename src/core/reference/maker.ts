import type { Maker } from '../core.js';
import type { Views } from './views.js';

/** The kernels in JavaScript, on a memory of their own: the readable reference, and the backend where Wasm cannot run. */
export function referenceMaker(): Maker {
  let buffer = new ArrayBuffer(65_536);
  const views: Views = {
    f32: new Float32Array(buffer),
    i32: new Int32Array(buffer),
    f64: new Float64Array(buffer),
  };
  return {
    backend: 'js',
    arithmetic: 'deterministic',
    make: (family) => family.reference(views),
    // Address 0 stays free: it means "none".
    base: 16,
    buffer: () => buffer,
    grow(bytes) {
      // In doubles: the sum may be past 2^31.
      const size = Math.ceil((buffer.byteLength + Math.max(bytes, buffer.byteLength / 4)) / 65_536) * 65_536;
      try {
        const grown = new ArrayBuffer(size);
        new Uint8Array(grown).set(new Uint8Array(buffer));
        buffer = grown;
      } catch {
        throw new RangeError(
          `Core.allocate: cannot grow the memory of ${buffer.byteLength} bytes by ${bytes}`,
        );
      }
      views.f32 = new Float32Array(buffer);
      views.i32 = new Int32Array(buffer);
      views.f64 = new Float64Array(buffer);
    },
  };
}
