// Normalisation of each row, h(n,m) = (x − mean) · rstd, with mean and rstd = 1 / √(variance + eps) of the row's m values.
//
// layerNormForward   statistics(n): mean and rstd, two doubles; y(n,m) = h · weight + bias
// layerNormBackward  dweight(m) = Σ dy · h, dbias(m) = Σ dy, down the rows; with g = dy · weight
//                    dx = rstd · (g − Σ g / m − h · Σ (g · h) / m), the sums along the row
//
// weight = 0: neither weight nor bias, y = h. Units: pointers are byte addresses, 16-byte aligned; sizes are element counts.
// Layout: rows of m floats padded to whole vectors; what padding holds counts for nothing. Aliasing: none.
// Rounding: everything in double, y, dx, dweight and dbias rounded once to float. The variance is the biased one, by the mean.
// Sums along a row in four lanes, lane j % 4, then (lane 0 + lane 2) + (lane 1 + lane 3); down the rows in order.

import { lowerDoubles, rowStride, toFloats, upperDoubles } from './simd';

/** By m % 4, the lanes of a row's last vector that are elements. */
const LAST_LANES: usize = memory.data<i32>([-1, -1, -1, -1, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], 16);

export function layerNormForward(
  y: usize,
  statistics: usize,
  x: usize,
  weight: usize,
  bias: usize,
  n: i32,
  m: i32,
  eps: f64,
): void {
  assert(n >= 0 && m >= 1, 'layerNormForward: sizes');
  assert(((y | statistics | x | weight | bias) & 15) === 0, 'layerNormForward: alignment');
  const stride = (<usize>rowStride(m)) << 2;
  const end = x + <usize>n * stride;
  const count = <f64>m;
  for (; x < end; x += stride, y += stride, statistics += 16) {
    let s01 = f64x2.splat(0);
    let s23 = f64x2.splat(0);
    for (let j: usize = 0; j < stride; j += 16) {
      const value = v128.and(v128.load(x + j), lanesAt(j, m));
      s01 = f64x2.add(s01, lowerDoubles(value));
      s23 = f64x2.add(s23, upperDoubles(value));
    }
    const mean = across(s01, s23) / count;
    const means = f64x2.splat(mean);
    s01 = f64x2.splat(0);
    s23 = f64x2.splat(0);
    for (let j: usize = 0; j < stride; j += 16) {
      const value = v128.load(x + j);
      const lanes = lanesAt(j, m);
      const d01 = f64x2.sub(lowerDoubles(value), means);
      const d23 = f64x2.sub(upperDoubles(value), means);
      s01 = f64x2.add(s01, v128.and(f64x2.mul(d01, d01), i64x2.extend_low_i32x4_s(lanes)));
      s23 = f64x2.add(s23, v128.and(f64x2.mul(d23, d23), i64x2.extend_high_i32x4_s(lanes)));
    }
    const rstd = 1.0 / sqrt(across(s01, s23) / count + eps);
    const rstds = f64x2.splat(rstd);
    store<f64>(statistics, mean);
    store<f64>(statistics, rstd, 8);
    for (let j: usize = 0; j < stride; j += 16) {
      const value = v128.load(x + j);
      let h01 = f64x2.mul(f64x2.sub(lowerDoubles(value), means), rstds);
      let h23 = f64x2.mul(f64x2.sub(upperDoubles(value), means), rstds);
      if (weight) {
        const w = v128.load(weight + j);
        const b = v128.load(bias + j);
        h01 = f64x2.add(f64x2.mul(h01, lowerDoubles(w)), lowerDoubles(b));
        h23 = f64x2.add(f64x2.mul(h23, upperDoubles(w)), upperDoubles(b));
      }
      v128.store(y + j, toFloats(h01, h23));
    }
  }
}

export function layerNormBackward(
  dx: usize,
  dweight: usize,
  dbias: usize,
  dy: usize,
  x: usize,
  statistics: usize,
  weight: usize,
  n: i32,
  m: i32,
): void {
  assert(n >= 0 && m >= 1, 'layerNormBackward: sizes');
  assert(((dx | dweight | dbias | dy | x | statistics | weight) & 15) === 0, 'layerNormBackward: alignment');
  const stride = (<usize>rowStride(m)) << 2;
  const bytes = <usize>n * stride;
  if (weight)
    for (let j: usize = 0; j < stride; j += 16) {
      let w01 = f64x2.splat(0);
      let w23 = f64x2.splat(0);
      let b01 = f64x2.splat(0);
      let b23 = f64x2.splat(0);
      let own = statistics;
      for (let at = j; at < bytes; at += stride, own += 16) {
        const means = v128.load64_splat(own);
        const rstds = v128.load64_splat(own, 8);
        const value = v128.load(x + at);
        const slope = v128.load(dy + at);
        const d01 = lowerDoubles(slope);
        const d23 = upperDoubles(slope);
        b01 = f64x2.add(b01, d01);
        b23 = f64x2.add(b23, d23);
        w01 = f64x2.add(w01, f64x2.mul(d01, f64x2.mul(f64x2.sub(lowerDoubles(value), means), rstds)));
        w23 = f64x2.add(w23, f64x2.mul(d23, f64x2.mul(f64x2.sub(upperDoubles(value), means), rstds)));
      }
      v128.store(dweight + j, toFloats(w01, w23));
      v128.store(dbias + j, toFloats(b01, b23));
    }
  const count = <f64>m;
  for (let at: usize = 0; at < bytes; at += stride, statistics += 16) {
    const means = v128.load64_splat(statistics);
    const rstds = v128.load64_splat(statistics, 8);
    let g01 = f64x2.splat(0);
    let g23 = f64x2.splat(0);
    let a01 = f64x2.splat(0);
    let a23 = f64x2.splat(0);
    for (let j: usize = 0; j < stride; j += 16) {
      const lanes = lanesAt(j, m);
      const value = v128.load(x + at + j);
      const d01 = lowerSlope(dy + at, weight, j);
      const d23 = upperSlope(dy + at, weight, j);
      const along01 = f64x2.mul(d01, f64x2.mul(f64x2.sub(lowerDoubles(value), means), rstds));
      const along23 = f64x2.mul(d23, f64x2.mul(f64x2.sub(upperDoubles(value), means), rstds));
      const low = i64x2.extend_low_i32x4_s(lanes);
      const high = i64x2.extend_high_i32x4_s(lanes);
      g01 = f64x2.add(g01, v128.and(d01, low));
      g23 = f64x2.add(g23, v128.and(d23, high));
      a01 = f64x2.add(a01, v128.and(along01, low));
      a23 = f64x2.add(a23, v128.and(along23, high));
    }
    const g = f64x2.splat(across(g01, g23) / count);
    const a = f64x2.splat(across(a01, a23) / count);
    for (let j: usize = 0; j < stride; j += 16) {
      const value = v128.load(x + at + j);
      const h01 = f64x2.mul(f64x2.sub(lowerDoubles(value), means), rstds);
      const h23 = f64x2.mul(f64x2.sub(upperDoubles(value), means), rstds);
      const d01 = f64x2.sub(f64x2.sub(lowerSlope(dy + at, weight, j), g), f64x2.mul(h01, a));
      const d23 = f64x2.sub(f64x2.sub(upperSlope(dy + at, weight, j), g), f64x2.mul(h23, a));
      v128.store(dx + at + j, toFloats(f64x2.mul(rstds, d01), f64x2.mul(rstds, d23)));
    }
  }
}

/** The lanes of the vector at byte j of a row of m floats that are elements. */
function lanesAt(j: usize, m: i32): v128 {
  return <i32>(j >> 2) + 4 <= m ? i32x4.splat(-1) : v128.load(LAST_LANES + ((<usize>(m & 3)) << 4));
}

function across(s01: v128, s23: v128): f64 {
  const sums = f64x2.add(s01, s23);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** dy · weight of the lower two, in double. */
function lowerSlope(dy: usize, weight: usize, j: usize): v128 {
  const d = lowerDoubles(v128.load(dy + j));
  return weight ? f64x2.mul(d, lowerDoubles(v128.load(weight + j))) : d;
}

function upperSlope(dy: usize, weight: usize, j: usize): v128 {
  const d = upperDoubles(v128.load(dy + j));
  return weight ? f64x2.mul(d, upperDoubles(v128.load(weight + j))) : d;
}
