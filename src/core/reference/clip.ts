import type { ClipKernels } from '../kernels/clip.js';
import { rowStride } from '../row-stride.js';
import type { Views } from './views.js';

export const clip = (views: Views): ClipKernels => {
  /** In order; what the callback returns takes the element's place. */
  const each = (x: number, n: number, m: number, visit: (value: number) => number) => {
    const { f32 } = views;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        const at = (x >> 2) + i * rowStride(m) + j;
        f32[at] = visit(f32[at]);
      }
  };
  return {
    sumOfSquares(x, n, m) {
      let sum = 0;
      each(x, n, m, (value) => {
        sum += value * value;
        return value;
      });
      return sum;
    },

    largestSize(x, n, m) {
      let most = 0;
      each(x, n, m, (value) => {
        most = Math.max(most, Math.abs(value));
        return value;
      });
      return most;
    },

    scaleBy: (x, n, m, factor) => each(x, n, m, (value) => value * Math.fround(factor)),

    clampTo(x, n, m, limit) {
      const high = Math.fround(limit);
      each(x, n, m, (value) => Math.max(Math.min(value, high), -high));
    },
  };
};
