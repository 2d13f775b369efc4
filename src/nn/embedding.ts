import type { Core } from '../core/core.js';
import { expectGradient, expectInput, expectInteger, expectOptions } from '../core/expect.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import type { NoOptions } from './activation.js';
import {
  expectCore,
  expectGenerator,
  expectInitialised,
  type Layer,
  noForward,
  notReserved,
  Parameter,
  raise,
  tensorsOf,
} from './layer.js';

/**
 * y[i, j, :] = weight[x[i, j], :], with x (n, c) indices, weight (numEmbeddings, embeddingDim), y (n, c, embeddingDim).
 * The gradient of a row of weight is the sum over all places where its index stands, in the order in which they come.
 *
 * Initialisation: randn. Errors: RangeError for an index outside 0 … numEmbeddings − 1, another number of columns, or
 * more rows than were reserved. There is no `dx`: an index has no gradient.
 * Source: torch.nn.Embedding; makemore part 3, C[Xb].
 */
export class Embedding implements Layer<Indices> {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly inputDtype = 'int32';
  #weight: Parameter | undefined;
  #out: Tensor | undefined;
  #x: Indices | undefined;
  #columns = 0;

  constructor(numEmbeddings: number, embeddingDim: number, options: NoOptions = {}) {
    expectOptions('Embedding', options, []);
    expectInteger('Embedding', 'numEmbeddings', numEmbeddings, 1);
    expectInteger('Embedding', 'embeddingDim', embeddingDim, 1);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
  }

  get weight(): Parameter {
    return this.#weight ?? raise(notReserved('Embedding'));
  }

  get out(): Tensor {
    return this.#out ?? raise(notReserved('Embedding'));
  }

  reserve(core: Core, capacity: number, columns: number): number {
    expectCore('Embedding', this.#weight?.value.core, core);
    const shape = [this.numEmbeddings, this.embeddingDim];
    if (this.#weight === undefined) {
      const [value, grad] = tensorsOf(core, [shape, shape]);
      this.#weight = new Parameter('weight', value, grad);
    }
    if ((this.#out?.capacity ?? -1) < capacity || this.#columns !== columns) {
      const out = core.tensor([capacity, columns, this.embeddingDim]);
      this.#out?.dispose();
      this.#out = out;
      this.#x = undefined;
    }
    this.#columns = columns;
    return columns * this.embeddingDim;
  }

  initialise(generator: Generator): void {
    expectGenerator('Embedding', generator);
    this.weight.value.set(generator.randn(this.numEmbeddings * this.embeddingDim));
  }

  forward(x: Indices): Tensor {
    const { weight, out } = this;
    expectInput('Embedding', out.core, this.#columns, x, 'int32');
    expectInitialised('Embedding', weight.value);
    x.expectBelow('Embedding', this.numEmbeddings);
    out.resize(x.rows, 'Embedding');
    x.core.kernels.embeddingForward(
      out.pointer,
      weight.value.pointer,
      x.pointer,
      x.rows,
      x.columns,
      this.embeddingDim,
    );
    this.#x = x;
    return out;
  }

  backward(dy: Tensor): undefined {
    const x = this.#x;
    if (x === undefined) throw noForward('Embedding');
    expectGradient('Embedding.backward', this.out, dy);
    x.core.kernels.embeddingBackward(
      this.weight.grad.pointer,
      dy.pointer,
      x.pointer,
      dy.rows,
      x.columns,
      this.embeddingDim,
      this.numEmbeddings,
    );
    return undefined;
  }

  parameters(): Parameter[] {
    return [this.weight];
  }

  dispose(): void {
    this.#weight?.dispose();
    this.#out?.dispose();
    this.#weight = this.#out = this.#x = undefined;
  }

  toString(): string {
    return `Embedding(${this.numEmbeddings}, ${this.embeddingDim})`;
  }
}
