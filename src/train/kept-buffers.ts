import type { Core } from '../core/core.js';
import { expectTensor } from '../core/expect.js';
import type { Tensor } from '../core/tensor.js';
import type { Buffer, Layer } from '../nn/layer.js';
import { Generator } from '../random/generator.js';

/**
 * Copies of a network's buffers, such as running statistics, and of the generators that its layers draw from, for a step
 * that is thrown away. Its minibatch, where that comes of the same generator, was drawn before and stays drawn.
 */
export class KeptBuffers {
  readonly #tensors: readonly Tensor[];
  /** Of what lies without a gap, in floats: where it begins, and how long it is. */
  readonly #runs: { from: number; length: number }[] = [];
  readonly #copy: Tensor;
  readonly #drawing: { layer: Layer; copy: Generator }[];

  /** `drawing`: layers that draw, such as Dropout. */
  constructor(place: string, core: Core, buffers: readonly Buffer[], drawing: readonly Layer[] = []) {
    this.#tensors = buffers.map(({ value }) => value);
    this.#drawing = drawing.map((layer) => ({ layer, copy: new Generator() }));
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
    this.#copyAll(false);
    for (const { layer, copy } of this.#drawing)
      if (layer.generator !== undefined) copy.copyFrom(layer.generator);
  }

  restore(): void {
    this.#copyAll(true);
    for (const { layer, copy } of this.#drawing) layer.generator?.copyFrom(copy);
  }

  #copyAll(back: boolean): void {
    const f32 = this.#f32;
    let at = this.#copy.pointer >>> 2;
    for (const { from, length } of this.#runs) {
      if (back) f32.copyWithin(from, at, at + length);
      else f32.copyWithin(at, from, from + length);
      at += length;
    }
  }

  dispose(): void {
    this.#copy.dispose();
  }
}
