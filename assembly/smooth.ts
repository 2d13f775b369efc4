// Activations that are made of eˣ.
//
// sigmoidForward   y = 1 / (1 + e⁻ˣ)                          y may be x
// sigmoidBackward  dx = dy · (1 − y) · y                      dx may be dy
// eluForward       y = alpha (eˣ − 1) where x ≤ 0, else x     y may be x
// eluBackward      dx = dy · alpha eˣ where x ≤ 0, else dy    dx may be dy or x
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: sigmoid and elu (both ways) compute in double and round once to float; sigmoidBackward rounds each operation
// to float, in the order written. The error bounds below are of all 2^32 floats, by test/sweep/accuracy.mjs. NaN is
// carried; at the kinks (x = 0 and NaN) values and gradients are torch's.

import { expDoubles, expm1Doubles } from './exp-log';
import { checkElementwise, lowerDoubles, toFloats, upperDoubles } from './simd';

// 1 / (1 + e^104) is below half of the smallest float.
const SIGMOID_IS_ZERO: f32 = 104;
// e^-40 is below half an ulp of 1, in double.
const EXPM1_IS_MINUS_ONE: f32 = -40;

export function sigmoidForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const top = f32x4.splat(SIGMOID_IS_ZERO);
  const one = f64x2.splat(1);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const minus = f32x4.pmin(f32x4.neg(v128.load(x)), top);
    const lower = f64x2.div(one, f64x2.add(one, expDoubles(lowerDoubles(minus))));
    const upper = f64x2.div(one, f64x2.add(one, expDoubles(upperDoubles(minus))));
    v128.store(y, toFloats(lower, upper));
  }
}

export function sigmoidBackward(dx: usize, dy: usize, y: usize, count: i32): void {
  checkElementwise(dx, dy, count);
  assert((y & 15) === 0, 'y is not 16-byte aligned');
  const one = f32x4.splat(1);
  const end = y + ((<usize>count) << 2);
  for (; y < end; y += 16, dy += 16, dx += 16) {
    const out = v128.load(y);
    v128.store(dx, f32x4.mul(f32x4.mul(v128.load(dy), f32x4.sub(one, out)), out));
  }
}

export function eluForward(y: usize, x: usize, count: i32, alpha: f32): void {
  checkElementwise(y, x, count);
  const zero = f32x4.splat(0);
  const bottom = f32x4.splat(EXPM1_IS_MINUS_ONE);
  const factor = f64x2.splat(<f64>alpha);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const value = v128.load(x);
    const clamped = f32x4.pmin(f32x4.pmax(value, bottom), zero);
    const below = toFloats(
      f64x2.mul(factor, expm1Doubles(lowerDoubles(clamped))),
      f64x2.mul(factor, expm1Doubles(upperDoubles(clamped))),
    );
    v128.store(y, v128.bitselect(below, value, f32x4.le(value, zero)));
  }
}

export function eluBackward(dx: usize, dy: usize, x: usize, count: i32, alpha: f32): void {
  checkElementwise(dx, dy, count);
  assert((x & 15) === 0, 'x is not 16-byte aligned');
  const zero = f32x4.splat(0);
  const factor = f64x2.splat(<f64>alpha);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, dy += 16, dx += 16) {
    const value = v128.load(x);
    const gradient = v128.load(dy);
    const clamped = f32x4.pmin(value, zero);
    const below = toFloats(
      f64x2.mul(lowerDoubles(gradient), f64x2.mul(factor, expDoubles(lowerDoubles(clamped)))),
      f64x2.mul(upperDoubles(gradient), f64x2.mul(factor, expDoubles(upperDoubles(clamped)))),
    );
    v128.store(dx, v128.bitselect(below, gradient, f32x4.le(value, zero)));
  }
}
