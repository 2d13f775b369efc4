// Of two matrices of one shape, element by element.
//
// addPointwise       y = a + b     y may be a or b
// multiplyPointwise  y = a · b     y may be a or b
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole, its padding included; nothing beyond is touched. Rounding: one an element.

import { checkElementwise } from './simd';

export function addPointwise(y: usize, a: usize, b: usize, count: i32): void {
  checkElementwise(y | b, a, count);
  const end = a + ((<usize>count) << 2);
  for (; a < end; a += 16, b += 16, y += 16) v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
}

export function multiplyPointwise(y: usize, a: usize, b: usize, count: i32): void {
  checkElementwise(y | b, a, count);
  const end = a + ((<usize>count) << 2);
  for (; a < end; a += 16, b += 16, y += 16) v128.store(y, f32x4.mul(v128.load(a), v128.load(b)));
}
