// softplusForward   y = ln(1 + e^(βx)) / β where βx ≤ threshold, else x         y may be x
// softplusBackward  dx = dy / (1 + e^(−βx)) where βx ≤ threshold, else dy       dx may be dy or x
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: in double, each result rounded once to float. NaN is carried. The error bounds below are by
// test/sweep/accuracy.mjs, of all 2^32 floats.
//
// With e = e^(−|βx|), from 0 to 1: ln(1 + e^(βx)) = max(βx, 0) + ln(1 + e), and with s = e / (2 + e), z = s² ≤ 1/9:
// ln(1 + e) = 2 atanh s = s (2 + z L(z)). L has degree 7; it meets the function at 8 places, moved until the errors between
// them are level: ln(1 + e) within 1.9e-15, relatively. βx is exact.

import { expDoubles } from './exp-log';
import { checkElementwise, lowerDoubles, toFloats, upperDoubles } from './simd';

const LOG: usize = memory.data<f64>(
  [
    // L, lowest power first.
    0.6666666666632955, 0.4000000009751135, 0.2857141894992897, 0.22222679937412299, 0.18169831102487763,
    0.15565981239682775, 0.11768850970386867, 0.18708294749778134,
    2, // 64
    1, // 72
  ],
  16,
);

/** At most 0.5000001 ulp, of β = 1 and threshold = 20: 10 floats are not correctly rounded. */
export function softplusForward(y: usize, x: usize, count: i32, beta: f32, threshold: f32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>count) << 2);
  const factor = f64x2.splat(<f64>beta);
  const top = f64x2.splat(<f64>threshold);
  for (; x < end; x += 16, y += 16) {
    const value = v128.load(x);
    const lower = bend(lowerDoubles(value), factor, top);
    const upper = bend(upperDoubles(value), factor, top);
    v128.store(y, toFloats(lower, upper));
  }
}

/** At most 0.5000001 ulp, of dy = 1, β = 1 and threshold = 20: 24 floats are not correctly rounded. */
export function softplusBackward(
  dx: usize,
  dy: usize,
  x: usize,
  count: i32,
  beta: f32,
  threshold: f32,
): void {
  checkElementwise(dx, dy, count);
  assert((x & 15) === 0, 'x is not 16-byte aligned');
  const end = x + ((<usize>count) << 2);
  const factor = f64x2.splat(<f64>beta);
  const top = f64x2.splat(<f64>threshold);
  for (; x < end; x += 16, dy += 16, dx += 16) {
    const value = v128.load(x);
    const gradient = v128.load(dy);
    const lower = f64x2.mul(lowerDoubles(gradient), slope(lowerDoubles(value), factor, top));
    const upper = f64x2.mul(upperDoubles(gradient), slope(upperDoubles(value), factor, top));
    v128.store(dx, toFloats(lower, upper));
  }
}

@inline
function bend(x: v128, beta: v128, threshold: v128): v128 {
  const scaled = f64x2.mul(beta, x);
  // pmax keeps its first argument when it is NaN.
  const sum = f64x2.add(f64x2.pmax(scaled, f64x2.splat(0)), log1p(decay(scaled)));
  return v128.bitselect(x, f64x2.div(sum, beta), f64x2.gt(scaled, threshold));
}

@inline
function slope(x: v128, beta: v128, threshold: v128): v128 {
  const one = v128.load64_splat(LOG, 72);
  const scaled = f64x2.mul(beta, x);
  const e = decay(scaled);
  const above = v128.bitselect(e, one, f64x2.lt(scaled, f64x2.splat(0)));
  return v128.bitselect(one, f64x2.div(above, f64x2.add(one, e)), f64x2.gt(scaled, threshold));
}

/** e^(−|a|). */
function decay(a: v128): v128 {
  return expDoubles(f64x2.neg(f64x2.abs(a)));
}

/** ln(1 + e) for e from 0 to 1. */
function log1p(e: v128): v128 {
  const two = v128.load64_splat(LOG, 64);
  const s = f64x2.div(e, f64x2.add(two, e));
  const z = f64x2.mul(s, s);
  let L = v128.load64_splat(LOG, 56);
  for (let at = LOG + 48; at >= LOG; at -= 8) L = f64x2.add(f64x2.mul(L, z), v128.load64_splat(at));
  return f64x2.mul(s, f64x2.add(two, f64x2.mul(z, L)));
}
