import type { SoftplusKernels } from '../kernels/softplus.js';
import { exp } from './exp-log.js';
import type { Views } from './views.js';

const fround = Math.fround;

/** ln(1 + e) = s (2 + z L(z)), s = e / (2 + e), z = s², lowest power first: see assembly/softplus.ts. */
const L = [
  0.6666666666632955, 0.4000000009751135, 0.2857141894992897, 0.22222679937412299, 0.18169831102487763,
  0.15565981239682775, 0.11768850970386867, 0.18708294749778134,
];

const log1p = (e: number): number => {
  const s = e / (2 + e);
  const z = s * s;
  let sum = 0;
  for (let i = L.length - 1; i >= 0; i--) sum = sum * z + L[i];
  return s * (2 + z * sum);
};

export const softplus = (views: Views): SoftplusKernels => ({
  softplusForward(y, x, count, beta, threshold) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      const scaled = fround(beta) * value;
      const sum = Math.max(scaled, 0) + log1p(exp(-Math.abs(scaled)));
      f32[(y >> 2) + i] = scaled > fround(threshold) ? value : sum / fround(beta);
    }
  },

  softplusBackward(dx, dy, x, count, beta, threshold) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const scaled = fround(beta) * f32[(x >> 2) + i];
      const e = exp(-Math.abs(scaled));
      const slope = scaled > fround(threshold) ? 1 : (scaled < 0 ? e : 1) / (1 + e);
      f32[(dx >> 2) + i] = f32[(dy >> 2) + i] * slope;
    }
  },
});
