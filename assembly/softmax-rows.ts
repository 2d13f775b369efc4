// The gradients of softmax and of its logarithm, over the rows.
//
// softmaxBackward     dx(n,m) = y (dy − Σ dy y)                     y = softmax(x); dx may be dy
// logSoftmaxForward   y(n,m) = x − logSums(n)                       logSums: doubles, ln Σ exp of each row; y may be x
// logSoftmaxBackward  dx(n,m) = dy − e^y Σ dy                       y = ln softmax(x); dx may be dy
//
// Units: pointers are byte addresses, 16-byte aligned; n and m are element counts.
// Layout: rows of m floats padded to whole vectors; what padding holds counts for nothing.
// Rounding: in double, sums in the order of the columns, each result rounded once to float.

import { expDoubles } from './exp-log';
import { rowStride } from './simd';

export function softmaxBackward(dx: usize, dy: usize, y: usize, n: i32, m: i32): void {
  check(dx | dy | y, n, m);
  const bytes = (<usize>rowStride(m)) << 2;
  for (let i = 0; i < n; i++, dx += bytes, dy += bytes, y += bytes) {
    let sum: f64 = 0;
    for (let j = 0; j < m; j++) sum += at(dy, j) * at(y, j);
    for (let j = 0; j < m; j++) put(dx, j, at(y, j) * (at(dy, j) - sum));
  }
}

export function logSoftmaxForward(y: usize, x: usize, logSums: usize, n: i32, m: i32): void {
  check(y | x | logSums, n, m);
  const bytes = (<usize>rowStride(m)) << 2;
  for (let i = 0; i < n; i++, y += bytes, x += bytes) {
    const logSum = load<f64>(logSums + ((<usize>i) << 3));
    for (let j = 0; j < m; j++) put(y, j, at(x, j) - logSum);
  }
}

export function logSoftmaxBackward(dx: usize, dy: usize, y: usize, n: i32, m: i32): void {
  check(dx | dy | y, n, m);
  const bytes = (<usize>rowStride(m)) << 2;
  for (let i = 0; i < n; i++, dx += bytes, dy += bytes, y += bytes) {
    let sum: f64 = 0;
    for (let j = 0; j < m; j++) sum += at(dy, j);
    for (let j = 0; j < m; j++) {
      const e = f64x2.extract_lane(expDoubles(f64x2.splat(at(y, j))), 0);
      put(dx, j, at(dy, j) - e * sum);
    }
  }
}

@inline
function at(row: usize, j: i32): f64 {
  return <f64>load<f32>(row + ((<usize>j) << 2));
}

@inline
function put(row: usize, j: i32, value: f64): void {
  store<f32>(row + ((<usize>j) << 2), <f32>value);
}

function check(addresses: usize, n: i32, m: i32): void {
  assert((addresses & 15) === 0, 'an address is not 16-byte aligned');
  assert(n >= 0 && m >= 1, 'a size is out of range');
}
