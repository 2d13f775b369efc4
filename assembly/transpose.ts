import { interleave } from './packed';

// t(columns,rows) = a(rows,columns)ᵀ in blocks of 4 by 4. A row of a is aStride floats, a row of t tStride, both multiples
// of 4; what t's rows have past `rows` is filled with zeros.
export function transpose(t: usize, tStride: i32, a: usize, aStride: i32, rows: i32, columns: i32): void {
  const aRow = (<usize>aStride) << 2;
  const tRow = (<usize>tStride) << 2;
  for (let i = 0; i < tStride; i += 4) {
    const left = rows - i;
    let from = a + <usize>i * aRow;
    let to = t + ((<usize>i) << 2);
    if (left >= 4) {
      interleave(to, tRow, from, from + aRow, from + 2 * aRow, from + 3 * aRow, columns);
      continue;
    }
    // What is left at the bottom: one vector of t at a time.
    for (let j = columns; j > 0; --j) {
      let column = f32x4.splat(0);
      if (left > 0) column = f32x4.replace_lane(column, 0, load<f32>(from));
      if (left > 1) column = f32x4.replace_lane(column, 1, load<f32>(from + aRow));
      if (left > 2) column = f32x4.replace_lane(column, 2, load<f32>(from + 2 * aRow));
      v128.store(to, column);
      from += 4;
      to += tRow;
    }
  }
}
