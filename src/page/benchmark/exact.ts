/** What the kernels compute, in float64 on rows without padding, as in a textbook. */

type Floats = Float32Array | Float64Array;

/** a(n,k) b(k,m) */
export function product(a: Floats, b: Floats, n: number, k: number, m: number): Float64Array {
  const c = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let p = 0; p < k; p++) {
      const value = a[i * k + p];
      for (let j = 0; j < m; j++) c[i * m + j] += value * b[p * m + j];
    }
  return c;
}

export function transposed(a: Floats, rows: number, columns: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}

/** Σ over the n rows of `value(at, j)`, for each of m columns; `at` is the place of row and column j. */
export function columnSums(n: number, m: number, value: (at: number, j: number) => number): Float64Array {
  const sums = new Float64Array(m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) sums[j] += value(i * m + j, j);
  return sums;
}

/** x̂ = (x − mean) / √(unbiased variance + eps) by columns, y = gamma x̂ + beta; rstd is what x − mean is multiplied by. */
export function batchNorm(x: Floats, gamma: Floats, beta: Floats, n: number, m: number, eps: number) {
  const mean = columnSums(n, m, (at) => x[at] / n);
  const variance = columnSums(n, m, (at, j) => (x[at] - mean[j]) ** 2 / (n - 1));
  const rstd = variance.map((value) => 1 / Math.sqrt(value + eps));
  const xhat = Float64Array.from(x, (value, at) => (value - mean[at % m]) * rstd[at % m]);
  const y = xhat.map((value, at) => value * gamma[at % m] + beta[at % m]);
  return { rstd, xhat, y };
}

/** The gradients through the statistics of the batch. */
export function batchNormBackward(
  dy: Floats,
  xhat: Floats,
  rstd: Floats,
  gamma: Floats,
  n: number,
  m: number,
) {
  const dgamma = columnSums(n, m, (at) => dy[at] * xhat[at]);
  const dbeta = columnSums(n, m, (at) => dy[at]);
  const dx = Float64Array.from(dy, (d, at) => {
    const j = at % m;
    return gamma[j] * rstd[j] * (d - dbeta[j] / n - (xhat[at] * dgamma[j]) / (n - 1));
  });
  return { dx, dgamma, dbeta };
}

/** Mean of −ln softmax(logits)[target], and its gradient by the logits. */
export function crossEntropy(logits: Float64Array, targets: ArrayLike<number>, n: number, m: number) {
  let loss = 0;
  const dlogits = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    const row = logits.subarray(i * m, (i + 1) * m);
    const most = Math.max(...row);
    const exponentials = row.map((value) => Math.exp(value - most));
    const sum = exponentials.reduce((all, value) => all + value, 0);
    loss += (Math.log(sum) + most - row[targets[i]]) / n;
    for (let j = 0; j < m; j++) dlogits[i * m + j] = (exponentials[j] / sum - (j === targets[i] ? 1 : 0)) / n;
  }
  return { loss, dlogits };
}

/** Largest difference over the largest value; Infinity for other lengths and for NaN. */
export function relativeError(got: ArrayLike<number>, exact: ArrayLike<number>): number {
  if (got.length !== exact.length) return Number.POSITIVE_INFINITY;
  let [difference, largest] = [0, 0];
  for (let i = 0; i < exact.length; i++) {
    const away = Math.abs(got[i] - exact[i]);
    if (Number.isNaN(away)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, away);
    largest = Math.max(largest, Math.abs(exact[i]));
  }
  return difference / largest;
}
