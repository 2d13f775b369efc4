import type { Core } from '../core/core.js';
import { expectNumber, expectOptions } from '../core/expect.js';
import type { KernelFamily } from '../core/kernels/family.js';
import type { Tensor } from '../core/tensor.js';
import { BaseLayer } from './base-layer.js';

/** torch has arguments here, such as `inplace`, that do not exist: they are refused, not ignored. */
export type NoOptions = Readonly<Record<string, never>>;

/** A kernel over `count` floats: outputs, inputs, and the function's scalars behind. */
type Kernel = (out: number, ...rest: number[]) => void;

/** What a function of each element is made of. */
export interface Elementwise<K> {
  /** torch's name. */
  readonly name: string;
  readonly family: KernelFamily<K>;
  /** y = f(x): (y, x, count, …scalars). */
  forward(kernels: K): Kernel;
  /** dx = dy · f′: (dx, dy, x or y, count, …scalars). */
  backward(kernels: K): Kernel;
  /** Whether the backward goes by the input or by the output. */
  readonly by: 'x' | 'y';
  /** The names of the scalars, in the order of the kernels' arguments, and what they are unless an option says else. */
  readonly scalars?: Readonly<Record<string, number>>;
}

/**
 * A function of each element: what the activations share. x and y (n, any columns); no parameters. NaN goes through.
 *
 * Errors: RangeError for a scalar that is not a finite number or a gradient of another shape, TypeError for an option that
 * there is not, Error for a `backward` without a `forward`.
 */
export abstract class Activation extends BaseLayer {
  readonly keepsColumns = true;
  readonly #function: Elementwise<unknown>;
  readonly #scalars: readonly number[];
  /** Where the kernels are made: kept, so that a step asks for them once. */
  #run: Kernel | undefined;
  #runBackward: Kernel | undefined;

  constructor(of: Elementwise<unknown>, options: object) {
    super(of.name);
    const { scalars = {} } = of;
    const given = options as Record<string, number>;
    expectOptions(of.name, options, Object.keys(scalars));
    this.#function = of;
    this.#scalars = Object.entries(scalars).map(([name, usual]) => {
      const value = given[name] ?? usual;
      expectNumber(of.name, name, value, -1e30, 1e30);
      return value;
    });
  }

  protected rowShape(columns: number): number[] {
    return [columns];
  }

  protected override allocate(core: Core): void {
    const of = this.#function;
    const kernels = core.use(of.family);
    this.#run = of.forward(kernels);
    this.#runBackward = of.backward(kernels);
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    // Of a core that was disposed of this throws.
    x.core.use(this.#function.family);
    const [a, b] = this.#scalars;
    (this.#run as Kernel)(out.pointer, x.pointer, x.rows * x.stride, a, b);
    return out;
  }

  backward(dy: Tensor): Tensor {
    const x = this.end(dy);
    const dx = this.dx as Tensor;
    const { family, by } = this.#function;
    dy.core.use(family);
    const [a, b] = this.#scalars;
    const saved = by === 'x' ? x.pointer : this.out.pointer;
    (this.#runBackward as Kernel)(dx.pointer, dy.pointer, saved, dy.rows * dy.stride, a, b);
    return dx;
  }

  override toString(): string {
    const { name, scalars = {} } = this.#function;
    return `${name}(${Object.keys(scalars)
      .map((scalar, i) => `${scalar}=${this.#scalars[i]}`)
      .join(', ')})`;
  }
}
