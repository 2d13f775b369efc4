// linearForward   y(n,m)  = x(n,k) w(k,m) + b(m)          b = 0: no bias
// linearBackward  dx(n,k) = dy(n,m) w(k,m)ᵀ               dx = 0: not wanted
//                 dw(k,m) = x(n,k)ᵀ dy, db(m) = column sums of dy   db = 0: not wanted
//
// Units: pointers are byte addresses, 16-byte aligned; sizes are element counts, never bytes.
// Layout: row-major, each row padded to whole vectors of 4 floats. Padding is computed along and never read back into
// an element: every product takes its left factor one element at a time and stops at the true size.
// Aliasing: outputs overlap neither each other nor an input. scratch: m rows of rowStride(k) floats.
// Rounding: each output starts from 0 and sums its products in ascending order, multiply then add, each rounded; the
// bias is added last. So tile, tail and batch size agree bit for bit.
// Tile: 4 rows by 2 vectors, 8 accumulators, 2 loads, 4 splats: what fits V8's 15 vector registers. A tail of 3 rows is
// the 4-row tile moved up over rows already done (the same values again); 1 or 2 rows have the 2-row tile likewise.

import { rowStride } from './simd';

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
  if (dx !== 0) {
    transpose(scratch, w, k, m);
    product(dx, dy, (<usize>rowStride(m)) << 2, 4, scratch, 0, n, k, m);
  }
  product(dw, x, 4, (<usize>rowStride(k)) << 2, dy, 0, k, m, n);
  if (db !== 0) columnSums(db, dy, n, m);
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
  const stride = (<usize>rowStride(columns)) << 2;
  const paired = stride & ~31;
  for (let r = 0; r < rows; ) {
    const left = rows - r;
    const tall = left >= 4 || (left === 3 && rows >= 4);
    if (tall && left < 4) r = rows - 4;
    if (!tall && left === 1 && rows >= 2) r = rows - 2;
    const pair = !tall && rows - r >= 2;
    const ar = a + <usize>r * aRow;
    const cr = c + <usize>r * stride;
    for (let j: usize = 0; j < paired; j += 32) {
      const bias2 = bias !== 0 ? bias + j : 0;
      if (tall) tile4x2(cr + j, stride, ar, aRow, aStep, b + j, bias2, depth);
      else if (pair) tile2x2(cr + j, stride, ar, aRow, aStep, b + j, bias2, depth);
      else tile1x2(cr + j, stride, ar, aStep, b + j, bias2, depth);
    }
    if (paired < stride) {
      const bias1 = bias !== 0 ? bias + paired : 0;
      if (tall) tile4x1(cr + paired, stride, ar, aRow, aStep, b + paired, bias1, depth);
      else if (pair) tile2x1(cr + paired, stride, ar, aRow, aStep, b + paired, bias1, depth);
      else tile1x1(cr + paired, stride, ar, aStep, b + paired, bias1, depth);
    }
    r += tall ? 4 : pair ? 2 : 1;
  }
}

// t(m,k) = w(k,m)ᵀ in blocks of 4 by 4; the last rows of w, short of a block, one element at a time.
function transpose(t: usize, w: usize, k: i32, m: i32): void {
  const wStride = (<usize>rowStride(m)) << 2;
  const tStride = (<usize>rowStride(k)) << 2;
  const whole = k & ~3;
  for (let j = 0; j < m; j += 4) {
    // A block's columns past m are padding of w; the rows of t they would fill do not exist.
    const last = m - j;
    for (let i = 0; i < whole; i += 4) {
      const from = w + <usize>i * wStride + ((<usize>j) << 2);
      const to = t + <usize>j * tStride + ((<usize>i) << 2);
      const w0 = v128.load(from);
      const w1 = v128.load(from + wStride);
      const w2 = v128.load(from + 2 * wStride);
      const w3 = v128.load(from + 3 * wStride);
      const low01 = v128.shuffle<f32>(w0, w1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(w2, w3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(w0, w1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(w2, w3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
      if (last > 1) v128.store(to + tStride, v128.shuffle<f64>(low01, low23, 1, 3));
      if (last > 2) v128.store(to + 2 * tStride, v128.shuffle<f64>(high01, high23, 0, 2));
      if (last > 3) v128.store(to + 3 * tStride, v128.shuffle<f64>(high01, high23, 1, 3));
    }
    const end = last < 4 ? m : j + 4;
    for (let i = whole; i < k; ++i)
      for (let l = j; l < end; ++l)
        store<f32>(
          t + <usize>l * tStride + ((<usize>i) << 2),
          load<f32>(w + <usize>i * wStride + ((<usize>l) << 2)),
        );
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

// The tiles. cRC is the accumulator of row R and vector C.

function tile4x2(
  c: usize,
  cRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  depth: i32,
): void {
  let a0 = a;
  let a1 = a0 + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    const x1 = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    const x2 = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x2, b0));
    c21 = f32x4.add(c21, f32x4.mul(x2, b1));
    const x3 = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x3, b0));
    c31 = f32x4.add(c31, f32x4.mul(x3, b1));
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    b += cRow;
  }
  if (bias !== 0) {
    const b0 = v128.load(bias);
    const b1 = v128.load(bias, 16);
    c00 = f32x4.add(c00, b0);
    c01 = f32x4.add(c01, b1);
    c10 = f32x4.add(c10, b0);
    c11 = f32x4.add(c11, b1);
    c20 = f32x4.add(c20, b0);
    c21 = f32x4.add(c21, b1);
    c30 = f32x4.add(c30, b0);
    c31 = f32x4.add(c31, b1);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += cRow;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += cRow;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += cRow;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

function tile4x1(
  c: usize,
  cRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  depth: i32,
): void {
  let a0 = a;
  let a1 = a0 + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let c00 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    const b0 = v128.load(b);
    c00 = f32x4.add(c00, f32x4.mul(v128.load32_splat(a0), b0));
    c10 = f32x4.add(c10, f32x4.mul(v128.load32_splat(a1), b0));
    c20 = f32x4.add(c20, f32x4.mul(v128.load32_splat(a2), b0));
    c30 = f32x4.add(c30, f32x4.mul(v128.load32_splat(a3), b0));
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    b += cRow;
  }
  if (bias !== 0) {
    const b0 = v128.load(bias);
    c00 = f32x4.add(c00, b0);
    c10 = f32x4.add(c10, b0);
    c20 = f32x4.add(c20, b0);
    c30 = f32x4.add(c30, b0);
  }
  v128.store(c, c00);
  c += cRow;
  v128.store(c, c10);
  c += cRow;
  v128.store(c, c20);
  c += cRow;
  v128.store(c, c30);
}

function tile2x2(
  c: usize,
  cRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  depth: i32,
): void {
  let a0 = a;
  let a1 = a0 + aRow;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    const x1 = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    a0 += aStep;
    a1 += aStep;
    b += cRow;
  }
  if (bias !== 0) {
    const b0 = v128.load(bias);
    const b1 = v128.load(bias, 16);
    c00 = f32x4.add(c00, b0);
    c01 = f32x4.add(c01, b1);
    c10 = f32x4.add(c10, b0);
    c11 = f32x4.add(c11, b1);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += cRow;
  v128.store(c, c10);
  v128.store(c, c11, 16);
}

function tile2x1(
  c: usize,
  cRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  depth: i32,
): void {
  let a0 = a;
  let a1 = a0 + aRow;
  let c00 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    const b0 = v128.load(b);
    c00 = f32x4.add(c00, f32x4.mul(v128.load32_splat(a0), b0));
    c10 = f32x4.add(c10, f32x4.mul(v128.load32_splat(a1), b0));
    a0 += aStep;
    a1 += aStep;
    b += cRow;
  }
  if (bias !== 0) {
    const b0 = v128.load(bias);
    c00 = f32x4.add(c00, b0);
    c10 = f32x4.add(c10, b0);
  }
  v128.store(c, c00);
  v128.store(c + cRow, c10);
}

function tile1x2(c: usize, cRow: usize, a: usize, aStep: usize, b: usize, bias: usize, depth: i32): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    const x0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x0, v128.load(b)));
    c01 = f32x4.add(c01, f32x4.mul(x0, v128.load(b, 16)));
    a += aStep;
    b += cRow;
  }
  if (bias !== 0) {
    c00 = f32x4.add(c00, v128.load(bias));
    c01 = f32x4.add(c01, v128.load(bias, 16));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
}

function tile1x1(c: usize, cRow: usize, a: usize, aStep: usize, b: usize, bias: usize, depth: i32): void {
  let c00 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    c00 = f32x4.add(c00, f32x4.mul(v128.load32_splat(a), v128.load(b)));
    a += aStep;
    b += cRow;
  }
  if (bias !== 0) c00 = f32x4.add(c00, v128.load(bias));
  v128.store(c, c00);
}
