// GELU by the distribution function of the normal distribution, Φ.
//
// geluForward   y = x Φ(x)                      y may be x
// geluBackward  dx = dy (Φ(x) + x φ(x))         dx may be dy or x; φ(x) = e^(−x²/2) / √(2π)
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: in double, each result rounded once to float. NaN is carried; −∞ gives NaN, as in torch.
//
// With z = |x| / √2 and t = (z − 3.75) / (z + 3.75): Φ(−|x|) = e^(−x²/2) R(t) / 2, where R is e^(z²) erfc z by a polynomial
// of degree 14, Chebyshev's interpolation for z from 0 to 10.2 shifted to be 1 at 0: within 6e-12, relatively. Below x = −14.4 the result is
// no float any more.

import { expDoubles } from './exp-log';
import { checkElementwise, lowerDoubles, toFloats, upperDoubles } from './simd';

const GELU: usize = memory.data<f64>(
  [
    // R, lowest power first.
    0.14558972127476877,
    -0.2734219314911922,
    0.22600806695440157,
    -0.16357189583592416,
    0.10260431022888342,
    -0.054802321052415996,
    0.02414325725293084,
    -0.008220646586950002,
    0.00180268593988218,
    -2.5687122478139623e-05,
    -0.00015150402060381144,
    4.938147621494778e-05,
    3.060696259637611e-06,
    -9.108750955846637e-06,
    -1.8076902240123412e-06,
    0.7071067811865476, // 120: 1 / √2
    3.75, // 128
    10.2, // 136: the largest z
    0.3989422804014327, // 144: 1 / √(2π)
  ],
  16,
);

export function geluForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const value = v128.load(x);
    const lower = lowerDoubles(value);
    const upper = upperDoubles(value);
    v128.store(
      y,
      toFloats(
        f64x2.mul(lower, distribution(lower, density(lower))),
        f64x2.mul(upper, distribution(upper, density(upper))),
      ),
    );
  }
}

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

/** Φ(x) + x φ(x). */
@inline
function slope(x: v128): v128 {
  const e = density(x);
  const phi = f64x2.mul(e, v128.load64_splat(GELU, 144));
  return f64x2.add(distribution(x, e), f64x2.mul(x, phi));
}

/** e^(−x²/2); x² of a float is exact. */
@inline
function density(x: v128): v128 {
  return expDoubles(f64x2.mul(f64x2.mul(x, x), f64x2.splat(-0.5)));
}

/** Φ(x), given e^(−x²/2). */
function distribution(x: v128, e: v128): v128 {
  // pmin keeps its first argument when it is NaN.
  const z = f64x2.pmin(f64x2.mul(f64x2.abs(x), v128.load64_splat(GELU, 120)), v128.load64_splat(GELU, 136));
  const k = v128.load64_splat(GELU, 128);
  const t = f64x2.div(f64x2.sub(z, k), f64x2.add(z, k));
  let R = v128.load64_splat(GELU, 112);
  for (let i: usize = 112; i > 0; i -= 8)
    R = f64x2.add(f64x2.mul(R, t), v128.load64_splat(GELU + i - 8));
  const tail = f64x2.mul(f64x2.mul(e, R), f64x2.splat(0.5));
  return v128.bitselect(f64x2.sub(f64x2.splat(1), tail), tail, f64x2.ge(x, f64x2.splat(0)));
}
