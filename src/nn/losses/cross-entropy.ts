import { expectInteger, expectNumber, expectOptions } from '../../core/expect.js';
import { softmaxKernels } from '../../core/kernels/softmax.js';
import type { Indices, Tensor } from '../../core/tensor.js';
import { raise } from '../layer.js';
import { BaseLoss, type LossOptions } from './base-loss.js';
import { ColumnWeights } from './column-weights.js';

/** Of `CrossEntropyLoss`. */
export interface CrossEntropyLossOptions extends LossOptions {
  /** Weights of the classes; the mean is then over the weights of the targets. Default: all 1. */
  weight?: ArrayLike<number>;
  /** A target that counts for nothing; default −100. */
  ignoreIndex?: number;
  /** How much of each target is spread over all classes, from 0 (default) to 1. */
  labelSmoothing?: number;
}

/**
 * loss = −(1/n) Σ ln softmax(logits)[target], with logits (n, classes) and one target 0 … classes − 1 a row. In nats:
 * a network that knows nothing has loss ln(classes). Loss and gradient are made in one pass over the logits.
 *
 * With weights w, smoothing s and rows that are ignored: Σ ((1 − s) w[t] nll[t] + s / classes Σ w nll) / Σ w[t], with
 * nll = −ln softmax(logits).
 *
 * Errors: RangeError for a target out of range, another number of rows, or a weight that is none. A NaN among the logits
 * gives a NaN loss, as in torch. Source: torch.nn.CrossEntropyLoss.
 */
export class CrossEntropyLoss extends BaseLoss {
  override readonly targetDtype = 'int32';
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  /** Σ counts · nll, as `Loss` says; not with weights or smoothing. */
  readonly evaluateCounts?: (logits: Tensor, counts: Int32Array) => number;
  readonly #weights: ColumnWeights | undefined;
  /** Targets of the batch in hand that are ignored. */
  #ignored = 0;

  constructor(options: CrossEntropyLossOptions = {}) {
    expectOptions('CrossEntropyLoss', options, ['reduction', 'weight', 'ignoreIndex', 'labelSmoothing']);
    super('CrossEntropyLoss', options);
    const { weight, ignoreIndex = -100, labelSmoothing = 0 } = options;
    expectInteger('CrossEntropyLoss', 'ignoreIndex', ignoreIndex, -(2 ** 31));
    expectNumber('CrossEntropyLoss', 'labelSmoothing', labelSmoothing, 0, 1);
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
    if (weight !== undefined) this.#weights = new ColumnWeights('CrossEntropyLoss', 'weight', weight);
    if (this.#isPlain) this.evaluateCounts = (logits, counts) => this.#counted(logits, counts);
  }

  /** Whether the loss is the mean of the rows' nll. */
  get #isPlain(): boolean {
    return this.#weights === undefined && this.labelSmoothing === 0 && this.reduction === 'mean';
  }

  /** The gradient of the last `forward`, as `backward` gives it. */
  get dlogits(): Tensor {
    return this.room;
  }

  override targetColumns(): number {
    return 1;
  }

  expectTargets(place: string, targets: Int32Array, columns: number): void {
    const wrong = targets.findIndex(
      (target) => !(target >= 0 && target < columns) && target !== this.ignoreIndex,
    );
    if (wrong >= 0)
      throw new RangeError(
        `${place}: expected labels from 0 to ${columns - 1}, got ${targets[wrong]} in row ${wrong} of y`,
      );
  }

  override get losses(): Tensor {
    return this.#isPlain
      ? raise(new Error(`CrossEntropyLoss: expected reduction 'none' and a forward before its losses`))
      : super.losses;
  }

  /** Where rows may be counted: of each ln Σ exp(logits), in double, with room for two of them. */
  protected override extraShapes(capacity: number, columns: number): number[][] {
    return this.#isPlain ? [[capacity, 4]] : super.extraShapes(capacity, columns);
  }

  /** The rows, or the weights of their targets, without those that are ignored. */
  protected override count({ columns }: Tensor, { core, pointer, rows }: Indices): number {
    const { i32 } = core;
    const weights = this.#weights?.values;
    let sum = 0;
    this.#ignored = 0;
    for (let i = 0; i < rows; i++) {
      const target = i32[(pointer >>> 2) + i];
      if (target === this.ignoreIndex) this.#ignored++;
      else if (target >= 0 && target < columns) sum += weights === undefined ? 1 : weights[target];
      else
        throw new RangeError(
          `CrossEntropyLoss: expected indices from 0 to ${columns - 1}, got ${target} in row ${i}`,
        );
    }
    return sum;
  }

  protected reduce(
    logits: Tensor,
    targets: Indices,
    gradient: number,
    losses: number,
    count: number,
  ): number {
    const { core, pointer, rows, columns } = logits;
    const kernels = core.use(softmaxKernels);
    if (this.#isPlain && this.#ignored === 0)
      return kernels.crossEntropy(gradient, pointer, targets.pointer, rows, columns);
    const sum = kernels.weightedCrossEntropy(
      gradient,
      // What lies there of a plain one is no losses.
      this.#isPlain ? 0 : losses,
      pointer,
      targets.pointer,
      this.#weights?.in(core, columns) ?? 0,
      rows,
      columns,
      this.ignoreIndex,
      this.labelSmoothing,
      1 / count,
    );
    return sum / count;
  }

  #counted(logits: Tensor, counts: Int32Array): number {
    this.ready(logits);
    const { core, rows, columns, stride, pointer } = logits;
    const address = (this.extra as Tensor).pointer;
    core.use(softmaxKernels).logSumExp(address, pointer, rows, columns);
    const { f32, f64 } = core;
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const logSum = f64[(address >>> 3) + i];
      const row = (pointer >>> 2) + i * stride;
      for (let j = 0; j < columns; j++) {
        const count = counts[i * columns + j];
        if (count !== 0) sum += count * (logSum - f32[row + j]);
      }
    }
    return sum;
  }

  override dispose(): void {
    super.dispose();
    this.#weights?.dispose();
  }
}
