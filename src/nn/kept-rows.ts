import type { Core } from '../core/core.js';
import { Tensor } from '../core/tensor.js';

/** Most floats that are kept: 128 MB. */
const MOST = 2 ** 25;

/** What goes into a layer for each of many examples, outside the core, so that a later pass can begin there. */
export class KeptRows {
  readonly #values: Float32Array;
  readonly #tensor: Tensor;

  /** Of `count` examples, in batches of `capacity` at most; undefined where they would take too much memory. */
  static of(core: Core, count: number, capacity: number, columns: number): KeptRows | undefined {
    return count * columns > MOST
      ? undefined
      : new KeptRows(new Float32Array(count * columns), new Tensor(core, [capacity, columns]));
  }

  private constructor(values: Float32Array, tensor: Tensor) {
    this.#values = values;
    this.#tensor = tensor;
  }

  get columns(): number {
    return this.#tensor.columns;
  }

  /** Keeps a batch whose first row is example `from`. */
  put(from: number, batch: Tensor): void {
    this.#values.set(batch.toArray(), from * batch.columns);
  }

  /** The batch again, until the next call. */
  batch(from: number, rows: number): Tensor {
    this.#tensor.resize(rows);
    this.#tensor.gather(this.#values, from);
    return this.#tensor;
  }

  dispose(): void {
    this.#tensor.dispose();
  }
}
