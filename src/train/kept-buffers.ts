import type { Core } from '../core/core.js';
import { expectTensor } from '../core/expect.js';
import type { Tensor } from '../core/tensor.js';
import type { Buffer } from '../nn/layer.js';

/** Copies of a network's buffers, such as running statistics, for a step that is thrown away. */
export class KeptBuffers {
  readonly #tensors: readonly Tensor[];
  /** Of what lies without a gap, in floats: where it begins, and how long it is. */
  readonly #runs: { from: number; length: number }[] = [];
  readonly #copy: Tensor;

  constructor(place: string, core: Core, buffers: readonly Buffer[]) {
    this.#tensors = buffers.map(({ value }) => value);
    for (const { name, value } of buffers) {
      expectTensor(place, `buffer ${name}`, core, 'float32', value);
      const { pointer, capacity, stride } = value;
      const [from, length] = [pointer >>> 2, capacity * stride];
      const last = this.#runs.at(-1);
      if (last !== undefined && last.from + last.length === from) last.length += length;
      else this.#runs.push({ from, length });
    }
    this.#copy = core.tensor([this.#runs.reduce((sum, { length }) => sum + length, 0)]);
  }

  /** Throws where the tensors, and so their memory, are no longer the network's. */
  get #f32(): Float32Array {
    return (this.#tensors[0] ?? this.#copy).core.f32;
  }

  /** Whether the buffers still lie where they did: not where the model was disposed of, and made anew. */
  get isLive(): boolean {
    const [first] = this.#tensors;
    return first === undefined || first.core === this.#copy.core;
  }

  keep(): void {
    const f32 = this.#f32;
    let at = this.#copy.pointer >>> 2;
    for (const { from, length } of this.#runs) {
      f32.copyWithin(at, from, from + length);
      at += length;
    }
  }

  restore(): void {
    const f32 = this.#f32;
    let at = this.#copy.pointer >>> 2;
    for (const { from, length } of this.#runs) {
      f32.copyWithin(from, at, at + length);
      at += length;
    }
  }

  dispose(): void {
    this.#copy.dispose();
  }
}
