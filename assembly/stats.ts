// moments     out(9 doubles) of x(n,m): mean; variance Σ (x − mean)² / (nm − 1); min, max; how many NaN, +∞, −∞; min
//             and max of the finite elements
// countAbove  counts(m int32) of |x| > threshold in each column of x(n,m); returns their sum. counts = 0: not wanted
// countOutside  the same of x < low or x > high, NaN never
// histogram   edges(bins + 1) from low to high, counts(bins int32) of edge ≤ x < next edge, the last bin with its right
//             edge; what is outside or NaN is dropped. Returns the sum of the counts
//
// Units: pointers are byte addresses, 16-byte aligned; sizes are element counts, never bytes.
// Layout: row-major, rows padded to whole vectors; padding is never counted. `counts` has room for rowStride(m) int32 in
// countAbove and countOutside (zeros in the padding) and for 4 · (bins + 1) + 256 in histogram (the first bins are the
// result). Aliasing: none.
// Rounding: the moments sum x − x₀ and (x − x₀)² in double, x₀ being the first element. So Σ (x − x₀)² is at most nm + 1
// times Σ (x − mean)², and the one comes from the other with its digits. Element (i,j) belongs to partial sum j mod 4,
// rows ascending, columns ascending; the four are added as (0 + 2) + (1 + 3).
// Special values: mean and variance as in torch (∞ or NaN, NaN). min and max leave NaN out. What has nothing to be taken
// of is NaN. A least or largest zero is +0.
// Edges: step = (high − low) / bins, rounded; low + i · step in the first half, high − (bins − i) · step in the second,
// in double, rounded once: torch.linspace with its fused multiply-adds, but not its blocks of vectors, so that an edge
// may differ by an ulp. Bins as in torch.histogram (CPU): a guess by division, then the edges around it.

import { lowerDoubles, rowStride, upperDoubles } from './simd';

// r lanes of ones, then zeros, from (4 − r) words on.
const LANES: usize = memory.data<i32>([-1, -1, -1, -1, 0, 0, 0, 0], 16);

// 1.5 · 2^23: a float below 2^22 plus this is rounded to an integer, which its lowest bits hold. In memory: a splat of
// a constant inside a loop is rebuilt from integers each time.
const ROUND: usize = memory.data<f32>([12582912.0], 16);
const ROUND_BITS: i32 = 0x4b400000;

// Bytes of a row that the histogram looks at twice.
const BLOCK: usize = 1024;

export function moments(out: usize, x: usize, n: i32, m: i32): void {
  assert(n >= 0 && m >= 0, 'moments: sizes');
  assert(((out | x) & 15) === 0, 'moments: alignment');
  const stride = (<usize>rowStride(m)) << 2;
  const end = x + <usize>n * stride;
  const whole = (<usize>(m & ~3)) << 2;
  const lanes = v128.load(LANES + ((<usize>(4 - (m & 3))) << 2));
  const first: f32 = end > x ? load<f32>(x) : 0;
  const origin = f32x4.splat(first);
  const origins = f64x2.splat(<f64>first);
  let least = f32x4.splat(Infinity);
  let largest = f32x4.splat(-Infinity);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let q0 = f64x2.splat(0);
  let q1 = f64x2.splat(0);
  for (let row = x; row < end; row += stride)
    for (let j: usize = 0; j < stride; j += 16) {
      let v = v128.load(row + j);
      // The padding counts as x₀, which adds 0 to every sum.
      if (j === whole) v = v128.bitselect(v, origin, lanes);
      // pmin and pmax keep their first argument when the second is NaN.
      least = f32x4.pmin(least, v);
      largest = f32x4.pmax(largest, v);
      const d0 = f64x2.sub(lowerDoubles(v), origins);
      const d1 = f64x2.sub(upperDoubles(v), origins);
      s0 = f64x2.add(s0, d0);
      s1 = f64x2.add(s1, d1);
      q0 = f64x2.add(q0, f64x2.mul(d0, d0));
      q1 = f64x2.add(q1, f64x2.mul(d1, d1));
    }
  const sum = sumOfFour(s0, s1);
  const squares = sumOfFour(q0, q1);
  const size = <f64>n * <f64>m;
  store<f64>(out, <f64>first + sum / size);
  store<f64>(out, (squares - (sum * sum) / size) / (size - 1), 8);
  const low = leastLane(least);
  const high = 0 - leastLane(f32x4.neg(largest));
  store<f64>(out, low, 16);
  store<f64>(out, high, 24);
  for (let k: usize = 32; k < 56; k += 8) store<f64>(out + k, 0);
  store<f64>(out, low, 56);
  store<f64>(out, high, 64);
  // No float overflows when squared in double: what is not finite came in so.
  if (!(squares < Infinity) || size === 0) momentsNotFinite(out, x, n, m);
}

function sumOfFour(a: v128, b: v128): f64 {
  const pairs = f64x2.add(a, b);
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}

function leastLane(v: v128): f64 {
  const a = min(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1));
  const b = min(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3));
  return <f64>min(a, b) + 0;
}

/** What NaN, infinities and an empty matrix change in the results. */
function momentsNotFinite(out: usize, x: usize, n: i32, m: i32): void {
  const stride = (<usize>rowStride(m)) << 2;
  let nan = 0;
  let positive = 0;
  let negative = 0;
  let finite = 0;
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let i = 0; i < n; i++) {
    const row = x + <usize>i * stride;
    for (let j = 0; j < m; j++) {
      const value = load<f32>(row + ((<usize>j) << 2));
      if (!(value <= Infinity)) nan++;
      else if (value === Infinity) positive++;
      else if (value === -Infinity) negative++;
      else {
        finite++;
        low = min(low, value);
        high = max(high, value);
      }
    }
  }
  let mean = NaN;
  if (nan === 0 && positive > 0 && negative === 0) mean = Infinity;
  if (nan === 0 && negative > 0 && positive === 0) mean = -Infinity;
  store<f64>(out, mean);
  store<f64>(out, NaN, 8);
  if (finite + positive + negative === 0) {
    store<f64>(out, NaN, 16);
    store<f64>(out, NaN, 24);
  }
  store<f64>(out, <f64>nan, 32);
  store<f64>(out, <f64>positive, 40);
  store<f64>(out, <f64>negative, 48);
  store<f64>(out, finite > 0 ? <f64>low + 0 : NaN, 56);
  store<f64>(out, finite > 0 ? <f64>high + 0 : NaN, 64);
}

export function countAbove(counts: usize, x: usize, n: i32, m: i32, threshold: f32): i32 {
  assert(n >= 0 && m >= 0, 'countAbove: sizes');
  assert(((counts | x) & 15) === 0, 'countAbove: alignment');
  const stride = (<usize>rowStride(m)) << 2;
  const end = x + <usize>n * stride;
  const limit = f32x4.splat(threshold);
  let total = i32x4.splat(0);
  for (let j = 0; j < m; j += 4) {
    const bytes = (<usize>j) << 2;
    let above = i32x4.splat(0);
    for (let row = x + bytes; row < end; row += stride)
      above = i32x4.sub(above, f32x4.gt(f32x4.abs(v128.load(row)), limit));
    above = v128.and(above, v128.load(LANES + ((<usize>(4 - min(m - j, 4))) << 2)));
    if (counts !== 0) v128.store(counts + bytes, above);
    total = i32x4.add(total, above);
  }
  return sumOfLanes(total);
}

export function countOutside(counts: usize, x: usize, n: i32, m: i32, low: f32, high: f32): i32 {
  assert(n >= 0 && m >= 0, 'countOutside: sizes');
  assert(((counts | x) & 15) === 0, 'countOutside: alignment');
  const stride = (<usize>rowStride(m)) << 2;
  const end = x + <usize>n * stride;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  let total = i32x4.splat(0);
  for (let j = 0; j < m; j += 4) {
    const bytes = (<usize>j) << 2;
    let outside = i32x4.splat(0);
    for (let row = x + bytes; row < end; row += stride) {
      const value = v128.load(row);
      outside = i32x4.sub(outside, v128.or(f32x4.lt(value, lows), f32x4.gt(value, highs)));
    }
    outside = v128.and(outside, v128.load(LANES + ((<usize>(4 - min(m - j, 4))) << 2)));
    if (counts !== 0) v128.store(counts + bytes, outside);
    total = i32x4.add(total, outside);
  }
  return sumOfLanes(total);
}

export function histogram(
  counts: usize,
  edges: usize,
  x: usize,
  n: i32,
  m: i32,
  bins: i32,
  low: f32,
  high: f32,
): i32 {
  assert(n >= 0 && m >= 0 && bins >= 1 && bins < 1 << 22, 'histogram: sizes');
  assert(low < high && high - low < Infinity, 'histogram: range');
  assert(((counts | edges | x) & 15) === 0, 'histogram: alignment');
  writeEdges(edges, bins, low, high);
  // Four counts a bin, one for each lane, so that equal values do not wait for each other. In front of bin 0 a dump for
  // what the first look leaves open.
  memory.fill(counts, 0, (<usize>(bins + 1)) << 4);
  const slots = counts + ((<usize>(bins + 1)) << 4);
  const range = <f64>high - <f64>low;
  const scale = <f64>bins / range;
  // How far from an edge, in bins, a place found in float is certain: its roundings and those of the edges are at most
  // half of this.
  const margin = <f64>bins * 4.76837158203125e-7 * (1 + max(abs(<f64>low), abs(<f64>high)) / range);
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const scales = f32x4.splat(<f32>scale);
  const offset = f32x4.splat(<f32>(<f64>low * scale + 0.5));
  const zero = f32x4.splat(0);
  const lastBin = f32x4.splat(<f32>(bins - 1));
  const round = v128.load32_splat(ROUND);
  // A scale that is infinite as a float leaves every place open.
  const certain = f32x4.splat(<f32>scale < Infinity ? <f32>(0.5 - margin) : 0);
  const binZero = i32x4.splat((ROUND_BITS << 4) - 16);
  const stride = (<usize>rowStride(m)) << 2;
  const end = x + <usize>n * stride;
  for (let row = x; row < end; row += stride) {
    const rowEnd = row + ((<usize>m) << 2);
    for (let from = row; from < rowEnd; from += BLOCK) {
      const bytes = min(BLOCK, rowEnd - from);
      const whole = bytes & ~15;
      let closed = i32x4.splat(-1);
      for (let j: usize = 0; j < whole; j += 16) {
        const value = v128.load(from + j);
        const place = f32x4.sub(f32x4.mul(value, scales), offset);
        // The outer edges need no certainty: what is inside and near them is in the outer bins.
        const inner = f32x4.pmax(f32x4.pmin(place, lastBin), zero);
        const shifted = f32x4.add(inner, round);
        const apart = f32x4.abs(f32x4.sub(inner, f32x4.sub(shifted, round)));
        const inside = v128.and(f32x4.ge(value, lows), f32x4.le(value, highs));
        const sure = v128.and(inside, f32x4.lt(apart, certain));
        v128.store(slots + j, v128.and(i32x4.sub(i32x4.shl(shifted, 4), binZero), sure));
        closed = v128.and(closed, sure);
      }
      for (let j: usize = 0; j < whole; j += 16) {
        increase(counts + load<u32>(slots + j));
        increase(counts + load<u32>(slots + j, 4) + 4);
        increase(counts + load<u32>(slots + j, 8) + 8);
        increase(counts + load<u32>(slots + j, 12) + 12);
      }
      if (!i32x4.all_true(closed))
        for (let j: usize = 0; j < whole; j += 4)
          if (load<u32>(slots + j) === 0)
            countByEdges(counts + (j & 12), edges, load<f32>(from + j), bins, low, high, scale);
      for (let j = whole; j < bytes; j += 4)
        countByEdges(counts, edges, load<f32>(from + j), bins, low, high, scale);
    }
  }
  let total = 0;
  for (let k = 0; k < bins; k++) {
    const sum = sumOfLanes(v128.load(counts + ((<usize>(k + 1)) << 4)));
    store<i32>(counts + ((<usize>k) << 2), sum);
    total += sum;
  }
  return total;
}

function writeEdges(edges: usize, bins: i32, low: f32, high: f32): void {
  const step = <f64>((high - low) / <f32>bins);
  const halfway = (bins + 1) >> 1;
  for (let i = 0; i <= bins; i++) {
    const edge = i < halfway ? <f64>low + step * <f64>i : <f64>high - step * <f64>(bins - i);
    store<f32>(edges + ((<usize>i) << 2), <f32>edge);
  }
}

function increase(slot: usize): void {
  store<i32>(slot, load<i32>(slot) + 1);
}

function countByEdges(
  counts: usize,
  edges: usize,
  value: f32,
  bins: i32,
  low: f32,
  high: f32,
  scale: f64,
): void {
  if (!(value >= low && value <= high)) return;
  const guess = <i32>((<f64>value - <f64>low) * scale);
  const first = max(guess - 1, 0);
  const edge = edges + ((<usize>first) << 2);
  let bin = first - 1;
  bin += <i32>(load<f32>(edge) <= value) + <i32>(load<f32>(edge, 4) <= value);
  bin += <i32>(load<f32>(edges + ((<usize>min(first + 2, bins)) << 2)) <= value);
  increase(counts + ((<usize>(min(bin, bins - 1) + 1)) << 4));
}

function sumOfLanes(v: v128): i32 {
  return (
    i32x4.extract_lane(v, 0) +
    i32x4.extract_lane(v, 1) +
    (i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3))
  );
}
