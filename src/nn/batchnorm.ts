import type { Core } from '../core/core.js';
import { expectColumns, expectInput, expectInteger, expectNumber, expectOptions } from '../core/expect.js';
import { batchnormKernels } from '../core/kernels/batchnorm.js';
import type { Tensor } from '../core/tensor.js';
import { BaseLayer } from './base-layer.js';
import { type Buffer, notBound, Parameter, raise, type Statistics } from './layer.js';
import { normFault } from './norm-fault.js';

export interface BatchNorm1dOptions {
  /** Added to the variance before the root; default 1e-5. The lecture's first network has 0. */
  eps?: number;
  /** Weight of the new value in the running statistics; default 0.1. */
  momentum?: number;
  /**
   * The batch is normalised with Σ (x − mean)² / (n − correction): 1 (default), the unbiased variance, as the lecture
   * does; 0, the biased one, as torch.nn does.
   */
  correction?: 0 | 1;
  /**
   * What is tracked as spread: the unbiased variance (default, as torch and the lecture's class), or the standard
   * deviation, as the lecture's first network; the mean of deviations is not the root of the mean of variances.
   */
  tracks?: 'variance' | 'std';
}

type Mode = 'batch' | Statistics;

interface State {
  gamma: Parameter;
  beta: Parameter;
  runningMean: Tensor;
  runningSpread: Tensor;
  calibratedMean: Tensor;
  calibratedSpread: Tensor;
  /** Of the last batch; rstd = 1 / √(variance + eps) is also what the given statistics come to. */
  mean: Tensor;
  variance: Tensor;
  std: Tensor;
  rstd: Tensor;
}

/**
 * xhat = (x − mean) / √(variance + eps), y = gamma · xhat + beta, column by column; x and y (n, numFeatures).
 *
 * `train()` (the default) takes mean and variance from the batch, and moves the running ones:
 * running = (1 − momentum) · running + momentum · batch, both unbiased. `eval()` takes the running ones,
 * `eval('calibrated')` those that `calibrate()` measured over a whole data set.
 *
 * Initialisation: gamma = 1, beta = 0; running mean 0, running variance (or deviation) 1. Nothing is drawn.
 * Errors: RangeError for a batch of one row while training (it has no variance), or another number of input columns;
 * Error for `eval('calibrated')` before `calibrate()`.
 * Source: Ioffe and Szegedy 2015; torch.nn.BatchNorm1d; makemore part 3, class BatchNorm1d and the cells before it.
 */
export class BatchNorm1d extends BaseLayer {
  readonly keepsColumns = true;
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number;
  readonly correction: 0 | 1;
  readonly tracks: 'variance' | 'std';
  #state: State | undefined;
  #calibrated = false;
  #mode: Mode = 'batch';
  /** The mode of the last forward, which the backward must follow; undefined before one. */
  #used: Mode | undefined;

  constructor(numFeatures: number, options: BatchNorm1dOptions = {}) {
    super('BatchNorm1d');
    expectOptions('BatchNorm1d', options, ['eps', 'momentum', 'correction', 'tracks']);
    const { eps = 1e-5, momentum = 0.1, correction = 1, tracks = 'variance' } = options;
    expectInteger('BatchNorm1d', 'numFeatures', numFeatures, 1);
    expectNumber('BatchNorm1d', 'eps', eps, 0, 1e30);
    expectNumber('BatchNorm1d', 'momentum', momentum, 0, 1);
    expectInteger('BatchNorm1d', 'correction', correction, 0, 1);
    if (tracks !== 'variance' && tracks !== 'std')
      throw new TypeError(`BatchNorm1d: expected tracks 'variance' or 'std', got '${tracks}'`);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.correction = correction;
    this.tracks = tracks;
  }

  /** Whose statistics the next forward takes: the batch's own, as in training, or those of `eval(…)`. */
  get mode(): 'batch' | Statistics {
    return this.#mode;
  }

  get gamma(): Parameter {
    return this.#made().gamma;
  }

  get beta(): Parameter {
    return this.#made().beta;
  }

  /** Moving average of the means of the batches seen while training. */
  get runningMean(): Tensor {
    return this.#made().runningMean;
  }

  /** Moving average of their unbiased variances or deviations: see `tracks`. */
  get runningSpread(): Tensor {
    return this.#made().runningSpread;
  }

  /** Mean over a whole data set, once `calibrate()` has measured it. */
  get calibratedMean(): Tensor {
    return this.#made().calibratedMean;
  }

  /** Unbiased variance or deviation over the same. */
  get calibratedSpread(): Tensor {
    return this.#made().calibratedSpread;
  }

  /**
   * Whether there are calibrated statistics: measured since `initialise()`, or restored. True takes what
   * `calibratedMean` and `calibratedSpread` hold as such, false forgets them.
   */
  get calibrated(): boolean {
    return this.#calibrated;
  }

  set calibrated(given: boolean) {
    this.#calibrated = given;
  }

  override get inFeatures(): number {
    return this.numFeatures;
  }

  protected rowShape(): number[] {
    return [this.numFeatures];
  }

  protected override allocate(core: Core): void {
    const m = this.numFeatures;
    this.#state = {
      gamma: new Parameter('gamma', core.tensor([m]).fill(1), core.tensor([m])),
      beta: new Parameter('beta', core.tensor([m]), core.tensor([m])),
      runningMean: core.tensor([m]),
      runningSpread: core.tensor([m]).fill(1),
      calibratedMean: core.tensor([m]),
      calibratedSpread: core.tensor([m]),
      mean: core.tensor([m]),
      variance: core.tensor([m]),
      std: core.tensor([m]),
      rstd: core.tensor([m]),
    };
  }

  protected override extraShapes(capacity: number): number[][] {
    return [[capacity, this.numFeatures]];
  }

  /** (x − mean) · rstd of the last forward. */
  get #xhat(): Tensor {
    return this.extra[0];
  }

  initialise(): void {
    const { gamma, beta, runningMean, runningSpread } = this.#made();
    gamma.value.fill(1);
    beta.value.fill(0);
    runningMean.fill(0);
    runningSpread.fill(1);
    this.#calibrated = false;
  }

  train(): void {
    this.#mode = 'batch';
  }

  eval(statistics: Statistics = 'running'): void {
    if (statistics !== 'running' && statistics !== 'calibrated')
      throw new TypeError(`BatchNorm1d.eval: expected 'running' or 'calibrated', got '${statistics}'`);
    if (statistics === 'calibrated' && !this.#calibrated)
      throw new Error('BatchNorm1d.eval: expected calibrate() before the calibrated statistics');
    this.#mode = statistics;
  }

  protected override expectReady({ rows }: Tensor): void {
    this.#made();
    if (this.#mode === 'batch' && rows < 2)
      throw new RangeError(
        `BatchNorm1d: expected at least 2 rows while training (one has no variance), got ${rows}`,
      );
    if (this.#mode === 'calibrated' && !this.#calibrated)
      throw new Error('BatchNorm1d: expected calibrate() before the calibrated statistics');
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    const { gamma, beta, rstd } = this.#made();
    const xhat = this.#xhat;
    const { core, rows } = x;
    xhat.resize(rows);
    const mean = this.#mode === 'batch' ? this.#fromBatch(x) : this.#fromGiven(this.#mode);
    core
      .use(batchnormKernels)
      .batchNormForward(
        out.pointer,
        xhat.pointer,
        x.pointer,
        mean.pointer,
        rstd.pointer,
        gamma.value.pointer,
        beta.value.pointer,
        rows,
        this.numFeatures,
      );
    this.#used = this.#mode;
    return out;
  }

  backward(dy: Tensor): Tensor {
    this.end(dy);
    const { gamma, beta, rstd } = this.#made();
    const dx = this.dx as Tensor;
    const xhat = this.#xhat;
    const kernels = dy.core.use(batchnormKernels);
    if (this.#used === 'batch')
      kernels.batchNormBackward(
        dx.pointer,
        gamma.grad.pointer,
        beta.grad.pointer,
        dy.pointer,
        xhat.pointer,
        rstd.pointer,
        gamma.value.pointer,
        dy.rows,
        this.numFeatures,
        this.correction,
      );
    else
      kernels.batchNormBackwardFixed(
        dx.pointer,
        gamma.grad.pointer,
        beta.grad.pointer,
        dy.pointer,
        xhat.pointer,
        rstd.pointer,
        gamma.value.pointer,
        dy.rows,
        this.numFeatures,
      );
    return dx;
  }

  /**
   * Mean and biased variance of each column of a batch x (n, numFeatures); neither the layer's output nor its statistics
   * change. Both are views of numFeatures values that the next `measure()` or forward overwrites.
   *
   * Errors: RangeError for another number of columns.
   */
  measure(x: Tensor): { mean: Float32Array; variance: Float32Array } {
    const { mean, variance } = this.#made();
    const m = this.numFeatures;
    expectInput('BatchNorm1d.measure', mean.core, m, x);
    x.core.use(batchnormKernels).batchNormStatistics(mean.pointer, variance.pointer, x.pointer, x.rows, m, 0);
    // Without what pads a row.
    return { mean: mean.data.subarray(0, m), variance: variance.data.subarray(0, m) };
  }

  /** Sets the calibrated statistics: mean and unbiased variance of each column. */
  setCalibrated(mean: ArrayLike<number>, variance: ArrayLike<number>): void {
    const { calibratedMean, calibratedSpread } = this.#made();
    // Before the first is set: one without the other is of no batch.
    for (const values of [mean, variance])
      expectColumns('BatchNorm1d.setCalibrated', this.numFeatures, values?.length);
    calibratedMean.set(mean);
    // As the running deviation, which is that of the batch, √(variance + eps).
    const deviation = (v: number) => Math.sqrt(v + this.eps);
    calibratedSpread.set(this.tracks === 'std' ? Array.from(variance, deviation) : variance);
    this.#calibrated = true;
  }

  /**
   * What this layer does to a column once its statistics are given: y = scale · x + shift, with
   * scale = gamma / √(variance + eps) and shift = beta − mean · scale, in double precision.
   */
  affine(statistics: Statistics = 'running'): { scale: Float64Array; shift: Float64Array } {
    const state = this.#made();
    if (statistics === 'calibrated' && !this.#calibrated)
      throw new Error('BatchNorm1d.affine: expected calibrate() before the calibrated statistics');
    const mean = (statistics === 'running' ? state.runningMean : state.calibratedMean).toArray();
    const spread = (statistics === 'running' ? state.runningSpread : state.calibratedSpread).toArray();
    const gamma = state.gamma.value.toArray();
    const deviation = (s: number) => (this.tracks === 'std' ? s : Math.sqrt(s + this.eps));
    const scale = Float64Array.from(gamma, (g, j) => g / deviation(spread[j]));
    const shift = Float64Array.from(state.beta.value.toArray(), (b, j) => b - mean[j] * scale[j]);
    return { scale, shift };
  }

  explain(place: string, x: Tensor): string | undefined {
    return normFault(this, place, x);
  }

  override parameters(): Parameter[] {
    const { gamma, beta } = this.#made();
    return [gamma, beta];
  }

  buffers(): Buffer[] {
    const { runningMean, runningSpread } = this.#made();
    return [
      { name: 'running_mean', value: runningMean },
      { name: this.tracks === 'std' ? 'running_std' : 'running_var', value: runningSpread },
    ];
  }

  override dispose(): void {
    super.dispose();
    if (this.#state !== undefined) for (const each of Object.values(this.#state)) each.dispose();
    this.#state = undefined;
    this.#calibrated = false;
    this.#mode = 'batch';
    this.#used = undefined;
  }

  override toString(): string {
    const { numFeatures, eps, correction, tracks } = this;
    return `BatchNorm1d(${numFeatures}, eps=${eps}, correction=${correction}, tracks=${tracks})`;
  }

  /** Mean of the batch; rstd follows, and the running statistics move. */
  #fromBatch(x: Tensor): Tensor {
    const n = x.rows;
    const m = this.numFeatures;
    const { mean, variance, std, rstd, runningMean, runningSpread } = this.#made();
    const kernels = x.core.use(batchnormKernels);
    kernels.batchNormStatistics(mean.pointer, variance.pointer, x.pointer, n, m, this.correction);
    kernels.batchNormDeviation(std.pointer, rstd.pointer, variance.pointer, m, this.eps);
    kernels.batchNormTrack(runningMean.pointer, mean.pointer, m, this.momentum);
    if (this.correction === 0) {
      // The spread that is tracked is the unbiased one, whichever normalises.
      const { f32 } = x.core;
      const v = variance.pointer >>> 2;
      const s = std.pointer >>> 2;
      for (let j = 0; j < m; j++) {
        f32[v + j] *= n / (n - 1);
        f32[s + j] = Math.sqrt(f32[v + j] + this.eps);
      }
    }
    const spread = this.tracks === 'std' ? std : variance;
    kernels.batchNormTrack(runningSpread.pointer, spread.pointer, m, this.momentum);
    return mean;
  }

  /** Mean of the given statistics; rstd follows. */
  #fromGiven(statistics: Statistics): Tensor {
    const { calibratedMean, calibratedSpread, runningMean, runningSpread, std, rstd } = this.#made();
    const spread = statistics === 'running' ? runningSpread : calibratedSpread;
    if (this.tracks === 'variance')
      rstd.core
        .use(batchnormKernels)
        .batchNormDeviation(std.pointer, rstd.pointer, spread.pointer, this.numFeatures, this.eps);
    else {
      const { f32 } = rstd.core;
      const from = spread.pointer >>> 2;
      const to = rstd.pointer >>> 2;
      for (let j = 0; j < this.numFeatures; j++) f32[to + j] = 1 / f32[from + j];
    }
    return statistics === 'running' ? runningMean : calibratedMean;
  }

  #made(): State {
    return this.#state ?? raise(notBound('BatchNorm1d'));
  }
}
