import type { MomentumKernels } from '../kernels/momentum.js';
import type { Views } from './views.js';

const fround = Math.fround;

/** Each operation rounded to float. */
export const momentum = (views: Views): MomentumKernels => ({
  momentumUpdate(p, b, g, count, lr, old, keep, decay, nesterov, first) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(p >> 2) + i];
      let d = f32[(g >> 2) + i];
      if (fround(decay) !== 0) d = fround(d + fround(fround(decay) * value));
      const kept = fround(fround(keep) * d);
      const velocity = first ? d : fround(fround(fround(old) * f32[(b >> 2) + i]) + kept);
      f32[(b >> 2) + i] = velocity;
      const step = nesterov ? fround(d + fround(fround(old) * velocity)) : velocity;
      f32[(p >> 2) + i] = value - fround(fround(lr) * step);
    }
  },

  decayedUpdate(p, g, count, lr, decay) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(p >> 2) + i];
      const d = fround(f32[(g >> 2) + i] + fround(fround(decay) * value));
      f32[(p >> 2) + i] = value - fround(fround(lr) * d);
    }
  },
});
