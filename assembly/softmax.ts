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

/** Rows of a block at most, and room for e of all of them, or of as much of a longer row. */
const BLOCK_ROWS: i32 = 64;
const ROOM: i32 = 2048;
const KEPT: usize = memory.data(8 * 2048, 16);
/** Of each row of the block: the maximum, and the sum of e. */
const MAXIMA: usize = memory.data(8 * 64, 16);
const SUMS: usize = memory.data(8 * 64, 16);
/** A row's last vector. */
const LAST: usize = memory.data(16, 16);
/** And the logarithms of the sums. */
const LOGS: usize = memory.data(8 * 64, 16);

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
    logsOfSums(rows);
    for (let r = 0; r < rows; r++) {
      const target = load<i32>(targets + ((<usize>r) << 2));
      assert(target >= 0 && target < m, 'a target is outside 0..m-1');
      const logit = <f64>load<f32>(logits + <usize>r * rowBytes + ((<usize>target) << 2));
      const at = (<usize>r) << 3;
      loss += load<f64>(LOGS + at) - (logit - load<f64>(MAXIMA + at));
    }
    if (dlogits)
      for (let r = 0; r < rows; r++, dlogits += rowBytes) {
        const row = logits + <usize>r * rowBytes;
        const target = load<i32>(targets + ((<usize>r) << 2));
        const sum = load<f64>(SUMS + ((<usize>r) << 3));
        const scale = 1 / (sum * <f64>n);
        scaledExps(dlogits, row, r, m, scale);
        // Where the softmax is nearly 1 the difference of the doubles still has many digits.
        store<f32>(dlogits + ((<usize>target) << 2), <f32>((expOf(row, r, target, m) - sum) * scale));
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
      logsOfSums(1);
      const logSum = load<f64>(MAXIMA) + load<f64>(LOGS);
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
        // Of a row that is longer, one part after the other.
        const inRoom = j & (ROOM - 1);
        if (inRoom === 0 && !isKept(m)) exps(logits, 1, m, j >> 2, (j + ROOM) >> 2);
        if (target !== ignored) {
          d = share * load<f64>(KEPT + ((<usize>inRoom) << 3)) - rest * weightOf(weights, j);
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
    logsOfSums(rows);
    for (let r = 0; r < rows; r++, out += 8) {
      const at = (<usize>r) << 3;
      store<f64>(out, load<f64>(MAXIMA + at) + load<f64>(LOGS + at));
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

/**
 * e = exp(row − maximum) of the rows of a block, one behind the other: of each row's vectors those from number `from` to
 * before `to`, as far as there are any.
 */
function exps(logits: usize, rows: i32, m: i32, from: i32, to: i32): void {
  const lastOffset = (<usize>((m - 1) >> 2)) << 4;
  let kept = KEPT;
  for (let r = 0; r < rows; r++) {
    const shift = v128.load64_splat(MAXIMA + ((<usize>r) << 3));
    const last = logits + lastOffset;
    let row = logits + ((<usize>from) << 4);
    let end = logits + ((<usize>to) << 4);
    let whole = end > last;
    if (whole) end = last;
    for (;;) {
      // As many as a vector of doubles holds.
      for (; row < end; row += 8, kept += 16)
        v128.store(kept, expDoubles(f64x2.sub(lowerDoubles(v128.load64_zero(row)), shift)));
      if (!whole) break;
      // Then the last one, from where its padding is −∞.
      whole = false;
      v128.store(LAST, lastVector(last, m));
      row = LAST;
      end = LAST + 16;
    }
    logits = last + 16;
  }
}

/** For each row of a block: its maximum, e = exp(row − maximum) where it is kept, and Σ e. */
function sumsOfExps(logits: usize, rows: i32, m: i32): void {
  const vectors = rowStride(m) >> 2;
  const rowBytes = (<usize>vectors) << 4;
  for (let r = 0; r < rows; r++)
    store<f64>(MAXIMA + ((<usize>r) << 3), <f64>rowMaximum(logits + <usize>r * rowBytes, m));
  if (isKept(m)) exps(logits, rows, m, 0, vectors);
  let kept = KEPT;
  let sum01 = f64x2.splat(0);
  let sum23 = f64x2.splat(0);
  for (let from = 0; from < vectors; from += ROOM >> 2) {
    if (!isKept(m)) {
      kept = KEPT;
      exps(logits, 1, m, from, from + (ROOM >> 2));
    }
    const bytes = (<usize>min(ROOM >> 2, vectors - from)) << 5;
    for (let r = 0; r < rows; r++) {
      const end = kept + bytes;
      for (; kept < end; kept += 32) {
        sum01 = f64x2.add(sum01, v128.load(kept));
        sum23 = f64x2.add(sum23, v128.load(kept, 16));
      }
      const sums = f64x2.add(sum01, sum23);
      store<f64>(SUMS + ((<usize>r) << 3), f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
      // A row by itself may go on in the next part.
      if (rows > 1) {
        sum01 = f64x2.splat(0);
        sum23 = f64x2.splat(0);
      }
    }
  }
}

/** ln Σ e of each row of a block. */
function logsOfSums(rows: i32): void {
  for (let at: usize = 0; at < (<usize>rows) << 3; at += 8)
    store<f64>(LOGS + at, logDouble(load<f64>(SUMS + at)));
}

/** out = e · scale of row r of the block. */
function scaledExps(out: usize, row: usize, r: i32, m: i32, scale: f64): void {
  const vectors = rowStride(m) >> 2;
  const scales = f64x2.splat(scale);
  for (let from = 0; from < vectors; from += ROOM >> 2) {
    let kept = KEPT;
    if (isKept(m)) kept += (<usize>(r * vectors)) << 5;
    else exps(row, 1, m, from, from + (ROOM >> 2));
    const end = kept + ((<usize>min(ROOM >> 2, vectors - from)) << 5);
    for (; kept < end; kept += 32, out += 16)
      v128.store(out, toFloats(f64x2.mul(v128.load(kept), scales), f64x2.mul(v128.load(kept, 16), scales)));
  }
}

/** e of one element of row r of the block. */
function expOf(row: usize, r: i32, j: i32, m: i32): f64 {
  if (isKept(m)) return load<f64>(KEPT + ((<usize>(r * rowStride(m) + j)) << 3));
  exps(row, 1, m, j >> 2, (j >> 2) + 1);
  return load<f64>(KEPT + ((<usize>(j & 3)) << 3));
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
