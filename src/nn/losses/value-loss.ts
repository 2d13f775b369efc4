import { expectNumber, expectOptions } from '../../core/expect.js';
import { type LossesKernels, lossesKernels } from '../../core/kernels/losses.js';
import type { Tensor } from '../../core/tensor.js';
import { BaseLoss, type LossOptions } from './base-loss.js';

/** A loss of each output and its target, values both, of as many columns. The mean is over all of them. */
abstract class ValueLoss extends BaseLoss {
  declare readonly targetDtype: 'float32';

  protected abstract kernel(kernels: LossesKernels, ...args: Parameters<LossesKernels['mseLoss']>): number;

  protected reduce(y: Tensor, t: Tensor, gradient: number, losses: number, count: number): number {
    const { core, pointer, rows, columns } = y;
    const kernels = core.use(lossesKernels);
    return this.kernel(kernels, gradient, losses, pointer, t.pointer, rows, columns, 1 / count) / count;
  }
}

/**
 * (y − t)², its mean over all values; gradient 2 (y − t) / (n · columns). Source: torch.nn.MSELoss.
 *
 * Errors: TypeError for an unknown option or reduction, RangeError for targets of another shape.
 */
export class MSELoss extends ValueLoss {
  constructor(options: LossOptions = {}) {
    expectOptions('MSELoss', options, ['reduction']);
    super('MSELoss', options);
  }

  protected kernel(kernels: LossesKernels, ...args: Parameters<LossesKernels['mseLoss']>): number {
    return kernels.mseLoss(...args);
  }
}

/** |y − t|, its mean over all values; gradient the sign of y − t, 0 at 0. Errors as `MSELoss`. Source: torch.nn.L1Loss. */
export class L1Loss extends ValueLoss {
  constructor(options: LossOptions = {}) {
    expectOptions('L1Loss', options, ['reduction']);
    super('L1Loss', options);
  }

  protected kernel(kernels: LossesKernels, ...args: Parameters<LossesKernels['mseLoss']>): number {
    return kernels.l1Loss(...args);
  }
}

/** Of `HuberLoss`. */
export interface HuberLossOptions extends LossOptions {
  /** Where the square becomes a line; default 1. */
  delta?: number;
}

/**
 * (y − t)² / 2 where |y − t| ≤ delta, else delta (|y − t| − delta / 2); its mean over all values. Source: torch.nn.HuberLoss.
 *
 * Errors: as `MSELoss`; RangeError for a delta that is not above 0.
 */
export class HuberLoss extends ValueLoss {
  readonly delta: number;

  constructor(options: HuberLossOptions = {}) {
    expectOptions('HuberLoss', options, ['reduction', 'delta']);
    super('HuberLoss', options);
    const { delta = 1 } = options;
    expectNumber('HuberLoss', 'delta', delta, Number.MIN_VALUE, 1e30);
    this.delta = delta;
  }

  protected kernel(kernels: LossesKernels, ...args: Parameters<LossesKernels['mseLoss']>): number {
    return kernels.huberLoss(...args, this.delta);
  }
}
