import type { Core } from './core.js';
import { BaseDisposable } from './dispose.js';
import { expectInteger, expectLoaded, expectRows } from './expect.js';
import { came } from './kind.js';
import { rowStride } from './row-stride.js';

/** Takes the place of the core of a tensor that was disposed of: whatever is asked of it throws. */
const disposed = new Proxy({} as Core, {
  get() {
    throw new Error('Tensor: expected one that is in use, got one that was disposed of');
  },
});

/** What a tensor's elements are. */
export type Dtype = 'float32' | 'int32';

/** A matrix in a core's memory: a shape and an address. The first dimension counts rows, the others make a row. */
abstract class Matrix<T extends Float32Array | Int32Array> extends BaseDisposable {
  abstract readonly dtype: Dtype;
  readonly core: Core;
  /** Byte address in the core's memory. */
  readonly pointer: number;
  /** Elements in a row. */
  readonly columns: number;
  /** Elements from one row to the next. */
  readonly stride: number;
  /** Most rows that this matrix can hold. */
  readonly capacity: number;
  readonly #rowShape: readonly number[];
  readonly #vector: boolean;
  readonly #owned: boolean;
  #rows: number;
  #attached: readonly Disposed[] = [];
  #written = false;

  constructor(core: Core, shape: readonly number[], stride: (columns: number) => number, pointer?: number) {
    super();
    expectLoaded('Tensor', core);
    if (typeof shape !== 'object' || typeof shape?.length !== 'number')
      throw new TypeError(`Tensor: expected the shape as an array of sizes, got ${came(shape)}`);
    for (const size of shape) expectInteger('Tensor', 'each size of the shape', size, 0);
    // A vector is one row; so a bias reads as it is written.
    this.#vector = shape.length < 2;
    this.#rowShape = this.#vector ? [...shape] : shape.slice(1);
    this.core = core;
    this.columns = this.#rowShape.reduce((product, size) => product * size, 1);
    this.stride = stride(this.columns);
    this.capacity = this.#vector ? 1 : shape[0];
    this.#rows = this.capacity;
    this.#owned = pointer === undefined;
    this.pointer = pointer ?? core.allocate(this.#bytes);
  }

  get #bytes(): number {
    return this.capacity * this.stride * 4;
  }

  /**
   * Gives the memory back to the core, for what is made later. Idempotent; every later use throws and says why. A view
   * of another tensor's memory leaves that to its owner.
   */
  dispose(): void {
    if (this.core === disposed) return;
    if (this.#owned) this.core.free(this.pointer, this.#bytes);
    (this as { core: Core }).core = disposed;
    for (const other of this.#attached) other.dispose();
    this.#attached = [];
  }

  /** Another tensor is disposed of with this one, such as what an optimizer keeps beside a parameter. */
  attach(other: Disposed): void {
    this.#attached = [...this.#attached.filter(({ core }) => core !== disposed), other];
  }

  /** Rows that are live now. */
  get rows(): number {
    return this.#rows;
  }

  get shape(): readonly number[] {
    return this.#vector ? this.#rowShape : [this.#rows, ...this.#rowShape];
  }

  /** Number of elements. */
  get size(): number {
    return this.#rows * this.columns;
  }

  /** Makes the first `rows` rows live. RangeError, which names `place`, above the capacity. */
  resize(rows: number, place = 'Tensor.resize'): void {
    if (rows === this.#rows) return;
    if (!(Number.isInteger(rows) && rows >= 0 && rows <= this.capacity))
      throw new RangeError(`${place}: expected at most ${this.capacity} rows, got ${rows}`);
    this.#rows = rows;
  }

  /** All of the core's memory, as such elements. */
  protected abstract get memory(): T;

  /** Whether it is such an element, which `kind` tells. */
  protected abstract holds(value: number): boolean;
  protected abstract get kind(): string;

  /**
   * The live rows where they lie: element (i, j) is `data[i * stride + j]`. Made at each call and dead once the memory
   * grows: do not keep it across a `reserve` or `tensor`.
   */
  get data(): T {
    this.#written = true;
    const start = this.pointer >>> 2;
    return this.memory.subarray(start, start + this.#rows * this.stride) as T;
  }

  /** Whether anything was put in, by `set`, `fill`, `gather` or `data`: else it holds the zeros that it was made with. */
  get written(): boolean {
    return this.#written;
  }

  /**
   * Copies values in, row-major without padding. RangeError where their number is not `size`, TypeError for what is no
   * number, or no int32 where the elements are: nothing is cut off.
   */
  set(values: ArrayLike<number>): this {
    const { memory } = this;
    if (values?.length !== this.size)
      throw new RangeError(
        `Tensor.set: expected ${this.size} values for shape (${this.shape.join(', ')}), ` +
          `got ${values?.length ?? came(values)}`,
      );
    for (let i = 0; i < values.length; i++)
      if (!this.holds(values[i]))
        throw new TypeError(`Tensor.set: expected ${this.kind}, got ${came(values[i])} at ${i}`);
    const start = this.pointer >>> 2;
    for (let i = 0, at = 0; i < this.#rows; i++)
      for (let j = 0; j < this.columns; j++) memory[start + i * this.stride + j] = values[at++];
    this.#written = true;
    return this;
  }

  /**
   * Fills the live rows with rows of a packed matrix with as many columns: `from`, `from + 1` …, or those that are picked,
   * one for each. RangeError for a row that is not there, or another number of picks.
   */
  gather(source: T, start: number | ArrayLike<number>, more?: ArrayLike<number>): this {
    const { rows, columns, stride, memory } = this;
    this.#written = true;
    const from = typeof start === 'number' ? start : 0;
    const picks = typeof start === 'number' ? more : start;
    if (picks !== undefined) expectRows('Tensor.gather', rows, picks.length);
    for (let i = 0; i < rows; i++) {
      const row = picks === undefined ? from + i : picks[i];
      const start = row * columns;
      if (!(Number.isInteger(row) && start >= 0 && start + columns <= source.length))
        throw new RangeError(
          `Tensor.gather: expected a row from 0 to ${source.length / columns - 1}, got ${row}`,
        );
      const to = (this.pointer >>> 2) + i * stride;
      for (let j = 0; j < columns; j++) memory[to + j] = source[start + j];
    }
    return this;
  }

  /** A copy of the elements, row-major without padding. */
  toArray(): T {
    const { memory } = this;
    const values = memory.slice(0, this.size) as T;
    const start = this.pointer >>> 2;
    for (let i = 0; i < this.#rows; i++) {
      const row = start + i * this.stride;
      values.set(memory.subarray(row, row + this.columns), i * this.columns);
    }
    return values;
  }
}

/** A tensor as one that disposes of it sees it. */
type Disposed = { readonly core: Core; dispose(): void };

/** float32, row-major, each row padded to whole vectors of 4. What the padding holds means nothing. */
export class Tensor extends Matrix<Float32Array> {
  readonly dtype = 'float32';

  /** `pointer`: the address of a tensor of as many rows and columns, to be seen in this shape; else new memory. */
  constructor(core: Core, shape: readonly number[], pointer?: number) {
    super(core, shape, rowStride, pointer);
  }

  protected get memory(): Float32Array {
    return this.core.f32;
  }

  protected holds(value: number): boolean {
    return typeof value === 'number';
  }

  protected get kind(): string {
    return 'numbers';
  }

  /** TypeError for no number. */
  fill(value: number): this {
    if (!this.holds(value)) throw new TypeError(`Tensor.fill: expected a number, got ${came(value)}`);
    this.data.fill(value);
    return this;
  }

  /** Multiplies every element by a factor, both float32, as torch's `tensor * factor`. TypeError for no number. */
  scale(factor: number): this {
    if (!this.holds(factor)) throw new TypeError(`Tensor.scale: expected a number, got ${came(factor)}`);
    const { data } = this;
    const rounded = Math.fround(factor);
    for (let i = 0; i < data.length; i++) data[i] *= rounded;
    return this;
  }
}

/** int32, row-major, packed: rows of indices into a table, or one target a row. */
export class Indices extends Matrix<Int32Array> {
  readonly dtype = 'int32';

  constructor(core: Core, shape: readonly number[]) {
    super(core, shape.length < 2 ? [...shape, 1] : shape, (columns) => columns);
  }

  protected get memory(): Int32Array {
    return this.core.i32;
  }

  protected holds(value: number): boolean {
    return Number.isInteger(value) && value === (value | 0);
  }

  protected get kind(): string {
    return 'int32 integers';
  }

  /** RangeError unless every live index is in 0 … high − 1. */
  expectBelow(place: string, high: number): void {
    const i32 = this.core.i32;
    const start = this.pointer >>> 2;
    const end = start + this.size;
    for (let i = start; i < end; i++)
      if (!(i32[i] >= 0 && i32[i] < high))
        throw new RangeError(`${place}: expected indices from 0 to ${high - 1}, got ${i32[i]}`);
  }
}
