import type { SoftmaxRowsKernels } from '../kernels/softmax-rows.js';
import { rowStride } from '../row-stride.js';
import { exp } from './exp-log.js';
import type { Views } from './views.js';

export const softmaxRows = (views: Views): SoftmaxRowsKernels => {
  /** For each row Σ a b, or where b is 0 Σ a, and where it lies, in floats from the first. */
  const eachRow = (
    [a, b, n, m]: readonly number[],
    visit: (sum: number, start: number, end: number) => void,
  ): void => {
    const { f32 } = views;
    for (let i = 0; i < n; i++) {
      const start = i * rowStride(m);
      const lanes = [0, 0, 0, 0];
      for (let j = 0; j < m; j++)
        lanes[j % 4] += f32[(a >> 2) + start + j] * (b === 0 ? 1 : f32[(b >> 2) + start + j]);
      visit(lanes[0] + lanes[2] + (lanes[1] + lanes[3]), start, start + m);
    }
  };
  return {
    softmaxBackward(dx, dy, y, n, m) {
      const { f32 } = views;
      eachRow([dy, y, n, m], (sum, start, end) => {
        for (let at = start; at < end; at++)
          f32[(dx >> 2) + at] = f32[(y >> 2) + at] * (f32[(dy >> 2) + at] - sum);
      });
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
      eachRow([dy, 0, n, m], (sum, start, end) => {
        for (let at = start; at < end; at++)
          f32[(dx >> 2) + at] = f32[(dy >> 2) + at] - exp(Math.min(f32[(y >> 2) + at], 0)) * sum;
      });
    },
  };
};
