// softplusForward   y = ln(1 + e^(βx)) / β where βx ≤ threshold, else x         y may be x
// softplusBackward  dx = dy / (1 + e^(−βx)) where βx ≤ threshold, else dy       dx may be dy or x
//
// Units: pointers are byte addresses, 16-byte aligned; `count` is a number of floats. The last vector is processed
// whole (padding in, padding out); nothing beyond is touched.
// Rounding: in double, each result rounded once to float. NaN is carried.

import { expDoubles, logDouble } from './exp-log';
import { checkElementwise } from './simd';

export function softplusForward(y: usize, x: usize, count: i32, beta: f32, threshold: f32): void {
  checkElementwise(y, x, count);
  const end = x + ((<usize>((count + 3) & ~3)) << 2);
  for (; x < end; x += 4, y += 4) {
    const value = load<f32>(x);
    const scaled = <f64>beta * <f64>value;
    if (scaled > <f64>threshold) {
      store<f32>(y, value);
      continue;
    }
    const e = f64x2.extract_lane(expDoubles(f64x2.splat(-abs(scaled))), 0);
    const u = 1 + e;
    // ln(1 + e): the digits that 1 + e loses are put back.
    const log = logDouble(u) - (u - 1 - e) / u;
    store<f32>(y, <f32>((max(scaled, 0) + log) / <f64>beta));
  }
}

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
  const end = x + ((<usize>((count + 3) & ~3)) << 2);
  for (; x < end; x += 4, dy += 4, dx += 4) {
    const scaled = <f64>beta * <f64>load<f32>(x);
    const gradient = load<f32>(dy);
    if (scaled > <f64>threshold) {
      store<f32>(dx, gradient);
      continue;
    }
    const e = f64x2.extract_lane(expDoubles(f64x2.splat(-abs(scaled))), 0);
    store<f32>(dx, <f32>(<f64>gradient * ((scaled >= 0 ? 1 : e) / (1 + e))));
  }
}
