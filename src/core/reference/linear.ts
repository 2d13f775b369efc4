import type { LinearKernels } from '../kernels/linear.js';
import { rowStride } from '../row-stride.js';
import type { Views } from './views.js';

const fround = Math.fround;

/** The linear layer's products. Each output starts from 0 and sums ascending, multiply then add, each rounded. */
export const linear = (views: Views): LinearKernels => ({
  linearForward(y, x, w, b, n, k, m) {
    const { f32 } = views;
    const xStride = rowStride(k);
    const yStride = rowStride(m);
    for (let i = 0; i < n; i++) {
      const xRow = (x >> 2) + i * xStride;
      const yRow = (y >> 2) + i * yStride;
      f32.fill(0, yRow, yRow + m);
      for (let p = 0; p < k; p++) addScaled(f32, yRow, f32[xRow + p], (w >> 2) + p * yStride, m);
      if (b !== 0) for (let j = 0; j < m; j++) f32[yRow + j] += f32[(b >> 2) + j];
    }
  },

  linearBackward(dx, dw, db, dy, x, w, _scratch, n, k, m) {
    const { f32 } = views;
    const xStride = rowStride(k);
    const yStride = rowStride(m);
    if (dx !== 0) {
      for (let i = 0; i < n; i++) {
        const dyRow = (dy >> 2) + i * yStride;
        const dxRow = (dx >> 2) + i * xStride;
        for (let p = 0; p < k; p++) {
          const wRow = (w >> 2) + p * yStride;
          let sum = 0;
          for (let j = 0; j < m; j++) sum = fround(sum + fround(f32[dyRow + j] * f32[wRow + j]));
          f32[dxRow + p] = sum;
        }
      }
    }
    for (let p = 0; p < k; p++) {
      const dwRow = (dw >> 2) + p * yStride;
      f32.fill(0, dwRow, dwRow + m);
      for (let i = 0; i < n; i++)
        addScaled(f32, dwRow, f32[(x >> 2) + i * xStride + p], (dy >> 2) + i * yStride, m);
    }
    if (db !== 0) {
      f32.fill(0, db >> 2, (db >> 2) + m);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) f32[(db >> 2) + j] += f32[(dy >> 2) + i * yStride + j];
    }
  },
});

/** f32[to + j] += scale · f32[from + j], the product rounded before it is added. */
function addScaled(f32: Float32Array, to: number, scale: number, from: number, count: number): void {
  for (let j = 0; j < count; j++) f32[to + j] += fround(scale * f32[from + j]);
}
