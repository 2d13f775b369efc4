import type { Kernels } from '../core/kernels.js';
import { Activation, type NoOptions } from './activation.js';

/** y = tanh x, within 1 ulp of the exact value; dx = dy · (1 − y²). Source: torch.nn.Tanh. */
export class Tanh extends Activation {
  constructor(options: NoOptions = {}) {
    super('Tanh', options);
  }

  protected run(kernels: Kernels, y: number, x: number, count: number): void {
    kernels.tanhForward(y, x, count);
  }

  protected runBackward(
    kernels: Kernels,
    dx: number,
    dy: number,
    y: number,
    _x: number,
    count: number,
  ): void {
    kernels.tanhBackward(dx, dy, y, count);
  }
}
