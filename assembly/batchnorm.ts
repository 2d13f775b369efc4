// batchNormStatistics     mean(m), variance(m) of the columns of x(n,m): Σ (x − mean)² / (n − correction)
// batchNormDeviation      std(m) = √(variance + eps), rstd(m) = 1 / std
// batchNormTrack          running(m) = (1 − momentum) · running + momentum · batch
// batchNormForward        xhat(n,m) = (x − mean) · rstd, y(n,m) = xhat · gamma + beta
// batchNormBackward       dgamma = Σ dy · xhat, dbeta = Σ dy,
//                         dx = gamma · rstd · (dy − dbeta / n − xhat · dgamma / (n − correction))
// batchNormBackwardFixed  the same sums, dx = dy · gamma · rstd: the statistics were given
//
// Units: pointers are byte addresses, 16-byte aligned; sizes are element counts, never bytes.
// Layout: row-major, rows padded to whole vectors; vectors of m floats likewise. A column is a lane: the sums run down
// the rows, and padding lanes stay among themselves. Aliasing: none.
// Rounding: sums start from 0, rows ascending, every operation rounded, in the order written above.

import { rowStride } from './simd';

export function batchNormStatistics(
  mean: usize,
  variance: usize,
  x: usize,
  n: i32,
  m: i32,
  correction: i32,
): void {
  assert(n >= 1 && m >= 1, 'batchNormStatistics: sizes');
  assert(((mean | variance | x) & 15) === 0, 'batchNormStatistics: alignment');
  const stride = (<usize>rowStride(m)) << 2;
  const end = x + <usize>n * stride;
  const count = f32x4.splat(<f32>n);
  const degrees = f32x4.splat(<f32>(n - correction));
  let j: usize = 0;
  // Four columns of vectors at once: one chain of additions alone would wait for itself.
  for (; j + 64 <= stride; j += 64) {
    let m0 = f32x4.splat(0);
    let m1 = f32x4.splat(0);
    let m2 = f32x4.splat(0);
    let m3 = f32x4.splat(0);
    for (let row = x + j; row < end; row += stride) {
      m0 = f32x4.add(m0, v128.load(row));
      m1 = f32x4.add(m1, v128.load(row, 16));
      m2 = f32x4.add(m2, v128.load(row, 32));
      m3 = f32x4.add(m3, v128.load(row, 48));
    }
    m0 = f32x4.div(m0, count);
    m1 = f32x4.div(m1, count);
    m2 = f32x4.div(m2, count);
    m3 = f32x4.div(m3, count);
    let v0 = f32x4.splat(0);
    let v1 = f32x4.splat(0);
    let v2 = f32x4.splat(0);
    let v3 = f32x4.splat(0);
    for (let row = x + j; row < end; row += stride) {
      const d0 = f32x4.sub(v128.load(row), m0);
      const d1 = f32x4.sub(v128.load(row, 16), m1);
      const d2 = f32x4.sub(v128.load(row, 32), m2);
      const d3 = f32x4.sub(v128.load(row, 48), m3);
      v0 = f32x4.add(v0, f32x4.mul(d0, d0));
      v1 = f32x4.add(v1, f32x4.mul(d1, d1));
      v2 = f32x4.add(v2, f32x4.mul(d2, d2));
      v3 = f32x4.add(v3, f32x4.mul(d3, d3));
    }
    const toMean = mean + j;
    v128.store(toMean, m0);
    v128.store(toMean, m1, 16);
    v128.store(toMean, m2, 32);
    v128.store(toMean, m3, 48);
    const toVariance = variance + j;
    v128.store(toVariance, f32x4.div(v0, degrees));
    v128.store(toVariance, f32x4.div(v1, degrees), 16);
    v128.store(toVariance, f32x4.div(v2, degrees), 32);
    v128.store(toVariance, f32x4.div(v3, degrees), 48);
  }
  for (; j < stride; j += 16) {
    let m0 = f32x4.splat(0);
    for (let row = x + j; row < end; row += stride) m0 = f32x4.add(m0, v128.load(row));
    m0 = f32x4.div(m0, count);
    let v0 = f32x4.splat(0);
    for (let row = x + j; row < end; row += stride) {
      const d0 = f32x4.sub(v128.load(row), m0);
      v0 = f32x4.add(v0, f32x4.mul(d0, d0));
    }
    v128.store(mean + j, m0);
    v128.store(variance + j, f32x4.div(v0, degrees));
  }
}

export function batchNormDeviation(std: usize, rstd: usize, variance: usize, m: i32, eps: f32): void {
  assert(m >= 1, 'batchNormDeviation: sizes');
  assert(((std | rstd | variance) & 15) === 0, 'batchNormDeviation: alignment');
  const bytes = (<usize>rowStride(m)) << 2;
  const one = f32x4.splat(1);
  const added = f32x4.splat(eps);
  for (let j: usize = 0; j < bytes; j += 16) {
    const deviation = f32x4.sqrt(f32x4.add(v128.load(variance + j), added));
    v128.store(std + j, deviation);
    v128.store(rstd + j, f32x4.div(one, deviation));
  }
}

export function batchNormTrack(running: usize, batch: usize, m: i32, momentum: f64): void {
  assert(m >= 1, 'batchNormTrack: sizes');
  assert(((running | batch) & 15) === 0, 'batchNormTrack: alignment');
  const bytes = (<usize>rowStride(m)) << 2;
  // 1 − momentum is taken before the rounding to float32, as a Python literal 0.999 is.
  const keep = f32x4.splat(<f32>(1.0 - momentum));
  const take = f32x4.splat(<f32>momentum);
  for (let j: usize = 0; j < bytes; j += 16) {
    const kept = f32x4.mul(keep, v128.load(running + j));
    v128.store(running + j, f32x4.add(kept, f32x4.mul(take, v128.load(batch + j))));
  }
}

export function batchNormForward(
  y: usize,
  xhat: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  gamma: usize,
  beta: usize,
  n: i32,
  m: i32,
): void {
  assert(n >= 0 && m >= 1, 'batchNormForward: sizes');
  assert(((y | xhat | x | mean | rstd | gamma | beta) & 15) === 0, 'batchNormForward: alignment');
  const stride = (<usize>rowStride(m)) << 2;
  const end = <usize>n * stride;
  let j: usize = 0;
  for (; j + 32 <= stride; j += 32) {
    const mu0 = v128.load(mean + j);
    const mu1 = v128.load(mean + j, 16);
    const r0 = v128.load(rstd + j);
    const r1 = v128.load(rstd + j, 16);
    const g0 = v128.load(gamma + j);
    const g1 = v128.load(gamma + j, 16);
    const b0 = v128.load(beta + j);
    const b1 = v128.load(beta + j, 16);
    for (let i = j; i < end; i += stride) {
      const h0 = f32x4.mul(f32x4.sub(v128.load(x + i), mu0), r0);
      const h1 = f32x4.mul(f32x4.sub(v128.load(x + i, 16), mu1), r1);
      v128.store(xhat + i, h0);
      v128.store(xhat + i, h1, 16);
      v128.store(y + i, f32x4.add(f32x4.mul(h0, g0), b0));
      v128.store(y + i, f32x4.add(f32x4.mul(h1, g1), b1), 16);
    }
  }
  if (j < stride) {
    const mu = v128.load(mean + j);
    const r = v128.load(rstd + j);
    const g = v128.load(gamma + j);
    const b = v128.load(beta + j);
    for (let i = j; i < end; i += stride) {
      const h = f32x4.mul(f32x4.sub(v128.load(x + i), mu), r);
      v128.store(xhat + i, h);
      v128.store(y + i, f32x4.add(f32x4.mul(h, g), b));
    }
  }
}

export function batchNormBackward(
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  dy: usize,
  xhat: usize,
  rstd: usize,
  gamma: usize,
  n: i32,
  m: i32,
  correction: i32,
): void {
  assert(n >= 1 && m >= 1, 'batchNormBackward: sizes');
  assert(((dx | dgamma | dbeta | dy | xhat | rstd | gamma) & 15) === 0, 'batchNormBackward: alignment');
  gradientSums(dgamma, dbeta, dy, xhat, n, m);
  const stride = (<usize>rowStride(m)) << 2;
  const end = <usize>n * stride;
  const count = f32x4.splat(<f32>n);
  const degrees = f32x4.splat(<f32>(n - correction));
  for (let j: usize = 0; j < stride; j += 16) {
    const scale = f32x4.mul(v128.load(gamma + j), v128.load(rstd + j));
    const meanOfDy = f32x4.div(v128.load(dbeta + j), count);
    const slope = f32x4.div(v128.load(dgamma + j), degrees);
    let i = j;
    for (; i + stride < end; i += 2 * stride) {
      const centred0 = f32x4.sub(v128.load(dy + i), meanOfDy);
      const along0 = f32x4.mul(v128.load(xhat + i), slope);
      v128.store(dx + i, f32x4.mul(scale, f32x4.sub(centred0, along0)));
      const next = i + stride;
      const centred1 = f32x4.sub(v128.load(dy + next), meanOfDy);
      const along1 = f32x4.mul(v128.load(xhat + next), slope);
      v128.store(dx + next, f32x4.mul(scale, f32x4.sub(centred1, along1)));
    }
    if (i < end) {
      const centred = f32x4.sub(v128.load(dy + i), meanOfDy);
      const along = f32x4.mul(v128.load(xhat + i), slope);
      v128.store(dx + i, f32x4.mul(scale, f32x4.sub(centred, along)));
    }
  }
}

export function batchNormBackwardFixed(
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  dy: usize,
  xhat: usize,
  rstd: usize,
  gamma: usize,
  n: i32,
  m: i32,
): void {
  assert(n >= 0 && m >= 1, 'batchNormBackwardFixed: sizes');
  assert(((dx | dgamma | dbeta | dy | xhat | rstd | gamma) & 15) === 0, 'batchNormBackwardFixed: alignment');
  gradientSums(dgamma, dbeta, dy, xhat, n, m);
  const stride = (<usize>rowStride(m)) << 2;
  const end = <usize>n * stride;
  for (let j: usize = 0; j < stride; j += 16) {
    const scale = f32x4.mul(v128.load(gamma + j), v128.load(rstd + j));
    for (let i = j; i < end; i += stride) v128.store(dx + i, f32x4.mul(scale, v128.load(dy + i)));
  }
}

function gradientSums(dgamma: usize, dbeta: usize, dy: usize, xhat: usize, n: i32, m: i32): void {
  const stride = (<usize>rowStride(m)) << 2;
  const end = <usize>n * stride;
  let j: usize = 0;
  // Two columns of vectors at once, four chains, for the same reason as above.
  for (; j + 32 <= stride; j += 32) {
    let g0 = f32x4.splat(0);
    let g1 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    for (let i = j; i < end; i += stride) {
      const d0 = v128.load(dy + i);
      const d1 = v128.load(dy + i, 16);
      b0 = f32x4.add(b0, d0);
      b1 = f32x4.add(b1, d1);
      g0 = f32x4.add(g0, f32x4.mul(d0, v128.load(xhat + i)));
      g1 = f32x4.add(g1, f32x4.mul(d1, v128.load(xhat + i, 16)));
    }
    v128.store(dbeta + j, b0);
    v128.store(dbeta + j, b1, 16);
    v128.store(dgamma + j, g0);
    v128.store(dgamma + j, g1, 16);
  }
  for (; j < stride; j += 16) {
    let g0 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    for (let i = j; i < end; i += stride) {
      const d0 = v128.load(dy + i);
      b0 = f32x4.add(b0, d0);
      g0 = f32x4.add(g0, f32x4.mul(d0, v128.load(xhat + i)));
    }
    v128.store(dbeta + j, b0);
    v128.store(dgamma + j, g0);
  }
}
