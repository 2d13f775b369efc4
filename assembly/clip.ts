// What clipping of gradients needs, over x(n,m), rows of m floats padded to whole vectors; padding counts for nothing.
//
// sumOfSquares  Σ x², in double, row-major            largestSize  the largest |x|, NaN where there is one
// scaleBy       x = x · factor                        clampTo      x = x from −limit to limit; NaN stays
//
// Pointers are byte addresses, 16-byte aligned.

import { rowStride } from './simd';

export function sumOfSquares(x: usize, n: i32, m: i32): f64 {
  check(x, n, m);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++, x += (<usize>rowStride(m)) << 2)
    for (let j = 0; j < m; j++) {
      const value = <f64>load<f32>(x + ((<usize>j) << 2));
      sum += value * value;
    }
  return sum;
}

export function largestSize(x: usize, n: i32, m: i32): f32 {
  check(x, n, m);
  let most: f32 = 0;
  for (let i = 0; i < n; i++, x += (<usize>rowStride(m)) << 2)
    for (let j = 0; j < m; j++) most = max(most, abs(load<f32>(x + ((<usize>j) << 2))));
  return most;
}

export function scaleBy(x: usize, n: i32, m: i32, factor: f32): void {
  check(x, n, m);
  const factors = f32x4.splat(factor);
  const end = x + ((<usize>(n * rowStride(m))) << 2);
  for (; x < end; x += 16) v128.store(x, f32x4.mul(v128.load(x), factors));
}

export function clampTo(x: usize, n: i32, m: i32, limit: f32): void {
  check(x, n, m);
  const high = f32x4.splat(limit);
  const low = f32x4.neg(high);
  const end = x + ((<usize>(n * rowStride(m))) << 2);
  // pmin and pmax keep their first argument when it is NaN.
  for (; x < end; x += 16) v128.store(x, f32x4.pmax(f32x4.pmin(v128.load(x), high), low));
}

function check(x: usize, n: i32, m: i32): void {
  assert((x & 15) === 0, 'x is not 16-byte aligned');
  assert(n >= 0 && m >= 0, 'a size is negative');
}
