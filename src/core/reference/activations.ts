import type { Kernels } from '../kernels.js';
import { exp, expm1, log } from './exp-log.js';
import type { Views } from './views.js';

const { fround } = Math;

/** tanh x, float operation for float operation as assembly/tanh.ts. */
const tanh = (x: number): number => {
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

export const activations = (views: Views) =>
  ({
    tanhForward(y, x, count) {
      const { f32 } = views;
      for (let i = 0; i < count; i++) f32[(y >> 2) + i] = tanh(f32[(x >> 2) + i]);
    },

    tanhBackward(dx, dy, y, count) {
      const { f32 } = views;
      for (let i = 0; i < count; i++) {
        const out = f32[(y >> 2) + i];
        f32[(dx >> 2) + i] = f32[(dy >> 2) + i] * fround(1 - fround(out * out));
      }
    },

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

    sigmoidForward(y, x, count) {
      const { f32 } = views;
      // 1 / (1 + e^104) is below half of the smallest float.
      for (let i = 0; i < count; i++) f32[(y >> 2) + i] = 1 / (1 + exp(Math.min(-f32[(x >> 2) + i], 104)));
    },

    sigmoidBackward(dx, dy, y, count) {
      const { f32 } = views;
      for (let i = 0; i < count; i++) {
        const out = f32[(y >> 2) + i];
        f32[(dx >> 2) + i] = fround(f32[(dy >> 2) + i] * fround(1 - out)) * out;
      }
    },

    eluForward(y, x, count, alpha) {
      const { f32 } = views;
      for (let i = 0; i < count; i++) {
        const value = f32[(x >> 2) + i];
        // e^-40 is below half an ulp of 1, in double.
        f32[(y >> 2) + i] = value <= 0 ? fround(alpha) * expm1(Math.max(value, -40)) : value;
      }
    },

    eluBackward(dx, dy, x, count, alpha) {
      const { f32 } = views;
      for (let i = 0; i < count; i++) {
        const value = f32[(x >> 2) + i];
        const d = f32[(dy >> 2) + i];
        f32[(dx >> 2) + i] = value <= 0 ? d * (fround(alpha) * exp(value)) : d;
      }
    },

    expForward(y, x, count) {
      const { f32 } = views;
      // e^89 is above every float, and still a double.
      for (let i = 0; i < count; i++) f32[(y >> 2) + i] = exp(Math.min(f32[(x >> 2) + i], 89));
    },

    logForward(y, x, count) {
      const { f32 } = views;
      for (let i = 0; i < count; i++) f32[(y >> 2) + i] = log(f32[(x >> 2) + i]);
    },
  }) satisfies Partial<Kernels>;
