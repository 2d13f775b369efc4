import type { Core } from '../core/core.js';
import {
  expectColumns,
  expectGradient,
  expectInput,
  expectInteger,
  expectNumber,
  expectOptions,
} from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
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
 * Errors: RangeError for a size below 1, another number of input columns, or more rows than were reserved.
 * Source: torch.nn.Linear, whose weight is the transpose; makemore part 3, class Linear.
 */
export class Linear implements Layer {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly gain: number;
  readonly #hasBias: boolean;
  #weight: Parameter | undefined;
  #bias: Parameter | undefined;
  /** Room for the transposed tensors that the backward makes. */
  #scratch: Tensor | undefined;
  #out: Tensor | undefined;
  #dx: Tensor | undefined;
  /** The input of the last forward, which the backward needs. */
  #x: Tensor | undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    expectOptions('Linear', options, ['bias', 'gain']);
    const { bias = true, gain = 1 } = options;
    expectInteger('Linear', 'inFeatures', inFeatures, 1);
    expectInteger('Linear', 'outFeatures', outFeatures, 1);
    expectNumber('Linear', 'gain', gain, -1e30, 1e30);
    if (typeof bias !== 'boolean')
      throw new TypeError(`Linear: expected bias to be true or false, got ${came(bias)}`);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.gain = gain;
    this.#hasBias = bias;
  }

  get weight(): Parameter {
    return this.#weight ?? raise(notReserved('Linear'));
  }

  /** Not there where the layer was made with `bias: false`. */
  get bias(): Parameter | undefined {
    return this.#bias;
  }

  get out(): Tensor {
    return this.#out ?? raise(notReserved('Linear'));
  }

  get dx(): Tensor {
    return this.#dx ?? raise(notReserved('Linear'));
  }

  reserve(core: Core, capacity: number, columns = this.inFeatures): number {
    const { inFeatures, outFeatures } = this;
    expectColumns('Linear', inFeatures, columns);
    expectCore('Linear', this.#weight?.value.core, core);
    if (this.#weight === undefined) {
      const shape = [inFeatures, outFeatures];
      const room = [Math.ceil(outFeatures * 1.5), inFeatures];
      const bias = this.#hasBias ? [[outFeatures], [outFeatures]] : [];
      const made = tensorsOf(core, [shape, shape, ...bias, room]);
      this.#weight = new Parameter('weight', made[0], made[1]);
      if (this.#hasBias) this.#bias = new Parameter('bias', made[2], made[3]);
      this.#scratch = made[made.length - 1];
    }
    if ((this.#out?.capacity ?? -1) < capacity) {
      // Before the old ones go: where there is no room, these stay.
      const [out, dx] = tensorsOf(core, [
        [capacity, outFeatures],
        [capacity, inFeatures],
      ]);
      this.#out?.dispose();
      this.#dx?.dispose();
      this.#out = out;
      this.#dx = dx;
      this.#x = undefined;
    }
    return outFeatures;
  }

  initialise(generator: Generator): void {
    expectGenerator('Linear', generator);
    const { fround } = Math;
    const root = fround(Math.sqrt(this.inFeatures));
    const gain = fround(this.gain);
    const draws = generator.randn(this.inFeatures * this.outFeatures);
    this.weight.value.set(draws.map((draw) => fround(draw / root) * gain));
    this.bias?.value.fill(0);
  }

  forward(x: Tensor): Tensor {
    const { weight, bias, out } = this;
    expectInput('Linear', out.core, this.inFeatures, x);
    expectInitialised('Linear', weight.value);
    out.resize(x.rows, 'Linear');
    x.core.kernels.linearForward(
      out.pointer,
      x.pointer,
      weight.value.pointer,
      bias === undefined ? 0 : bias.value.pointer,
      x.rows,
      this.inFeatures,
      this.outFeatures,
    );
    this.#x = x;
    return out;
  }

  backward(dy: Tensor): Tensor {
    const { weight, bias, out, dx } = this;
    const x = this.#x;
    if (x === undefined) throw noForward('Linear');
    expectGradient('Linear.backward', out, dy);
    dx.resize(dy.rows);
    x.core.kernels.linearBackward(
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

  parameters(): Parameter[] {
    return this.bias === undefined ? [this.weight] : [this.weight, this.bias];
  }

  dispose(): void {
    this.#weight?.dispose();
    this.#bias?.dispose();
    for (const tensor of [this.#scratch, this.#out, this.#dx]) tensor?.dispose();
    this.#weight = this.#bias = this.#scratch = this.#out = this.#dx = this.#x = undefined;
  }

  toString(): string {
    return `Linear(${this.inFeatures}, ${this.outFeatures}${this.#hasBias ? '' : ', bias=false'})`;
  }
}
