import { expectNumber, expectOptions } from '../core/expect.js';
import { pointwiseKernels } from '../core/kernels/pointwise.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import { BaseLayer } from './base-layer.js';

/** Of `Dropout`. */
export interface DropoutOptions {
  /** The probability with which an element is dropped, from 0 to 1; default 0.5. */
  p?: number;
  /** What it draws from. Default: the generator of the initial parameters, which goes on drawing. */
  generator?: Generator;
}

/**
 * In training y = x / (1 − p) for each element with probability 1 − p, else 0, and the gradient by the same choice; after
 * `eval()` y = x. x and y (n, any columns).
 *
 * The choice is torch's on the CPU, row-major: an element is kept where a uniform of 53 bits is below 1 − p. It comes from
 * `generator`, which `initialise` (and so `to(core, { seed })`) sets and then shares with the layer, as torch's layers share
 * the generator of `torch.manual_seed`. p = 0 and p = 1 draw nothing. A checkpoint with its trainer keeps the generator's state.
 *
 * Errors: RangeError for a p outside 0 … 1; TypeError for a generator that is none; Error for training without a generator.
 * Source: Srivastava et al. 2014; torch.nn.Dropout.
 */
export class Dropout extends BaseLayer {
  readonly keepsColumns = true;
  readonly p: number;
  generator: Generator | undefined;
  readonly #given: Generator | undefined;
  #training = true;
  /** Whether the last forward dropped anything, which the backward must follow. */
  #masked = false;

  constructor(options: DropoutOptions = {}) {
    super('Dropout');
    expectOptions('Dropout', options, ['p', 'generator']);
    const { p = 0.5, generator } = options;
    expectNumber('Dropout', 'p', p, 0, 1);
    if (generator !== undefined && typeof generator?.uniform53 !== 'function')
      throw new TypeError(`Dropout: expected generator to be a Generator, got ${came(generator)}`);
    this.p = p;
    this.generator = this.#given = generator;
  }

  protected override extraShapes(capacity: number, columns: number): number[][] {
    return [[capacity, columns]];
  }

  /** Draws nothing yet: the generator is what the masks will come from, unless the options gave one. */
  initialise(generator: Generator): void {
    this.generator = this.#given ?? generator;
  }

  train(): void {
    this.#training = true;
  }

  eval(): void {
    this.#training = false;
  }

  get #drops(): boolean {
    return this.#training && this.p > 0;
  }

  protected override expectReady(): void {
    if (this.#drops && this.generator === undefined)
      throw new Error(
        'Dropout: expected a generator before it trains: to(core, { seed }), initialise(generator), or the option generator',
      );
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    this.#masked = this.#drops;
    if (this.#masked) this.#draw(this.generator as Generator, x.rows, x.columns);
    this.#apply(out, x);
    return out;
  }

  backward(dy: Tensor): Tensor {
    this.end(dy);
    const dx = this.dx as Tensor;
    this.#apply(dx, dy);
    return dx;
  }

  #draw(generator: Generator, rows: number, columns: number): void {
    const { core, pointer, stride } = this.extra[0];
    const { f32 } = core;
    const keep = 1 - this.p;
    const scale = 1 / Math.fround(keep);
    for (let i = 0; i < rows; i++) {
      const row = (pointer >>> 2) + i * stride;
      for (let j = 0; j < columns; j++) f32[row + j] = keep > 0 && generator.uniform53() < keep ? scale : 0;
    }
  }

  #apply(to: Tensor, from: Tensor): void {
    const { core, pointer, rows, stride } = from;
    const count = rows * stride;
    if (this.#masked)
      core.use(pointwiseKernels).multiplyPointwise(to.pointer, pointer, this.extra[0].pointer, count);
    else core.f32.copyWithin(to.pointer >>> 2, pointer >>> 2, (pointer >>> 2) + count);
  }

  override dispose(): void {
    super.dispose();

    this.generator = this.#given;
    this.#training = true;
    this.#masked = false;
  }

  override toString(): string {
    return `Dropout(p=${this.p})`;
  }
}
