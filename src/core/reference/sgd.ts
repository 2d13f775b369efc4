import type { SgdKernels } from '../kernels/sgd.js';
import type { Views } from './views.js';

const fround = Math.fround;

/** p −= lr · dp: the product is rounded, then the difference. */
export const sgd = (views: Views): SgdKernels => ({
  sgdUpdate(p, dp, count, lr) {
    const { f32 } = views;
    const rate = fround(lr);
    for (let i = 0; i < count; i++) f32[(p >> 2) + i] -= fround(rate * f32[(dp >> 2) + i]);
  },
});
