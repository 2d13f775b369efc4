// What the kernels compute, in float64 on packed rows.

/** a(n,k) b(k,m) */
export function product(a, b, n, k, m) {
  const c = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let p = 0; p < k; p++) {
      const value = a[i * k + p];
      for (let j = 0, to = i * m, at = p * m; j < m; j++) c[to++] += value * b[at++];
    }
  return c;
}

export function transposed(a, rows, columns) {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}

const columnSums = (n, m, value) => {
  const sums = new Float64Array(m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) sums[j] += value(i * m + j, j);
  return sums;
};

/** [mean, 1 / √(unbiased variance + eps), x̂, y] of the columns of x(n,m). */
export function batchNorm(x, gamma, beta, n, m, eps) {
  const mean = columnSums(n, m, (at) => x[at] / n);
  const rstd = columnSums(n, m, (at, j) => (x[at] - mean[j]) ** 2 / (n - 1)).map(
    (variance) => 1 / Math.sqrt(variance + eps),
  );
  const xhat = Float64Array.from(x, (value, at) => (value - mean[at % m]) * rstd[at % m]);
  return [mean, rstd, xhat, xhat.map((value, at) => value * gamma[at % m] + beta[at % m])];
}

/** [dx, dgamma, dbeta], through the statistics of the batch. */
export function batchNormBackward(dy, xhat, rstd, gamma, n, m) {
  const dgamma = columnSums(n, m, (at) => dy[at] * xhat[at]);
  const dbeta = columnSums(n, m, (at) => dy[at]);
  const dx = Float64Array.from(dy, (d, at) => {
    const j = at % m;
    return gamma[j] * rstd[j] * (d - dbeta[j] / n - (xhat[at] * dgamma[j]) / (n - 1));
  });
  return [dx, dgamma, dbeta];
}

/** [[mean loss], dlogits] */
export function crossEntropy(logits, targets, n, m) {
  let loss = 0;
  const dlogits = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from(logits.subarray(i * m, (i + 1) * m));
    const most = Math.max(...row);
    const exponentials = row.map((value) => Math.exp(value - most));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    loss += Math.log(sum) + most - row[targets[i]];
    dlogits.set(
      exponentials.map((value, j) => (value / sum - (j === targets[i] ? 1 : 0)) / n),
      i * m,
    );
  }
  return [[loss / n], dlogits];
}

/** Rows of weight(v,d), one for each index. */
export function gathered(weight, indices, d) {
  return Float64Array.from({ length: indices.length * d }, (_, at) => {
    return weight[indices[Math.floor(at / d)] * d + (at % d)];
  });
}

/** dweight(v,d): the rows of dy added where their indices point. */
export function scattered(dy, indices, v, d) {
  const dweight = new Float64Array(v * d);
  indices.forEach((index, i) => {
    for (let j = 0; j < d; j++) dweight[index * d + j] += dy[i * d + j];
  });
  return dweight;
}
