import type { BatchNormKernels } from '../kernels/batchnorm.js';
import { rowStride } from '../row-stride.js';
import type { Views } from './views.js';

const fround = Math.fround;
const sqrt = Math.sqrt;

/** Batch normalisation. Sums run down the rows, every operation rounded, in the order of `Kernels`' formulas. */
export const batchnorm = (views: Views): BatchNormKernels => ({
  batchNormStatistics(mean, variance, x, n, m, correction) {
    const { f32 } = views;
    const stride = rowStride(m);
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum = fround(sum + f32[(x >> 2) + i * stride + j]);
      const mu = fround(sum / n);
      let squares = 0;
      for (let i = 0; i < n; i++) {
        const d = fround(f32[(x >> 2) + i * stride + j] - mu);
        squares = fround(squares + fround(d * d));
      }
      f32[(mean >> 2) + j] = mu;
      f32[(variance >> 2) + j] = squares / (n - correction);
    }
  },

  batchNormDeviation(std, rstd, variance, m, eps) {
    const { f32 } = views;
    for (let j = 0; j < m; j++) {
      const deviation = fround(sqrt(fround(f32[(variance >> 2) + j] + fround(eps))));
      f32[(std >> 2) + j] = deviation;
      f32[(rstd >> 2) + j] = 1 / deviation;
    }
  },

  batchNormTrack(running, batch, m, momentum) {
    const { f32 } = views;
    const keep = fround(1 - momentum);
    const take = fround(momentum);
    for (let j = 0; j < m; j++) {
      const kept = fround(keep * f32[(running >> 2) + j]);
      f32[(running >> 2) + j] = kept + fround(take * f32[(batch >> 2) + j]);
    }
  },

  batchNormForward(y, xhat, x, mean, rstd, gamma, beta, n, m) {
    const { f32 } = views;
    const stride = rowStride(m);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        const at = i * stride + j;
        const h = fround(fround(f32[(x >> 2) + at] - f32[(mean >> 2) + j]) * f32[(rstd >> 2) + j]);
        f32[(xhat >> 2) + at] = h;
        f32[(y >> 2) + at] = fround(h * f32[(gamma >> 2) + j]) + f32[(beta >> 2) + j];
      }
  },

  batchNormBackward(dx, dgamma, dbeta, dy, xhat, rstd, gamma, n, m, correction) {
    const { f32 } = views;
    gradientSums(f32, dgamma, dbeta, dy, xhat, n, m);
    const stride = rowStride(m);
    for (let j = 0; j < m; j++) {
      const scale = fround(f32[(gamma >> 2) + j] * f32[(rstd >> 2) + j]);
      const meanOfDy = fround(f32[(dbeta >> 2) + j] / n);
      const slope = fround(f32[(dgamma >> 2) + j] / (n - correction));
      for (let i = 0; i < n; i++) {
        const at = i * stride + j;
        const centred = fround(f32[(dy >> 2) + at] - meanOfDy);
        const along = fround(f32[(xhat >> 2) + at] * slope);
        f32[(dx >> 2) + at] = scale * fround(centred - along);
      }
    }
  },

  batchNormBackwardFixed(dx, dgamma, dbeta, dy, xhat, rstd, gamma, n, m) {
    const { f32 } = views;
    gradientSums(f32, dgamma, dbeta, dy, xhat, n, m);
    const stride = rowStride(m);
    for (let j = 0; j < m; j++) {
      const scale = fround(f32[(gamma >> 2) + j] * f32[(rstd >> 2) + j]);
      for (let i = 0; i < n; i++) f32[(dx >> 2) + i * stride + j] = scale * f32[(dy >> 2) + i * stride + j];
    }
  },
});

/** dgamma = Σ dy · xhat, dbeta = Σ dy. */
function gradientSums(
  f32: Float32Array,
  dgamma: number,
  dbeta: number,
  dy: number,
  xhat: number,
  n: number,
  m: number,
): void {
  const stride = rowStride(m);
  for (let j = 0; j < m; j++) {
    let alongXhat = 0;
    let plain = 0;
    for (let i = 0; i < n; i++) {
      const d = f32[(dy >> 2) + i * stride + j];
      plain = fround(plain + d);
      alongXhat = fround(alongXhat + fround(d * f32[(xhat >> 2) + i * stride + j]));
    }
    f32[(dgamma >> 2) + j] = alongXhat;
    f32[(dbeta >> 2) + j] = plain;
  }
}
