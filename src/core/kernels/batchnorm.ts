import binary from '../../../build/release/batchnorm.wasm?text';
import { batchnorm } from '../reference/batchnorm.js';
import type { KernelFamily } from './family.js';

/** Batch normalisation over the rows. Units and layout as `KernelFamily` says. */
export interface BatchNormKernels {
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
}

/** The kernels of `BatchNorm1d`; `core.use(batchnormKernels)` has them. */
export const batchnormKernels: KernelFamily<BatchNormKernels> = {
  name: 'batchnorm',
  binary,
  reference: batchnorm,
};
