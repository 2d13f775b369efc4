// The eˣ and ln x that the other families compute with, by themselves: no layer calls these, tests and the sweep over all
// floats do.
//
// expForward  y = eˣ     y may be x
// logForward  y = ln x   y may be x
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out), but for ln, which stops at `count`; nothing beyond is touched.
// Rounding: computed in double and rounded once to float.

import { expDoubles, logDouble } from './exp-log';
import { checkElementwise, lowerDoubles, toFloats, upperDoubles } from './simd';

// e^89 is above every float, and still a double.
const EXP_IS_INFINITE: f32 = 89;

export function expForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const top = f32x4.splat(EXP_IS_INFINITE);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16, y += 16) {
    const clamped = f32x4.pmin(v128.load(x), top);
    v128.store(y, toFloats(expDoubles(lowerDoubles(clamped)), expDoubles(upperDoubles(clamped))));
  }
}

export function logForward(y: usize, x: usize, count: i32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 4, y += 4) store<f32>(y, <f32>logDouble(<f64>load<f32>(x)));
}
