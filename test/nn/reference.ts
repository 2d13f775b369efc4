// The layers' forward passes again in float64, as written in a textbook, and derivatives by central differences.
import { Generator } from '../../src/random/generator.js';

export type Vector = Float64Array<ArrayBuffer>;

const vector = (length: number, element: (i: number) => number): Vector =>
  Float64Array.from({ length }, (_, i) => element(i));

const sum = (terms: Iterable<number>): number => {
  let total = 0;
  for (const term of terms) total += term;
  return total;
};

/** x(n,k) w(k,m) + b(m). */
export function linear(x: Vector, w: Vector, b: Vector | undefined, k: number, m: number): Vector {
  return vector((x.length / k) * m, (at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    return sum(vector(k, (p) => x[i * k + p] * w[p * m + j])) + (b?.[j] ?? 0);
  });
}

/** Mean and variance of the columns of x(n,m). */
export function moments(x: Vector, m: number, correction: number) {
  const n = x.length / m;
  const column = (j: number) => vector(n, (i) => x[i * m + j]);
  const mean = vector(m, (j) => sum(column(j)) / n);
  const variance = vector(m, (j) => sum(column(j).map((v) => (v - mean[j]) ** 2)) / (n - correction));
  return { mean, variance };
}

export function normalise(
  x: Vector,
  { mean, variance }: { mean: ArrayLike<number>; variance: ArrayLike<number> },
  gamma: Vector,
  beta: Vector,
  eps: number,
): Vector {
  const m = gamma.length;
  return x.map((value, at) => {
    const j = at % m;
    return ((value - mean[j]) / Math.sqrt(variance[j] + eps)) * gamma[j] + beta[j];
  });
}

/** The same along each row, by its own mean and biased variance; weight and bias may be left out. */
export function normaliseRows(
  x: Vector,
  m: number,
  eps: number,
  weight?: ArrayLike<number>,
  bias?: ArrayLike<number>,
): Vector {
  return x.map((value, at) => {
    const j = at % m;
    const row = x.subarray(at - j, at - j + m);
    const mean = sum(row) / m;
    const variance = sum(row.map((v) => (v - mean) ** 2)) / m;
    return ((value - mean) / Math.sqrt(variance + eps)) * (weight?.[j] ?? 1) + (bias?.[j] ?? 0);
  });
}

export function lookUp(weight: Vector, indices: ArrayLike<number>, d: number): Vector {
  return vector(indices.length * d, (at) => weight[indices[Math.floor(at / d)] * d + (at % d)]);
}

export function crossEntropy(logits: Vector, targets: ArrayLike<number>): number {
  const n = targets.length;
  const m = logits.length / n;
  const losses = vector(n, (i) => {
    const row = logits.subarray(i * m, (i + 1) * m);
    const most = Math.max(...row);
    return most + Math.log(sum(row.map((logit) => Math.exp(logit - most)))) - row[targets[i]];
  });
  return sum(losses) / n;
}

const STEP = 1e-6;

/** ∂f/∂x by central differences: for each element of x the derivatives of all of f. */
export function jacobian(f: (x: Vector) => Vector, x: Vector): Vector[] {
  return Array.from(x, (value, i) => {
    const at = (moved: number) => {
      const copy = x.slice();
      copy[i] = moved;
      return f(copy);
    };
    const [above, below] = [at(value + STEP), at(value - STEP)];
    return above.map((a, o) => (a - below[o]) / (2 * STEP));
  });
}

/** The gradient of a number. */
export const gradient = (f: (x: Vector) => number, x: Vector): Vector =>
  Float64Array.from(
    jacobian((y) => Float64Array.of(f(y)), x),
    ([slope]) => slope,
  );

/** Normal float32 values: the same ones for one seed. */
export const randn = (seed: number, count: number): Float32Array => new Generator(seed).randn(count);

/** The largest difference over the largest value. */
export function relativeDistance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) throw new Error(`expected ${want.length} values, got ${got.length}`);
  let [difference, largest] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(got[i] - want[i]);
    if (!(d <= difference)) difference = d;
    largest = Math.max(largest, Math.abs(want[i]));
  }
  return largest === 0 ? difference : difference / largest;
}
