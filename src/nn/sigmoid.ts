import { type SmoothKernels, smoothKernels } from '../core/kernels/smooth.js';
import { Activation, type NoOptions } from './activation.js';

/** y = 1 / (1 + e⁻ˣ), within 1 ulp of the exact value; dx = dy · (1 − y) · y. Source: torch.nn.Sigmoid. */
export class Sigmoid extends Activation<SmoothKernels> {
  protected readonly family = smoothKernels;

  constructor(options: NoOptions = {}) {
    super('Sigmoid', options);
  }

  protected run(kernels: SmoothKernels, y: number, x: number, count: number): void {
    kernels.sigmoidForward(y, x, count);
  }

  protected runBackward(
    kernels: SmoothKernels,
    dx: number,
    dy: number,
    y: number,
    _x: number,
    count: number,
  ): void {
    kernels.sigmoidBackward(dx, dy, y, count);
  }
}
