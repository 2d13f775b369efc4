import type { Core } from '../core/core.js';
import { expectBoolean, expectInteger, expectNumber, expectOptions } from '../core/expect.js';
import { linearKernels } from '../core/kernels/linear.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import { transpose } from '../init/target.js';
import type { Generator } from '../random/generator.js';
import { BaseLayer } from './base-layer.js';
import { expectGenerator, expectInitialised, notBound, Parameter, raise, tensorsOf } from './layer.js';

/** Of `Linear`. */
export interface LinearOptions {
  /** Whether b is there; default true. */
  bias?: boolean;
  /** Factor on the initial weights; default 1. 5/3 before a tanh keeps the spread of activations. Not with `init: 'torch'`. */
  gain?: number;
  /** Where the initial parameters come from: makemore part 3 (the default), or torch.nn.Linear. */
  init?: 'lecture' | 'torch';
}

/**
 * y = x W + b, with x (n, inFeatures), W (inFeatures, outFeatures) as in the lecture, b (outFeatures), y (n, outFeatures).
 *
 * Initialisation: W = randn / √inFeatures · gain (Kaiming, fan-in), b = 0. With `init: 'torch'` W and then b uniform from
 * −1/√inFeatures to 1/√inFeatures, by torch.nn.Linear's draws: W takes them row-major of (outFeatures, inFeatures).
 * Errors: RangeError for a size below 1 or another number of input columns; TypeError for a gain with `init: 'torch'`; Error
 * before initial parameters.
 * Source: torch.nn.Linear, whose weight is the transpose; makemore part 3, class Linear.
 */
export class Linear extends BaseLayer {
  declare readonly inFeatures: number;
  readonly outFeatures: number;
  readonly gain: number;
  readonly #init: 'lecture' | 'torch';
  readonly #hasBias: boolean;
  #weight: Parameter | undefined;
  #bias: Parameter | undefined;
  /** Room for the transposed tensors that the backward makes. */
  #scratch: Tensor | undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super('Linear', inFeatures);
    expectOptions('Linear', options, ['bias', 'gain', 'init']);
    const { bias = true, gain = 1, init = 'lecture' } = options;
    expectInteger('Linear', 'inFeatures', inFeatures, 1);
    expectInteger('Linear', 'outFeatures', outFeatures, 1);
    expectNumber('Linear', 'gain', gain, -1e30, 1e30);
    expectBoolean('Linear', 'bias', bias);
    if (init !== 'lecture' && init !== 'torch')
      throw new TypeError(`Linear: expected init 'lecture' or 'torch', got ${came(init)}`);
    if (init === 'torch' && gain !== 1)
      throw new TypeError(`Linear: expected no gain with init 'torch', got ${gain}`);
    this.outFeatures = outFeatures;
    this.gain = gain;
    this.#init = init;
    this.#hasBias = bias;
  }

  get weight(): Parameter {
    return this.#weight ?? raise(notBound('Linear'));
  }

  /** Not there where the layer was made with `bias: false`. */
  get bias(): Parameter | undefined {
    return this.#bias;
  }

  protected override rowShape(): number[] {
    return [this.outFeatures];
  }

  protected override allocate(core: Core): void {
    const { inFeatures, outFeatures } = this;
    const shape = [inFeatures, outFeatures];
    const bias = this.#hasBias ? [[outFeatures], [outFeatures]] : [];
    const [value, grad, ...more] = tensorsOf(core, [
      shape,
      shape,
      ...bias,
      [Math.ceil(outFeatures * 1.5), inFeatures],
    ]);
    this.#weight = new Parameter('weight', value, grad);
    if (this.#hasBias) this.#bias = new Parameter('bias', more[0], more[1]);
    this.#scratch = more[more.length - 1];
  }

  initialise(generator: Generator): void {
    expectGenerator('Linear', generator);
    const { inFeatures, outFeatures, weight, bias } = this;
    if (this.#init === 'torch') {
      // torch draws the weight by kaiming_uniform_ with a = √5: the bound is this one, in every bit of a float32.
      const bound = 1 / Math.sqrt(inFeatures);
      const draws = (n: number) => generator.uniform_(new Float32Array(n), -bound, bound);
      weight.value.set(transpose(draws(inFeatures * outFeatures), inFeatures, outFeatures));
      bias?.value.set(draws(outFeatures));
      return;
    }
    const { fround } = Math;
    const root = fround(Math.sqrt(inFeatures));
    const gain = fround(this.gain);
    const draws = generator.randn(inFeatures * outFeatures);
    weight.value.set(draws.map((draw) => fround(draw / root) * gain));
    bias?.value.fill(0);
  }

  protected override expectReady(): void {
    expectInitialised('Linear', this.weight.value);
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    const { weight, bias } = this;
    x.core
      .use(linearKernels)
      .linearForward(
        out.pointer,
        x.pointer,
        weight.value.pointer,
        bias?.value.pointer ?? 0,
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
        bias?.grad.pointer ?? 0,
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
