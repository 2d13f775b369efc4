import type { BceKernels } from '../kernels/bce.js';
import { rowStride } from '../row-stride.js';
import { exp, log } from './exp-log.js';
import type { Views } from './views.js';

export const bce = (views: Views): BceKernels => ({
  bceWithLogits(dy, losses, y, t, p, n, m, scale) {
    const { f32 } = views;
    let sum = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        const at = i * rowStride(m) + j;
        const logit = f32[(y >> 2) + at];
        const target = f32[(t >> 2) + at];
        const weight = p === 0 ? 1 : 1 + (f32[(p >> 2) + j] - 1) * target;
        const e = exp(-Math.abs(logit));
        const loss = (1 - target) * logit + weight * (log1p(e) + (logit < 0 ? -logit : 0));
        sum += loss;
        if (losses !== 0) f32[(losses >> 2) + at] = loss;
        const below = (logit >= 0 ? e : 1) / (1 + e);
        if (dy !== 0) f32[(dy >> 2) + at] = (1 - target - weight * below) * scale;
      }
    return sum;
  },
});

/** ln(1 + e) for e from 0 to 1: the digits that 1 + e loses are put back. */
const log1p = (e: number): number => {
  const u = 1 + e;
  return log(u) - (u - 1 - e) / u;
};
