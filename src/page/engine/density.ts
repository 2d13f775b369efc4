/** Elements of a tensor where they lie: row r, column j at r · stride + j. */
export interface Values {
  data: Float32Array;
  rows: number;
  columns: number;
  stride: number;
}

interface Moments {
  mean: number;
  /** √(Σ (x − mean)² / (n − 1)) */
  std: number;
  /** Share that is not finite, which is in neither of the others. */
  notFinite: number;
}

/** Mean and deviation, in double precision. */
export function momentsOf({ data, rows, columns, stride }: Values): Moments {
  let [sum, count] = [0, 0];
  for (let r = 0; r < rows; r++)
    for (let i = r * stride, end = i + columns; i < end; i++) {
      const value = data[i];
      if (!Number.isFinite(value)) continue;
      sum += value;
      count++;
    }
  const mean = sum / count;
  let squares = 0;
  for (let r = 0; r < rows; r++)
    for (let i = r * stride, end = i + columns; i < end; i++) {
      const apart = data[i] - mean;
      if (Number.isFinite(apart)) squares += apart * apart;
    }
  return { mean, std: Math.sqrt(squares / (count - 1)), notFinite: 1 - count / (rows * columns) };
}

/**
 * Shares of the finite values in bins of equal width from −axis to axis. Returns the share of those beyond, which count
 * in the outermost bins.
 */
export function fillDensity(
  into: Float32Array,
  axis: number,
  { data, rows, columns, stride }: Values,
): number {
  const bins = into.length;
  const scale = bins / (2 * axis);
  let [count, beyond] = [0, 0];
  for (let r = 0; r < rows; r++)
    for (let i = r * stride, end = i + columns; i < end; i++) {
      const value = data[i];
      if (!Number.isFinite(value)) continue;
      count++;
      const bin = Math.floor((value + axis) * scale);
      if (bin >= 0 && bin < bins) into[bin]++;
      else if (value === axis) into[bins - 1]++;
      else {
        beyond++;
        into[bin < 0 ? 0 : bins - 1]++;
      }
    }
  if (count === 0) return 0;
  for (let i = 0; i < bins; i++) into[i] /= count;
  return beyond / count;
}

/** Deviations that half an axis shows. */
const DEVIATIONS = 3;

/**
 * Half the axis for values of such a deviation: 1, 1.5, 2, 3, 5 or 7 times a power of ten. The one before stays until
 * the values fill less than half of what they should, or far more than it.
 */
export function axisFor(std: number, before: number | undefined): number {
  const wanted = DEVIATIONS * std;
  if (!(wanted > 0) || !Number.isFinite(wanted)) return before ?? 1;
  if (before !== undefined && wanted <= 1.25 * before && wanted >= before / 2) return before;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const mantissa = wanted / power;
  const round = [1, 1.5, 2, 3, 5, 7, 10].find((step) => step >= mantissa * 0.999) ?? 10;
  return Number((round * power).toPrecision(2));
}
