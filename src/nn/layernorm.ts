import type { Core } from '../core/core.js';
import { expectBoolean, expectInteger, expectNumber, expectOptions } from '../core/expect.js';
import { layernormKernels } from '../core/kernels/layernorm.js';
import type { Tensor } from '../core/tensor.js';
import { BaseLayer } from './base-layer.js';
import { notBound, Parameter, raise, tensorsOf } from './layer.js';

/** Of `LayerNorm`. */
export interface LayerNormOptions {
  /** Added to the variance before the root; default 1e-5. */
  eps?: number;
  /** Whether weight and bias are there, torch's `elementwise_affine`; default true. */
  affine?: boolean;
}

/**
 * y = (x − mean) / √(variance + eps) · weight + bias, with mean and biased variance of each row; x and y (n, numFeatures),
 * weight and bias (numFeatures). The same in training and after `eval()`. Computed in double, rounded once.
 *
 * Initialisation: weight = 1, bias = 0. Nothing is drawn.
 * Errors: RangeError for a size below 1, an eps below 0, or another number of input columns.
 * Source: Ba, Kiros and Hinton 2016; torch.nn.LayerNorm over the last dimension.
 */
export class LayerNorm extends BaseLayer {
  readonly keepsColumns = true;
  declare readonly inFeatures: number;
  readonly numFeatures: number;
  readonly eps: number;
  readonly #affine: boolean;
  #weight: Parameter | undefined;
  #bias: Parameter | undefined;

  constructor(numFeatures: number, options: LayerNormOptions = {}) {
    super('LayerNorm', numFeatures);
    expectOptions('LayerNorm', options, ['eps', 'affine']);
    const { eps = 1e-5, affine = true } = options;
    expectInteger('LayerNorm', 'numFeatures', numFeatures, 1);
    expectNumber('LayerNorm', 'eps', eps, 0, 1e30);
    expectBoolean('LayerNorm', 'affine', affine);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.#affine = affine;
  }

  /** Not there where the layer was made with `affine: false`. */
  get weight(): Parameter | undefined {
    return this.parameters()[0];
  }

  get bias(): Parameter | undefined {
    return this.parameters()[1];
  }

  protected override allocate(core: Core): void {
    if (!this.#affine) return;
    const shape = [this.numFeatures];
    const [weight, dweight, bias, dbias] = tensorsOf(core, [shape, shape, shape, shape]);
    this.#weight = new Parameter('weight', weight.fill(1), dweight);
    this.#bias = new Parameter('bias', bias, dbias);
  }

  protected override extraShapes(capacity: number): number[][] {
    return [[capacity, 4]];
  }

  initialise(): void {
    this.weight?.value.fill(1);
    this.bias?.value.fill(0);
  }

  protected override expectReady(): void {
    if (this.#affine && this.#weight === undefined) throw notBound('LayerNorm');
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    x.core
      .use(layernormKernels)
      .layerNormForward(
        out.pointer,
        this.extra[0].pointer,
        x.pointer,
        this.#weight?.value.pointer ?? 0,
        this.#bias?.value.pointer ?? 0,
        x.rows,
        this.numFeatures,
        this.eps,
      );
    return out;
  }

  backward(dy: Tensor): Tensor {
    const x = this.end(dy);
    const dx = this.dx as Tensor;
    dy.core
      .use(layernormKernels)
      .layerNormBackward(
        dx.pointer,
        this.#weight?.grad.pointer ?? 0,
        this.#bias?.grad.pointer ?? 0,
        dy.pointer,
        x.pointer,
        this.extra[0].pointer,
        this.#weight?.value.pointer ?? 0,
        dy.rows,
        this.numFeatures,
      );
    return dx;
  }

  /** A row without a deviation, where there is no eps to divide by in its place. */
  explain(place: string, x: Tensor): string | undefined {
    if (this.eps > 0) return undefined;
    const values = x.toArray();
    const m = this.numFeatures;
    for (let at = 0; at < values.length; at += m) {
      const row = values.subarray(at, at + m);
      if (Number.isFinite(row[0]) && row.every((value) => value === row[0]))
        return `${place} has the same value in all columns of row ${at / m} of its input, and no eps to divide by`;
    }
    return undefined;
  }

  override parameters(): Parameter[] {
    if (!this.#affine) return [];
    return [this.#weight ?? raise(notBound('LayerNorm')), this.#bias as Parameter];
  }

  override dispose(): void {
    super.dispose();
    this.#weight = this.#bias = undefined;
  }

  override toString(): string {
    return `LayerNorm(${this.numFeatures}, eps=${this.eps}${this.#affine ? '' : ', affine=false'})`;
  }
}
