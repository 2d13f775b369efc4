// GELU by the distribution function of the normal distribution, Φ.
//
// geluForward   y = x Φ(x)                      y may be x
// geluBackward  dx = dy (Φ(x) + x φ(x))         dx may be dy or x; φ(x) = e^(−x²/2) / √(2π)
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: in double, each result rounded once to float. NaN is carried; −∞ gives NaN, as in torch. The error bounds
// below are by test/sweep/accuracy.mjs, of all 2^32 floats.
//
// With a = |x|: Φ(−a) = e^(−a²/2) M(a), where M(a) = e^(a²/2) erfc(a / √2) / 2 is Mills' ratio over √(2π). It is taken as
// P(a) / Q(a), of degrees 8 and 9, that meets it at 0 and at 17 more places, moved until the errors between them are
// level: within 1.7e-16, relatively, for a from 0 to 14.5. No coefficient is negative: nothing cancels. So the tail of Φ
// has all its digits, and those of the slope are lost only where it is 0 (x = −0.7518).

import { expDoubles } from './exp-log';
import { checkElementwise, lowerDoubles, toFloats, upperDoubles } from './simd';

const GELU: usize = memory.data<f64>(
  [
    // P, lowest power first.
    0.5, 0.6865045224219112, 0.46766827237504754, 0.20010240672012644, 0.05811380246607081, 0.01167666601962425,
    0.00158604456920301, 0.0001338667698940907, 5.439962317631542e-6,
    // 72: Q.
    1, 2.170893605646708, 2.1674590358405315, 1.3101016317637473, 0.5301821157147765, 0.1496179445783831,
    0.029604620254608225, 0.003989259974033091, 0.0003355542334090965, 1.3635963331252966e-5,
    14.5, // 152: below −14.5 the result is no float any more
    0.3989422804014327, // 160: 1 / √(2π)
    -0.5, // 168
    1, // 176
  ],
  16,
);

/** At most 0.5000002 ulp, at −2.38107: 2 floats are not correctly rounded. */
export function geluForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const value = v128.load(x);
    const lower = lowerDoubles(value);
    const upper = upperDoubles(value);
    v128.store(
      y,
      toFloats(f64x2.mul(lower, distribution(lower)), f64x2.mul(upper, distribution(upper))),
    );
  }
}

/**
 * At most 0.5625 ulp over all floats x, of dy = 1: 5 of them are not correctly rounded, the worst at −0.75179154, beside
 * the zero of the slope.
 */
export function geluBackward(dx: usize, dy: usize, x: usize, count: i32): void {
  checkElementwise(dx, dy, count);
  assert((x & 15) === 0, 'x is not 16-byte aligned');
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, dy += 16, dx += 16) {
    const value = v128.load(x);
    const gradient = v128.load(dy);
    const lower = f64x2.mul(lowerDoubles(gradient), slope(lowerDoubles(value)));
    const upper = f64x2.mul(upperDoubles(gradient), slope(upperDoubles(value)));
    v128.store(dx, toFloats(lower, upper));
  }
}

/** Φ(x). */
@inline
function distribution(x: v128): v128 {
  return mirrored(x, f64x2.mul(exponential(x), ratio(x)));
}

/** Φ(x) + x φ(x): below 0 e^(−a²/2) (M(a) − a / √(2π)). */
@inline
function slope(x: v128): v128 {
  const rest = f64x2.mul(f64x2.abs(x), v128.load64_splat(GELU, 160));
  return mirrored(x, f64x2.mul(exponential(x), f64x2.sub(ratio(x), rest)));
}

/** The value of −|x| where x is below 0, else 1 minus it. */
@inline
function mirrored(x: v128, below: v128): v128 {
  const above = f64x2.sub(v128.load64_splat(GELU, 176), below);
  return v128.bitselect(below, above, f64x2.lt(x, f64x2.splat(0)));
}

/** e^(−x²/2); x² of a float is exact. */
@inline
function exponential(x: v128): v128 {
  return expDoubles(f64x2.mul(f64x2.mul(x, x), v128.load64_splat(GELU, 168)));
}

/** M(|x|). */
function ratio(x: v128): v128 {
  // pmin keeps its first argument when it is NaN.
  const a = f64x2.pmin(f64x2.abs(x), v128.load64_splat(GELU, 152));
  let P = v128.load64_splat(GELU, 64);
  let Q = f64x2.add(f64x2.mul(v128.load64_splat(GELU, 144), a), v128.load64_splat(GELU, 136));
  for (let at = GELU + 56; at >= GELU; at -= 8) {
    P = f64x2.add(f64x2.mul(P, a), v128.load64_splat(at));
    Q = f64x2.add(f64x2.mul(Q, a), v128.load64_splat(at, 72));
  }
  return f64x2.div(P, Q);
}
