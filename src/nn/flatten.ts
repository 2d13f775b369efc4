import { expectRows } from '../core/expect.js';
import { Tensor } from '../core/tensor.js';
import type { Layer, Parameter } from './layer.js';

/**
 * (n, c, d, …) → (n, c·d·…): each example becomes one row. Nothing is copied: `out` is the input seen in another
 * shape, and `dx` the gradient.
 *
 * No parameters. Source: torch.nn.Flatten; makemore part 3, emb.view(emb.shape[0], -1).
 */
export class Flatten implements Layer {
  out?: Tensor;
  dx?: Tensor;
  #x?: Tensor;

  forward(x: Tensor): Tensor {
    if (this.out?.pointer !== x.pointer || this.out.core !== x.core)
      this.out = new Tensor(x.core, [x.capacity, x.columns], x.pointer);
    this.#x = x;
    this.out.resize(x.rows);
    return this.out;
  }

  backward(dy: Tensor): Tensor {
    const x = this.#x;
    if (x === undefined) throw new Error('Flatten.backward: expected a forward before it');
    expectRows('Flatten.backward', x.rows, dy.rows);
    if (this.dx?.pointer !== dy.pointer || this.dx.core !== dy.core)
      this.dx = new Tensor(dy.core, [dy.capacity, ...x.shape.slice(1)], dy.pointer);
    this.dx.resize(dy.rows);
    return this.dx;
  }

  parameters(): Parameter[] {
    return [];
  }
}
