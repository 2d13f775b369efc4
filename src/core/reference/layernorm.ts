import type { LayerNormKernels } from '../kernels/layernorm.js';
import { rowStride } from '../row-stride.js';
import type { Views } from './views.js';

/** Layer normalisation, in double; the sums along a row in the four lanes of a vector, then across them. */
export const layernorm = (views: Views): LayerNormKernels => {
  const sum = (m: number, term: (j: number) => number): number => {
    const lanes = [0, 0, 0, 0];
    for (let j = 0; j < m; j++) lanes[j % 4] += term(j);
    return lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
  };
  return {
    layerNormForward(y, statistics, x, weight, bias, n, m, eps) {
      const { f32, f64 } = views;
      for (let i = 0; i < n; i++) {
        const row = i * rowStride(m);
        const value = (j: number) => f32[(x >> 2) + row + j];
        const mean = sum(m, value) / m;
        const rstd = 1 / Math.sqrt(sum(m, (j) => (value(j) - mean) * (value(j) - mean)) / m + eps);
        f64[(statistics >> 3) + 2 * i] = mean;
        f64[(statistics >> 3) + 2 * i + 1] = rstd;
        for (let j = 0; j < m; j++) {
          const h = (value(j) - mean) * rstd;
          f32[(y >> 2) + row + j] = weight === 0 ? h : h * f32[(weight >> 2) + j] + f32[(bias >> 2) + j];
        }
      }
    },

    layerNormBackward(dx, dweight, dbias, dy, x, statistics, weight, n, m) {
      const { f32, f64 } = views;
      const rstd = (i: number) => f64[(statistics >> 3) + 2 * i + 1];
      const h = (i: number, j: number) =>
        (f32[(x >> 2) + i * rowStride(m) + j] - f64[(statistics >> 3) + 2 * i]) * rstd(i);
      const slope = (i: number, j: number) => f32[(dy >> 2) + i * rowStride(m) + j];
      if (weight !== 0)
        for (let j = 0; j < m; j++) {
          let [along, plain] = [0, 0];
          for (let i = 0; i < n; i++) {
            plain += slope(i, j);
            along += slope(i, j) * h(i, j);
          }
          f32[(dweight >> 2) + j] = along;
          f32[(dbias >> 2) + j] = plain;
        }
      for (let i = 0; i < n; i++) {
        const g = (j: number) => (weight === 0 ? slope(i, j) : slope(i, j) * f32[(weight >> 2) + j]);
        const mean = sum(m, g) / m;
        const along = sum(m, (j) => g(j) * h(i, j)) / m;
        for (let j = 0; j < m; j++)
          f32[(dx >> 2) + i * rowStride(m) + j] = rstd(i) * (g(j) - mean - h(i, j) * along);
      }
    },
  };
};
