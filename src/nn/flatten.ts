import type { Core } from '../core/core.js';
import { expectGradient, expectOptions, expectTensor } from '../core/expect.js';
import { Tensor } from '../core/tensor.js';
import type { NoOptions } from './activation.js';
import { expectCore, type Layer, noForward, type Parameter } from './layer.js';

/**
 * (n, c, d, …) → (n, c·d·…): each example becomes one row. Nothing is copied: `out` is the input seen in another
 * shape, and `dx` the gradient.
 *
 * No parameters. Errors: TypeError for what is no tensor of the core, Error for a `backward` without a `forward`. Source: torch.nn.Flatten; makemore part 3, emb.view(emb.shape[0], -1).
 */
export class Flatten implements Layer {
  readonly keepsColumns = true;
  out: Tensor | undefined;
  dx: Tensor | undefined;
  #x: Tensor | undefined;
  #core: Core | undefined;

  constructor(options: NoOptions = {}) {
    expectOptions('Flatten', options, []);
  }

  to(core: Core): void {
    expectCore('Flatten', this.#core, core);
    this.#core = core;
  }

  forward(x: Tensor): Tensor {
    expectTensor('Flatten', 'its input', this.#core ?? x?.core, 'float32', x);
    if (!sees(this.out, x)) this.out = new Tensor(x.core, [x.capacity, x.columns], x.pointer);
    this.#x = x;
    const out = this.out as Tensor;
    out.resize(x.rows);
    return out;
  }

  backward(dy: Tensor): Tensor {
    const x = this.#x;
    if (x === undefined) throw noForward('Flatten');
    expectGradient('Flatten.backward', this.out as Tensor, dy);
    if (!sees(this.dx, dy)) this.dx = new Tensor(dy.core, [dy.capacity, ...x.shape.slice(1)], dy.pointer);
    const dx = this.dx as Tensor;
    dx.resize(dy.rows);
    return dx;
  }

  parameters(): Parameter[] {
    return [];
  }

  dispose(): void {
    this.out = this.dx = this.#x = this.#core = undefined;
  }

  toString(): string {
    return 'Flatten()';
  }
}

/** Whether the view is one of that tensor's memory, as large as that. */
const sees = (view: Tensor | undefined, { core, pointer, capacity, columns }: Tensor): view is Tensor =>
  view?.pointer === pointer && view.core === core && view.capacity === capacity && view.columns === columns;
