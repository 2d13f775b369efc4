import type { Kernels } from '../core/kernels.js';
import { Activation, type NoOptions } from './activation.js';

/** y = 1 / (1 + e⁻ˣ), within 1 ulp of the exact value; dx = dy · (1 − y) · y. Source: torch.nn.Sigmoid. */
export class Sigmoid extends Activation {
  constructor(options: NoOptions = {}) {
    super('Sigmoid', options);
  }

  protected run(kernels: Kernels, y: number, x: number, count: number): void {
    kernels.sigmoidForward(y, x, count);
  }

  protected runBackward(
    kernels: Kernels,
    dx: number,
    dy: number,
    y: number,
    _x: number,
    count: number,
  ): void {
    kernels.sigmoidBackward(dx, dy, y, count);
  }
}
