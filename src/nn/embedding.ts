import type { Core } from '../core/core.js';
import { expectInteger, expectOptions } from '../core/expect.js';
import { embeddingKernels } from '../core/kernels/embedding.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import type { NoOptions } from './activation.js';
import { BaseLayer } from './base-layer.js';
import { expectGenerator, expectInitialised, notBound, Parameter, raise, tensorsOf } from './layer.js';

/**
 * y[i, j, :] = weight[x[i, j], :], with x (n, c) indices, weight (numEmbeddings, embeddingDim), y (n, c, embeddingDim).
 * The gradient of a row of weight is the sum over all places where its index stands, in the order in which they come.
 *
 * Initialisation: randn, as torch draws it. Errors: RangeError for an index outside 0 … numEmbeddings − 1. There is no `dx`: an
 * index has no gradient.
 * Source: torch.nn.Embedding; makemore part 3, C[Xb].
 */
export class Embedding extends BaseLayer<Indices> {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  #weight: Parameter | undefined;

  constructor(numEmbeddings: number, embeddingDim: number, options: NoOptions = {}) {
    super('Embedding');
    expectOptions('Embedding', options, []);
    expectInteger('Embedding', 'numEmbeddings', numEmbeddings, 1);
    expectInteger('Embedding', 'embeddingDim', embeddingDim, 1);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
  }

  override get inputDtype(): 'int32' {
    return 'int32';
  }

  get weight(): Parameter {
    return this.#weight ?? raise(notBound('Embedding'));
  }

  protected rowShape(columns: number): number[] {
    return [columns, this.embeddingDim];
  }

  protected override get hasGradient(): boolean {
    return false;
  }

  protected override allocate(core: Core): void {
    const shape = [this.numEmbeddings, this.embeddingDim];
    const [value, grad] = tensorsOf(core, [shape, shape]);
    this.#weight = new Parameter('weight', value, grad, false);
  }

  initialise(generator: Generator): void {
    expectGenerator('Embedding', generator);
    expectGenerator('Embedding', generator);
    this.weight.value.set(generator.randn(this.numEmbeddings * this.embeddingDim));
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
  }

  override parameters(): Parameter[] {
    return [this.weight];
  }

  override dispose(): void {
    super.dispose();
    this.#weight = undefined;
  }

  override toString(): string {
    return `Embedding(${this.numEmbeddings}, ${this.embeddingDim})`;
  }
}
