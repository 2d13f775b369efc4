import type { Kernels } from '../kernels.js';
import { exp, expm1, log } from './exp-log.js';
import type { Views } from './views.js';

const { fround } = Math;

/** The first float whose tanh rounds to 1. */
const TANH_IS_ONE = 9.010913848876953;

/** tanh x = 2 T / (1 + T²), T = tanh(x / 2) = n / d, where n / d is a minimax rational, odd, 7/6. */
const tanh = (x: number): number => {
  const clamped = Math.max(Math.min(x, TANH_IS_ONE), -TANH_IS_ONE);
  const u = clamped * clamped;
  const n =
    (u + 39.493486007350924) *
    (u + 175.5092778747164) *
    ((u + 1542.7455775419253) * (clamped * 0.016243552127877165));
  const d = (u + 9.869621950118956) * (u + 89.88595779457457) * (u + 391.59622210336676);
  return (n * (d + d)) / (n * n + d * d);
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
