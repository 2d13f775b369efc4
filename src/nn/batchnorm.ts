import type { Core } from '../core/core.js';
import {
  expectBoolean,
  expectColumns,
  expectInput,
  expectInteger,
  expectNumber,
  expectOptions,
} from '../core/expect.js';
import { batchnormKernels } from '../core/kernels/batchnorm.js';
import type { Tensor } from '../core/tensor.js';
import { BaseLayer } from './base-layer.js';
import { NormStatistics, statisticsShapes } from './batchnorm-statistics.js';
import { type CalibrationExamples, calibrate } from './calibration.js';
import {
  type Buffer,
  expectStatistics,
  notBound,
  Parameter,
  raise,
  type Statistics,
  tensorsOf,
} from './layer.js';
import { normFault } from './norm-fault.js';
import type { Sequential } from './sequential.js';

/** Of `BatchNorm1d`. */
export interface BatchNorm1dOptions {
  /** Added to the variance before the root; default 1e-5. The lecture's first network has 0. */
  eps?: number;
  /** Weight of the new value in the running statistics; default 0.1. `null`: they are the mean over all batches so far. */
  momentum?: number | null;
  /** Whether gamma and beta are there; default true. */
  affine?: boolean;
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
  declare readonly inFeatures: number;
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly correction: 0 | 1;
  readonly tracks: 'variance' | 'std';
  readonly #affine: boolean;
  /** Without `affine` 1 and 0, which nobody changes. */
  #gamma: Parameter | undefined;
  #beta: Parameter | undefined;
  #own: NormStatistics | undefined;
  #mode: Mode = 'batch';
  /** The mode of the last forward, which the backward must follow. */
  #used: Mode = 'batch';

  constructor(numFeatures: number, options: BatchNorm1dOptions = {}) {
    super('BatchNorm1d', numFeatures);
    expectOptions('BatchNorm1d', options, ['eps', 'momentum', 'correction', 'tracks', 'affine']);
    const { eps = 1e-5, momentum = 0.1, correction = 1, tracks = 'variance', affine = true } = options;
    expectInteger('BatchNorm1d', 'numFeatures', numFeatures, 1);
    expectNumber('BatchNorm1d', 'eps', eps, 0, 1e30);
    if (momentum !== null) expectNumber('BatchNorm1d', 'momentum', momentum, 0, 1);
    expectInteger('BatchNorm1d', 'correction', correction, 0, 1);
    if (tracks !== 'variance' && tracks !== 'std')
      throw new TypeError(`BatchNorm1d: expected tracks 'variance' or 'std', got '${tracks}'`);
    expectBoolean('BatchNorm1d', 'affine', affine);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.correction = correction;
    this.tracks = tracks;
    this.#affine = affine;
  }

  /** Whose statistics the next forward takes: the batch's own, as in training, or those of `eval(…)`. */
  get mode(): 'batch' | Statistics {
    return this.#mode;
  }

  get gamma(): Parameter {
    return this.#affine ? this.#scale : raise(noParameters());
  }

  get beta(): Parameter {
    return this.#affine ? this.#shift : raise(noParameters());
  }

  /** Moving average of the means of the batches seen while training. */
  get runningMean(): Tensor {
    return this.#statistics.runningMean;
  }

  /** Moving average of their unbiased variances or deviations: see `tracks`. */
  get runningSpread(): Tensor {
    return this.#statistics.runningSpread;
  }

  /** Mean over a whole data set, once `calibrate()` has measured it. */
  get calibratedMean(): Tensor {
    return this.#statistics.calibratedMean;
  }

  /** Unbiased variance or deviation over the same. */
  get calibratedSpread(): Tensor {
    return this.#statistics.calibratedSpread;
  }

  /**
   * Whether there are calibrated statistics: measured since `initialise()`, or restored. True takes what
   * `calibratedMean` and `calibratedSpread` hold as such, false forgets them.
   */
  get calibrated(): boolean {
    return this.#own?.calibrated ?? false;
  }

  set calibrated(given: boolean) {
    this.#statistics.calibrated = given;
  }

  get #scale(): Parameter {
    return this.#gamma ?? raise(notBound('BatchNorm1d'));
  }

  get #shift(): Parameter {
    return this.#beta ?? raise(notBound('BatchNorm1d'));
  }

  get #statistics(): NormStatistics {
    return this.#own ?? raise(notBound('BatchNorm1d'));
  }

  protected override allocate(core: Core): void {
    const shape = [this.numFeatures];
    const [gamma, dgamma, beta, dbeta, ...own] = tensorsOf(core, [
      ...[shape, shape, shape, shape],
      ...statisticsShapes(this),
    ]);
    this.#gamma = new Parameter('gamma', gamma.fill(1), dgamma);
    this.#beta = new Parameter('beta', beta, dbeta);
    this.#own = new NormStatistics(own, this);
  }

  protected override extraShapes(capacity: number): number[][] {
    return [[capacity, this.numFeatures]];
  }

  /** (x − mean) · rstd of the last forward. */
  get #xhat(): Tensor {
    return this.extra[0];
  }

  initialise(): void {
    this.#scale.value.fill(1);
    this.#shift.value.fill(0);
    this.#statistics.reset();
  }

  train(): void {
    this.#mode = 'batch';
  }

  eval(statistics: Statistics = 'running'): void {
    expectStatistics('BatchNorm1d.eval', statistics);
    this.#expectMeasured('BatchNorm1d.eval', statistics);
    this.#mode = statistics;
  }

  protected override expectReady({ rows }: Tensor): void {
    void this.#statistics;
    if (this.#mode === 'batch' && rows < 2)
      throw new RangeError(
        `BatchNorm1d: expected at least 2 rows while training (one has no variance), got ${rows}`,
      );
    if (this.#mode !== 'batch') this.#expectMeasured('BatchNorm1d', this.#mode);
  }

  #expectMeasured(place: string, statistics: Statistics): void {
    if (statistics === 'calibrated' && !this.calibrated)
      throw new Error(`${place}: expected calibrate() before the calibrated statistics`);
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    const statistics = this.#statistics;
    const xhat = this.#xhat;
    const { core, rows } = x;
    xhat.resize(rows);
    const mean = this.#mode === 'batch' ? statistics.useBatch(x) : statistics.use(this.#mode);
    core
      .use(batchnormKernels)
      .batchNormForward(
        out.pointer,
        xhat.pointer,
        x.pointer,
        mean.pointer,
        statistics.rstd.pointer,
        this.#scale.value.pointer,
        this.#shift.value.pointer,
        rows,
        this.numFeatures,
      );
    this.#used = this.#mode;
    return out;
  }

  backward(dy: Tensor): Tensor {
    this.end(dy);
    const { rstd } = this.#statistics;
    const gamma = this.#scale;
    const beta = this.#shift;
    const dx = this.dx as Tensor;
    const xhat = this.#xhat;
    const { batchNormBackward, batchNormBackwardFixed } = dy.core.use(batchnormKernels);
    const backward = this.#used === 'batch' ? batchNormBackward : batchNormBackwardFixed;
    backward(
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
    return dx;
  }

  /**
   * Mean and biased variance of each column of a batch x (n, numFeatures); neither the layer's output nor its statistics
   * change. Both are views of numFeatures values that the next `measure()` or forward overwrites.
   *
   * Errors: RangeError for another number of columns.
   */
  measure(x: Tensor): { mean: Float32Array; variance: Float32Array } {
    const statistics = this.#statistics;
    expectInput('BatchNorm1d.measure', statistics.rstd.core, this.numFeatures, x);
    return statistics.measure(x);
  }

  /** Sets the calibrated statistics: mean and unbiased variance of each column. */
  setCalibrated(mean: ArrayLike<number>, variance: ArrayLike<number>): void {
    // Before the first is set: one without the other is of no batch.
    for (const values of [mean, variance])
      expectColumns('BatchNorm1d.setCalibrated', this.numFeatures, values?.length);
    this.#statistics.calibrate(mean, variance);
  }

  /** What `calibrate` of a trainer does with the batch norms of a model; it is here so that other networks do not carry it. */
  calibrateAll(model: Sequential, examples: CalibrationExamples): Promise<void> {
    return calibrate(model, examples);
  }

  /**
   * What this layer does to a column once its statistics are given: y = scale · x + shift, with
   * scale = gamma / √(variance + eps) and shift = beta − mean · scale, in double precision.
   */
  affine(statistics: Statistics = 'running'): { scale: Float64Array; shift: Float64Array } {
    expectStatistics('BatchNorm1d.affine', statistics);
    this.#expectMeasured('BatchNorm1d.affine', statistics);
    const { mean, deviation } = this.#statistics.deviations(statistics);
    const scale = Float64Array.from(this.#scale.value.toArray(), (g, j) => g / deviation[j]);
    const shift = Float64Array.from(this.#shift.value.toArray(), (b, j) => b - mean[j] * scale[j]);
    return { scale, shift };
  }

  explain(place: string, x: Tensor): string | undefined {
    return normFault(this, place, x);
  }

  override parameters(): Parameter[] {
    const both = [this.#scale, this.#shift];
    return this.#affine ? both : [];
  }

  buffers(): Buffer[] {
    return this.#statistics.buffers();
  }

  override dispose(): void {
    super.dispose();
    for (const each of [this.#gamma, this.#beta, this.#own]) each?.dispose();
    this.#gamma = this.#beta = this.#own = undefined;
    this.#mode = 'batch';
  }

  override toString(): string {
    const { numFeatures, eps, correction, tracks } = this;
    const more = `${this.momentum === null ? ', momentum=null' : ''}${this.#affine ? '' : ', affine=false'}`;
    return `BatchNorm1d(${numFeatures}, eps=${eps}${more}, correction=${correction}, tracks=${tracks})`;
  }
}

const noParameters = (): Error =>
  new Error('BatchNorm1d: expected one made with affine: true, which has gamma and beta');
