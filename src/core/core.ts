import { BaseDisposable } from './dispose.js';
import { FreeBlocks } from './free-blocks.js';
import type { KernelFamily } from './kernels/family.js';
import type { Views } from './reference/views.js';
import { Indices, Tensor } from './tensor.js';

/** Which maker computes: WebAssembly SIMD or JavaScript. With deterministic arithmetic both give the same bits. */
export type Backend = 'wasm' | 'js';

/**
 * How sums of products are rounded. `deterministic`: each product and each sum, so that every engine, processor and
 * backend has the same bits. `relaxed`: product and sum in one operation, once where the processor can.
 */
export type Arithmetic = 'deterministic' | 'relaxed';

/** A maker of kernels and the memory that they work in. */
export interface Maker {
  backend: Backend;
  arithmetic: Arithmetic;
  /** The kernels of a family, on the maker's memory, which is seen as `views`. */
  make<K>(family: KernelFamily<K>, views: Views): K;
  /** Address of the first byte that is free for tensors. */
  base: number;
  memory: Memory;
}

/** As a `WebAssembly.Memory`: another buffer after growth, by pages, which throws RangeError where it is impossible. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

/** Bytes by which a memory grows. */
export const PAGE = 65_536;

/**
 * One instance of the kernels with one memory, made by `load()`: the owner of everything that a model keeps. Tensors
 * are carved from its memory (16-byte aligned) and live until they are disposed of, or the core is; what they took is used
 * again.
 */
export class Core extends BaseDisposable {
  readonly backend: Backend;
  readonly arithmetic: Arithmetic;
  /** Why `load()` took this backend, in words. */
  readonly reason: string;
  #maker: Maker | undefined;
  readonly #families = new Map<KernelFamily<unknown>, unknown>();
  #next: number;
  readonly #free = new FreeBlocks();
  /** One object, which the kernels in JavaScript keep. */
  readonly #views = viewsOf(new ArrayBuffer(0));

  constructor(maker: Maker, reason: string) {
    super();
    this.backend = maker.backend;
    this.arithmetic = maker.arithmetic;
    this.reason = reason;
    this.#maker = maker;
    this.#next = align(maker.base);
    this.#see(maker.memory.buffer);
  }

  /** The kernels of a family, made at its first use: what a layer keeps, and calls. */
  use<K>(family: KernelFamily<K>): K {
    const made = this.#families.get(family);
    if (made !== undefined) return made as K;
    const kernels = this.#live('use').make(family, this.#views);
    this.#families.set(family, kernels);
    return kernels;
  }

  /** All of the memory as floats. Made anew when the memory has grown: read it at each use, do not keep it. */
  get f32(): Float32Array {
    this.#live('f32');
    return this.#views.f32;
  }

  /** All of the memory as int32, under the same rule. */
  get i32(): Int32Array {
    this.#live('i32');
    return this.#views.i32;
  }

  /** All of the memory as float64, under the same rule. */
  get f64(): Float64Array {
    this.#live('f64');
    return this.#views.f64;
  }

  /** Bytes of memory that this core holds, used or not. */
  get bytes(): number {
    return this.#live('bytes').memory.buffer.byteLength;
  }

  /** Reserves bytes, all zero, and returns their address. RangeError where the memory cannot grow so far. */
  allocate(bytes: number): number {
    const { memory } = this.#live('allocate');
    const size = align(bytes);
    const again = size > 0 ? this.#free.take(size) : undefined;
    if (again !== undefined) return again;
    const address = this.#next;
    const end = address + size;
    if (!(bytes >= 0 && end <= LIMIT))
      throw new RangeError(`Core.allocate: expected at most ${LIMIT} bytes in all, got ${address + bytes}`);
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) this.#grow(memory, missing);
    this.#next = end;
    return address;
  }

  /**
   * Gives back what `allocate(bytes)` returned, for later allocations. Nothing happens once the core is disposed of.
   * RangeError for what is not allocated.
   */
  free(address: number, bytes: number): void {
    const maker = this.#maker;
    const size = align(bytes);
    if (maker === undefined || size === 0) return;
    const end = address + size;
    const lies = address >= align(maker.base) && address % 16 === 0 && size > 0 && end <= this.#next;
    if (!(lies && this.#free.give(address, size)))
      throw new RangeError(
        `Core.free: expected an address and bytes that are allocated, got ${address}, ${bytes}`,
      );
    this.f32.fill(0, address >>> 2, end >>> 2);
    // What lies at the end is open for blocks of any size.
    this.#next = this.#free.takeBefore(this.#next);
  }

  /** A float32 tensor of zeros. Its first dimension counts rows; each row is padded to whole vectors. */
  tensor(shape: readonly number[]): Tensor {
    return new Tensor(this, shape);
  }

  /** An int32 matrix of zeros: indices into a table, or the targets of a loss. */
  indices(shape: readonly number[]): Indices {
    return new Indices(this, shape);
  }

  /** Lets go of the memory. Idempotent; every later use of this core or of what it holds throws. */
  dispose(): void {
    this.#maker = undefined;
    this.#families.clear();
    this.#see(new ArrayBuffer(0));
  }

  #grow(memory: Memory, bytes: number): void {
    const { byteLength } = memory.buffer;
    // A quarter more than asked for: growth moves the memory, and makes every view anew. Or else what has to be.
    for (const more of [Math.max(bytes, byteLength / 4), bytes])
      try {
        memory.grow(Math.ceil(more / PAGE));
        this.#see(memory.buffer);
        return;
      } catch {
        // There is not so much.
      }
    throw new RangeError(`Core.allocate: cannot grow the memory of ${byteLength} bytes by ${bytes}`);
  }

  #see(buffer: ArrayBuffer): void {
    Object.assign(this.#views, viewsOf(buffer));
  }

  #live(what: string): Maker {
    if (this.#maker === undefined) throw new Error(`Core.${what}: this core was disposed`);
    return this.#maker;
  }
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  f32: new Float32Array(buffer),
  i32: new Int32Array(buffer),
  f64: new Float64Array(buffer),
});

/** Addresses stay positive as int32. */
const LIMIT = 2 ** 31 - PAGE;

const align = (address: number): number => Math.ceil(address / 16) * 16;
