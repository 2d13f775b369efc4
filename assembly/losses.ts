// Losses of values: y the outputs, t the targets, d = y − t, in double.
//
// mseLoss    Σ d²                                                 dy = 2 d · scale
// l1Loss     Σ |d|                                                dy = sign d · scale
// huberLoss  Σ d² / 2 where |d| ≤ delta, else delta (|d| − delta / 2)    dy = clamp(d, −delta, delta) · scale
//
// Each returns the sum over y(n,m), and writes dy(n,m) and each element's loss, losses(n,m); 0: not wanted.
// Units: pointers are byte addresses, 16-byte aligned; n and m are element counts.
// Layout: rows of m floats padded to whole vectors; what padding holds counts for nothing.
// Rounding: everything in double, dy and losses rounded once to float. The sum in four lanes, lane j % 4, rows in order,
// then (lane 0 + lane 2) + (lane 1 + lane 3). NaN is carried; at d = 0 the sign is 0.

import { lowerDoubles, rowStride, toFloats, upperDoubles } from './simd';

/** By m % 4, the lanes of a row's last vector that are elements. */
const LAST_LANES: usize = memory.data<i32>([-1, -1, -1, -1, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], 16);

const MSE: i32 = 0;
const L1: i32 = 1;
const HUBER: i32 = 2;

export function mseLoss(dy: usize, losses: usize, y: usize, t: usize, n: i32, m: i32, scale: f64): f64 {
  return sumOf(MSE, dy, losses, y, t, n, m, scale, 0);
}

export function l1Loss(dy: usize, losses: usize, y: usize, t: usize, n: i32, m: i32, scale: f64): f64 {
  return sumOf(L1, dy, losses, y, t, n, m, scale, 0);
}

export function huberLoss(
  dy: usize,
  losses: usize,
  y: usize,
  t: usize,
  n: i32,
  m: i32,
  scale: f64,
  delta: f64,
): f64 {
  return sumOf(HUBER, dy, losses, y, t, n, m, scale, delta);
}

function sumOf(
  kind: i32,
  dy: usize,
  losses: usize,
  y: usize,
  t: usize,
  n: i32,
  m: i32,
  scale: f64,
  delta: f64,
): f64 {
  assert(((dy | losses | y | t) & 15) === 0, 'an address is not 16-byte aligned');
  assert(n >= 0 && m >= 1, 'a size is out of range');
  const vectors = rowStride(m) >> 2;
  const whole = m >> 2;
  const last = v128.load(LAST_LANES + ((<usize>(m & 3)) << 4));
  const scales = f64x2.splat(scale);
  const deltas = f64x2.splat(delta);
  let sum01 = f64x2.splat(0);
  let sum23 = f64x2.splat(0);
  for (let i = 0; i < n; i++)
    for (let v = 0; v < vectors; v++, y += 16, t += 16) {
      const outputs = v128.load(y);
      const targets = v128.load(t);
      const d01 = f64x2.sub(lowerDoubles(outputs), lowerDoubles(targets));
      const d23 = f64x2.sub(upperDoubles(outputs), upperDoubles(targets));
      const l01 = lossOf(kind, d01, deltas);
      const l23 = lossOf(kind, d23, deltas);
      const lanes = v < whole ? i32x4.splat(-1) : last;
      sum01 = f64x2.add(sum01, v128.and(l01, i64x2.extend_low_i32x4_s(lanes)));
      sum23 = f64x2.add(sum23, v128.and(l23, i64x2.extend_high_i32x4_s(lanes)));
      if (losses) {
        v128.store(losses, toFloats(l01, l23));
        losses += 16;
      }
      if (dy) {
        const g01 = f64x2.mul(slopeOf(kind, d01, deltas), scales);
        const g23 = f64x2.mul(slopeOf(kind, d23, deltas), scales);
        v128.store(dy, toFloats(g01, g23));
        dy += 16;
      }
    }
  const sums = f64x2.add(sum01, sum23);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

@inline
function lossOf(kind: i32, d: v128, delta: v128): v128 {
  if (kind === MSE) return f64x2.mul(d, d);
  const size = f64x2.abs(d);
  if (kind === L1) return size;
  const half = f64x2.splat(0.5);
  const near = f64x2.mul(f64x2.mul(half, d), d);
  const far = f64x2.mul(delta, f64x2.sub(size, f64x2.mul(half, delta)));
  return v128.bitselect(far, near, f64x2.gt(size, delta));
}

@inline
function slopeOf(kind: i32, d: v128, delta: v128): v128 {
  if (kind === MSE) return f64x2.add(d, d);
  // pmin and pmax keep their first argument when it is NaN.
  if (kind === HUBER) return f64x2.pmax(f64x2.pmin(d, delta), f64x2.neg(delta));
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const sign = f64x2.sub(v128.and(f64x2.gt(d, zero), one), v128.and(f64x2.lt(d, zero), one));
  return v128.bitselect(sign, d, f64x2.eq(d, d));
}
