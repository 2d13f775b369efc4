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
  /** Of the function: see `ScalarActivation`. */
  protected scalars: readonly number[] = [];

  constructor(of: Elementwise<unknown>, options: object, known: readonly string[] = []) {
    super(of.name);
    expectOptions(of.name, options, known);
    this.#function = of;
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    const of = this.#function;
    const [a, b] = this.scalars;
    of.forward(x.core.use(of.family))(out.pointer, x.pointer, x.rows * x.stride, a, b);
    return out;
  }

  backward(dy: Tensor): Tensor {
    const x = this.end(dy);
    const dx = this.dx as Tensor;
    const of = this.#function;
    const [a, b] = this.scalars;
    const saved = of.by === 'x' ? x.pointer : this.out.pointer;
    of.backward(dy.core.use(of.family))(dx.pointer, dy.pointer, saved, dy.rows * dy.stride, a, b);
    return dx;
  }
}

/** One whose options are the scalars of its function: a program without such carries none of it. */
export abstract class ScalarActivation extends Activation {
  readonly #text: string;

  constructor(of: Elementwise<unknown>, options: object) {
    const { scalars = {} } = of;
    const names = Object.keys(scalars);
    super(of, options, names);
    this.scalars = names.map((name) => {
      const value = (options as Record<string, number>)[name] ?? scalars[name];
      expectNumber(of.name, name, value, -1e30, 1e30);
      return value;
    });
    this.#text = `${of.name}(${names.map((name, i) => `${name}=${this.scalars[i]}`).join(', ')})`;
  }

  override toString(): string {
    return this.#text;
  }
}
