import { expectNumber } from '../core/expect.js';
import { type ReluKernels, reluKernels } from '../core/kernels/relu.js';
import { Activation, type NoOptions } from './activation.js';

/** y = max(x, 0); dx = dy where y > 0, else 0. Source: torch.nn.ReLU. */
export class ReLU extends Activation<ReluKernels> {
  protected readonly family = reluKernels;

  constructor(options: NoOptions = {}) {
    super('ReLU', options);
  }

  protected run(kernels: ReluKernels, y: number, x: number, count: number): void {
    kernels.reluForward(y, x, count);
  }

  protected runBackward(
    kernels: ReluKernels,
    dx: number,
    dy: number,
    y: number,
    _x: number,
    count: number,
  ): void {
    kernels.reluBackward(dx, dy, y, count);
  }
}

export interface LeakyReLUOptions {
  /** The slope below 0; default 0.01. */
  negativeSlope?: number;
}

/**
 * y = x where x > 0, else negativeSlope · x; dx = dy times the same slope.
 *
 * Errors: RangeError for a slope that is not a finite number. Source: torch.nn.LeakyReLU.
 */
export class LeakyReLU extends Activation<ReluKernels> {
  protected readonly family = reluKernels;

  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super('LeakyReLU', options, ['negativeSlope']);
    const { negativeSlope = 0.01 } = options;
    expectNumber('LeakyReLU', 'negativeSlope', negativeSlope, -1e30, 1e30);
    this.negativeSlope = negativeSlope;
  }

  protected run(kernels: ReluKernels, y: number, x: number, count: number): void {
    kernels.leakyReluForward(y, x, count, this.negativeSlope);
  }

  protected runBackward(
    kernels: ReluKernels,
    dx: number,
    dy: number,
    _y: number,
    x: number,
    count: number,
  ): void {
    kernels.leakyReluBackward(dx, dy, x, count, this.negativeSlope);
  }

  override toString(): string {
    return `LeakyReLU(negativeSlope=${this.negativeSlope})`;
  }
}
