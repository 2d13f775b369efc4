// reluForward        y = x where x > 0, else 0              y may be x
// reluBackward       dx = 0 where y ≤ 0, else dy            dx may be dy
// leakyReluForward   y = x where x > 0, else x · slope      y may be x
// leakyReluBackward  dx = dy where x > 0, else dy · slope   dx may be dy or x
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: each operation to float, in the order written. NaN is carried; at the kinks (x = 0 and NaN) values and
// gradients are torch's.

import { checkElementwise } from './simd';

export function reluForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const zero = f32x4.splat(0);
  const end = x + ((<usize>count) << 2);
  // pmax keeps its first argument when it is NaN or equal.
  for (; x < end; x += 16, y += 16) v128.store(y, f32x4.pmax(v128.load(x), zero));
}

export function reluBackward(dx: usize, dy: usize, y: usize, count: i32): void {
  checkElementwise(dx, dy, count);
  assert((y & 15) === 0, 'y is not 16-byte aligned');
  const zero = f32x4.splat(0);
  const end = y + ((<usize>count) << 2);
  for (; y < end; y += 16, dy += 16, dx += 16)
    v128.store(dx, v128.andnot(v128.load(dy), f32x4.le(v128.load(y), zero)));
}

export function leakyReluForward(y: usize, x: usize, count: i32, slope: f32): void {
  checkElementwise(y, x, count);
  const zero = f32x4.splat(0);
  const factor = f32x4.splat(slope);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const value = v128.load(x);
    v128.store(y, v128.bitselect(value, f32x4.mul(value, factor), f32x4.gt(value, zero)));
  }
}

export function leakyReluBackward(dx: usize, dy: usize, x: usize, count: i32, slope: f32): void {
  checkElementwise(dx, dy, count);
  assert((x & 15) === 0, 'x is not 16-byte aligned');
  const zero = f32x4.splat(0);
  const factor = f32x4.splat(slope);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, dy += 16, dx += 16) {
    const gradient = v128.load(dy);
    v128.store(dx, v128.bitselect(gradient, f32x4.mul(gradient, factor), f32x4.gt(v128.load(x), zero)));
  }
}
