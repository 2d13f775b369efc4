import type { Core } from '../core/core.js';
import { expectColumns, expectGradient, expectTensor } from '../core/expect.js';
import type { Dtype, Indices, Tensor } from '../core/tensor.js';
import { expectCore, expectSizes, type Layer, noForward, type Parameter, raise, tensorsOf } from './layer.js';

/**
 * What the built-in layers share: parameters that lie in one core, `out` and `dx` that grow when a larger batch comes, and
 * the input of the last forward. A batch of a size seen before allocates nothing.
 */
export abstract class BaseLayer<Input extends Tensor | Indices = Tensor> implements Layer<Input> {
  readonly inputDtype: Dtype = 'float32';
  /** Columns of the input, where the layer knows them. */
  readonly inFeatures: number | undefined;
  /** The layer's name, in messages and as torch prints it. */
  readonly #name: string;
  #core: Core | undefined;
  #columns = 0;
  #capacity = 0;
  #out: Tensor | undefined;
  #dx: Tensor | undefined;
  #x: Input | undefined;

  constructor(name: string, inFeatures?: number) {
    this.#name = name;
    this.inFeatures = inFeatures;
  }

  get out(): Tensor {
    return this.#out ?? raise(new Error(`${this.#name}: expected a forward, or reserve(…), before its out`));
  }

  get dx(): Tensor | undefined {
    return this.#dx;
  }

  /** What the last forward took; undefined where there is none that a backward can follow. */
  get input(): Input | undefined {
    return this.#x;
  }

  /** The shape of a row of the output, of an input of so many columns: as many, unless a layer says else. */
  protected rowShape(columns: number): readonly number[] {
    return [columns];
  }

  /** The parameters, and what else does not depend on the batch: made once for a core. */
  protected allocate(_core: Core): void {}

  /** Shapes of what it works in beside `out` and `dx`, for so many rows: made again when the buffers grow. */
  protected extraShapes(_capacity: number, _columns: number): number[][] {
    return [];
  }

  /** The tensors of these shapes. */
  protected extra: readonly Tensor[] = [];

  to(core: Core): void {
    if (this.#core === core) return;
    expectCore(this.#name, this.#core, core);
    this.allocate(core);
    this.#core = core;
  }

  reserve(core: Core, capacity: number, columns = this.inFeatures as number): number {
    if (this.inFeatures !== undefined) expectColumns(this.#name, this.inFeatures, columns);
    expectSizes(`${this.#name}.reserve`, capacity, columns);
    const isNew = this.#core === undefined;
    this.to(core);
    if (capacity > this.#capacity || columns !== this.#columns) {
      // Before the old ones go: where there is no room, these stay.
      const [out, dx, ...extra] = this.#made(
        core,
        [
          [capacity, ...this.rowShape(columns)],
          // Of indices there is no gradient, and no layer of them has more.
          ...(this.inputDtype === 'int32'
            ? []
            : [[capacity, columns], ...this.extraShapes(capacity, columns)]),
        ],
        isNew,
      );
      this.#disposeRows();
      this.#out = out;
      this.#dx = dx;
      this.extra = extra;
      this.#capacity = capacity;
      this.#columns = columns;
    }
    return (this.#out as Tensor).columns;
  }

  /** Where there is no room, a layer that was in no core is in none. */
  #made(core: Core, shapes: readonly number[][], isNew: boolean): Tensor[] {
    try {
      return tensorsOf(core, shapes);
    } catch (error) {
      if (isNew) this.dispose();
      throw error;
    }
  }

  abstract forward(x: Input): Tensor;
  abstract backward(dy: Tensor): Tensor | undefined;

  /** What has to hold before a forward of x, a matrix of the layer's kind and columns; throws before anything changes. */
  protected expectReady(_x: Input): void {}

  /** Of a forward: `out`, with as many rows as x. Keeps x for the backward. */
  protected begin(x: Input): Tensor {
    expectTensor(this.#name, 'its input', this.#core ?? x?.core, this.inputDtype, x);
    if (this.inFeatures !== undefined) expectColumns(this.#name, this.inFeatures, x.columns);
    this.expectReady(x);
    if (x.rows > this.#capacity || x.columns !== this.#columns)
      this.reserve(x.core, Math.max(1, x.rows, this.#capacity), x.columns);
    const out = this.#out as Tensor;
    out.resize(x.rows);
    this.#x = x;
    return out;
  }

  /** Of a backward: the input of the last forward, once dy is known to be the gradient by its output. */
  protected end(dy: Tensor): Input {
    const place = `${this.#name}.backward`;
    const x = this.#x ?? raise(noForward(this.#name));
    // Of an input that was disposed of this throws.
    void x.core.backend;
    expectGradient(place, this.#out as Tensor, dy);
    this.#dx?.resize(dy.rows);
    return x;
  }

  parameters(): Parameter[] {
    return [];
  }

  dispose(): void {
    if (this.#core !== undefined) for (const parameter of this.parameters()) parameter.dispose();
    this.#disposeRows();
    this.#core = undefined;
  }

  #disposeRows(): void {
    for (const tensor of [this.#out, this.#dx, ...this.extra]) tensor?.dispose();
    // Without the output of a forward there is no backward of it.
    this.#out = this.#dx = this.#x = undefined;
    this.extra = [];
    this.#capacity = this.#columns = 0;
  }

  toString(): string {
    return `${this.#name}()`;
  }
}
