// logSumExp       out(n) = maximum + ln Σ e, doubles                    as in the two below
// softmaxForward  p(n,m) = e / Σ e, e = exp(logits − row maximum)     p may be logits
// crossEntropy    returns the mean over rows of ln Σ e − (logits[target] − maximum)
//                 dlogits(n,m) = (e / Σ e − onehot(target)) / n       dlogits = 0: not wanted
//
// weightedCrossEntropy  as crossEntropy, with weights w of the classes, an ignored class and label smoothing s: returns
//                 Σ over rows of (1 − s) w[t] (ln Σ e − logit[t]) + s / m Σ w (ln Σ e − logit), 0 where t is ignored;
//                 dlogits its gradient · scale; losses(n) of each row, one in a vector of 4
//
// Units: pointers are byte addresses, 16-byte aligned; n and m are element counts; targets are n int32 in 0..m−1.
// Layout: rows of m floats padded to whole vectors. Padding is read as −∞ whatever it holds, and written as 0
// (NaN in a NaN row).
// Rounding: e, sums and loss are doubles. A row sums in four lanes, lane j % 4, j ascending, then
// (lane 0 + lane 2) + (lane 1 + lane 3); the losses of the rows are added in order. p and dlogits are rounded to float
// once, at the end. e of rows of up to 2048 columns is kept for them; of longer ones it is computed again: the same bits.
// Special values as in torch: a NaN or +∞ logit, or a row of −∞ only, makes the row and the loss NaN; a target
// of −∞ makes the loss +∞.

import { expDoubles, logDouble } from './exp-log';
import { lowerDoubles, rowStride, toFloats, upperDoubles } from './simd';

/** By m % 4, the lanes of a row's last vector that are elements. */
const LAST_LANES: usize = memory.data<i32>([-1, -1, -1, -1, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], 16);

/** Rows of a block at most, and room for e of all of them. */
const BLOCK_ROWS: i32 = 64;
const ROOM: i32 = 2048;
const KEPT: usize = memory.data(8 * 2048, 16);
/** Of each row of the block: the maximum, and the sum of e. */
const MAXIMA: usize = memory.data(8 * 64, 16);
const SUMS: usize = memory.data(8 * 64, 16);

export function softmaxForward(p: usize, logits: usize, n: i32, m: i32): void {
  checkRows(p, logits, n, m);
  const rowBytes = (<usize>rowStride(m)) << 2;
  const block = blockRows(m);
  for (let i = 0; i < n; i += block) {
    const rows = min(block, n - i);
    sumsOfExps(logits, rows, m);
    for (let r = 0; r < rows; r++, logits += rowBytes, p += rowBytes)
      scaledExps(p, logits, r, m, 1 / load<f64>(SUMS + ((<usize>r) << 3)));
  }
}

export function crossEntropy(dlogits: usize, logits: usize, targets: usize, n: i32, m: i32): f64 {
  checkRows(dlogits, logits, n, m);
  assert((targets & 15) === 0, 'targets is not 16-byte aligned');
  const rowBytes = (<usize>rowStride(m)) << 2;
  const block = blockRows(m);
  let loss: f64 = 0;
  for (let i = 0; i < n; i += block) {
    const rows = min(block, n - i);
    sumsOfExps(logits, rows, m);
    for (let r = 0; r < rows; r++) {
      const target = load<i32>(targets + ((<usize>r) << 2));
      assert(target >= 0 && target < m, 'a target is outside 0..m-1');
      const logit = <f64>load<f32>(logits + <usize>r * rowBytes + ((<usize>target) << 2));
      const at = (<usize>r) << 3;
      loss += logDouble(load<f64>(SUMS + at)) - (logit - load<f64>(MAXIMA + at));
    }
    if (dlogits)
      for (let r = 0; r < rows; r++, dlogits += rowBytes) {
        const row = logits + <usize>r * rowBytes;
        const targetByte = (<usize>load<i32>(targets + ((<usize>r) << 2))) << 2;
        const sum = load<f64>(SUMS + ((<usize>r) << 3));
        const scale = 1 / (sum * <f64>n);
        scaledExps(dlogits, row, r, m, scale);
        // Where the softmax is nearly 1 the difference of the doubles still has many digits.
        store<f32>(dlogits + targetByte, <f32>((expOf(row, r, targetByte, m) - sum) * scale));
      }
    logits += <usize>rows * rowBytes;
    targets += (<usize>rows) << 2;
  }
  return loss / <f64>n;
}

export function weightedCrossEntropy(
  dlogits: usize,
  losses: usize,
  logits: usize,
  targets: usize,
  weights: usize,
  n: i32,
  m: i32,
  ignored: i32,
  smoothing: f64,
  scale: f64,
): f64 {
  checkRows(dlogits | losses, logits, n, m);
  assert(((targets | weights) & 15) === 0, 'targets or weights is not 16-byte aligned');
  const rowBytes = (<usize>rowStride(m)) << 2;
  const spread = smoothing / <f64>m;
  let all: f64 = 0;
  for (let j = 0; j < m; j++) all += weightOf(weights, j);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++, logits += rowBytes) {
    const target = load<i32>(targets + ((<usize>i) << 2));
    let loss: f64 = 0;
    let own: f64 = 0;
    let rest: f64 = 0;
    sumsOfExps(logits, 1, m);
    if (target !== ignored) {
      assert(target >= 0 && target < m, 'a target is outside 0..m-1');
      own = (1 - smoothing) * weightOf(weights, target);
      rest = spread;
      const logSum = load<f64>(MAXIMA) + logDouble(load<f64>(SUMS));
      loss = own * (logSum - <f64>load<f32>(logits + ((<usize>target) << 2)));
      if (smoothing > 0) {
        let others: f64 = 0;
        for (let j = 0; j < m; j++)
          others += weightOf(weights, j) * (logSum - <f64>load<f32>(logits + ((<usize>j) << 2)));
        loss += spread * others;
      }
      sum += loss;
    }
    if (losses) store<f32>(losses + ((<usize>i) << 4), <f32>loss);
    if (dlogits) {
      const share = (own + rest * all) / load<f64>(SUMS);
      for (let j = 0; j < m; j++) {
        const byte = (<usize>j) << 2;
        let d: f64 = 0;
        if (target !== ignored) {
          d = share * expOf(logits, 0, byte, m) - rest * weightOf(weights, j);
          if (j === target) d -= own;
        }
        store<f32>(dlogits + byte, <f32>(d * scale));
      }
      dlogits += rowBytes;
    }
  }
  return sum;
}

@inline
function weightOf(weights: usize, j: i32): f64 {
  return weights ? <f64>load<f32>(weights + ((<usize>j) << 2)) : 1;
}

export function logSumExp(out: usize, logits: usize, n: i32, m: i32): void {
  checkRows(out, logits, n, m);
  const rowBytes = (<usize>rowStride(m)) << 2;
  const block = blockRows(m);
  for (let i = 0; i < n; i += block) {
    const rows = min(block, n - i);
    sumsOfExps(logits, rows, m);
    for (let r = 0; r < rows; r++, out += 8) {
      const at = (<usize>r) << 3;
      store<f64>(out, load<f64>(MAXIMA + at) + logDouble(load<f64>(SUMS + at)));
    }
    logits += <usize>rows * rowBytes;
  }
}

/** Rows that are gone through together: the processor then works on several at a time. */
function blockRows(m: i32): i32 {
  return max(1, min(BLOCK_ROWS, ROOM / rowStride(m)));
}

/** Whether e of a row of m columns is kept, or computed again. */
function isKept(m: i32): bool {
  return rowStride(m) <= ROOM;
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

/** For each row of a block: its maximum, e = exp(row − maximum) where it is kept, and Σ e. */
function sumsOfExps(logits: usize, rows: i32, m: i32): void {
  const vectors = <usize>rowStride(m) >> 2;
  const rowBytes = vectors << 4;
  for (let r = 0; r < rows; r++)
    store<f64>(MAXIMA + ((<usize>r) << 3), <f64>rowMaximum(logits + <usize>r * rowBytes, m));
  if (!isKept(m)) {
    store<f64>(SUMS, sumOfExps(logits, m, load<f64>(MAXIMA)));
    return;
  }
  let kept = KEPT;
  let row = logits;
  for (let r = 0; r < rows; r++) {
    const shift = v128.load64_splat(MAXIMA + ((<usize>r) << 3));
    const last = row + rowBytes - 16;
    for (; row < last; row += 16, kept += 32) {
      const v = v128.load(row);
      v128.store(kept, expDoubles(f64x2.sub(lowerDoubles(v), shift)));
      v128.store(kept, expDoubles(f64x2.sub(upperDoubles(v), shift)), 16);
    }
    const v = lastVector(row, m);
    v128.store(kept, expDoubles(f64x2.sub(lowerDoubles(v), shift)));
    v128.store(kept, expDoubles(f64x2.sub(upperDoubles(v), shift)), 16);
    row += 16;
    kept += 32;
  }
  kept = KEPT;
  for (let r = 0; r < rows; r++) {
    const end = kept + (vectors << 5);
    let sum01 = f64x2.splat(0);
    let sum23 = f64x2.splat(0);
    for (; kept < end; kept += 32) {
      sum01 = f64x2.add(sum01, v128.load(kept));
      sum23 = f64x2.add(sum23, v128.load(kept, 16));
    }
    const sums = f64x2.add(sum01, sum23);
    store<f64>(SUMS + ((<usize>r) << 3), f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
  }
}

/** Σ exp(row − maximum) of a row that is not kept. */
function sumOfExps(row: usize, m: i32, maximum: f64): f64 {
  const last = row + ((<usize>((m - 1) >> 2)) << 4);
  const shift = f64x2.splat(maximum);
  let sum01 = f64x2.splat(0);
  let sum23 = f64x2.splat(0);
  for (; row <= last; row += 16) {
    const v = row < last ? v128.load(row) : lastVector(row, m);
    sum01 = f64x2.add(sum01, expDoubles(f64x2.sub(lowerDoubles(v), shift)));
    sum23 = f64x2.add(sum23, expDoubles(f64x2.sub(upperDoubles(v), shift)));
  }
  const sums = f64x2.add(sum01, sum23);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** out = e · scale of row r of the block. */
function scaledExps(out: usize, row: usize, r: i32, m: i32, scale: f64): void {
  const last = row + ((<usize>((m - 1) >> 2)) << 4);
  const scales = f64x2.splat(scale);
  if (isKept(m)) {
    let kept = KEPT + ((<usize>(r * rowStride(m))) << 3);
    for (; row <= last; row += 16, out += 16, kept += 32)
      v128.store(out, toFloats(f64x2.mul(v128.load(kept), scales), f64x2.mul(v128.load(kept, 16), scales)));
    return;
  }
  const shift = v128.load64_splat(MAXIMA);
  for (; row <= last; row += 16, out += 16) {
    const v = row < last ? v128.load(row) : lastVector(row, m);
    const lower = f64x2.mul(expDoubles(f64x2.sub(lowerDoubles(v), shift)), scales);
    const upper = f64x2.mul(expDoubles(f64x2.sub(upperDoubles(v), shift)), scales);
    v128.store(out, toFloats(lower, upper));
  }
}

/** e of one element of row r of the block. */
function expOf(row: usize, r: i32, byte: usize, m: i32): f64 {
  if (isKept(m)) return load<f64>(KEPT + ((<usize>(r * rowStride(m))) << 3) + 2 * byte);
  const shifted = f64x2.splat(<f64>load<f32>(row + byte) - load<f64>(MAXIMA));
  return f64x2.extract_lane(expDoubles(shifted), 0);
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
