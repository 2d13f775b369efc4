import { interleave } from './packed';

// t(columns,rows) = a(rows,columns)ᵀ in blocks of 4 by 4. A row of a is aStride floats, a row of t tStride, both multiples
// of 4; past `rows` t's rows repeat the last: padding.
export function transpose(t: usize, tStride: i32, a: usize, aStride: i32, rows: i32, columns: i32): void {
  for (let i: usize = 0; i < <usize>tStride; i += 4)
    interleave(t + (i << 2), (<usize>tStride) << 2, a, (<usize>aStride) << 2, i, rows - 1, columns);
}
