import { expectBoolean, expectNumber } from '../core/expect.js';
import { rmspropKernels } from '../core/kernels/rmsprop.js';
import type { Parameter } from '../nn/layer.js';
import { BaseOptimizer, type Group, type LearningRate, type ParameterGroup } from './base-optimizer.js';

/** Of `RMSprop`. */
export interface RMSpropOptions {
  /** Default 0.01. */
  lr?: LearningRate;
  /** How much of the average of the squares is kept at a step; default 0.99. */
  alpha?: number;
  /** Added to the root; default 1e-8. */
  eps?: number;
  /** Adds weightDecay · p to the gradient; default 0. */
  weightDecay?: number;
  /** Default 0. */
  momentum?: number;
  /** Divides by the deviation in place of the root of the mean square; default false. */
  centered?: boolean;
}

/**
 * v = α v + (1 − α) d², p −= lr · d / (√v + eps), with d = grad + weightDecay · p; `centered`: a = α a + (1 − α) d and
 * √(v − a²) for the root; with momentum b = momentum · b + d / (…) and p −= lr · b.
 *
 * Errors: RangeError for a number that is negative or not finite; TypeError for what are no parameters, or an option that
 * there is not. Source: torch.optim.RMSprop.
 */
export class RMSprop extends BaseOptimizer<RMSpropOptions> {
  constructor(
    parameters: readonly Parameter[] | readonly ParameterGroup<RMSpropOptions>[],
    options: RMSpropOptions = {},
  ) {
    const defaults = { lr: 0.01, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false };
    super('RMSprop', parameters, options, defaults, ({ alpha, eps, weightDecay, momentum, centered }) => {
      expectNumber('RMSprop', 'alpha', alpha, 0, 1);
      expectNumber('RMSprop', 'eps', eps, 0, 1e30);
      expectNumber('RMSprop', 'weightDecay', weightDecay, 0, 1e30);
      expectNumber('RMSprop', 'momentum', momentum, 0, 1e30);
      expectBoolean('RMSprop', 'centered', centered);
    });
  }

  protected kinds({ centered, momentum }: Required<RMSpropOptions>): string[] {
    return ['square_avg', ...(centered ? ['grad_avg'] : []), ...(momentum > 0 ? ['momentum_buffer'] : [])];
  }

  protected update({ parameters, options }: Group<RMSpropOptions>, lr: number): void {
    const { alpha, eps, weightDecay, momentum, centered } = options;
    for (let i = 0; i < parameters.length; i++) {
      const parameter = parameters[i];
      const { value, grad } = parameter;
      value.core
        .use(rmspropKernels)
        .rmspropUpdate(
          value.pointer,
          this.state('square_avg', parameter).pointer,
          centered ? this.state('grad_avg', parameter).pointer : 0,
          momentum > 0 ? this.state('momentum_buffer', parameter).pointer : 0,
          grad.pointer,
          value.rows * value.stride,
          lr,
          alpha,
          1 - alpha,
          eps,
          weightDecay,
          momentum,
        );
    }
  }
}
