import type { SoftmaxKernels } from '../kernels/softmax.js';
import { rowStride } from '../row-stride.js';
import { exp, log } from './exp-log.js';
import type { Views } from './views.js';

export const softmax = (views: Views): SoftmaxKernels => ({
  logSumExp(out, logits, n, m) {
    const { f32, f64 } = views;
    eachRow(f32, logits, n, m, (i, _, maximum, sum) => {
      f64[(out >> 3) + i] = maximum + log(sum);
    });
  },

  softmaxForward(p, logits, n, m) {
    const { f32 } = views;
    eachRow(f32, logits, n, m, (_, row, maximum, sum) =>
      scaledExps(f32, (p >> 2) - (logits >> 2), row, m, maximum, 1 / sum),
    );
  },

  weightedCrossEntropy(dlogits, losses, logits, targets, weights, n, m, ignored, smoothing, scale) {
    const { f32, i32 } = views;
    const weightOf = (j: number) => (weights === 0 ? 1 : f32[(weights >> 2) + j]);
    const spread = smoothing / m;
    let all = 0;
    for (let j = 0; j < m; j++) all += weightOf(j);
    let total = 0;
    eachRow(f32, logits, n, m, (i, row, maximum, sum) => {
      const target = i32[(targets >> 2) + i];
      let [loss, own, rest] = [0, 0, 0];
      if (target !== ignored) {
        own = (1 - smoothing) * weightOf(target);
        rest = spread;
        const logSum = maximum + log(sum);
        loss = own * (logSum - f32[row + target]);
        if (smoothing > 0) {
          let others = 0;
          for (let j = 0; j < m; j++) others += weightOf(j) * (logSum - f32[row + j]);
          loss += spread * others;
        }
        total += loss;
      }
      if (losses !== 0) f32[(losses >> 2) + 4 * i] = loss;
      if (dlogits === 0) return;
      const share = (own + rest * all) / sum;
      for (let j = 0; j < m; j++) {
        let d = 0;
        if (target !== ignored) {
          d = share * exp(f32[row + j] - maximum) - rest * weightOf(j);
          if (j === target) d -= own;
        }
        f32[(dlogits >> 2) + i * rowStride(m) + j] = d * scale;
      }
    });
    return total;
  },

  crossEntropy(dlogits, logits, targets, n, m) {
    const { f32, i32 } = views;
    let loss = 0;
    eachRow(f32, logits, n, m, (i, row, maximum, sum) => {
      const target = row + i32[(targets >> 2) + i];
      const logit = f32[target] - maximum;
      loss += log(sum) - logit;
      if (dlogits === 0) return;
      const away = (dlogits >> 2) - (logits >> 2);
      const scale = 1 / (sum * n);
      scaledExps(f32, away, row, m, maximum, scale);
      f32[target + away] = (exp(logit) - sum) * scale;
    });
    return loss / n;
  },
});

/** Of each row where it begins, in floats, its maximum, and Σ exp(row − maximum) in the four lanes of a vector, then across. */
function eachRow(
  f32: Float32Array,
  logits: number,
  n: number,
  m: number,
  visit: (i: number, row: number, maximum: number, sum: number) => void,
): void {
  for (let i = 0; i < n; i++) {
    const row = (logits >> 2) + i * rowStride(m);
    // NaN are left out here, and make the sum NaN.
    let maximum = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < m; j++) if (f32[row + j] > maximum) maximum = f32[row + j];
    const lanes = [0, 0, 0, 0];
    for (let j = 0; j < m; j++) lanes[j % 4] += exp(f32[row + j] - maximum);
    visit(i, row, maximum, lanes[0] + lanes[2] + (lanes[1] + lanes[3]));
  }
}

/** exp(row − maximum) · scale, so many floats away. */
function scaledExps(
  f32: Float32Array,
  away: number,
  row: number,
  m: number,
  maximum: number,
  scale: number,
): void {
  for (let at = row; at < row + m; at++) f32[at + away] = exp(f32[at] - maximum) * scale;
}
