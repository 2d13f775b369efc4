import type { Views } from '../reference/views.js';

/**
 * Kernels that one module of `assembly/` holds, and their twins in JavaScript (`reference/`), bit for bit alike. A layer
 * asks a core for the family that it needs: what no layer of a program needs, no bundle of it carries.
 *
 * Units: every argument named after a tensor is a byte address in the core's memory, 16-byte aligned; sizes are
 * element counts. Layout: matrices are row-major and each row is padded to whole vectors of 4 floats, so a matrix
 * (n, m) takes n · rowStride(m) floats. A kernel may read and write the padding of a row; no padding value ever
 * reaches an element. Outputs come first, then inputs, sizes, scalars; a gradient is its tensor's name with `d` in
 * front. Outputs do not overlap inputs unless a kernel says so.
 */
export interface KernelFamily<K> {
  readonly name: string;
  /** The WebAssembly module, as text: see `decodeBinary`. */
  readonly binary: string;
  /** The same kernels in JavaScript, on a memory seen as each element type. */
  readonly reference: (views: Views) => K;
}
