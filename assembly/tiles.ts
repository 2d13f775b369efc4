// The register tiles of `linear.ts`: c = a b + bias for a few rows by a few vectors, over the whole depth.
//
// a's element (r,p) lies at a + r · aRow + p · aStep; rows of b and c are cRow bytes apart; bias = 0: none. cRC is the
// accumulator of row R and vector C. 4 rows by 2 vectors are 8 accumulators, 2 loads and a splat at a time: what fits
// V8's 15 vector registers; 5×2, 3×3, 4×3, 6×2 and 8×1 run at half of its speed on one engine or the other.

import { madd } from './simd';

export function tile4x2(
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
    c00 = madd(c00, x0, b0);
    c01 = madd(c01, x0, b1);
    const x1 = v128.load32_splat(a1);
    c10 = madd(c10, x1, b0);
    c11 = madd(c11, x1, b1);
    const x2 = v128.load32_splat(a2);
    c20 = madd(c20, x2, b0);
    c21 = madd(c21, x2, b1);
    const x3 = v128.load32_splat(a3);
    c30 = madd(c30, x3, b0);
    c31 = madd(c31, x3, b1);
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

export function tile4x1(
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
    c00 = madd(c00, v128.load32_splat(a0), b0);
    c10 = madd(c10, v128.load32_splat(a1), b0);
    c20 = madd(c20, v128.load32_splat(a2), b0);
    c30 = madd(c30, v128.load32_splat(a3), b0);
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

export function tile2x2(
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
    c00 = madd(c00, x0, b0);
    c01 = madd(c01, x0, b1);
    const x1 = v128.load32_splat(a1);
    c10 = madd(c10, x1, b0);
    c11 = madd(c11, x1, b1);
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

export function tile2x1(
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
    c00 = madd(c00, v128.load32_splat(a0), b0);
    c10 = madd(c10, v128.load32_splat(a1), b0);
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

export function tile1x4(
  c: usize,
  cRow: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  depth: i32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    const x0 = v128.load32_splat(a);
    c0 = madd(c0, x0, v128.load(b));
    c1 = madd(c1, x0, v128.load(b, 16));
    c2 = madd(c2, x0, v128.load(b, 32));
    c3 = madd(c3, x0, v128.load(b, 48));
    a += aStep;
    b += cRow;
  }
  if (bias !== 0) {
    c0 = f32x4.add(c0, v128.load(bias));
    c1 = f32x4.add(c1, v128.load(bias, 16));
    c2 = f32x4.add(c2, v128.load(bias, 32));
    c3 = f32x4.add(c3, v128.load(bias, 48));
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
}

export function tile1x1(
  c: usize,
  cRow: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bias: usize,
  depth: i32,
): void {
  let c00 = f32x4.splat(0);
  for (let p = depth; p > 0; --p) {
    c00 = madd(c00, v128.load32_splat(a), v128.load(b));
    a += aStep;
    b += cRow;
  }
  if (bias !== 0) c00 = f32x4.add(c00, v128.load(bias));
  v128.store(c, c00);
}
