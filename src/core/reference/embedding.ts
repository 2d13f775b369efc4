import type { EmbeddingKernels } from '../kernels/embedding.js';
import { rowStride } from '../row-stride.js';
import type { Views } from './views.js';

/** Rows of a table by index, and their gradients added up in the order in which the indices come. */
export const embedding = (views: Views): EmbeddingKernels => ({
  embeddingForward(y, weight, indices, n, c, d) {
    const { f32, i32 } = views;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < c; j++) {
        const from = (weight >> 2) + i32[(indices >> 2) + i * c + j] * rowStride(d);
        f32.copyWithin((y >> 2) + i * rowStride(c * d) + j * d, from, from + d);
      }
  },

  embeddingBackward(dweight, dy, indices, n, c, d, v) {
    const { f32, i32 } = views;
    f32.fill(0, dweight >> 2, (dweight >> 2) + v * rowStride(d));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < c; j++) {
        const from = (dy >> 2) + i * rowStride(c * d) + j * d;
        const to = (dweight >> 2) + i32[(indices >> 2) + i * c + j] * rowStride(d);
        for (let l = 0; l < d; l++) f32[to + l] += f32[from + l];
      }
  },
});
