import type { Core } from '../core/core.js';
import { expectGradient, expectInput, expectOptions } from '../core/expect.js';
import type { Kernels } from '../core/kernels.js';
import type { Tensor } from '../core/tensor.js';
import { expectCore, type Layer, noForward, notReserved, type Parameter, raise, tensorsOf } from './layer.js';

/** torch has arguments here, such as `inplace`, that do not exist: they are refused, not ignored. */
export type NoOptions = Readonly<Record<string, never>>;

/**
 * A function of each element: what the activations share. x and y (n, any columns); no parameters. NaN goes through.
 *
 * Errors: RangeError for other columns or rows than were reserved, Error for a `backward` without a `forward`.
 */
export abstract class Activation implements Layer {
  readonly #name: string;
  #out: Tensor | undefined;
  #dx: Tensor | undefined;
  /** The input of the last forward, which some backwards need. */
  #x: Tensor | undefined;

  constructor(name: string, options: object, known: readonly string[] = []) {
    expectOptions(name, options, known);
    this.#name = name;
  }

  /** y = f(x), over whole vectors. */
  protected abstract run(kernels: Kernels, y: number, x: number, count: number): void;

  /** dx = dy · f′(x), by x or by y = f(x). */
  protected abstract runBackward(
    kernels: Kernels,
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
      const shape = [capacity, columns];
      const [out, dx] = tensorsOf(core, [shape, shape]);
      this.dispose();
      this.#out = out;
      this.#dx = dx;
    }
    return columns;
  }

  forward(x: Tensor): Tensor {
    const { out } = this;
    expectInput(this.#name, out.core, out.columns, x);
    out.resize(x.rows, this.#name);
    this.run(x.core.kernels, out.pointer, x.pointer, x.rows * x.stride);
    this.#x = x;
    return out;
  }

  backward(dy: Tensor): Tensor {
    const { out, dx } = this;
    const x = this.#x;
    if (x === undefined) throw noForward(this.#name);
    expectGradient(`${this.#name}.backward`, out, dy);
    dx.resize(dy.rows);
    // Of an input that was disposed of this throws.
    this.runBackward(x.core.kernels, dx.pointer, dy.pointer, out.pointer, x.pointer, dy.rows * dy.stride);
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
