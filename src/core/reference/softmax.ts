import type { SoftmaxKernels } from '../kernels/softmax.js';
import { rowStride } from '../row-stride.js';
import { exp, log } from './exp-log.js';
import type { Views } from './views.js';

export const softmax = (views: Views): SoftmaxKernels => ({
  logSumExp(out, logits, n, m) {
    const { f32, f64 } = views;
    for (let i = 0; i < n; i++) {
      const row = (logits >> 2) + i * rowStride(m);
      const maximum = rowMaximum(f32, row, m);
      f64[(out >> 3) + i] = maximum + log(sumOfExps(f32, row, m, maximum));
    }
  },

  softmaxForward(p, logits, n, m) {
    const { f32 } = views;
    for (let i = 0; i < n; i++) {
      const row = (logits >> 2) + i * rowStride(m);
      const out = (p >> 2) + i * rowStride(m);
      const maximum = rowMaximum(f32, row, m);
      scaledExps(f32, out, row, m, maximum, 1 / sumOfExps(f32, row, m, maximum));
    }
  },

  weightedCrossEntropy: (...args) => weighted(views, args),

  crossEntropy(dlogits, logits, targets, n, m) {
    const { f32, i32 } = views;
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const row = (logits >> 2) + i * rowStride(m);
      const target = i32[(targets >> 2) + i];
      const maximum = rowMaximum(f32, row, m);
      const sum = sumOfExps(f32, row, m, maximum);
      const logit = f32[row + target] - maximum;
      loss += log(sum) - logit;
      if (dlogits !== 0) {
        const out = (dlogits >> 2) + i * rowStride(m);
        const scale = 1 / (sum * n);
        scaledExps(f32, out, row, m, maximum, scale);
        f32[out + target] = (exp(logit) - sum) * scale;
      }
    }
    return loss / n;
  },
});

/** Arguments as they stand in `SoftmaxKernels`. */
const weighted = (
  { f32, i32 }: Views,
  [dlogits, losses, logits, targets, weights, n, m, ignored, smoothing, scale]: readonly number[],
): number => {
  const weightOf = (j: number) => (weights === 0 ? 1 : f32[(weights >> 2) + j]);
  const spread = smoothing / m;
  let all = 0;
  for (let j = 0; j < m; j++) all += weightOf(j);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = (logits >> 2) + i * rowStride(m);
    const target = i32[(targets >> 2) + i];
    const maximum = rowMaximum(f32, row, m);
    const exps = sumOfExps(f32, row, m, maximum);
    let [loss, own, rest] = [0, 0, 0];
    if (target !== ignored) {
      own = (1 - smoothing) * weightOf(target);
      rest = spread;
      const logSum = maximum + log(exps);
      loss = own * (logSum - f32[row + target]);
      if (smoothing > 0) {
        let others = 0;
        for (let j = 0; j < m; j++) others += weightOf(j) * (logSum - f32[row + j]);
        loss += spread * others;
      }
      sum += loss;
    }
    if (losses !== 0) f32[(losses >> 2) + 4 * i] = loss;
    if (dlogits === 0) continue;
    const share = (own + rest * all) / exps;
    for (let j = 0; j < m; j++) {
      let d = 0;
      if (target !== ignored) {
        d = share * exp(f32[row + j] - maximum) - rest * weightOf(j);
        if (j === target) d -= own;
      }
      f32[(dlogits >> 2) + i * rowStride(m) + j] = d * scale;
    }
  }
  return sum;
};

/** The largest of a row; NaN are left out here, and make the sum NaN. */
const rowMaximum = (f32: Float32Array, row: number, m: number): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < m; j++) if (f32[row + j] > most) most = f32[row + j];
  return most;
};

/** Σ exp(row − maximum) in the four lanes of a vector, then across them. */
const sumOfExps = (f32: Float32Array, row: number, m: number, maximum: number): number => {
  const lanes = [0, 0, 0, 0];
  for (let j = 0; j < m; j++) lanes[j % 4] += exp(f32[row + j] - maximum);
  return lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
};

/** out = exp(row − maximum) · scale. */
const scaledExps = (
  f32: Float32Array,
  out: number,
  row: number,
  m: number,
  maximum: number,
  scale: number,
) => {
  for (let j = 0; j < m; j++) f32[out + j] = exp(f32[row + j] - maximum) * scale;
};
