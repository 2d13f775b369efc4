import type { Core } from '../core/core.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';

/** A tensor that training changes, with the gradient of the loss by each of its elements. */
export class Parameter {
  constructor(
    readonly name: string,
    readonly value: Tensor,
    readonly grad: Tensor,
  ) {}
}

/** A tensor that a layer keeps but no gradient changes, such as a running mean. */
export interface Buffer {
  name: string;
  value: Tensor;
}

/** Which statistics batch normalisation uses when it does not train. */
export type Statistics = 'running' | 'calibrated';

/**
 * One step of a network. A class of your own that has `forward`, `backward` and `parameters` fits into a `Sequential`
 * beside the built-in ones; the other members are for layers that need them.
 */
export interface Layer<Input extends Tensor | Indices = Tensor> {
  /** The output of the last `forward`; its gradient is the next layer's `dx`. */
  readonly out?: Tensor | undefined;
  /** The gradient of the loss by the input, after `backward`. */
  readonly dx?: Tensor | undefined;
  /** Overwrites and returns `out`, with as many rows as `x`. */
  forward(x: Input): Tensor;
  /** Takes the gradient by `out`; overwrites `dx` and the gradients of the parameters, and returns `dx`. */
  backward(dy: Tensor): Tensor | undefined;
  parameters(): Parameter[];
  /** What is kept beside the parameters. */
  buffers?(): Buffer[];
  /**
   * Reserves parameters (the first time) and buffers for up to `capacity` rows of `columns` elements; returns the
   * number of columns of the output. A step allocates nothing.
   */
  reserve?(core: Core, capacity: number, columns: number): number;
  /** Draws the initial parameters. */
  initialise?(generator: Generator): void;
  train?(): void;
  eval?(statistics?: Statistics): void;
}

/** The error of a layer that is used before `reserve`. */
export const notReserved = (place: string): Error =>
  new Error(`${place}: expected reserve(core, capacity, columns) before the first use`);

export function raise(error: Error): never {
  throw error;
}
