import { expectNumber } from '../core/expect.js';
import { type SmoothKernels, smoothKernels } from '../core/kernels/smooth.js';
import { Activation } from './activation.js';

export interface ELUOptions {
  /** The value far below 0 is −alpha; default 1. */
  alpha?: number;
}

/**
 * y = x where x > 0, else alpha · (eˣ − 1), within 1 ulp of the exact value, near 0 too; dx = dy where x > 0, else
 * dy · alpha · eˣ.
 *
 * Errors: RangeError for an alpha that is not a finite number. Source: torch.nn.ELU.
 */
export class ELU extends Activation<SmoothKernels> {
  protected readonly family = smoothKernels;

  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super('ELU', options, ['alpha']);
    const { alpha = 1 } = options;
    expectNumber('ELU', 'alpha', alpha, -1e30, 1e30);
    this.alpha = alpha;
  }

  protected run(kernels: SmoothKernels, y: number, x: number, count: number): void {
    kernels.eluForward(y, x, count, this.alpha);
  }

  protected runBackward(
    kernels: SmoothKernels,
    dx: number,
    dy: number,
    _y: number,
    x: number,
    count: number,
  ): void {
    kernels.eluBackward(dx, dy, x, count, this.alpha);
  }

  override toString(): string {
    return `ELU(alpha=${this.alpha})`;
  }
}
