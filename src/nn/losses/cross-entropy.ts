import type { Core } from '../../core/core.js';
import { expectInteger, expectOptions, expectRows, expectTensor } from '../../core/expect.js';
import { softmaxKernels } from '../../core/kernels/softmax.js';
import type { Indices, Tensor } from '../../core/tensor.js';
import type { NoOptions } from '../activation.js';
import { raise } from '../layer.js';
import type { Loss } from './loss.js';

/**
 * loss = −(1/n) Σ ln softmax(logits)[target], with logits (n, classes) and one target 0 … classes − 1 a row. In nats:
 * a network that knows nothing has loss ln(classes). Loss and gradient are made in one pass over the logits.
 *
 * Errors: RangeError for a target out of range, or another number of rows. A NaN among the logits gives a NaN loss, as in
 * torch. Source: torch.nn.CrossEntropyLoss.
 */
export class CrossEntropyLoss implements Loss {
  readonly targetDtype = 'int32';
  #dlogits: Tensor | undefined;
  /** Address of a double for each row. */
  #logSums = 0;

  constructor(options: NoOptions = {}) {
    expectOptions('CrossEntropyLoss', options, []);
  }

  /** (softmax(logits) − onehot(target)) / n of the last `forward`. */
  get dlogits(): Tensor {
    return this.#dlogits ?? raise(new Error('CrossEntropyLoss: expected a forward before its dlogits'));
  }

  targetColumns(): number {
    return 1;
  }

  /** Makes the buffers for so many rows: they grow when a larger batch comes. */
  reserve(core: Core, capacity: number, classes: number): void {
    expectInteger('CrossEntropyLoss.reserve', 'capacity', capacity, 1);
    expectInteger('CrossEntropyLoss.reserve', 'classes', classes, 1);
    const { capacity: room = -1, columns, core: own } = this.#dlogits ?? {};
    if (room < capacity || columns !== classes || own !== core) {
      this.dispose();
      this.#dlogits = core.tensor([capacity, classes]);
      this.#logSums = core.allocate(8 * capacity);
    }
  }

  forward(logits: Tensor, targets: Indices): number {
    const dlogits = this.#ready(logits);
    dlogits.resize(logits.rows);
    return this.#pass(dlogits.pointer, logits, targets);
  }

  evaluate(logits: Tensor, targets: Indices): number {
    this.#ready(logits);
    return this.#pass(0, logits, targets);
  }

  evaluateCounts(logits: Tensor, counts: Int32Array): number {
    this.#ready(logits);
    const { core, rows, columns, stride, pointer } = logits;
    core.use(softmaxKernels).logSumExp(this.#logSums, pointer, rows, columns);
    const { f32, f64 } = core;
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const logSum = f64[(this.#logSums >>> 3) + i];
      const row = (pointer >>> 2) + i * stride;
      for (let j = 0; j < columns; j++) {
        const count = counts[i * columns + j];
        if (count !== 0) sum += count * (logSum - f32[row + j]);
      }
    }
    return sum;
  }

  backward(): Tensor {
    return this.dlogits;
  }

  expectTargets(place: string, targets: Int32Array, columns: number): void {
    const wrong = targets.findIndex((target) => !(target >= 0 && target < columns));
    if (wrong >= 0)
      throw new RangeError(
        `${place}: expected labels from 0 to ${columns - 1}, got ${targets[wrong]} in row ${wrong} of y`,
      );
  }

  #pass(dlogits: number, logits: Tensor, targets: Indices): number {
    const { core, rows, columns } = logits;
    expectTensor('CrossEntropyLoss', 'its targets', core, 'int32', targets);
    if (targets.columns !== 1)
      throw new RangeError(`CrossEntropyLoss: expected targets of 1 column, got ${targets.columns}`);
    expectRows('CrossEntropyLoss: targets', rows, targets.rows);
    targets.expectBelow('CrossEntropyLoss', columns);
    return core.use(softmaxKernels).crossEntropy(dlogits, logits.pointer, targets.pointer, rows, columns);
  }

  /** `dlogits`, for as many rows and classes as these logits have. */
  #ready(logits: Tensor): Tensor {
    expectTensor('CrossEntropyLoss', 'its logits', this.#dlogits?.core ?? logits?.core, 'float32', logits);
    const { core, rows, columns } = logits;
    if (rows === 0) throw new RangeError('CrossEntropyLoss: expected at least 1 row, got 0');
    if (rows > (this.#dlogits?.capacity ?? 0) || columns !== this.#dlogits?.columns)
      this.reserve(core, rows, columns);
    return this.dlogits;
  }

  /** Gives its memory back. Idempotent. */
  dispose(): void {
    const { core, capacity } = this.#dlogits ?? { capacity: 0 };
    core?.free(this.#logSums, 8 * capacity);
    this.#dlogits?.dispose();
    this.#dlogits = undefined;
  }
}
