import { expectBoolean, expectNumber } from '../core/expect.js';
import { adamKernels } from '../core/kernels/adam.js';
import { came } from '../core/kind.js';
import type { Parameter } from '../nn/layer.js';
import {
  BaseOptimizer,
  type Group,
  integerPower,
  type LearningRate,
  type ParameterGroup,
} from './base-optimizer.js';

/** Of `Adam` and `AdamW`. */
export interface AdamOptions {
  /** Default 0.001. */
  lr?: LearningRate;
  /** How much of the averages of the gradient and of its square is kept at a step; default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root; default 1e-8. */
  eps?: number;
  /** Of Adam added to the gradient, of AdamW taken from the parameter; default 0, of AdamW 0.01. */
  weightDecay?: number;
  /** Divides by the largest average so far; default false. */
  amsgrad?: boolean;
}

type Parameters = readonly Parameter[] | readonly ParameterGroup<AdamOptions>[];

/**
 * m = β₁ m + (1 − β₁) d, v = β₂ v + (1 − β₂) d², p −= lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + eps) at step t, counted from
 * 1, with d = grad + weightDecay · p; with `amsgrad` the largest v so far in place of v.
 *
 * Errors: RangeError for a number that is negative or not finite, or a β that is not below 1; TypeError for what are no
 * parameters, or an option that there is not. Source: Kingma and Ba 2015; torch.optim.Adam.
 */
export class Adam extends BaseOptimizer<AdamOptions> {
  /** Whether the decay is taken from the parameter, in place of the gradient. */
  protected readonly decoupled: boolean = false;

  constructor(parameters: Parameters, options: AdamOptions = {}, name = 'Adam', weightDecay = 0) {
    const betas: [number, number] = [0.9, 0.999];
    const defaults = { lr: 0.001, betas, eps: 1e-8, weightDecay, amsgrad: false };
    super(name, parameters, options, defaults, (all) => {
      if (!Array.isArray(all.betas) || all.betas.length !== 2)
        throw new TypeError(`${name}: expected betas to be two numbers, got ${came(all.betas)}`);
      for (const beta of all.betas) expectNumber(name, 'each beta', beta, 0, 1 - 2 ** -53);
      expectNumber(name, 'eps', all.eps, 0, 1e30);
      expectNumber(name, 'weightDecay', all.weightDecay, 0, 1e30);
      expectBoolean(name, 'amsgrad', all.amsgrad);
    });
  }

  protected kinds({ amsgrad }: Required<AdamOptions>): string[] {
    return ['exp_avg', 'exp_avg_sq', ...(amsgrad ? ['max_exp_avg_sq'] : [])];
  }

  protected update({ parameters, options }: Group<AdamOptions>, lr: number): void {
    const { betas, eps, weightDecay, amsgrad } = options;
    const [beta1, beta2] = betas;
    const t = this.steps + 1;
    const step = lr / (1 - integerPower(beta1, t));
    const root = Math.sqrt(1 - integerPower(beta2, t));
    const { decoupled } = this;
    for (let i = 0; i < parameters.length; i++) {
      const parameter = parameters[i];
      const { value, grad } = parameter;
      value.core
        .use(adamKernels)
        .adamUpdate(
          value.pointer,
          this.state('exp_avg', parameter).pointer,
          this.state('exp_avg_sq', parameter).pointer,
          amsgrad ? this.state('max_exp_avg_sq', parameter).pointer : 0,
          grad.pointer,
          value.rows * value.stride,
          step,
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          root,
          eps,
          decoupled ? 0 : weightDecay,
          decoupled ? 1 - lr * weightDecay : 1,
        );
    }
  }
}

/** `Adam` with the decay taken from the parameter: p −= lr · weightDecay · p before the step. Errors: as `Adam`. Source: Loshchilov and Hutter 2019; torch.optim.AdamW. */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  constructor(parameters: Parameters, options: AdamOptions = {}) {
    super(parameters, options, 'AdamW', 0.01);
  }
}
