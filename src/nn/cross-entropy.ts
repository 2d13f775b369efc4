import type { Core } from '../core/core.js';
import { expectInteger, expectOptions, expectRows, expectTensor } from '../core/expect.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { NoOptions } from './activation.js';
import { noForward, notReserved, raise } from './layer.js';

/**
 * loss = −(1/n) Σ ln softmax(logits)[target], with logits (n, classes) and one target 0 … classes − 1 a row. In nats:
 * a network that knows nothing has loss ln(classes). Loss and gradient are made in one pass over the logits.
 *
 * Errors: RangeError for a target out of range, another number of classes or of rows, or more rows than were reserved.
 * A NaN among the logits gives a NaN loss, as in torch. Source: torch.nn.functional.cross_entropy.
 */
export class CrossEntropy {
  #dlogits: Tensor | undefined;
  /** Address of a double for each row. */
  #logSums = 0;
  /** Whether `dlogits` holds a gradient. */
  #passed = false;

  constructor(options: NoOptions = {}) {
    expectOptions('CrossEntropy', options, []);
  }

  /** (softmax(logits) − onehot(target)) / n of the last `forward`. */
  get dlogits(): Tensor {
    return this.#dlogits ?? raise(notReserved('CrossEntropy'));
  }

  reserve(core: Core, capacity: number, classes: number): void {
    expectInteger('CrossEntropy.reserve', 'capacity', capacity, 1);
    expectInteger('CrossEntropy.reserve', 'classes', classes, 1);
    const { capacity: room = -1, columns, core: own } = this.#dlogits ?? {};
    if (room < capacity || columns !== classes || own !== core) {
      const dlogits = core.tensor([capacity, classes]);
      const logSums = allocateBeside(dlogits, 8 * capacity);
      this.dispose();
      this.#dlogits = dlogits;
      this.#logSums = logSums;
    }
  }

  /** The loss; its gradient by the logits is then in `dlogits`. */
  forward(logits: Tensor, targets: Indices): number {
    const { dlogits } = this;
    this.#expectShape(logits);
    this.#passed = false;
    dlogits.resize(logits.rows);
    const loss = this.#pass(dlogits.pointer, logits, targets);
    this.#passed = true;
    return loss;
  }

  /** The loss alone. */
  evaluate(logits: Tensor, targets: Indices): number {
    this.#expectShape(logits);
    return this.#pass(0, logits, targets);
  }

  /**
   * Σ counts · −ln softmax(logits), where row `first + i` of `counts`, packed, says how many examples with the logits of
   * row i there are of each class: the summed loss of them all.
   */
  evaluateCounts(logits: Tensor, counts: Int32Array, first: number): number {
    this.#expectShape(logits);
    const { core, rows, columns, stride, pointer } = logits;
    core.kernels.logSumExp(this.#logSums, pointer, rows, columns);
    const { f32, f64 } = core;
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const logSum = f64[(this.#logSums >>> 3) + i];
      const row = (pointer >>> 2) + i * stride;
      const from = (first + i) * columns;
      for (let j = 0; j < columns; j++) {
        const count = counts[from + j];
        if (count !== 0) sum += count * (logSum - f32[row + j]);
      }
    }
    return sum;
  }

  /** The gradient of the loss by the logits, to hand to the network's `backward`. */
  backward(): Tensor {
    const { dlogits } = this;
    if (!this.#passed) throw noForward('CrossEntropy');
    return dlogits;
  }

  #pass(dlogits: number, logits: Tensor, targets: Indices): number {
    const { core, rows, columns } = logits;
    expectTensor('CrossEntropy', 'its targets', core, 'int32', targets);
    if (targets.columns !== 1)
      throw new RangeError(`CrossEntropy: expected targets of 1 column, got ${targets.columns}`);
    expectRows('CrossEntropy: targets', rows, targets.rows);
    targets.expectBelow('CrossEntropy', columns);
    return core.kernels.crossEntropy(dlogits, logits.pointer, targets.pointer, rows, columns);
  }

  #expectShape(logits: Tensor): void {
    const { dlogits } = this;
    expectTensor('CrossEntropy', 'its logits', dlogits.core, 'float32', logits);
    const { rows, columns } = logits;
    if (columns !== dlogits.columns)
      throw new RangeError(`CrossEntropy: expected ${dlogits.columns} classes, got ${columns}`);
    if (rows === 0) throw new RangeError('CrossEntropy: expected at least 1 row, got 0');
    if (rows > dlogits.capacity)
      throw new RangeError(`CrossEntropy: expected at most ${dlogits.capacity} rows, got ${rows}`);
  }

  /** Gives back what `reserve` took. Idempotent. */
  dispose(): void {
    const { core, capacity } = this.#dlogits ?? { capacity: 0 };
    core?.free(this.#logSums, 8 * capacity);
    this.#dlogits?.dispose();
    this.#dlogits = undefined;
    this.#passed = false;
  }
}

/** The address of so many bytes; where there are none left, the tensor is given back too. */
function allocateBeside(tensor: Tensor, bytes: number): number {
  try {
    return tensor.core.allocate(bytes);
  } catch (error) {
    tensor.dispose();
    throw error;
  }
}
