// tanhBackward       dx = dy · (1 − y · y)               dx may be dy
// reluForward        y = x where x > 0, else 0           y may be x
// reluBackward       dx = 0 where y ≤ 0, else dy         dx may be dy
// leakyReluForward   y = x where x > 0, else x · slope   y may be x
// leakyReluBackward  dx = dy where x > 0, else dy · slope       dx may be dy or x
// sigmoidForward     y = 1 / (1 + e⁻ˣ)                   y may be x
// sigmoidBackward    dx = dy · (1 − y) · y               dx may be dy
// eluForward         y = alpha (eˣ − 1) where x ≤ 0, else x     y may be x
// eluBackward        dx = dy · alpha eˣ where x ≤ 0, else dy    dx may be dy or x
// expForward         y = eˣ                              y may be x
// logForward         y = ln x                            y may be x
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out), but for ln, which stops at `count`; nothing beyond is touched.
// Rounding: sigmoid, elu (both ways), exp and log compute in double and round once to float; the others round
// each operation to float, in the order written. The error bounds below are of all 2^32 floats, by
// test/sweep/accuracy.mjs. NaN is carried; at the kinks (x = 0 and NaN) values and gradients are torch's.

import {
  checkElementwise,
  expDoubles,
  expm1Doubles,
  logDouble,
  lowerDoubles,
  toFloats,
  upperDoubles,
} from './simd';

// e^89 is above every float, and still a double.
const EXP_IS_INFINITE: f32 = 89;
// 1 / (1 + e^104) is below half of the smallest float.
const SIGMOID_IS_ZERO: f32 = 104;
// e^-40 is below half an ulp of 1, in double.
const EXPM1_IS_MINUS_ONE: f32 = -40;

export function tanhBackward(dx: usize, dy: usize, y: usize, count: i32): void {
  checkElementwise(dx, dy, count);
  assert((y & 15) === 0, 'y is not 16-byte aligned');
  const one = f32x4.splat(1);
  const end = y + ((<usize>count) << 2);
  for (; y + 32 <= end; y += 32, dy += 32, dx += 32) {
    const out0 = v128.load(y);
    const out1 = v128.load(y, 16);
    v128.store(dx, f32x4.mul(v128.load(dy), f32x4.sub(one, f32x4.mul(out0, out0))));
    v128.store(dx, f32x4.mul(v128.load(dy, 16), f32x4.sub(one, f32x4.mul(out1, out1))), 16);
  }
  for (; y < end; y += 16, dy += 16, dx += 16) {
    const out = v128.load(y);
    v128.store(dx, f32x4.mul(v128.load(dy), f32x4.sub(one, f32x4.mul(out, out))));
  }
}

/** −0 stays −0, as in torch. */
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

/** Correctly rounded for every float, through the subnormals to 0 below −103.97208. */
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

/**
 * Correctly rounded for every float when alpha is 1, near 0 too, where torch 1.13 loses digits (it subtracts 1 from a
 * rounded eˣ). −0 gives +0, as there.
 */
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

/** Correctly rounded for every float: +∞ from 88.722839 on, through the subnormals to 0 below −103.97208. */
export function expForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const top = f32x4.splat(EXP_IS_INFINITE);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const clamped = f32x4.pmin(v128.load(x), top);
    v128.store(y, toFloats(expDoubles(lowerDoubles(clamped)), expDoubles(upperDoubles(clamped))));
  }
}

/** Correctly rounded for every float, subnormals too: ln 0 = −∞, NaN below 0. */
export function logForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 4, y += 4) store<f32>(y, <f32>logDouble(<f64>load<f32>(x)));
}
