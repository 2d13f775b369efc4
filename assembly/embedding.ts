// embeddingForward   y(n, c·d): row i is the c rows weight[indices[i·c + j]], j = 0..c−1, side by side
// embeddingBackward  dweight(v,d) = 0, then dweight[indices[i·c + j]] += its d columns of dy(n, c·d)
//
// Units: pointers are byte addresses, 16-byte aligned; sizes are element counts; indices: n·c int32 in 0..v−1.
// Layout: rows of weight, y and their gradients padded to whole vectors; inside a row of y the c pieces are packed.
// Aliasing: none. Rounding: the sum of each row of dweight runs over i, then j, ascending: exact order when an index
// repeats. Tails: the last d mod 4 columns of a piece go one by one, as the next piece begins there.

import { rowStride } from './simd';

export function embeddingForward(y: usize, weight: usize, indices: usize, n: i32, c: i32, d: i32): void {
  assert(n >= 0 && c >= 1 && d >= 1, 'embeddingForward: sizes');
  assert(((y | weight) & 15) === 0 && (indices & 3) === 0, 'embeddingForward: alignment');
  const rowBytes = (<usize>rowStride(c * d)) << 2;
  const weightBytes = (<usize>rowStride(d)) << 2;
  const whole = (<usize>(d & ~3)) << 2;
  const bytes = (<usize>d) << 2;
  for (let i = 0; i < n; ++i) {
    let to = y + <usize>i * rowBytes;
    for (let j = 0; j < c; ++j) {
      const from = weight + <usize>load<i32>(indices) * weightBytes;
      indices += 4;
      let l: usize = 0;
      for (; l < whole; l += 16) v128.store(to + l, v128.load(from + l));
      for (; l < bytes; l += 4) store<f32>(to + l, load<f32>(from + l));
      to += bytes;
    }
  }
}

export function embeddingBackward(
  dweight: usize,
  dy: usize,
  indices: usize,
  n: i32,
  c: i32,
  d: i32,
  v: i32,
): void {
  assert(n >= 0 && c >= 1 && d >= 1 && v >= 1, 'embeddingBackward: sizes');
  assert(((dweight | dy) & 15) === 0 && (indices & 3) === 0, 'embeddingBackward: alignment');
  const rowBytes = (<usize>rowStride(c * d)) << 2;
  const weightBytes = (<usize>rowStride(d)) << 2;
  const whole = (<usize>(d & ~3)) << 2;
  const bytes = (<usize>d) << 2;
  const zero = f32x4.splat(0);
  const end = dweight + <usize>v * weightBytes;
  for (let to = dweight; to < end; to += 16) v128.store(to, zero);
  for (let i = 0; i < n; ++i) {
    let from = dy + <usize>i * rowBytes;
    for (let j = 0; j < c; ++j) {
      const to = dweight + <usize>load<i32>(indices) * weightBytes;
      indices += 4;
      let l: usize = 0;
      for (; l < whole; l += 16) v128.store(to + l, f32x4.add(v128.load(to + l), v128.load(from + l)));
      for (; l < bytes; l += 4) store<f32>(to + l, load<f32>(to + l) + load<f32>(from + l));
      from += bytes;
    }
  }
}
