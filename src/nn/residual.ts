import type { Core } from '../core/core.js';
import { pointwiseKernels } from '../core/kernels/pointwise.js';
import type { Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import { BaseLayer } from './base-layer.js';
import { type Buffer, type Layer, notBound, type Parameter, raise, type Statistics } from './layer.js';
import { Sequential } from './sequential.js';

/**
 * y = x + f(x), with f the layers one behind the other; x, f(x) and y (n, any columns). The gradient of x is dy plus the one
 * that comes back through f.
 *
 * Names of parameters are those of a Sequential at its place: `<position>.0.weight` is of the first of its layers.
 * Errors: as `Sequential` for the layers; TypeError for a first layer that takes indices; RangeError where f(x) has another
 * shape than x, at construction where the layers say so.
 * Source: He et al. 2015, "Deep residual learning for image recognition".
 */
export class Residual extends BaseLayer {
  readonly keepsColumns = true;
  /** f. */
  readonly inner: Sequential;

  constructor(layers: readonly Layer[]) {
    let inner: Sequential;
    try {
      inner = new Sequential(layers);
    } catch (error) {
      const own = error as Error;
      own.message = own.message.replace(/^Sequential/, 'Residual');
      throw own;
    }
    if (inner.inputDtype !== 'float32')
      throw new TypeError(
        'Residual: expected layers that take a Tensor (float32), got a first one for Indices',
      );
    const { inFeatures, outFeatures } = inner;
    if (inFeatures !== undefined && outFeatures !== undefined)
      expectAlike('columns', inFeatures, outFeatures);
    super('Residual', inFeatures ?? outFeatures);
    this.inner = inner;
  }

  get layers(): readonly Layer[] {
    return this.inner.layers;
  }

  protected override allocate(core: Core): void {
    this.inner.to(core);
  }

  override reserve(core: Core, capacity: number, columns = this.inFeatures as number): number {
    const own = super.reserve(core, capacity, columns);
    this.inner.reserve(core, capacity, columns);
    return own;
  }

  initialise(generator: Generator): void {
    this.inner.initialise(generator);
  }

  train(): void {
    this.inner.train();
  }

  eval(statistics?: Statistics): void {
    this.inner.eval(statistics);
  }

  protected override expectReady(): void {
    if (this.inner.core === undefined) throw notBound('Residual');
  }

  forward(x: Tensor): Tensor {
    const out = this.begin(x);
    const f = this.inner.forward(x);
    expectAlike('rows', x.rows, f.rows);
    expectAlike('columns', x.columns, f.columns);
    x.core.use(pointwiseKernels).addPointwise(out.pointer, x.pointer, f.pointer, x.rows * x.stride);
    return out;
  }

  backward(dy: Tensor): Tensor {
    this.end(dy);
    const dx = this.dx as Tensor;
    const through = this.inner.backward(dy) ?? raise(noGradient());
    dy.core.use(pointwiseKernels).addPointwise(dx.pointer, dy.pointer, through.pointer, dy.rows * dy.stride);
    return dx;
  }

  override parameters(): Parameter[] {
    return this.inner.parameters();
  }

  buffers(): Buffer[] {
    return this.inner.buffers();
  }

  override dispose(): void {
    super.dispose();
    this.inner.dispose();
  }

  override toString(): string {
    return String(this.inner).replace('Sequential', 'Residual');
  }
}

function expectAlike(what: string, expected: number, got: number): void {
  if (expected !== got)
    throw new RangeError(`Residual: expected f(x) to have the ${what} of x, ${expected}, got ${got}`);
}

const noGradient = (): Error =>
  new TypeError('Residual.backward: expected layer 0 to return the gradient of its input, got undefined');
