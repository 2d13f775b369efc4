// The gradients of softmax and of its logarithm, over the rows.
//
// softmaxBackward     dx(n,m) = y (dy − Σ dy y)                     y = softmax(x); dx may be dy
// logSoftmaxForward   y(n,m) = x − logSums(n)                       logSums: doubles, ln Σ exp of each row; y may be x
// logSoftmaxBackward  dx(n,m) = dy − e^y Σ dy                       y = ln softmax(x); dx may be dy
//
// Units: pointers are byte addresses, 16-byte aligned; n and m are element counts.
// Layout: rows of m floats padded to whole vectors; what padding holds counts for nothing.
// Rounding: everything in double, each result rounded once to float. Sums in four lanes, lane j % 4, then
// (lane 0 + lane 2) + (lane 1 + lane 3). NaN is carried to the whole row.

import { expDoubles } from './exp-log';
import { lowerDoubles, rowStride, toFloats, upperDoubles } from './simd';

/** By m % 4, the lanes of a row's last vector that are elements. */
const LAST_LANES: usize = memory.data<i32>([-1, -1, -1, -1, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], 16);

export function softmaxBackward(dx: usize, dy: usize, y: usize, n: i32, m: i32): void {
  check(dx | dy | y, n, m);
  const bytes = (<usize>rowStride(m)) << 2;
  for (let i = 0; i < n; i++, dx += bytes, dy += bytes, y += bytes) {
    const total = sumOf(dy, y, m);
    for (let at: usize = 0; at < bytes; at += 16) {
      const gradients = v128.load(dy + at);
      const outputs = v128.load(y + at);
      const lower = f64x2.mul(lowerDoubles(outputs), f64x2.sub(lowerDoubles(gradients), total));
      const upper = f64x2.mul(upperDoubles(outputs), f64x2.sub(upperDoubles(gradients), total));
      v128.store(dx + at, toFloats(lower, upper));
    }
  }
}

export function logSoftmaxForward(y: usize, x: usize, logSums: usize, n: i32, m: i32): void {
  check(y | x | logSums, n, m);
  const bytes = (<usize>rowStride(m)) << 2;
  for (let i = 0; i < n; i++, y += bytes, x += bytes, logSums += 8) {
    const logSum = v128.load64_splat(logSums);
    for (let at: usize = 0; at < bytes; at += 16) {
      const value = v128.load(x + at);
      const lower = f64x2.sub(lowerDoubles(value), logSum);
      const upper = f64x2.sub(upperDoubles(value), logSum);
      v128.store(y + at, toFloats(lower, upper));
    }
  }
}

export function logSoftmaxBackward(dx: usize, dy: usize, y: usize, n: i32, m: i32): void {
  check(dx | dy | y, n, m);
  const bytes = (<usize>rowStride(m)) << 2;
  for (let i = 0; i < n; i++, dx += bytes, dy += bytes, y += bytes) {
    const total = sumOf(dy, 0, m);
    for (let at: usize = 0; at < bytes; at += 16) {
      const gradients = v128.load(dy + at);
      // No logarithm of a share is above 0; pmin keeps its first argument when it is NaN.
      const outputs = f32x4.pmin(v128.load(y + at), f32x4.splat(0));
      const lower = f64x2.sub(lowerDoubles(gradients), f64x2.mul(expDoubles(lowerDoubles(outputs)), total));
      const upper = f64x2.sub(upperDoubles(gradients), f64x2.mul(expDoubles(upperDoubles(outputs)), total));
      v128.store(dx + at, toFloats(lower, upper));
    }
  }
}

/** Σ a b of a row of m floats, or where b is 0 Σ a, in both lanes. */
function sumOf(a: usize, b: usize, m: i32): v128 {
  let sum01 = f64x2.splat(0);
  let sum23 = f64x2.splat(0);
  for (let rest = m; rest > 0; rest -= 4, a += 16) {
    const lanes = rest < 4 ? v128.load(LAST_LANES + ((<usize>rest) << 4)) : i32x4.splat(-1);
    const left = v128.and(v128.load(a), lanes);
    let terms01 = lowerDoubles(left);
    let terms23 = upperDoubles(left);
    if (b) {
      const right = v128.and(v128.load(b), lanes);
      terms01 = f64x2.mul(terms01, lowerDoubles(right));
      terms23 = f64x2.mul(terms23, upperDoubles(right));
      b += 16;
    }
    sum01 = f64x2.add(sum01, terms01);
    sum23 = f64x2.add(sum23, terms23);
  }
  const sums = f64x2.add(sum01, sum23);
  return f64x2.splat(f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
}

function check(addresses: usize, n: i32, m: i32): void {
  assert((addresses & 15) === 0, 'an address is not 16-byte aligned');
  assert(n >= 0 && m >= 1, 'a size is out of range');
}
