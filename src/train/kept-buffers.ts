import type { Core } from '../core/core.js';
import { expectTensor } from '../core/expect.js';
import type { Tensor } from '../core/tensor.js';
import { type Buffer, type Layer, tensorsOf } from '../nn/layer.js';
import { Generator } from '../random/generator.js';

/**
 * Copies of a network's buffers, such as running statistics, and of the generators that its layers draw from, for a step
 * that is thrown away. Its minibatch, where that comes of the same generator, was drawn before and stays drawn.
 */
export class KeptBuffers {
  readonly #kept: readonly { value: Tensor; copy: Tensor }[];
  readonly #drawing: readonly { layer: Layer; copy: Generator }[];

  /** `drawing`: layers that draw, such as Dropout. */
  constructor(place: string, core: Core, buffers: readonly Buffer[], drawing: readonly Layer[] = []) {
    const copies = tensorsOf(
      core,
      buffers.map(({ name, value }) => {
        expectTensor(place, `buffer ${name}`, core, 'float32', value);
        return [value.capacity * value.stride];
      }),
    );
    this.#kept = buffers.map(({ value }, i) => ({ value, copy: copies[i] }));
    this.#drawing = drawing.map((layer) => ({ layer, copy: new Generator() }));
  }

  /** Whether the buffers still lie where they did: not where the model was disposed of, and made anew. */
  get isLive(): boolean {
    return this.#kept.every(({ value, copy }) => value.core === copy.core);
  }

  keep(): void {
    for (const { value, copy } of this.#kept) copyAll(value, copy, copy.columns);
    for (const { layer, copy } of this.#drawing)
      if (layer.generator !== undefined) copy.copyFrom(layer.generator);
  }

  restore(): void {
    for (const { value, copy } of this.#kept) copyAll(copy, value, copy.columns);
    for (const { layer, copy } of this.#drawing) layer.generator?.copyFrom(copy);
  }

  dispose(): void {
    for (const { copy } of this.#kept) copy.dispose();
  }
}

/** So many floats from one to the other. Throws where the other was disposed of. */
function copyAll(from: Tensor, to: Tensor, count: number): void {
  const start = from.pointer >>> 2;
  to.core.f32.copyWithin(to.pointer >>> 2, start, start + count);
}
