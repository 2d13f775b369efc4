// Binary cross-entropy of logits y by targets t from 0 to 1, with the weight p(m) of the positive class (0: all 1):
//
// bceWithLogits  Σ (1 − t) y + w (ln(1 + e) + max(−y, 0)),  w = 1 + (p − 1) t,  e = exp(−|y|)
//                dy = ((1 − t) − w / (1 + eʸ)) · scale
//
// Returns the sum over y(n,m), and writes dy(n,m) and each element's loss, losses(n,m); 0: not wanted.
// Units, layout and rounding as in losses.ts, but that the sum goes element by element, row-major. NaN is carried.

import { expDoubles, logDouble } from './exp-log';
import { rowStride } from './simd';

export function bceWithLogits(
  dy: usize,
  losses: usize,
  y: usize,
  t: usize,
  p: usize,
  n: i32,
  m: i32,
  scale: f64,
): f64 {
  assert(((dy | losses | y | t | p) & 15) === 0, 'an address is not 16-byte aligned');
  assert(n >= 0 && m >= 1, 'a size is out of range');
  const rowBytes = (<usize>rowStride(m)) << 2;
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const byte = (<usize>j) << 2;
      const logit = <f64>load<f32>(y + byte);
      const target = <f64>load<f32>(t + byte);
      const weight = p ? 1 + (<f64>load<f32>(p + byte) - 1) * target : 1;
      const e = f64x2.extract_lane(expDoubles(f64x2.splat(-abs(logit))), 0);
      const loss = (1 - target) * logit + weight * (log1p(e) + (logit < 0 ? -logit : 0));
      sum += loss;
      if (losses) store<f32>(losses + byte, <f32>loss);
      if (dy) {
        const below = (logit >= 0 ? e : 1) / (1 + e);
        store<f32>(dy + byte, <f32>((1 - target - weight * below) * scale));
      }
    }
    y += rowBytes;
    t += rowBytes;
    if (losses) losses += rowBytes;
    if (dy) dy += rowBytes;
  }
  return sum;
}

/** ln(1 + e) for e from 0 to 1: the digits that 1 + e loses are put back. */
@inline
function log1p(e: f64): f64 {
  const u = 1 + e;
  return logDouble(u) - (u - 1 - e) / u;
}
