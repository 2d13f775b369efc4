import type { AdamKernels } from '../kernels/adam.js';
import type { Views } from './views.js';

const fround = Math.fround;
const sqrt = Math.sqrt;

/** Each operation rounded to float. */
export const adam = (views: Views): AdamKernels => ({
  adamUpdate(p, m, v, most, g, count, ...scalars) {
    const { f32 } = views;
    const [step, beta1, keep1, beta2, keep2, root, eps, decay, shrink] = scalars.map(fround);
    for (let i = 0; i < count; i++) {
      let value = f32[(p >> 2) + i];
      let d = f32[(g >> 2) + i];
      if (shrink !== 1) value = fround(value * shrink);
      if (decay !== 0) d = fround(d + fround(decay * value));
      const mean = fround(fround(beta1 * f32[(m >> 2) + i]) + fround(keep1 * d));
      let square = fround(fround(beta2 * f32[(v >> 2) + i]) + fround(fround(keep2 * d) * d));
      f32[(m >> 2) + i] = mean;
      f32[(v >> 2) + i] = square;
      if (most !== 0) {
        square = Math.max(f32[(most >> 2) + i], square);
        f32[(most >> 2) + i] = square;
      }
      const spread = fround(fround(fround(sqrt(square)) / root) + eps);
      f32[(p >> 2) + i] = value - fround(fround(step * mean) / spread);
    }
  },
});
