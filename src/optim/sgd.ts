import { expectBoolean, expectNumber } from '../core/expect.js';
import { momentumKernels } from '../core/kernels/momentum.js';
import { sgdKernels } from '../core/kernels/sgd.js';
import type { Parameter } from '../nn/layer.js';
import { BaseOptimizer, type Group, type LearningRate, type ParameterGroup } from './base-optimizer.js';

/** Of `SGD`. */
export interface SGDOptions {
  lr: LearningRate;
  /** How much of the last step's direction is kept; default 0. */
  momentum?: number;
  /** How much of the new gradient is left out of the direction; default 0. */
  dampening?: number;
  /** Adds weightDecay · p to the gradient; default 0. */
  weightDecay?: number;
  /** Nesterov's momentum: default false. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent: p −= lr · grad for every parameter, in place, lr and product rounded to float32 as in
 * `p.data += -lr * p.grad` of the lecture. With weight decay d = grad + weightDecay · p; with momentum
 * b = momentum · b + (1 − dampening) · d (b = d at the first step) and p −= lr · b, or with `nesterov` lr · (d + momentum · b).
 *
 * Errors: RangeError for a number that is negative or not finite, TypeError for what are no parameters, the same one twice,
 * or an option that there is not; Error for nesterov without momentum, or with dampening. Source: torch.optim.SGD.
 */
export class SGD extends BaseOptimizer<SGDOptions> {
  constructor(parameters: readonly Parameter[] | readonly ParameterGroup<SGDOptions>[], options: SGDOptions) {
    const defaults = { lr: undefined, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };
    super('SGD', parameters, options, defaults, ({ momentum, dampening, weightDecay, nesterov }) => {
      expectNumber('SGD', 'momentum', momentum, 0, 1e30);
      expectNumber('SGD', 'dampening', dampening, 0, 1e30);
      expectNumber('SGD', 'weightDecay', weightDecay, 0, 1e30);
      expectBoolean('SGD', 'nesterov', nesterov);
      if (nesterov && (momentum === 0 || dampening !== 0))
        throw new RangeError('SGD: expected a momentum and no dampening with nesterov');
    });
  }

  protected kinds({ momentum }: Required<SGDOptions>): string[] {
    return momentum === 0 ? [] : ['momentum_buffer'];
  }

  protected update({ parameters, options }: Group<SGDOptions>, lr: number): void {
    const { momentum, dampening, weightDecay, nesterov } = options;
    for (let i = 0; i < parameters.length; i++) {
      const parameter = parameters[i];
      const { value, grad } = parameter;
      const { core, pointer } = value;
      const count = value.rows * value.stride;
      if (momentum === 0) {
        if (weightDecay === 0) core.use(sgdKernels).sgdUpdate(pointer, grad.pointer, count, lr);
        else core.use(momentumKernels).decayedUpdate(pointer, grad.pointer, count, lr, weightDecay);
        continue;
      }
      const velocity = this.state('momentum_buffer', parameter);
      core
        .use(momentumKernels)
        .momentumUpdate(
          pointer,
          velocity.pointer,
          grad.pointer,
          count,
          lr,
          momentum,
          1 - dampening,
          weightDecay,
          nesterov ? 1 : 0,
          this.steps === 0 ? 1 : 0,
        );
    }
  }
}
