// linearForward   y(n,m)  = x(n,k) w(k,m) + b(m)          b = 0: no bias
// linearBackward  dx(n,k) = dy(n,m) w(k,m)ᵀ               dx = 0: not wanted
//                 dw(k,m) = x(n,k)ᵀ dy, db(m) = column sums of dy   db = 0: not wanted
//
// Units: pointers are byte addresses, 16-byte aligned; sizes are element counts, never bytes.
// Layout: row-major, each row padded to whole vectors of 4 floats. Padding is computed along and never read back into
// an element: every product takes its left factor one element at a time and stops at the true size.
// Aliasing: outputs overlap neither each other nor an input. scratch: 3/2 · m · rowStride(k) floats.
// Rounding: each output starts from 0 and sums its products in ascending order, multiply then add, each rounded; the
// bias is added last. So tile, tail and batch size agree bit for bit.
// Tails: 3 rows are the 4-row tile moved up over rows already done (the same values again); 1 or 2 rows have the 2-row
// tile likewise.

import { packedProduct } from './packed';
import { rowStride } from './simd';
import { tile1x1, tile1x4, tile2x1, tile2x2, tile4x1, tile4x2 } from './tiles';
import { transpose } from './transpose';

export function linearForward(y: usize, x: usize, w: usize, b: usize, n: i32, k: i32, m: i32): void {
  assert(n >= 0 && k >= 1 && m >= 1, 'linearForward: sizes');
  assert(((y | x | w | b) & 15) === 0, 'linearForward: alignment');
  product(y, x, (<usize>rowStride(k)) << 2, 4, w, b, n, m, k);
}

export function linearBackward(
  dx: usize,
  dw: usize,
  db: usize,
  dy: usize,
  x: usize,
  w: usize,
  scratch: usize,
  n: i32,
  k: i32,
  m: i32,
): void {
  assert(n >= 0 && k >= 1 && m >= 1, 'linearBackward: sizes');
  assert(((dx | dw | db | dy | x | w | scratch) & 15) === 0, 'linearBackward: alignment');
  if (dx !== 0) inputGradient(dx, dy, w, scratch, n, k, m);
  product(dw, x, 4, (<usize>rowStride(k)) << 2, dy, 0, k, m, n);
  if (db !== 0) columnSums(db, dy, n, m);
}

// dx(n,k) = dy(n,m) w(k,m)ᵀ, in one of three ways: from packed blocks of w; as dxᵀ = w dyᵀ; as dy times wᵀ.
function inputGradient(dx: usize, dy: usize, w: usize, scratch: usize, n: i32, k: i32, m: i32): void {
  const kStride = rowStride(k);
  const mStride = rowStride(m);
  // Of dy and of w.
  const mRow = (<usize>mStride) << 2;
  if (isPacked(n, k, m, 4)) {
    packedProduct(dx, dy, mRow, 4, 0, w, 0, n, k, m);
    // What is left of the rows and columns.
    if ((n & 3) !== 0 || (kStride & 4) !== 0) transpose(scratch, kStride, w, mStride, k, m);
    rest(dx, dy, mRow, 4, scratch, 0, n, k, m, n & ~3);
    return;
  }
  // Whole pairs of vectors, which the tiles are fastest with.
  const nStride = (n + 7) & ~7;
  // For few rows it is less to transpose dy and dxᵀ than w. The half more pays for the tile of a single vector that
  // the columns of dx end in. Below 5 rows half of each pair would be padding.
  if (n >= 5 && 2 * <i64>nStride * <i64>(m + k) <= 3 * <i64>m * <i64>k) {
    const dxt = scratch + ((<usize>m * <usize>nStride) << 2);
    transpose(scratch, nStride, dy, mStride, n, m);
    rest(dxt, w, mRow, 4, scratch, 0, k, nStride, m, 0);
    transpose(dx, kStride, dxt, nStride, k, n);
  } else {
    transpose(scratch, kStride, w, mStride, k, m);
    rest(dx, dy, mRow, 4, scratch, 0, n, k, m, 0);
  }
}

// c(rows,columns) = a b + bias, where a's element (r,p) lies at a + r · aRow + p · aStep: x itself or, with the two
// strides exchanged, its transpose. b(depth,columns) is row-major.
function product(
  c: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  let packedRows = 0;
  if (isPacked(rows, columns, depth, aStep)) {
    packedProduct(c, a, aRow, aStep, b, 0, bias, rows, columns, depth);
    packedRows = rows & ~3;
  }
  rest(c, a, aRow, aStep, b, bias, rows, columns, depth, packedRows);
}

// Whether copying blocks pays. There must be enough rows to use a copy. Then: b is large, or rows that are read one below
// the other lie a multiple of 2048 bytes apart and evict each other from the first cache, those of b or, where a is read
// across its rows (aStep), those of a.
function isPacked(rows: i32, columns: i32, depth: i32, aStep: usize): bool {
  if (rows < 16) return false;
  const size = <i64>depth * <i64>columns;
  if (size >= 1 << 19 || (rows >= 64 && size >= (aStep === 4 ? 1 << 16 : 1 << 14))) return true;
  return depth >= 16 && ((rowStride(columns) & 511) === 0 || (aStep & 2047) === 0);
}

// `product`, of whose first rows only a last single vector is left.
function rest(
  c: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  packedRows: i32,
): void {
  if (rows === 1) {
    single(c, a, aStep, b, bias, columns, depth);
    return;
  }
  const stride = (<usize>rowStride(columns)) << 2;
  const paired = stride & ~31;
  for (let r = 0; r < rows; ) {
    const left = rows - r;
    const from = r < packedRows ? paired : 0;
    const tall = left >= 4 || (left === 3 && rows >= 4);
    if (tall && left < 4) r = rows - 4;
    if (left === 1) r = rows - 2;
    const ar = a + <usize>r * aRow;
    const cr = c + <usize>r * stride;
    for (let j = from; j < paired; j += 32) {
      const bias2 = bias !== 0 ? bias + j : 0;
      if (tall) tile4x2(cr + j, stride, ar, aRow, aStep, b + j, bias2, depth);
      else tile2x2(cr + j, stride, ar, aRow, aStep, b + j, bias2, depth);
    }
    if (paired < stride) {
      const bias1 = bias !== 0 ? bias + paired : 0;
      if (tall) tile4x1(cr + paired, stride, ar, aRow, aStep, b + paired, bias1, depth);
      else tile2x1(cr + paired, stride, ar, aRow, aStep, b + paired, bias1, depth);
    }
    r += tall ? 4 : 2;
  }
}

// `product` of one row, as in sampling: four chains of additions at a time (eight are half as fast on V8 11.3). The last
// tile is moved back over columns already done, as tiles are over rows.
function single(c: usize, a: usize, aStep: usize, b: usize, bias: usize, columns: i32, depth: i32): void {
  const stride = (<usize>rowStride(columns)) << 2;
  const tile: usize = stride >= 64 ? 64 : 16;
  for (let j: usize = 0; j < stride; j += tile) {
    if (stride - j < tile) j = stride - tile;
    const bias1 = bias !== 0 ? bias + j : 0;
    if (tile === 64) tile1x4(c + j, stride, a, aStep, b + j, bias1, depth);
    else tile1x1(c + j, stride, a, aStep, b + j, bias1, depth);
  }
}

function columnSums(db: usize, dy: usize, n: i32, m: i32): void {
  const stride = (<usize>rowStride(m)) << 2;
  const end = dy + <usize>n * stride;
  for (let j: usize = 0; j < stride; j += 16) {
    let sum = f32x4.splat(0);
    for (let row = dy + j; row < end; row += stride) sum = f32x4.add(sum, v128.load(row));
    v128.store(db + j, sum);
  }
}
