import type { GeluKernels } from '../kernels/gelu.js';
import { exp } from './exp-log.js';
import type { Views } from './views.js';

/** M(a) = e^(a²/2) Φ(−a) as P(a) / Q(a), lowest power first: see assembly/gelu.ts. */
const P = [
  0.5, 0.6865045224219112, 0.46766827237504754, 0.20010240672012644, 0.05811380246607081, 0.01167666601962425,
  0.00158604456920301, 0.0001338667698940907, 5.439962317631542e-6,
];
const Q = [
  1, 2.170893605646708, 2.1674590358405315, 1.3101016317637473, 0.5301821157147765, 0.1496179445783831,
  0.029604620254608225, 0.003989259974033091, 0.0003355542334090965, 1.3635963331252966e-5,
];

const polynomial = (coefficients: readonly number[], a: number): number => {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * a + coefficients[i];
  return sum;
};

const ratio = (x: number): number => {
  const a = Math.min(Math.abs(x), 14.5);
  return polynomial(P, a) / polynomial(Q, a);
};

/** e^(−x²/2); x² of a float is exact. */
const exponential = (x: number): number => exp(x * x * -0.5);

/** The value of −|x| where x is below 0, else 1 minus it. */
const mirrored = (x: number, below: number): number => (x < 0 ? below : 1 - below);

const distribution = (x: number): number => mirrored(x, exponential(x) * ratio(x));

const slope = (x: number): number =>
  mirrored(x, exponential(x) * (ratio(x) - Math.abs(x) * 0.3989422804014327));

export const gelu = (views: Views): GeluKernels => ({
  geluForward(y, x, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const value = f32[(x >> 2) + i];
      f32[(y >> 2) + i] = value * distribution(value);
    }
  },

  geluBackward(dx, dy, x, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) f32[(dx >> 2) + i] = f32[(dy >> 2) + i] * slope(f32[(x >> 2) + i]);
  },
});
