import type { StatsKernels } from '../kernels/stats.js';
import { rowStride } from '../row-stride.js';
import type { Views } from './views.js';

const fround = Math.fround;

/** Statistics over the elements of a matrix, its padding left out. Orders and special values as `Kernels` says. */
export const stats = (views: Views): StatsKernels => ({
  moments(out, x, n, m) {
    const { f32, f64 } = views;
    const stride = rowStride(m);
    const size = n * m;
    const origin = size > 0 ? f32[x >> 2] : 0;
    const sums = new Float64Array(4);
    const squares = new Float64Array(4);
    let [nan, positive, negative] = [0, 0, 0];
    let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let [low, high] = [least, largest];
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        const value = f32[(x >> 2) + i * stride + j];
        const d = value - origin;
        sums[j % 4] += d;
        squares[j % 4] += d * d;
        if (value < least) least = value;
        if (value > largest) largest = value;
        if (Number.isNaN(value)) nan++;
        else if (value === Number.POSITIVE_INFINITY) positive++;
        else if (value === Number.NEGATIVE_INFINITY) negative++;
        else {
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
    const sum = sumOfFour(sums);
    let mean = origin + sum / size;
    let variance = (sumOfFour(squares) - (sum * sum) / size) / (size - 1);
    if (nan + positive + negative > 0) {
      mean = Number.NaN;
      if (nan === 0 && negative === 0) mean = Number.POSITIVE_INFINITY;
      if (nan === 0 && positive === 0) mean = Number.NEGATIVE_INFINITY;
      variance = Number.NaN;
    }
    const some = size > nan;
    const finite = size > nan + positive + negative;
    // x + 0: a zero is +0.
    f64[out >> 3] = mean;
    f64[(out >> 3) + 1] = variance;
    f64[(out >> 3) + 2] = some ? least + 0 : Number.NaN;
    f64[(out >> 3) + 3] = some ? largest + 0 : Number.NaN;
    f64[(out >> 3) + 4] = nan;
    f64[(out >> 3) + 5] = positive;
    f64[(out >> 3) + 6] = negative;
    f64[(out >> 3) + 7] = finite ? low + 0 : Number.NaN;
    f64[(out >> 3) + 8] = finite ? high + 0 : Number.NaN;
  },

  countAbove(counts, x, n, m, threshold) {
    const { f32, i32 } = views;
    const stride = rowStride(m);
    const limit = fround(threshold);
    let total = 0;
    for (let j = 0; j < stride; j++) {
      let above = 0;
      if (j < m) for (let i = 0; i < n; i++) if (Math.abs(f32[(x >> 2) + i * stride + j]) > limit) above++;
      if (counts !== 0) i32[(counts >> 2) + j] = above;
      total += above;
    }
    return total;
  },

  countOutside(counts, x, n, m, low, high) {
    const { f32, i32 } = views;
    const stride = rowStride(m);
    const [first, last] = [fround(low), fround(high)];
    let total = 0;
    for (let j = 0; j < stride; j++) {
      let outside = 0;
      if (j < m)
        for (let i = 0; i < n; i++) {
          const value = f32[(x >> 2) + i * stride + j];
          if (value < first || value > last) outside++;
        }
      if (counts !== 0) i32[(counts >> 2) + j] = outside;
      total += outside;
    }
    return total;
  },

  histogram(counts, edges, x, n, m, bins, low, high) {
    const { f32, i32 } = views;
    const stride = rowStride(m);
    const [first, last] = [fround(low), fround(high)];
    writeEdges(f32, edges >> 2, bins, first, last);
    i32.fill(0, counts >> 2, (counts >> 2) + bins);
    const scale = bins / (last - first);
    let total = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        const value = f32[(x >> 2) + i * stride + j];
        if (!(value >= first && value <= last)) continue;
        // torch's search: the edges next to the guess. The last bin has its right edge too.
        const from = Math.max(Math.trunc((value - first) * scale) - 1, 0);
        let bin = from - 1;
        for (let k = 0; k < 3; k++) if (f32[(edges >> 2) + Math.min(from + k, bins)] <= value) bin++;
        i32[(counts >> 2) + Math.min(bin, bins - 1)]++;
        total++;
      }
    return total;
  },
});

const sumOfFour = (p: Float64Array): number => p[0] + p[2] + (p[1] + p[3]);

/** torch.linspace from both ends, each edge computed in double and rounded once. */
function writeEdges(f32: Float32Array, at: number, bins: number, low: number, high: number): void {
  const step = fround(fround(high - low) / bins);
  const halfway = (bins + 1) >> 1;
  for (let i = 0; i <= bins; i++) f32[at + i] = i < halfway ? low + step * i : high - step * (bins - i);
}
