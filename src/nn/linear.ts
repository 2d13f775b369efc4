import type { Core } from '../core/core.js';
import { expectInteger, expectNumber, expectOptions } from '../core/expect.js';
import { linearKernels } from '../core/kernels/linear.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import { BaseLayer } from './base-layer.js';
import { expectInitialised, notBound, Parameter, raise } from './layer.js';

export interface LinearOptions {
  /** Whether b is there; default true. */
  bias?: boolean;
  /** Factor on the initial weights; default 1. 5/3 before a tanh keeps the spread of activations. */
  gain?: number;
}

/**
 * y = x W + b, with x (n, inFeatures), W (inFeatures, outFeatures) as in the lecture, b (outFeatures), y (n, outFeatures).
 *
 * Initialisation: W = randn / √inFeatures · gain (Kaiming, fan-in), b = 0.
 * Errors: RangeError for a size below 1 or another number of input columns; Error before initial parameters.
 * Source: torch.nn.Linear, whose weight is the transpose; makemore part 3, class Linear.
 */
export class Linear extends BaseLayer {
  readonly outFeatures: number;
  readonly gain: number;
  readonly #inFeatures: number;
  readonly #hasBias: boolean;
  #weight: Parameter | undefined;
  #bias: Parameter | undefined;
  /** Room for the transposed tensors that the backward makes. */
  #scratch: Tensor | undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super('Linear');
    expectOptions('Linear', options, ['bias', 'gain']);
    const { bias = true, gain = 1 } = options;
    expectInteger('Linear', 'inFeatures', inFeatures, 1);
    expectInteger('Linear', 'outFeatures', outFeatures, 1);
    expectNumber('Linear', 'gain', gain, -1e30, 1e30);
    if (typeof bias !== 'boolean')
      throw new TypeError(`Linear: expected bias to be true or false, got ${came(bias)}`);
    this.#inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.gain = gain;
    this.#hasBias = bias;
  }

  override get inFeatures(): number {
    return this.#inFeatures;
  }

  get weight(): Parameter {
    return this.#weight ?? raise(notBound('Linear'));
  }

  /** Not there where the layer was made with `bias: false`. */
  get bias(): Parameter | undefined {
    return this.#bias;
  }

  protected rowShape(): number[] {
    return [this.outFeatures];
  }

  protected override allocate(core: Core): void {
    const { inFeatures, outFeatures } = this;
    this.#weight = Parameter.of('weight', core, [inFeatures, outFeatures]);
    if (this.#hasBias) this.#bias = Parameter.of('bias', core, [outFeatures]);
    this.#scratch = core.tensor([Math.ceil(outFeatures * 1.5), inFeatures]);
  }

  initialise(generator: Generator): void {
    const { fround } = Math;
    const root = fround(Math.sqrt(this.inFeatures));
    const gain = fround(this.gain);
    const draws = generator.randn(this.inFeatures * this.outFeatures);
    this.weight.value.set(draws.map((draw) => fround(draw / root) * gain));
    this.bias?.value.fill(0);
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    const { weight, bias } = this;
    expectInitialised('Linear', weight.value);
    x.core
      .use(linearKernels)
      .linearForward(
        out.pointer,
        x.pointer,
        weight.value.pointer,
        bias === undefined ? 0 : bias.value.pointer,
        x.rows,
        this.inFeatures,
        this.outFeatures,
      );
    return out;
  }

  backward(dy: Tensor): Tensor {
    const x = this.end(dy);
    const { weight, bias } = this;
    const dx = this.dx as Tensor;
    x.core
      .use(linearKernels)
      .linearBackward(
        dx.pointer,
        weight.grad.pointer,
        bias === undefined ? 0 : bias.grad.pointer,
        dy.pointer,
        x.pointer,
        weight.value.pointer,
        (this.#scratch as Tensor).pointer,
        dy.rows,
        this.inFeatures,
        this.outFeatures,
      );
    return dx;
  }

  override parameters(): Parameter[] {
    return this.bias === undefined ? [this.weight] : [this.weight, this.bias];
  }

  override dispose(): void {
    super.dispose();
    this.#scratch?.dispose();
    this.#weight = this.#bias = this.#scratch = undefined;
  }

  override toString(): string {
    return `Linear(${this.inFeatures}, ${this.outFeatures}${this.#hasBias ? '' : ', bias=false'})`;
  }
}
