import type { TanhKernels } from '../kernels/tanh.js';
import type { Views } from './views.js';

const fround = Math.fround;

/** tanh x, float operation for float operation as assembly/tanh.ts. */
const tanhOf = (x: number): number => {
  const a = Math.abs(x);
  return Math.sign(x) * (a < fround(0.5493062) ? tanhReduced(a) : tanhLarge(a));
};

/** tanh x from atanh ½ on: (1 − w) + w N / D. */
const tanhLarge = (x: number): number => {
  // From the first float whose tanh rounds to 1 on, tanh is 1.
  const clamped = Math.min(x, 9.010913848876953);
  // Plus 1.5 · 2^23, a float is rounded to an integer.
  const n = fround(fround(clamped * fround(2.8299)) + 12582912) - 12582912;
  const T = tanhReduced(fround(clamped - fround(n * fround(0.34657359))));
  const w = 1 / (1 << (n - 1));
  const rest = fround(1 - T);
  const N = fround(fround((w / 4) * rest) + T);
  const D = fround(fround(rest * 0.5) + N);
  return fround(1 - w + fround(w * fround(N / D)));
};

/** tanh r up to atanh ½: r + r³ Q(r²). */
const tanhReduced = (r: number): number => {
  const u = fround(r * r);
  const uu = fround(u * u);
  const lower = fround(fround(u * fround(0.133326396)) + fround(-0.333333194));
  const upper = fround(fround(u * fround(0.0210875589)) + fround(-0.0538569205));
  const q = fround(lower + fround(uu * fround(upper + fround(uu * fround(-0.00629350403)))));
  return fround(r + fround(fround(r * u) * q));
};

export const tanh = (views: Views): TanhKernels => ({
  tanhForward(y, x, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) f32[(y >> 2) + i] = tanhOf(f32[(x >> 2) + i]);
  },

  tanhBackward(dx, dy, y, count) {
    const { f32 } = views;
    for (let i = 0; i < count; i++) {
      const out = f32[(y >> 2) + i];
      f32[(dx >> 2) + i] = f32[(dy >> 2) + i] * fround(1 - fround(out * out));
    }
  },
});
