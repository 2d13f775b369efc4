// softmaxForward  p(n,m) = e / Σ e, e = exp(logits − row maximum)     p may be logits
// crossEntropy    returns the mean over rows of ln Σ e − (logits[target] − maximum)
//                 dlogits(n,m) = (e / Σ e − onehot(target)) / n       dlogits = 0: not wanted
//
// Units: pointers are byte addresses, 16-byte aligned; n and m are element counts; targets are n int32 in 0..m−1.
// Layout: rows of m floats padded to whole vectors. Padding is read as −∞ whatever it holds, and written as 0
// (NaN in a NaN row).
// Rounding: e, sums and loss are doubles. A row sums in four lanes, lane j % 4, j ascending, then
// (lane 0 + lane 2) + (lane 1 + lane 3); the losses of the rows are added in order. p and dlogits are rounded to float
// once, at the end. e of a row of up to 256 columns is kept for them; of a longer one it is computed again: the same
// bits.
// Special values as in torch: a NaN or +∞ logit, or a row of −∞ only, makes the row and the loss NaN; a target
// of −∞ makes the loss +∞.

import { expDoubles, logDouble, lowerDoubles, rowStride, toFloats, upperDoubles } from './simd';

/** By m % 4, the lanes of a row's last vector that are elements. */
const LAST_LANES: usize = memory.data<i32>([-1, -1, -1, -1, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], 16);

/** Room for e of a row, and the columns that fit in. */
const ROW_COLUMNS: i32 = 256;
const ROW: usize = memory.data(8 * 256, 16);

export function softmaxForward(p: usize, logits: usize, n: i32, m: i32): void {
  checkRows(p, logits, n, m);
  const rowBytes = (<usize>rowStride(m)) << 2;
  for (let i = 0; i < n; i++, logits += rowBytes, p += rowBytes) {
    const maximum = <f64>rowMaximum(logits, m);
    scaledExps(p, logits, m, maximum, 1 / sumOfExps(logits, m, maximum));
  }
}

export function crossEntropy(dlogits: usize, logits: usize, targets: usize, n: i32, m: i32): f64 {
  checkRows(dlogits, logits, n, m);
  assert((targets & 15) === 0, 'targets is not 16-byte aligned');
  const rowBytes = (<usize>rowStride(m)) << 2;
  let loss: f64 = 0;
  for (let i = 0; i < n; i++, logits += rowBytes, targets += 4) {
    const target = load<i32>(targets);
    assert(target >= 0 && target < m, 'a target is outside 0..m-1');
    const targetByte = (<usize>target) << 2;
    const maximum = <f64>rowMaximum(logits, m);
    const sum = sumOfExps(logits, m, maximum);
    const logit = <f64>load<f32>(logits + targetByte) - maximum;
    loss += logDouble(sum) - logit;
    if (dlogits) {
      const scale = 1 / (sum * <f64>n);
      scaledExps(dlogits, logits, m, maximum, scale);
      // Where the softmax is nearly 1 the difference of the doubles still has many digits.
      const e =
        m <= ROW_COLUMNS
          ? load<f64>(ROW + 2 * targetByte)
          : f64x2.extract_lane(expDoubles(f64x2.splat(logit)), 0);
      store<f32>(dlogits + targetByte, <f32>((e - sum) * scale));
      dlogits += rowBytes;
    }
  }
  return loss / <f64>n;
}

/** The largest of a row; NaN are left out here, and make the sum NaN. */
function rowMaximum(row: usize, m: i32): f32 {
  const last = row + ((<usize>((m - 1) >> 2)) << 4);
  let most = lastVector(last, m);
  for (; row < last; row += 16) most = f32x4.pmax(most, v128.load(row));
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));
  return f32x4.extract_lane(most, 0);
}

/** Σ exp(row − maximum); e is kept where it fits. */
function sumOfExps(row: usize, m: i32, maximum: f64): f64 {
  const last = row + ((<usize>((m - 1) >> 2)) << 4);
  const shift = f64x2.splat(maximum);
  // Without room all e are written to the same place and never read.
  const step: usize = m <= ROW_COLUMNS ? 32 : 0;
  let kept = ROW;
  let sum01 = f64x2.splat(0);
  let sum23 = f64x2.splat(0);
  for (; row <= last; row += 16, kept += step) {
    const v = row < last ? v128.load(row) : lastVector(row, m);
    const lower = expDoubles(f64x2.sub(lowerDoubles(v), shift));
    const upper = expDoubles(f64x2.sub(upperDoubles(v), shift));
    v128.store(kept, lower);
    v128.store(kept, upper, 16);
    sum01 = f64x2.add(sum01, lower);
    sum23 = f64x2.add(sum23, upper);
  }
  const sums = f64x2.add(sum01, sum23);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** out = exp(row − maximum) · scale, after `sumOfExps` of the same row. */
function scaledExps(out: usize, row: usize, m: i32, maximum: f64, scale: f64): void {
  const last = row + ((<usize>((m - 1) >> 2)) << 4);
  const shift = f64x2.splat(maximum);
  const scales = f64x2.splat(scale);
  if (m <= ROW_COLUMNS) {
    for (let kept = ROW; row <= last; row += 16, out += 16, kept += 32)
      v128.store(out, toFloats(f64x2.mul(v128.load(kept), scales), f64x2.mul(v128.load(kept, 16), scales)));
    return;
  }
  for (; row <= last; row += 16, out += 16) {
    const v = row < last ? v128.load(row) : lastVector(row, m);
    const lower = f64x2.mul(expDoubles(f64x2.sub(lowerDoubles(v), shift)), scales);
    const upper = f64x2.mul(expDoubles(f64x2.sub(upperDoubles(v), shift)), scales);
    v128.store(out, toFloats(lower, upper));
  }
}

/** A row's last vector, its padding replaced by −∞. */
function lastVector(address: usize, m: i32): v128 {
  const lanes = v128.load(LAST_LANES + ((<usize>(m & 3)) << 4));
  return v128.bitselect(v128.load(address), f32x4.splat(-Infinity), lanes);
}

function checkRows(output: usize, logits: usize, n: i32, m: i32): void {
  assert((output & 15) === 0, 'the output is not 16-byte aligned');
  assert((logits & 15) === 0, 'logits is not 16-byte aligned');
  assert(n >= 0, 'n is negative');
  assert(m >= 1, 'm is less than 1');
}
