import type { SoftmaxRowsKernels } from '../kernels/softmax-rows.js';
import { rowStride } from '../row-stride.js';
import { exp } from './exp-log.js';
import type { Views } from './views.js';

export const softmaxRows = (views: Views): SoftmaxRowsKernels => ({
  softmaxBackward(dx, dy, y, n, m) {
    const { f32 } = views;
    for (let i = 0; i < n; i++) {
      const row = i * rowStride(m);
      let sum = 0;
      for (let j = 0; j < m; j++) sum += f32[(dy >> 2) + row + j] * f32[(y >> 2) + row + j];
      for (let j = 0; j < m; j++)
        f32[(dx >> 2) + row + j] = f32[(y >> 2) + row + j] * (f32[(dy >> 2) + row + j] - sum);
    }
  },

  logSoftmaxForward(y, x, logSums, n, m) {
    const { f32, f64 } = views;
    for (let i = 0; i < n; i++) {
      const row = i * rowStride(m);
      const logSum = f64[(logSums >> 3) + i];
      for (let j = 0; j < m; j++) f32[(y >> 2) + row + j] = f32[(x >> 2) + row + j] - logSum;
    }
  },

  logSoftmaxBackward(dx, dy, y, n, m) {
    const { f32 } = views;
    for (let i = 0; i < n; i++) {
      const row = i * rowStride(m);
      let sum = 0;
      for (let j = 0; j < m; j++) sum += f32[(dy >> 2) + row + j];
      for (let j = 0; j < m; j++)
        f32[(dx >> 2) + row + j] = f32[(dy >> 2) + row + j] - exp(f32[(y >> 2) + row + j]) * sum;
    }
  },
});
