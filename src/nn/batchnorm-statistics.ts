import { batchnormKernels } from '../core/kernels/batchnorm.js';
import type { Tensor } from '../core/tensor.js';
import type { Buffer, Statistics } from './layer.js';

/** What of a `BatchNorm1d` its statistics depend on. */
interface Settings {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly correction: 0 | 1;
  readonly tracks: 'variance' | 'std';
}

/** Of the tensors that they lie in. */
export const statisticsShapes = ({ numFeatures, momentum }: Settings): number[][] => [
  ...Array.from({ length: 8 }, () => [numFeatures]),
  ...(momentum === null ? [[]] : []),
];

/** Mean and spread of the columns: of the last batch, running, and calibrated. */
export class NormStatistics {
  readonly runningMean: Tensor;
  readonly runningSpread: Tensor;
  readonly calibratedMean: Tensor;
  readonly calibratedSpread: Tensor;
  /** Whether the calibrated ones were measured, or restored. */
  calibrated = false;
  /** 1 / √(variance + eps) of those in use. */
  readonly rstd: Tensor;
  readonly #settings: Settings;
  readonly #all: readonly Tensor[];
  /** Of the last batch. */
  readonly #mean: Tensor;
  readonly #variance: Tensor;
  readonly #std: Tensor;
  /** Where the running ones are the mean over all batches: how many there were, up to 2^24. */
  readonly #batches: Tensor | undefined;

  /** `all`: tensors of `statisticsShapes`. */
  constructor(all: readonly Tensor[], settings: Settings) {
    this.#settings = settings;
    this.#all = all;
    [this.runningMean, this.runningSpread, this.calibratedMean, this.calibratedSpread] = all;
    [this.#mean, this.#variance, this.#std, this.rstd, this.#batches] = all.slice(4);
    this.runningSpread.fill(1);
  }

  reset(): void {
    this.runningMean.fill(0);
    this.runningSpread.fill(1);
    this.#batches?.fill(0);
    this.calibrated = false;
  }

  /** Of a batch: its mean is returned, `rstd` follows, and the running ones move. */
  useBatch(x: Tensor): Tensor {
    const { numFeatures: m, eps, correction, tracks } = this.#settings;
    const n = x.rows;
    const mean = this.#mean;
    const variance = this.#variance;
    const std = this.#std;
    const kernels = x.core.use(batchnormKernels);
    const momentum = this.#nextMomentum();
    kernels.batchNormStatistics(mean.pointer, variance.pointer, x.pointer, n, m, correction);
    kernels.batchNormDeviation(std.pointer, this.rstd.pointer, variance.pointer, m, eps);
    kernels.batchNormTrack(this.runningMean.pointer, mean.pointer, m, momentum);
    if (correction === 0) {
      // The spread that is tracked is the unbiased one, whichever normalises.
      const { f32 } = x.core;
      const v = variance.pointer >>> 2;
      const s = std.pointer >>> 2;
      for (let j = 0; j < m; j++) {
        f32[v + j] *= n / (n - 1);
        f32[s + j] = Math.sqrt(f32[v + j] + eps);
      }
    }
    const spread = tracks === 'std' ? std : variance;
    kernels.batchNormTrack(this.runningSpread.pointer, spread.pointer, m, momentum);
    return mean;
  }

  /** The weight of a new batch in the running ones; counts the batch where that is 1 / their number. */
  #nextMomentum(): number {
    const { momentum } = this.#settings;
    const batches = this.#batches;
    if (batches === undefined) return momentum as number;
    const { f32 } = batches.core;
    const at = batches.pointer >>> 2;
    f32[at]++;
    return 1 / f32[at];
  }

  /** Of those given: their mean is returned, `rstd` follows. */
  use(statistics: Statistics): Tensor {
    const { numFeatures, eps, tracks } = this.#settings;
    const [mean, spread] = this.#given(statistics);
    const { rstd } = this;
    if (tracks === 'variance')
      rstd.core
        .use(batchnormKernels)
        .batchNormDeviation(this.#std.pointer, rstd.pointer, spread.pointer, numFeatures, eps);
    else {
      const { f32 } = rstd.core;
      const from = spread.pointer >>> 2;
      const to = rstd.pointer >>> 2;
      for (let j = 0; j < numFeatures; j++) f32[to + j] = 1 / f32[from + j];
    }
    return mean;
  }

  /** Mean and deviation of those given, in double. */
  deviations(statistics: Statistics): { mean: Float64Array; deviation: Float64Array } {
    const { eps, tracks } = this.#settings;
    const [mean, spread] = this.#given(statistics).map((tensor) => Float64Array.from(tensor.toArray()));
    return { mean, deviation: tracks === 'std' ? spread : spread.map((v) => Math.sqrt(v + eps)) };
  }

  #given(statistics: Statistics): [mean: Tensor, spread: Tensor] {
    return statistics === 'running'
      ? [this.runningMean, this.runningSpread]
      : [this.calibratedMean, this.calibratedSpread];
  }

  /** Mean and biased variance of each column of x, as views of what the next batch overwrites. */
  measure(x: Tensor): { mean: Float32Array; variance: Float32Array } {
    const mean = this.#mean;
    const variance = this.#variance;
    const m = this.#settings.numFeatures;
    x.core.use(batchnormKernels).batchNormStatistics(mean.pointer, variance.pointer, x.pointer, x.rows, m, 0);
    // Without what pads a row.
    return { mean: mean.data.subarray(0, m), variance: variance.data.subarray(0, m) };
  }

  calibrate(mean: ArrayLike<number>, variance: ArrayLike<number>): void {
    const { eps, tracks } = this.#settings;
    this.calibratedMean.set(mean);
    // As the running deviation, which is that of the batch, √(variance + eps).
    const deviation = (v: number) => Math.sqrt(v + eps);
    this.calibratedSpread.set(tracks === 'std' ? Array.from(variance, deviation) : variance);
    this.calibrated = true;
  }

  buffers(): Buffer[] {
    const batches = this.#batches;
    return [
      { name: 'running_mean', value: this.runningMean },
      { name: this.#settings.tracks === 'std' ? 'running_std' : 'running_var', value: this.runningSpread },
      ...(batches === undefined ? [] : [{ name: 'num_batches_tracked', value: batches }]),
    ];
  }

  dispose(): void {
    for (const tensor of this.#all) tensor.dispose();
  }
}
