import { expectOptions } from '../core/expect.js';
import type { KernelFamily } from '../core/kernels/family.js';
import type { Tensor } from '../core/tensor.js';
import { BaseLayer } from './base-layer.js';

/** torch has arguments here, such as `inplace`, that do not exist: they are refused, not ignored. */
export type NoOptions = Readonly<Record<string, never>>;

/**
 * A function of each element: what the activations share. x and y (n, any columns); no parameters. NaN goes through.
 *
 * Errors: RangeError for a gradient of another shape, Error for a `backward` without a `forward`.
 */
export abstract class Activation<K> extends BaseLayer {
  constructor(name: string, options: object, known: readonly string[] = []) {
    super(name);
    expectOptions(name, options, known);
  }

  protected abstract readonly family: KernelFamily<K>;

  /** y = f(x), over whole vectors. */
  protected abstract run(kernels: K, y: number, x: number, count: number): void;

  /** dx = dy · f′(x), by x or by y = f(x). */
  protected abstract runBackward(
    kernels: K,
    dx: number,
    dy: number,
    y: number,
    x: number,
    count: number,
  ): void;

  readonly keepsColumns = true;

  protected rowShape(columns: number): number[] {
    return [columns];
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    this.run(x.core.use(this.family), out.pointer, x.pointer, x.rows * x.stride);
    return out;
  }

  backward(dy: Tensor): Tensor {
    const x = this.end(dy);
    const dx = this.dx as Tensor;
    const kernels = dy.core.use(this.family);
    this.runBackward(kernels, dx.pointer, dy.pointer, this.out.pointer, x.pointer, dy.rows * dy.stride);
    return dx;
  }
}
