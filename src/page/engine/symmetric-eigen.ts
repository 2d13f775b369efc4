/** Eigenvalues and eigenvectors of a symmetric matrix, and what follows from them: singular values, principal components. */

interface Eigen {
  /** Descending. */
  values: Float64Array;
  /** Of unit length, in the same order. */
  vectors: Float64Array[];
}

/** More sweeps than a matrix of float32 numbers ever takes: fewer than ten are usual. */
const SWEEPS = 60;

/**
 * By cyclic Jacobi rotations, until what is off the diagonal is below 1e-15 of the whole.
 *
 * @param matrix n × n, row-major, symmetric; it is overwritten
 * @throws RangeError where a number is not finite
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const scale = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
  if (!Number.isFinite(scale)) throw new RangeError('symmetricEigen: expected finite numbers, got others');
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) off += matrix[i * n + j] ** 2;
    if (Math.sqrt(2 * off) <= 1e-15 * scale) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(matrix, vectors, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => matrix[b * n + b] - matrix[a * n + a]);
  return {
    values: Float64Array.from(order, (i) => matrix[i * n + i]),
    vectors: order.map((i) => vectors.slice(i * n, (i + 1) * n)),
  };
}

/** The rotation of rows and columns p and q that makes their common element 0; the vectors are rows. */
function rotate(matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const common = matrix[p * n + q];
  if (common === 0) return;
  const theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * common);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let k = 0; k < n; k++) {
    const [a, b] = [matrix[k * n + p], matrix[k * n + q]];
    matrix[k * n + p] = cosine * a - sine * b;
    matrix[k * n + q] = sine * a + cosine * b;
  }
  for (let k = 0; k < n; k++) {
    const [a, b] = [matrix[p * n + k], matrix[q * n + k]];
    matrix[p * n + k] = cosine * a - sine * b;
    matrix[q * n + k] = sine * a + cosine * b;
  }
  for (let k = 0; k < n; k++) {
    const [a, b] = [vectors[p * n + k], vectors[q * n + k]];
    vectors[p * n + k] = cosine * a - sine * b;
    vectors[q * n + k] = sine * a + cosine * b;
  }
}

/**
 * Singular values of a matrix, descending: roots of the eigenvalues of the smaller of A·Aᵀ and Aᵀ·A in float64. Those below
 * 1e-8 of the largest are lost in rounding, as they are in the float32 numbers that they are of.
 *
 * @param data rows × columns, row-major
 * @throws RangeError where a number is not finite
 */
export function singularValues(data: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const wide = rows <= columns;
  const [n, length] = wide ? [rows, columns] : [columns, rows];
  const at = wide
    ? (i: number, k: number) => data[i * columns + k]
    : (i: number, k: number) => data[k * columns + i];
  const lines = Array.from({ length: n }, (_, i) => Float64Array.from({ length }, (_, k) => at(i, k)));
  const { values } = symmetricEigen(products(lines, 1), n);
  return values.map((value) => Math.sqrt(Math.max(0, value)));
}

/** Of each pair of lines, the sum of the products of their elements, over `divisor`. */
function products(lines: readonly Float64Array[], divisor: number): Float64Array {
  const n = lines.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < lines[i].length; k++) sum += lines[i][k] * lines[j][k];
      matrix[i * n + j] = sum / divisor;
      matrix[j * n + i] = matrix[i * n + j];
    }
  return matrix;
}

interface Components {
  /** Directions of unit length, that of the largest variance first. */
  vectors: Float64Array[];
  /** Share of the variance along each, from 0 to 1; 0 where there is none at all. */
  shares: number[];
  mean: Float64Array;
}

/**
 * Principal components of the rows of a matrix.
 *
 * @param data rows × columns, row-major
 * @throws RangeError where a number is not finite
 */
export function principalComponents(data: ArrayLike<number>, rows: number, columns: number): Components {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j] += data[i * columns + j] / rows;
  const lines = Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => data[i * columns + j] - mean[j]),
  );
  const { values, vectors } = symmetricEigen(products(lines, rows), columns);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  return {
    vectors,
    mean,
    shares: Array.from(values, (value) => (total > 0 ? Math.max(0, value) / total : 0)),
  };
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

/**
 * Two axes as they were before, as far as they are the same: an eigenvector has no sign of its own, and two of nearly the
 * same variance change places. Without axes before, the largest element of each is positive.
 */
export function steadyAxes(
  [first, second]: readonly [Float64Array, Float64Array],
  before: readonly [Float64Array, Float64Array] | undefined,
): { axes: [Float64Array, Float64Array]; swapped: boolean } {
  if (before === undefined || before[0].length !== first.length)
    return { axes: [upright(first), upright(second)], swapped: false };
  const straight = Math.abs(dot(first, before[0])) + Math.abs(dot(second, before[1]));
  const crossed = Math.abs(dot(first, before[1])) + Math.abs(dot(second, before[0]));
  const swapped = crossed > straight;
  const [a, b] = swapped ? [second, first] : [first, second];
  return { axes: [along(a, before[0]), along(b, before[1])], swapped };
}

function upright(axis: Float64Array): Float64Array {
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

const along = (axis: Float64Array, before: Float64Array): Float64Array =>
  dot(axis, before) < 0 ? axis.map((value) => -value) : axis;
