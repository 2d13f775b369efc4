// tanhForward   y = tanh x               y may be x
// tanhBackward  dx = dy · (1 − y · y)    dx may be dy
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: each operation to float, in the order written. NaN is carried.
//
// With r = |x| − n ln 2 / 2 and T = tanh r = r + r³ Q(r²):
//   |x| < atanh ½   n = 0, and tanh |x| = T. The rounding errors of r³ Q count for a tenth.
//   above           n = round(k |x|) from 2 to 25. With w = 2 / 2^n and e^2r = (1 + T) / (1 − T),
//                   tanh |x| = 1 − 2 / (1 + 2^n e^2r) = (1 − w) + w N / D,
//                   N = (w / 4)(1 − T) + T, D = N + (1 − T) / 2.
//                   1 − w is exact, and the second term, with its rounding errors, is at most 0.21.
//
// A vector is one long chain of dependent operations, and a processor holds too few of them to overlap enough
// vectors. So a block goes through three loops with a third of the chain in each: 1.5 times as fast as one loop.

import { checkElementwise } from './simd';

const TANH: usize = memory.data<f32>(
  [
    0.5493062, // 0: above it, the floats whose tanh is at least ½
    9.010913848876953, // 4: the first float whose tanh rounds to 1
    2.8299, // 8: k, 2 % below 2 / ln 2: n stays below 26, and w above 2^-25, where 1 − w would be rounded
    12582912, // 12: 1.5 · 2^23, whose sum with n holds n in its lowest bits
    0.34657359, // 16: ln 2 / 2 in 21 bits, by chance within 2^-29: n ln 2 / 2 is exact up to n = 8, and good enough above
    // Q, lowest power first: minimax up to atanh ½ in ulps of tanh x, by Lawson's iteration, the coefficients rounded
    // one after another and the rest fitted again: within 0.016 ulp, before the rounding errors.
    -0.333333194, // 20
    0.133326396, // 24
    -0.0538569205, // 28
    0.0210875589, // 32
    -0.00629350403, // 36
    1, // 40
    0.5, // 44: and, as an integer, the bits of 2^-1
    2, // 48: and the bits of 2^1
  ],
  16,
);
const MAGNITUDE: usize = memory.data<i32>([0x7fffffff]);

const BLOCK: usize = 1024;
/** Of the block, r and then T; and 1.5 · 2^23 + n. */
const REDUCED: usize = memory.data(1024, 16);
const EXPONENTS: usize = memory.data(1024, 16);

/**
 * At most 0.92705 ulp over all floats (the worst at ±0.87385666), 0.066 % of them not correctly rounded. Odd,
 * monotone, ±1 from ±9.0109138 on and not before; ±0, subnormals and NaN are kept.
 */
export function tanhForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += BLOCK, y += BLOCK) {
    const bytes = min(BLOCK, end - x);
    reduce(x, bytes);
    tanhReduced(bytes);
    recombine(y, x, bytes);
  }
}

/** n and r. */
function reduce(x: usize, bytes: usize): void {
  const magnitude = v128.load32_splat(MAGNITUDE);
  const half = v128.load32_splat(TANH);
  const top = v128.load32_splat(TANH, 4);
  const k = v128.load32_splat(TANH, 8);
  const shift = v128.load32_splat(TANH, 12);
  const ln2Half = v128.load32_splat(TANH, 16);
  for (let i: usize = 0; i < bytes; i += 16) {
    const a = v128.and(v128.load(x + i), magnitude);
    // pmin keeps its first argument when it is NaN.
    const clamped = f32x4.pmin(a, top);
    const shifted = f32x4.add(f32x4.mul(clamped, k), shift);
    const n = v128.andnot(f32x4.sub(shifted, shift), f32x4.lt(a, half));
    v128.store(REDUCED + i, f32x4.sub(clamped, f32x4.mul(n, ln2Half)));
    v128.store(EXPONENTS + i, shifted);
  }
}

/** T = r + r³ Q(r²), in place of r. */
function tanhReduced(bytes: usize): void {
  const q0 = v128.load32_splat(TANH, 20);
  const q1 = v128.load32_splat(TANH, 24);
  const q2 = v128.load32_splat(TANH, 28);
  const q3 = v128.load32_splat(TANH, 32);
  const q4 = v128.load32_splat(TANH, 36);
  for (let i: usize = 0; i < bytes; i += 16) {
    const r = v128.load(REDUCED + i);
    const u = f32x4.mul(r, r);
    const uu = f32x4.mul(u, u);
    const lower = f32x4.add(f32x4.mul(u, q1), q0);
    const upper = f32x4.add(f32x4.mul(u, q3), q2);
    const q = f32x4.add(lower, f32x4.mul(uu, f32x4.add(upper, f32x4.mul(uu, q4))));
    v128.store(REDUCED + i, f32x4.add(r, f32x4.mul(f32x4.mul(r, u), q)));
  }
}

/** T or (1 − w) + w N / D, with the sign of x. */
function recombine(y: usize, x: usize, bytes: usize): void {
  const magnitude = v128.load32_splat(MAGNITUDE);
  const half = v128.load32_splat(TANH);
  const one = v128.load32_splat(TANH, 40);
  const oneHalf = v128.load32_splat(TANH, 44);
  const two = v128.load32_splat(TANH, 48);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(x + i);
    const a = v128.and(value, magnitude);
    const T = v128.load(REDUCED + i);
    const n = i32x4.shl(v128.load(EXPONENTS + i), 23);
    const w = i32x4.sub(two, n);
    const rest = f32x4.sub(one, T);
    const N = f32x4.add(f32x4.mul(i32x4.sub(oneHalf, n), rest), T);
    const D = f32x4.add(f32x4.mul(rest, oneHalf), N);
    const large = f32x4.add(f32x4.sub(one, w), f32x4.mul(w, f32x4.div(N, D)));
    const result = v128.bitselect(T, large, f32x4.lt(a, half));
    v128.store(y + i, v128.or(result, v128.xor(value, a)));
  }
}

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
