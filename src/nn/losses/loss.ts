import type { Core } from '../../core/core.js';
import type { Dtype, Indices, Tensor } from '../../core/tensor.js';

/**
 * What training makes small: a number of the network's outputs (n, columns) and their targets. A class of your own with
 * the first five members trains in a `Trainer` beside the built-in ones.
 */
export interface Loss {
  /** What targets are: `int32`, classes, or `float32`, values. */
  readonly targetDtype: Dtype;
  /** Targets in a row, of outputs of so many columns: 1 class, or as many values as outputs. */
  targetColumns(columns: number): number;
  /** The loss; its gradient by the outputs is then there for `backward`. */
  forward(outputs: Tensor, targets: Tensor | Indices): number;
  /** The gradient of the last `forward`, to hand to the network's `backward`. */
  backward(): Tensor;
  /** The gradient of the last `forward`, for those who watch; undefined before it. */
  readonly gradient?: Tensor | undefined;
  /** The loss alone. */
  evaluate(outputs: Tensor, targets: Tensor | Indices): number;
  /**
   * What the last loss is a mean over, such as the rows: how much it counts in the mean over batches. 0 where it is a sum,
   * which is added. Default: the rows.
   */
  readonly weight?: number;
  /** RangeError, with its row, for a target that the loss cannot take; all are checked before the training. */
  expectTargets?(place: string, targets: Int32Array | Float32Array, columns: number): void;
  /**
   * Σ counts · loss, where row i of `counts`, packed, says how many examples with the outputs of row i there are of each
   * class. Where it is there, rows that occur often are evaluated once.
   */
  evaluateCounts?(outputs: Tensor, counts: Int32Array): number;
  /** Makes its buffers for so many rows of outputs at once; without it they grow when a larger batch comes. */
  reserve?(core: Core, capacity: number, columns: number): void;
  dispose?(): void;
}
