import type { SmoothKernels } from '../kernels/smooth.js';
import { exp, expm1 } from './exp-log.js';
import type { Views } from './views.js';

const fround = Math.fround;

export const smooth = (views: Views): SmoothKernels => ({
  sigmoidForward(y, x, count) {
    const { f32 } = views;
    // 1 / (1 + e^104) is below half of the smallest float.
    for (let i = 0; i < count; i++) f32[(y >> 2) + i] = 1 / (1 + exp(Math.min(-f32[(x >> 2) + i], 104)));
  },

  sigmoidBackward(dx, dy, y, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const out = f32[(y >> 2) + i];
      f32[(dx >> 2) + i] = fround(f32[(dy >> 2) + i] * fround(1 - out)) * out;
    }
  },

  eluForward(y, x, count, alpha) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      // e^-40 is below half an ulp of 1, in double.
      f32[(y >> 2) + i] = value <= 0 ? fround(alpha) * expm1(Math.max(value, -40)) : value;
    }
  },

  eluBackward(dx, dy, x, count, alpha) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      const d = f32[(dy >> 2) + i];
      f32[(dx >> 2) + i] = value <= 0 ? d * (fround(alpha) * exp(value)) : d;
    }
  },
});
