import type { Core } from '../core/core.js';
import { expectInteger, expectRows } from '../core/expect.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { notReserved, raise } from './layer.js';

/**
 * loss = −(1/n) Σ ln softmax(logits)[target], with logits (n, classes) and one target 0 … classes − 1 a row. In nats:
 * a network that knows nothing has loss ln(classes). Loss and gradient are made in one pass over the logits.
 *
 * Errors: RangeError for a target out of range, another number of classes or of rows, or more rows than were reserved.
 * A NaN among the logits gives a NaN loss, as in torch. Source: torch.nn.functional.cross_entropy.
 */
export class CrossEntropy {
  #dlogits?: Tensor;

  /** (softmax(logits) − onehot(target)) / n of the last `forward`. */
  get dlogits(): Tensor {
    return this.#dlogits ?? raise(notReserved('CrossEntropy'));
  }

  reserve(core: Core, capacity: number, classes: number): void {
    expectInteger('CrossEntropy.reserve', 'capacity', capacity, 1);
    expectInteger('CrossEntropy.reserve', 'classes', classes, 1);
    if ((this.#dlogits?.capacity ?? -1) < capacity || this.#dlogits?.columns !== classes)
      this.#dlogits = core.tensor([capacity, classes]);
  }

  /** The loss; its gradient by the logits is then in `dlogits`. */
  forward(logits: Tensor, targets: Indices): number {
    const { dlogits } = this;
    dlogits.resize(logits.rows, 'CrossEntropy');
    return this.#pass(dlogits.pointer, logits, targets);
  }

  /** The loss alone. */
  evaluate(logits: Tensor, targets: Indices): number {
    return this.#pass(0, logits, targets);
  }

  /** The gradient of the loss by the logits, to hand to the network's `backward`. */
  backward(): Tensor {
    return this.dlogits;
  }

  #pass(dlogits: number, logits: Tensor, targets: Indices): number {
    const { rows, columns } = logits;
    if (columns !== this.dlogits.columns)
      throw new RangeError(`CrossEntropy: expected ${this.dlogits.columns} classes, got ${columns}`);
    expectRows('CrossEntropy: targets', rows, targets.rows);
    if (rows === 0) throw new RangeError('CrossEntropy: expected at least 1 row, got 0');
    targets.expectBelow('CrossEntropy', columns);
    return logits.core.kernels.crossEntropy(dlogits, logits.pointer, targets.pointer, rows, columns);
  }
}
