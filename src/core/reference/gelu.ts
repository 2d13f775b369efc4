import type { GeluKernels } from '../kernels/gelu.js';
import { exp } from './exp-log.js';
import type { Views } from './views.js';

/** e^(z²) erfc z in t = (z − 3.75) / (z + 3.75), lowest power first: see assembly/gelu.ts. */
const R = [
  0.14558972127476877, -0.2734219314911922, 0.22600806695440157, -0.16357189583592416, 0.10260431022888342,
  -0.054802321052415996, 0.02414325725293084, -0.008220646586950002, 0.00180268593988218,
  -2.5687122478139623e-5, -0.00015150402060381144, 4.938147621494778e-5, 3.060696259637611e-6,
  -9.108750955846637e-6, -1.8076902240123412e-6,
];

/** e^(−x²/2); x² of a float is exact. */
const density = (x: number): number => exp(x * x * -0.5);

/** Φ(x), given e^(−x²/2). */
const distribution = (x: number, e: number): number => {
  const z = Math.min(Math.abs(x) * Math.SQRT1_2, 10.2);
  const t = (z - 3.75) / (z + 3.75);
  let sum = R[14];
  for (let i = 13; i >= 0; i--) sum = sum * t + R[i];
  const tail = e * sum * 0.5;
  return x >= 0 ? 1 - tail : tail;
};

export const gelu = (views: Views): GeluKernels => ({
  geluForward(y, x, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      f32[(y >> 2) + i] = value * distribution(value, density(value));
    }
  },

  geluBackward(dx, dy, x, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      const e = density(value);
      const slope = distribution(value, e) + value * (e * 0.3989422804014327);
      f32[(dx >> 2) + i] = f32[(dy >> 2) + i] * slope;
    }
  },
});
