import type { PointwiseKernels } from '../kernels/pointwise.js';
import type { Views } from './views.js';

export const pointwise = (views: Views): PointwiseKernels => ({
  addPointwise(y, a, b, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) f32[(y >> 2) + i] = f32[(a >> 2) + i] + f32[(b >> 2) + i];
  },

  multiplyPointwise(y, a, b, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) f32[(y >> 2) + i] = f32[(a >> 2) + i] * f32[(b >> 2) + i];
  },
});
