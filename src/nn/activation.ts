import type { Core } from '../core/core.js';
import { expectGradient, expectInput, expectOptions } from '../core/expect.js';
import type { KernelFamily } from '../core/kernels/family.js';
import type { Tensor } from '../core/tensor.js';
import { expectCore, type Layer, notReserved, type Parameter, raise } from './layer.js';

/** torch has arguments here, such as `inplace`, that do not exist: they are refused, not ignored. */
export type NoOptions = Readonly<Record<string, never>>;

/**
 * A function of each element: what the activations share. x and y (n, any columns); no parameters. NaN goes through.
 *
 * Errors: RangeError for other columns or rows than were reserved, Error for a `backward` without a `forward`.
 */
export abstract class Activation<K> implements Layer {
  readonly #name: string;
  #out: Tensor | undefined;
  #dx: Tensor | undefined;
  /** The input of the last forward, which some backwards need. */
  #x: Tensor | undefined;

  constructor(name: string, options: object, known: readonly string[] = []) {
    expectOptions(name, options, known);
    this.#name = name;
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

  get out(): Tensor {
    return this.#out ?? raise(notReserved(this.#name));
  }

  get dx(): Tensor {
    return this.#dx ?? raise(notReserved(this.#name));
  }

  reserve(core: Core, capacity: number, columns: number): number {
    expectCore(this.#name, this.#out?.core, core);
    if ((this.#out?.capacity ?? -1) < capacity || this.#out?.columns !== columns) {
      this.dispose();
      this.#out = core.tensor([capacity, columns]);
      this.#dx = core.tensor([capacity, columns]);
    }
    return columns;
  }

  forward(x: Tensor): Tensor {
    const { out } = this;
    expectInput(this.#name, out.core, out.columns, x);
    out.resize(x.rows, this.#name);
    this.run(x.core.use(this.family), out.pointer, x.pointer, x.rows * x.stride);
    this.#x = x;
    return out;
  }

  backward(dy: Tensor): Tensor {
    const { out, dx } = this;
    const x = this.#x;
    if (x === undefined) throw new Error(`${this.#name}.backward: expected a forward before it`);
    expectGradient(`${this.#name}.backward`, out, dy);
    dx.resize(dy.rows);
    this.runBackward(
      dy.core.use(this.family),
      dx.pointer,
      dy.pointer,
      out.pointer,
      x.pointer,
      dy.rows * dy.stride,
    );
    return dx;
  }

  parameters(): Parameter[] {
    return [];
  }

  dispose(): void {
    this.#out?.dispose();
    this.#dx?.dispose();
    this.#out = this.#dx = this.#x = undefined;
  }

  toString(): string {
    return `${this.#name}()`;
  }
}
