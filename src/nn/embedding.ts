import type { Core } from '../core/core.js';
import { expectIndices, expectInteger, expectOptions } from '../core/expect.js';
import { embeddingKernels } from '../core/kernels/embedding.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import { BaseLayer } from './base-layer.js';
import { distinctRows } from './distinct.js';
import { expectGenerator, expectInitialised, notBound, Parameter, raise, tensorsOf } from './layer.js';

/** Of `Embedding`. */
export interface EmbeddingOptions {
  /**
   * The index that stands for nothing: its row begins as zeros, and its gradient is zero, so that training leaves it. From
   * −numEmbeddings on, where negative ones count from the end. Default: none.
   */
  paddingIdx?: number;
}

/**
 * y[i, j, :] = weight[x[i, j], :], with x (n, c) indices, weight (numEmbeddings, embeddingDim), y (n, c, embeddingDim).
 * The gradient of a row of weight is the sum over all places where its index stands, in the order in which they come.
 *
 * Initialisation: randn, as torch draws it; the row of `paddingIdx` is drawn too, and then zeroed. There is no `dx`: an index
 * has no gradient.
 * Errors: RangeError for an index outside 0 … numEmbeddings − 1, or a `paddingIdx` that is none.
 * Source: torch.nn.Embedding; makemore part 3, C[Xb].
 */
export class Embedding extends BaseLayer<Indices> {
  override readonly inputDtype = 'int32';
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  /** From 0 on. */
  readonly paddingIdx: number | undefined;
  /** Of examples whose x is indices: a program without an `Embedding` does not carry it. */
  readonly distinctRows = distinctRows;
  #weight: Parameter | undefined;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super('Embedding');
    expectOptions('Embedding', options, ['paddingIdx']);
    expectInteger('Embedding', 'numEmbeddings', numEmbeddings, 1);
    expectInteger('Embedding', 'embeddingDim', embeddingDim, 1);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    const { paddingIdx } = options;
    if (paddingIdx !== undefined) {
      expectInteger('Embedding', 'paddingIdx', paddingIdx, -numEmbeddings, numEmbeddings - 1);
      this.paddingIdx = paddingIdx < 0 ? numEmbeddings + paddingIdx : paddingIdx;
    }
  }

  get weight(): Parameter {
    return this.#weight ?? raise(notBound('Embedding'));
  }

  protected override rowShape(columns: number): number[] {
    return [columns, this.embeddingDim];
  }

  protected override allocate(core: Core): void {
    const shape = [this.numEmbeddings, this.embeddingDim];
    const [value, grad] = tensorsOf(core, [shape, shape]);
    this.#weight = new Parameter('weight', value, grad, false);
  }

  initialise(generator: Generator): void {
    expectGenerator('Embedding', generator);
    this.weight.value.set(generator.randn(this.numEmbeddings * this.embeddingDim));
    this.#clearPadding(this.weight.value);
  }

  #clearPadding({ core, pointer, stride }: Tensor): void {
    if (this.paddingIdx === undefined) return;
    const row = (pointer >>> 2) + this.paddingIdx * stride;
    core.f32.fill(0, row, row + stride);
  }

  /** RangeError, with the row of x, for an index that there is not. */
  expectIndices(place: string, x: ArrayLike<number>, columns: number): void {
    expectIndices(place, 'x', x, columns, this.numEmbeddings);
  }

  protected override expectReady(x: Indices): void {
    expectInitialised('Embedding', this.weight.value);
    x.expectBelow('Embedding', this.numEmbeddings);
  }

  forward(x: Indices): Tensor {
    const out = this.begin(x);
    const { weight, embeddingDim } = this;
    x.core
      .use(embeddingKernels)
      .embeddingForward(out.pointer, weight.value.pointer, x.pointer, x.rows, x.columns, embeddingDim);
    return out;
  }

  backward(dy: Tensor): undefined {
    const x = this.end(dy);
    const { weight, numEmbeddings, embeddingDim } = this;
    const { columns } = x;
    x.core
      .use(embeddingKernels)
      .embeddingBackward(
        weight.grad.pointer,
        dy.pointer,
        x.pointer,
        dy.rows,
        columns,
        embeddingDim,
        numEmbeddings,
      );
    this.#clearPadding(weight.grad);
  }

  override parameters(): Parameter[] {
    return [this.weight];
  }

  override dispose(): void {
    super.dispose();
    this.#weight = undefined;
  }

  override toString(): string {
    const padding = this.paddingIdx === undefined ? '' : `, paddingIdx=${this.paddingIdx}`;
    return `Embedding(${this.numEmbeddings}, ${this.embeddingDim}${padding})`;
  }
}
