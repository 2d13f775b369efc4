// Activations that let x through by a sigmoid of x, σ(a) = 1 / (1 + e⁻ᵃ).
//
// siluForward       y = x σ(x)                                       y may be x
// siluBackward      dx = dy σ(x) (1 + x (1 − σ(x)))                  dx may be dy or x
// geluTanhForward   y = x σ(2u) = x (1 + tanh u) / 2                 y may be x
// geluTanhBackward  dx = dy (s + x s (1 − s) 2u′), s = σ(2u)         dx may be dy or x
//                   u = √(2/π) (x + 0.044715 x³)
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: in double, each result rounded once to float. NaN is carried; −∞ gives NaN, as in torch. The error bounds
// below are by test/sweep/accuracy.mjs, of all 2^32 floats.

import { expDoubles } from './exp-log';
import { checkElementwise, lowerDoubles, toFloats, upperDoubles } from './simd';

const SILU: i32 = 0;
const GELU: i32 = 1;
/** 2 √(2/π) and that times 0.044715. */
const SLOPE: f64 = 1.5957691216057308;
const CUBE: f64 = 0.07135481627260025;

/** At most ½ ulp: correctly rounded at every float. */
export function siluForward(y: usize, x: usize, count: i32): void {
  forward(SILU, y, x, count);
}

/** At most ½ ulp, of dy = 1: correctly rounded at every float. */
export function siluBackward(dx: usize, dy: usize, x: usize, count: i32): void {
  backward(SILU, dx, dy, x, count);
}

/** At most ½ ulp: correctly rounded at every float. */
export function geluTanhForward(y: usize, x: usize, count: i32): void {
  forward(GELU, y, x, count);
}

/** At most 0.5000007 ulp, of dy = 1, beside the zero of the slope: 3 floats are not correctly rounded. */
export function geluTanhBackward(dx: usize, dy: usize, x: usize, count: i32): void {
  backward(GELU, dx, dy, x, count);
}

function forward(kind: i32, y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const value = v128.load(x);
    const lower = lowerDoubles(value);
    const upper = upperDoubles(value);
    v128.store(y, toFloats(f64x2.mul(lower, gate(kind, lower)), f64x2.mul(upper, gate(kind, upper))));
  }
}

function backward(kind: i32, dx: usize, dy: usize, x: usize, count: i32): void {
  checkElementwise(dx, dy, count);
  assert((x & 15) === 0, 'x is not 16-byte aligned');
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, dy += 16, dx += 16) {
    const value = v128.load(x);
    const gradient = v128.load(dy);
    const lower = f64x2.mul(lowerDoubles(gradient), slope(kind, lowerDoubles(value)));
    const upper = f64x2.mul(upperDoubles(gradient), slope(kind, upperDoubles(value)));
    v128.store(dx, toFloats(lower, upper));
  }
}

/** σ(x), or σ(2u). */
function gate(kind: i32, x: v128): v128 {
  let a = x;
  if (kind === GELU) {
    const cubed = f64x2.mul(f64x2.mul(f64x2.splat(CUBE), x), f64x2.mul(x, x));
    a = f64x2.add(f64x2.mul(f64x2.splat(SLOPE), x), cubed);
  }
  const minus = f64x2.neg(a);
  // pmin keeps its first argument when it is NaN.
  const e = expDoubles(f64x2.pmin(minus, f64x2.splat(708)));
  const s = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), e));
  return v128.andnot(s, f64x2.gt(minus, f64x2.splat(708)));
}

@inline
function slope(kind: i32, x: v128): v128 {
  const one = f64x2.splat(1);
  const s = gate(kind, x);
  let inner = x;
  if (kind === GELU) {
    const square = f64x2.mul(f64x2.splat(3 * CUBE), f64x2.mul(x, x));
    inner = f64x2.mul(x, f64x2.add(f64x2.splat(SLOPE), square));
  }
  return f64x2.mul(s, f64x2.add(one, f64x2.mul(inner, f64x2.sub(one, s))));
}
