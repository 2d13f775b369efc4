import type { SoftplusKernels } from '../kernels/softplus.js';
import { exp, log } from './exp-log.js';
import type { Views } from './views.js';

const { fround } = Math;

export const softplus = (views: Views): SoftplusKernels => ({
  softplusForward(y, x, count, beta, threshold) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      const scaled = fround(beta) * value;
      if (scaled > fround(threshold)) {
        f32[(y >> 2) + i] = value;
        continue;
      }
      const e = exp(-Math.abs(scaled));
      const u = 1 + e;
      f32[(y >> 2) + i] = (Math.max(scaled, 0) + (log(u) - (u - 1 - e) / u)) / fround(beta);
    }
  },

  softplusBackward(dx, dy, x, count, beta, threshold) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const scaled = fround(beta) * f32[(x >> 2) + i];
      const gradient = f32[(dy >> 2) + i];
      const e = exp(-Math.abs(scaled));
      f32[(dx >> 2) + i] =
        scaled > fround(threshold) ? gradient : gradient * ((scaled >= 0 ? 1 : e) / (1 + e));
    }
  },
});
