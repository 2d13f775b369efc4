import { rowStride } from '../../src/core/row-stride.js';
import type { Maker } from './makers.js';

const GUARD = 0x5eed5eed;
const GUARDS = 4;

interface Buffer {
  pointer: number;
  rows: number;
  columns: number;
}

/**
 * One kernel call laid out in a maker's memory: guard words directly before and after each buffer, NaN in all padding
 * of inputs and in all of the outputs. `check` finds a guard or an input that the call has changed.
 */
export class Arena<K> {
  readonly maker: Maker<K>;
  #end: number;
  readonly #guards: number[] = [];
  readonly #inputs: (Buffer & { before: Float32Array })[] = [];

  constructor(maker: Maker<K>) {
    this.maker = maker;
    this.#end = maker.heapBase;
  }

  get kernels(): K {
    return this.maker.kernels;
  }

  /** Address of rows · rowStride(columns) floats that the kernel overwrites. */
  output(rows: number, columns: number): number {
    const { f32, i32 } = this.maker;
    const floats = rows * rowStride(columns);
    const before = this.#end >> 2;
    const start = before + GUARDS;
    i32.fill(GUARD, before, start);
    f32.fill(Number.NaN, start, start + floats);
    i32.fill(GUARD, start + floats, start + floats + GUARDS);
    for (let g = 0; g < GUARDS; g++) this.#guards.push(before + g, start + floats + g);
    this.#end = (start + floats + GUARDS) << 2;
    return start << 2;
  }

  /** Address of a matrix that the kernel may change. */
  inPlace(rows: number, columns: number, values: Float32Array): number {
    const pointer = this.output(rows, columns);
    for (let i = 0; i < rows; i++)
      this.maker.f32.set(
        values.subarray(i * columns, (i + 1) * columns),
        (pointer >> 2) + i * rowStride(columns),
      );
    return pointer;
  }

  /** Address of a matrix that the kernel only reads. */
  input(rows: number, columns: number, values: Float32Array): number {
    const pointer = this.inPlace(rows, columns, values);
    this.#inputs.push({ pointer, rows, columns, before: values });
    return pointer;
  }

  /** Address of int32 values, packed. */
  indices(values: ArrayLike<number>): number {
    const pointer = this.output(1, values.length);
    this.maker.i32.set(values, pointer >> 2);
    return pointer;
  }

  read(pointer: number, rows: number, columns: number): Float32Array {
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const row = (pointer >> 2) + i * rowStride(columns);
      values.set(this.maker.f32.subarray(row, row + columns), i * columns);
    }
    return values;
  }

  check(where: string): void {
    for (const at of this.#guards)
      if (this.maker.i32[at] !== GUARD) throw new Error(`${where}: wrote past a buffer, at word ${at}`);
    for (const { pointer, rows, columns, before } of this.#inputs)
      expectSame(`${where}: input`, this.read(pointer, rows, columns), before);
  }
}

/** Throws unless both hold the same bits; NaN is NaN whatever its bits, +0 is not −0. */
export function expectSame(where: string, got: Float32Array, want: Float32Array): void {
  if (got.length !== want.length)
    throw new Error(`${where}: expected ${want.length} values, got ${got.length}`);
  for (let i = 0; i < got.length; i++)
    if (!Object.is(got[i], want[i])) throw new Error(`${where}[${i}]: expected ${want[i]}, got ${got[i]}`);
}

export type Outputs = Record<string, Float32Array>;

/** Runs one call on every maker, and compares every output with the oracle's. */
export function expectAgreement<K>(
  makers: readonly Maker<K>[],
  where: string,
  oracle: Outputs,
  run: (arena: Arena<K>) => Outputs,
): void {
  for (const maker of makers) {
    const arena = new Arena(maker);
    const got = run(arena);
    arena.check(`${maker.name} ${where}`);
    for (const name of Object.keys(oracle))
      expectSame(`${maker.name} ${where}: ${name}`, got[name], oracle[name]);
  }
}

/** Sizes around the tile of 4 rows by 8 columns, and the lecture's. */
export const SIZES = [1, 3, 4, 5, 7, 8, 9, 11, 19, 27, 30, 32];

/** What may stand among ordinary values. */
export const SPECIAL = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0],
  // The smallest and the largest subnormal, the smallest normal, the largest float.
  ...[
    2 ** -149,
    -(2 ** -149),
    2 ** -126 - 2 ** -149,
    2 ** -126,
    3.4028234663852886e38,
    -3.4028234663852886e38,
  ],
];

/** Pseudo-random integers of 32 bits (xorshift): the same ones in each run. */
export function bits(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b1 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

/** Values of both signs from 2^-6 to 2^2, so that the order of a sum shows; given `special`, one in six is that. */
export function values(count: number, seed: number, special?: number): Float32Array {
  const next = bits(seed);
  for (let i = 0; i < 8; i++) next();
  return Float32Array.from({ length: count }, () => {
    if (special !== undefined && (next() >>> 0) % 6 === 0) return special;
    const word = next();
    return (
      (1 + (word & 0x7fffff) / 2 ** 23) * 2 ** ((word >>> 28) % 8) * (word & 0x800000 ? -1 : 1) * 2 ** -6
    );
  });
}

/** Any 32 bits as a float: one in 256 NaN, and every magnitude. */
export function anyFloats(count: number, seed: number): Float32Array {
  const next = bits(seed);
  return new Float32Array(Int32Array.from({ length: count }, next).buffer);
}
