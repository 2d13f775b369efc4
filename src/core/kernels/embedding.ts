import binary from '../../../build/release/embedding.wasm?text';
import { embedding } from '../reference/embedding.js';
import type { KernelFamily } from './family.js';

/** Rows of a table, by their indices. Units and layout as `KernelFamily` says. */
export interface EmbeddingKernels {
  /** y(n, c·d): row i is the c rows weight[indices[i·c + j]] side by side; weight(v,d), indices: n·c int32. */
  embeddingForward(y: number, weight: number, indices: number, n: number, c: number, d: number): void;

  /** dweight(v,d) = 0, then dweight[indices[i·c + j]] += its d columns of dy(n, c·d), i and j ascending. */
  embeddingBackward(
    dweight: number,
    dy: number,
    indices: number,
    n: number,
    c: number,
    d: number,
    v: number,
  ): void;
}

/** The kernels of `Embedding`; `core.use(embeddingKernels)` has them. */
export const embeddingKernels: KernelFamily<EmbeddingKernels> = {
  name: 'embedding',
  binary,
  reference: embedding,
};
