import { type TanhKernels, tanhKernels } from '../core/kernels/tanh.js';
import { Activation, type NoOptions } from './activation.js';

/** y = tanh x, within 1 ulp of the exact value; dx = dy · (1 − y²). Source: torch.nn.Tanh. */
export class Tanh extends Activation<TanhKernels> {
  protected readonly family = tanhKernels;

  constructor(options: NoOptions = {}) {
    super('Tanh', options);
  }

  protected run(kernels: TanhKernels, y: number, x: number, count: number): void {
    kernels.tanhForward(y, x, count);
  }

  protected runBackward(
    kernels: TanhKernels,
    dx: number,
    dy: number,
    y: number,
    _x: number,
    count: number,
  ): void {
    kernels.tanhBackward(dx, dy, y, count);
  }
}
