import type { Core } from '../core/core.js';
import { expectColumns, expectRows } from '../core/expect.js';
import type { Tensor } from '../core/tensor.js';
import { type Layer, notReserved, type Parameter, raise } from './layer.js';

/**
 * y = tanh(x), element by element, within 1 ulp of the exact value; dx = dy · (1 − y²). x and y (n, any columns).
 *
 * No parameters. Errors: RangeError for other columns or more rows than were reserved. Source: torch.nn.Tanh.
 */
export class Tanh implements Layer {
  #out?: Tensor;
  #dx?: Tensor;

  get out(): Tensor {
    return this.#out ?? raise(notReserved('Tanh'));
  }

  get dx(): Tensor {
    return this.#dx ?? raise(notReserved('Tanh'));
  }

  reserve(core: Core, capacity: number, columns: number): number {
    if ((this.#out?.capacity ?? -1) < capacity || this.#out?.columns !== columns) {
      this.#out = core.tensor([capacity, columns]);
      this.#dx = core.tensor([capacity, columns]);
    }
    return columns;
  }

  forward(x: Tensor): Tensor {
    const { out } = this;
    expectColumns('Tanh', out.columns, x.columns);
    out.resize(x.rows);
    x.core.kernels.tanhForward(out.pointer, x.pointer, x.rows * x.stride);
    return out;
  }

  backward(dy: Tensor): Tensor {
    const { out, dx } = this;
    expectRows('Tanh.backward', out.rows, dy.rows);
    dx.resize(dy.rows);
    dy.core.kernels.tanhBackward(dx.pointer, dy.pointer, out.pointer, dy.rows * dy.stride);
    return dx;
  }

  parameters(): Parameter[] {
    return [];
  }
}
