import type { ReluKernels } from '../kernels/relu.js';
import type { Views } from './views.js';

const fround = Math.fround;

export const relu = (views: Views): ReluKernels => ({
  reluForward(y, x, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      // Not Math.max, which takes +0 of −0 and +0.
      const below = value < 0;
      f32[(y >> 2) + i] = below ? 0 : value;
    }
  },

  reluBackward(dx, dy, y, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) f32[(dx >> 2) + i] = f32[(y >> 2) + i] <= 0 ? 0 : f32[(dy >> 2) + i];
  },

  leakyReluForward(y, x, count, slope) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      f32[(y >> 2) + i] = value > 0 ? value : value * fround(slope);
    }
  },

  leakyReluBackward(dx, dy, x, count, slope) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const d = f32[(dy >> 2) + i];
      f32[(dx >> 2) + i] = f32[(x >> 2) + i] > 0 ? d : d * fround(slope);
    }
  },
});
