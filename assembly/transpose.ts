// t(columns,rows) = a(rows,columns)ᵀ in blocks of 4 by 4. A row of a is aStride floats, a row of t tStride, both multiples
// of 4; what t's rows have past `rows` is filled with zeros.
export function transpose(t: usize, tStride: i32, a: usize, aStride: i32, rows: i32, columns: i32): void {
  const aRow = (<usize>aStride) << 2;
  const tRow = (<usize>tStride) << 2;
  for (let i = 0; i < tStride; i += 4) {
    const left = rows - i;
    let from = a + <usize>i * aRow;
    let to = t + ((<usize>i) << 2);
    let j = columns;
    if (left >= 4) {
      for (; j >= 4; j -= 4) {
        const a0 = v128.load(from);
        const a1 = v128.load(from + aRow);
        const a2 = v128.load(from + 2 * aRow);
        const a3 = v128.load(from + 3 * aRow);
        const low01 = v128.shuffle<f32>(a0, a1, 0, 4, 1, 5);
        const low23 = v128.shuffle<f32>(a2, a3, 0, 4, 1, 5);
        const high01 = v128.shuffle<f32>(a0, a1, 2, 6, 3, 7);
        const high23 = v128.shuffle<f32>(a2, a3, 2, 6, 3, 7);
        v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
        v128.store(to + tRow, v128.shuffle<f64>(low01, low23, 1, 3));
        v128.store(to + 2 * tRow, v128.shuffle<f64>(high01, high23, 0, 2));
        v128.store(to + 3 * tRow, v128.shuffle<f64>(high01, high23, 1, 3));
        from += 16;
        to += 4 * tRow;
      }
    }
    // What is left at the right or the bottom: one vector of t at a time.
    for (; j > 0; --j) {
      let column = f32x4.splat(0);
      if (left > 0) column = f32x4.replace_lane(column, 0, load<f32>(from));
      if (left > 1) column = f32x4.replace_lane(column, 1, load<f32>(from + aRow));
      if (left > 2) column = f32x4.replace_lane(column, 2, load<f32>(from + 2 * aRow));
      if (left > 3) column = f32x4.replace_lane(column, 3, load<f32>(from + 3 * aRow));
      v128.store(to, column);
      from += 4;
      to += tRow;
    }
  }
}
