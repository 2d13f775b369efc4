import type { RmspropKernels } from '../kernels/rmsprop.js';
import type { Views } from './views.js';

const fround = Math.fround;
const sqrt = Math.sqrt;

/** Each operation rounded to float. */
export const rmsprop = (views: Views): RmspropKernels => ({
  rmspropUpdate(p, v, a, b, g, count, ...scalars) {
    const { f32 } = views;
    const [lr, alpha, keep, eps, decay, momentum] = scalars.map(fround);
    for (let i = 0; i < count; i++) {
      const value = f32[(p >> 2) + i];
      let d = f32[(g >> 2) + i];
      if (decay !== 0) d = fround(d + fround(decay * value));
      let square = fround(fround(alpha * f32[(v >> 2) + i]) + fround(fround(keep * d) * d));
      f32[(v >> 2) + i] = square;
      if (a !== 0) {
        const mean = fround(fround(alpha * f32[(a >> 2) + i]) + fround(keep * d));
        f32[(a >> 2) + i] = mean;
        square = fround(square - fround(mean * mean));
      }
      let step = fround(d / fround(fround(sqrt(square)) + eps));
      if (b !== 0) {
        step = fround(fround(momentum * f32[(b >> 2) + i]) + step);
        f32[(b >> 2) + i] = step;
      }
      f32[(p >> 2) + i] = value - fround(lr * step);
    }
  },
});
