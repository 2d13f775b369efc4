/**
 * The kernels: what both makers, WebAssembly (`assembly/`) and JavaScript (`reference/`), compute, bit for bit alike.
 *
 * Units: every argument named after a tensor is a byte address in the maker's memory, 16-byte aligned; sizes are
 * element counts. Layout: matrices are row-major and each row is padded to whole vectors of 4 floats, so a matrix
 * (n, m) takes n · rowStride(m) floats. A kernel may read and write the padding of a row; no padding value ever
 * reaches an element. Outputs come first, then inputs, sizes, scalars; a gradient is its tensor's name with `d` in
 * front. Outputs do not overlap inputs unless a kernel says so.
 */
export interface Kernels {
  /** y(n,m) = x(n,k) w(k,m) + b(m); `b = 0`: no bias. */
  linearForward(y: number, x: number, w: number, b: number, n: number, k: number, m: number): void;

  /**
   * dx(n,k) = dy(n,m) wᵀ, dw(k,m) = xᵀ dy, db(m) = column sums of dy; `dx = 0` or `db = 0`: not wanted.
   * `scratch` holds 3/2 · m · rowStride(k) floats (w, or dy and dx, transposed).
   */
  linearBackward(
    dx: number,
    dw: number,
    db: number,
    dy: number,
    x: number,
    w: number,
    scratch: number,
    n: number,
    k: number,
    m: number,
  ): void;

  /** mean(m) and variance(m) of the columns of x(n,m): variance = Σ (x − mean)² / (n − correction). */
  batchNormStatistics(
    mean: number,
    variance: number,
    x: number,
    n: number,
    m: number,
    correction: number,
  ): void;

  /** std(m) = √(variance + eps), rstd(m) = 1 / std. */
  batchNormDeviation(std: number, rstd: number, variance: number, m: number, eps: number): void;

  /** running(m) = (1 − momentum) · running + momentum · batch, in place. */
  batchNormTrack(running: number, batch: number, m: number, momentum: number): void;

  /** xhat(n,m) = (x − mean) · rstd, y(n,m) = xhat · gamma + beta. */
  batchNormForward(
    y: number,
    xhat: number,
    x: number,
    mean: number,
    rstd: number,
    gamma: number,
    beta: number,
    n: number,
    m: number,
  ): void;

  /**
   * Through the batch statistics: dgamma = Σ dy · xhat, dbeta = Σ dy,
   * dx = gamma · rstd · (dy − dbeta / n − xhat · dgamma / (n − correction)).
   */
  batchNormBackward(
    dx: number,
    dgamma: number,
    dbeta: number,
    dy: number,
    xhat: number,
    rstd: number,
    gamma: number,
    n: number,
    m: number,
    correction: number,
  ): void;

  /** With given statistics (running, calibrated): dgamma, dbeta as above, dx = dy · gamma · rstd. */
  batchNormBackwardFixed(
    dx: number,
    dgamma: number,
    dbeta: number,
    dy: number,
    xhat: number,
    rstd: number,
    gamma: number,
    n: number,
    m: number,
  ): void;

  /** y = tanh(x), elementwise over count floats; y may be x. */
  tanhForward(y: number, x: number, count: number): void;

  /** dx = dy · (1 − y²); dx may be dy. */
  tanhBackward(dx: number, dy: number, y: number, count: number): void;

  /** y = x where x > 0, else 0, but −0 and NaN are kept; y may be x. */
  reluForward(y: number, x: number, count: number): void;

  /** dx = 0 where y ≤ 0, else dy; dx may be dy. */
  reluBackward(dx: number, dy: number, y: number, count: number): void;

  /** y = x where x > 0, else x · slope; y may be x. slope is rounded to float32. */
  leakyReluForward(y: number, x: number, count: number, slope: number): void;

  /** dx = dy where x > 0, else dy · slope; dx may be dy or x. */
  leakyReluBackward(dx: number, dy: number, x: number, count: number, slope: number): void;

  /** y = 1 / (1 + e⁻ˣ); y may be x. */
  sigmoidForward(y: number, x: number, count: number): void;

  /** dx = dy · (1 − y) · y; dx may be dy. */
  sigmoidBackward(dx: number, dy: number, y: number, count: number): void;

  /** y = alpha (eˣ − 1) where x ≤ 0, else x; y may be x. alpha is rounded to float32. */
  eluForward(y: number, x: number, count: number, alpha: number): void;

  /** dx = dy · alpha eˣ where x ≤ 0, else dy; dx may be dy or x. */
  eluBackward(dx: number, dy: number, x: number, count: number, alpha: number): void;

  /** y = eˣ; y may be x. */
  expForward(y: number, x: number, count: number): void;

  /** y = ln x; y may be x. */
  logForward(y: number, x: number, count: number): void;

  /** out(n), doubles: ln Σ exp(logits) of each row of logits(n,m), so that −ln softmax[target] is out − logit. */
  logSumExp(out: number, logits: number, n: number, m: number): void;

  /** p(n,m): softmax of each row of logits(n,m); p may be logits. */
  softmaxForward(p: number, logits: number, n: number, m: number): void;

  /**
   * Mean over the rows of −ln softmax(logits)[target], returned in double precision, and
   * dlogits(n,m) = (softmax(logits) − onehot(target)) / n; `dlogits = 0`: not wanted. targets: n int32 in 0..m−1.
   */
  crossEntropy(dlogits: number, logits: number, targets: number, n: number, m: number): number;

  /** y(n, c·d): row i is the c rows weight[indices[i·c + j]] side by side; weight(v,d), indices: n·c int32. */
  embeddingForward(y: number, weight: number, indices: number, n: number, c: number, d: number): void;

  /** dweight(v,d) = 0, then dweight[indices[i·c + j]] += its d columns of dy(n, c·d), i and j ascending. */
  embeddingBackward(
    dweight: number,
    dy: number,
    indices: number,
    n: number,
    c: number,
    d: number,
    v: number,
  ): void;

  /** p −= lr · dp over count floats, in place. */
  sgdUpdate(p: number, dp: number, count: number, lr: number): void;

  /**
   * out, nine doubles, of all elements of x(n,m): mean; variance Σ (x − mean)² / (nm − 1); min, max, NaN left out; how
   * many NaN, +∞, −∞; min and max of the finite ones. Summed in double, element (i,j) in partial sum j mod 4, as
   * x − x₀ with x₀ the first element. Mean and variance are torch's where something is not finite; what there is
   * nothing to take of is NaN; a least or largest zero is +0.
   */
  moments(out: number, x: number, n: number, m: number): void;

  /**
   * counts(m), int32 in rowStride(m): how often |x| > threshold in each column of x(n,m); returns their sum. threshold
   * is rounded to float32; 0 counts what is not zero. `counts = 0`: not wanted.
   */
  countAbove(counts: number, x: number, n: number, m: number, threshold: number): number;

  /**
   * counts(m), int32 in rowStride(m): how often x < low or x > high in each column of x(n,m), NaN never; returns their
   * sum. low and high are rounded to float32, and may be infinite. `counts = 0`: not wanted.
   */
  countOutside(counts: number, x: number, n: number, m: number, low: number, high: number): number;

  /**
   * edges(bins + 1): equal bins from low to high, rounded to float32 and low < high. counts(bins), int32, in room for
   * histogramRoom(bins): how many elements of x(n,m) lie from each edge to before the next, the last bin with its right edge; NaN
   * and what is outside are dropped. Returns the sum of the counts.
   */
  histogram(
    counts: number,
    edges: number,
    x: number,
    n: number,
    m: number,
    bins: number,
    low: number,
    high: number,
  ): number;
}

/** Floats from one row of a matrix with `columns` columns to the next: whole vectors of 4. */
export const rowStride = (columns: number): number => (columns + 3) & ~3;

/** int32 values that the counts of a histogram need, with what its kernel works in. */
export const histogramRoom = (bins: number): number => 4 * (bins + 1) + 256;
