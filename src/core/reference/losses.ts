import type { LossesKernels } from '../kernels/losses.js';
import { rowStride } from '../row-stride.js';
import type { Views } from './views.js';

/** A loss and its slope, of d = y − t. */
interface Value {
  loss(d: number, delta: number): number;
  slope(d: number, delta: number): number;
}

const MSE: Value = { loss: (d) => d * d, slope: (d) => d + d };

const L1: Value = {
  loss: Math.abs,
  slope: (d) => (d > 0 ? 1 : 0) - (d < 0 ? 1 : 0) + (Number.isNaN(d) ? Number.NaN : 0),
};

const HUBER: Value = {
  loss: (d, delta) => (Math.abs(d) > delta ? delta * (Math.abs(d) - 0.5 * delta) : 0.5 * d * d),
  slope: (d, delta) => Math.max(Math.min(d, delta), -delta),
};

export const losses = (views: Views): LossesKernels => {
  const sumOf = (
    { loss, slope }: Value,
    [dy, each, y, t, n, m, scale, delta = 0]: readonly number[],
  ): number => {
    const { f32 } = views;
    const stride = rowStride(m);
    const lanes = [0, 0, 0, 0];
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        const at = i * stride + j;
        const d = f32[(y >> 2) + at] - f32[(t >> 2) + at];
        const value = loss(d, delta);
        lanes[j % 4] += value;
        if (each !== 0) f32[(each >> 2) + at] = value;
        if (dy !== 0) f32[(dy >> 2) + at] = slope(d, delta) * scale;
      }
    return lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
  };
  return {
    mseLoss: (...args) => sumOf(MSE, args),
    l1Loss: (...args) => sumOf(L1, args),
    huberLoss: (...args) => sumOf(HUBER, args),
  };
};
