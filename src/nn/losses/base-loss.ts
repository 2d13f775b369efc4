import type { Core } from '../../core/core.js';
import { expectRows, expectTensor } from '../../core/expect.js';
import { came } from '../../core/kind.js';
import type { Dtype, Indices, Tensor } from '../../core/tensor.js';
import { expectSizes, noForward, raise, tensorsOf } from '../layer.js';
import type { Loss } from './loss.js';

/** Of every loss. */
export interface LossOptions {
  /**
   * `mean` (default) of what the loss sums; `sum`; `none`: `losses` holds each, and the loss is their sum, whose gradient
   * `backward` gives.
   */
  reduction?: 'mean' | 'sum' | 'none';
}

/** What the built-in losses share: the gradient and, of no reduction, each loss; these grow with the batch. */
export abstract class BaseLoss implements Loss {
  readonly targetDtype: Dtype = 'float32';
  readonly reduction: 'mean' | 'sum' | 'none';
  readonly #name: string;
  #gradient: Tensor | undefined;
  /** Of the shape that `extraShapes` says. */
  protected extra: Tensor | undefined;
  #weight = 0;
  /** Whether the gradient is one. */
  #passed = false;

  constructor(name: string, { reduction = 'mean' }: LossOptions) {
    if (!['mean', 'sum', 'none'].includes(reduction))
      throw new TypeError(`${name}: expected reduction 'mean', 'sum' or 'none', got ${came(reduction)}`);
    this.#name = name;
    this.reduction = reduction;
  }

  /** Targets in a row, each of which has a loss: one, or one a value. */
  targetColumns(columns: number): number {
    return columns;
  }

  /** The shape of what it keeps beside the gradient, made with that, if anything: of no reduction, each loss. */
  protected extraShapes(capacity: number, columns: number): number[][] {
    return this.reduction === 'none' ? [[capacity, this.targetColumns(columns)]] : [];
  }

  /** What the mean of these targets is over: values, rows, or weights. */
  protected count({ rows, columns }: Tensor, _targets: Tensor | Indices): number {
    return rows * columns;
  }

  /** Σ loss / count; writes its gradient, and each loss, where the addresses are not 0. */
  protected abstract reduce(
    outputs: Tensor,
    targets: Tensor | Indices,
    gradient: number,
    losses: number,
    count: number,
  ): number;

  get weight(): number {
    return this.#weight;
  }

  /** Each loss of the last batch, with reduction `none`. */
  get losses(): Tensor {
    return (
      this.extra ??
      raise(new Error(`${this.#name}: expected reduction 'none' and a forward before its losses`))
    );
  }

  reserve(core: Core, capacity: number, columns: number): void {
    expectSizes(`${this.#name}.reserve`, capacity, columns);
    const { capacity: room = -1, columns: width, core: own } = this.#gradient ?? {};
    if (room >= capacity && width === columns && own === core) return;
    // Before the old ones go: where there is no room, these stay.
    const [gradient, extra] = tensorsOf(core, [[capacity, columns], ...this.extraShapes(capacity, columns)]);
    this.dispose();
    this.#gradient = gradient;
    this.extra = extra;
  }

  forward(outputs: Tensor, targets: Tensor | Indices): number {
    const gradient = this.ready(outputs);
    this.#passed = false;
    gradient.resize(outputs.rows);
    const loss = this.#pass(gradient.pointer, outputs, targets);
    this.#passed = true;
    return loss;
  }

  evaluate(outputs: Tensor, targets: Tensor | Indices): number {
    this.ready(outputs);
    return this.#pass(0, outputs, targets);
  }

  /** That of the last forward; undefined where that was none. Error before the first batch. */
  get gradient(): Tensor | undefined {
    const { room } = this;
    return this.#passed ? room : undefined;
  }

  /** Its room, whatever is in it. */
  protected get room(): Tensor {
    return this.#gradient ?? raise(noForward(this.#name));
  }

  backward(): Tensor {
    return this.gradient ?? raise(noForward(this.#name));
  }

  #pass(gradient: number, outputs: Tensor, targets: Tensor | Indices): number {
    const { core, rows, columns } = outputs;
    expectTensor(this.#name, 'its targets', core, this.targetDtype, targets);
    expectRows(`${this.#name}: targets`, rows, targets.rows);
    const width = this.targetColumns(columns);
    if (targets.columns !== width)
      throw new RangeError(
        `${this.#name}: expected targets of ${width} ${width === 1 ? 'column' : 'columns'}, got ${targets.columns}`,
      );
    this.extra?.resize(rows);
    const count = this.count(outputs, targets);
    const isMean = this.reduction === 'mean';
    this.#weight = isMean ? count : 0;
    return this.reduce(outputs, targets, gradient, this.extra?.pointer ?? 0, isMean ? count : 1);
  }

  /** The gradient, for as many rows and columns as these outputs have. */
  protected ready(outputs: Tensor): Tensor {
    expectTensor(this.#name, 'its outputs', this.#gradient?.core ?? outputs?.core, 'float32', outputs);
    const { core, rows, columns } = outputs;
    if (rows === 0) throw new RangeError(`${this.#name}: expected at least 1 row, got 0`);
    if (rows > (this.#gradient?.capacity ?? 0) || columns !== this.#gradient?.columns)
      this.reserve(core, rows, columns);
    return this.#gradient as Tensor;
  }

  /** Gives its memory back. Idempotent. */
  dispose(): void {
    this.#gradient?.dispose();
    this.extra?.dispose();
    this.#gradient = this.extra = undefined;
    this.#passed = false;
  }
}
