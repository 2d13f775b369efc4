import { came, isFloat32Array, isInt32Array } from './kind.js';
import type { Dtype } from './tensor.js';

/**
 * Rows of numbers as a user has them: an array of rows, or all of them behind each other, in plain or typed arrays.
 * What is packed in the type that is needed is used where it lies, not copied.
 */
export type RowData = ArrayLike<number> | readonly ArrayLike<number>[];

/** Rows of equal length, row-major. */
export interface PackedRows {
  values: Float32Array | Int32Array;
  count: number;
  columns: number;
}

/**
 * The rows, packed. `columns`: how many a row has, where that is known; else rows have to be arrays of their own.
 *
 * Errors: TypeError for what is no number (or, of `int32`, no integer: nothing is cut off), RangeError for rows of another
 * length; each with its row.
 */
export function packRows(
  place: string,
  name: string,
  data: RowData,
  dtype: Dtype,
  columns?: number,
): PackedRows {
  const length = data?.length;
  if (typeof data === 'string' || typeof length !== 'number')
    throw new TypeError(`${place}: expected ${name} to be rows of numbers, got ${came(data)}`);
  if (length === 0) throw new RangeError(`${place}: expected at least 1 row of ${name}, got none`);
  const nested = typeof data[0] === 'object' && data[0] !== null;
  const rows = nested ? (data as readonly ArrayLike<number>[]) : [data as ArrayLike<number>];
  const width = columns ?? (nested ? rows[0].length : length);
  const count = nested ? rows.length : length / width;
  if (!Number.isInteger(count) || width === 0)
    throw new RangeError(`${place}: expected rows of ${width} numbers in ${name}, got ${length} numbers`);
  const isOwn = dtype === 'int32' ? isInt32Array : isFloat32Array;
  if (!nested && isOwn(data)) return { values: data as Float32Array | Int32Array, count, columns: width };
  const values = dtype === 'int32' ? new Int32Array(count * width) : new Float32Array(count * width);
  let at = 0;
  rows.forEach((row, i) => {
    if (nested && row?.length !== width)
      throw new RangeError(
        `${place}: expected ${width} numbers in row ${i} of ${name}, got ${row?.length ?? came(row)}`,
      );
    for (let j = 0; j < row.length; j++) {
      const value = row[j];
      if (typeof value !== 'number' || (dtype === 'int32' && value !== (value | 0)))
        throw new TypeError(
          `${place}: expected ${dtype === 'int32' ? 'integers' : 'numbers'} in ${name}, got ${came(value)} in row ${Math.floor(at / width)}`,
        );
      values[at++] = value;
    }
  });
  return { values, count, columns: width };
}
