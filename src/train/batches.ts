import type { Core } from '../core/core.js';
import { BaseDisposable } from '../core/dispose.js';
import { type Dtype, Indices, Tensor } from '../core/tensor.js';
import { columnsOf, type Examples, expectColumnsOfX } from './examples.js';

/** The room for a batch of examples in a core. */
export class Batches extends BaseDisposable {
  x: Indices | Tensor;
  y: Indices | Tensor;

  constructor(core: Core, capacity: number, x: { dtype: Dtype; columns: number }, y: typeof x) {
    super();
    this.x = matrix(core, capacity, x);
    this.y = matrix(core, capacity, y);
  }

  get capacity(): number {
    return this.x.capacity;
  }

  /** Puts rows of the examples in: those picked, or so many from a place on. */
  load(examples: Examples, from: number, picks: Int32Array | undefined, rows: number): void {
    const { x, y } = examples;
    // What the arrays were when they were checked, they need not be now.
    expectColumnsOfX('Trainer', this.x.columns, columnsOf(examples));
    if (rows > this.capacity) {
      const { x, y } = this;
      const { core } = x;
      this.dispose();
      this.x = matrix(core, rows, x);
      this.y = matrix(core, rows, y);
    }
    this.x.resize(rows);
    this.y.resize(rows);
    // The arrays and the matrices are of one type by construction.
    this.x.gather(x as never, from, picks);
    this.y.gather(y as never, from, picks);
  }

  dispose(): void {
    this.x.dispose();
    this.y.dispose();
  }
}

/** Room for so many rows. */
export const matrix = (
  core: Core,
  capacity: number,
  { dtype, columns }: { dtype: Dtype; columns: number },
) => (dtype === 'int32' ? new Indices(core, [capacity, columns]) : new Tensor(core, [capacity, columns]));
