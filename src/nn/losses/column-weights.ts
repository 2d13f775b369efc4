import type { Core } from '../../core/core.js';
import { came } from '../../core/kind.js';
import type { Tensor } from '../../core/tensor.js';

/** A weight of each column, such as of a class, and where it lies in a core. */
export class ColumnWeights {
  readonly values: Float32Array;
  readonly #place: string;
  #tensor: Tensor | undefined;

  /** Errors: TypeError or RangeError for a weight that is not a finite number of 0 or more. */
  constructor(place: string, name: string, values: ArrayLike<number>) {
    if (typeof values !== 'object' || values === null || !(values.length > 0))
      throw new TypeError(`${place}: expected ${name} to be an array of numbers, got ${came(values)}`);
    this.values = Float32Array.from(values);
    this.#place = `${place}: ${name}`;
    const wrong = this.values.findIndex((value) => !(value >= 0 && value < Infinity));
    if (wrong >= 0)
      throw new RangeError(
        `${this.#place}: expected finite weights of 0 or more, got ${came(values[wrong])} at ${wrong}`,
      );
  }

  /** The address. RangeError where there is not one weight a column. */
  in(core: Core, columns: number): number {
    if (columns !== this.values.length)
      throw new RangeError(
        `${this.#place}: expected ${columns} weights, a column each, got ${this.values.length}`,
      );
    if (this.#tensor?.core !== core) this.#tensor = core.tensor([columns]).set(this.values);
    return this.#tensor.pointer;
  }

  dispose(): void {
    this.#tensor?.dispose();
    this.#tensor = undefined;
  }
}
