import type { Core } from '../core/core.js';
import { expectInteger } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Dtype, Indices, Tensor } from '../core/tensor.js';
import type { Generator } from '../random/generator.js';
import type { Distinct } from './distinct.js';
import type { Sequential } from './sequential.js';

/** A tensor that training changes, with the gradient of the loss by each of its elements. */
export class Parameter {
  constructor(
    readonly name: string,
    readonly value: Tensor,
    readonly grad: Tensor,
    /** Whether a matrix lies here as (in, out), which torch keeps as (out, in); not so an embedding's table. */
    readonly transposed = true,
  ) {}

  /** A parameter of zeros, not written to. */
  static of(name: string, core: Core, shape: readonly number[], transposed = true): Parameter {
    return new Parameter(name, core.tensor(shape), core.tensor(shape), transposed);
  }

  /** Gives the memory of both back to the core. */
  dispose(): void {
    this.value.dispose();
    this.grad.dispose();
  }
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
  /**
   * What its input has to be; default float32. Where the first layer takes int32, an evaluation computes every example, but
   * only each distinct one where that layer is an `Embedding`.
   */
  readonly inputDtype?: Dtype;
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
   * The layers that its forward and backward run, if it is made of others: they stand at `<its position>.0` and so on,
   * wherever layers, parameters and buffers are named. Its own `parameters` and `buffers` are theirs.
   */
  readonly inner?: Sequential | undefined;
  /** Columns of the input, where the layer knows them before it sees one. */
  readonly inFeatures?: number | undefined;
  /** Columns of the output, likewise. */
  readonly outFeatures?: number | undefined;
  /** Makes the parameters, all zero, in a core. */
  to?(core: Core): void;
  /**
   * Makes the parameters, and buffers for up to `capacity` rows of `columns` elements; returns the number of columns of
   * the output; a layer without it is taken to keep them. For who wants to say it: buffers grow when a larger batch comes,
   * and a step of a size seen before allocates nothing.
   */
  reserve?(core: Core, capacity: number, columns: number): number;
  /** Draws the initial parameters. */
  initialise?(generator: Generator): void;
  /** What the layer draws from while it trains: its state is part of a checkpoint, and a step thrown away gives it back. */
  generator?: Generator | undefined;
  train?(): void;
  eval?(statistics?: Statistics): void;
  /** Why its output is not finite though x, its last input, is; `place`: what messages call it, `layer 3 BatchNorm1d`. */
  explain?(place: string, x: Tensor): string | undefined;
  /** Gives back all memory, parameters included; after another `to` the layer is as new. Idempotent. */
  dispose?(): void;
  /** The layer as torch prints it, such as `Linear(30, 200)`: what a checkpoint knows of the architecture. */
  toString(): string;
}

/** What a layer of indices, such as `Embedding`, has beside: a program without one does not carry it. */
export interface IndexLayer extends Layer {
  /** RangeError, with the row of x, for an index that there is not. */
  expectIndices?(place: string, x: ArrayLike<number>, columns: number): void;
  /** Examples with the same x put together, where that pays. */
  distinctRows?(
    examples: { x: Int32Array | Float32Array; y: Int32Array | Float32Array; count: number },
    classes: number,
  ): Distinct | undefined;
}

/** The error of a layer whose parameters are asked for before they lie in a core, or after `dispose`. */
export const notBound = (place: string): Error =>
  new Error(`${place}: expected to(core), or reserve(…), before the first use of its parameters`);

/** A layer's tensors lie in one core. */
export function expectCore(place: string, own: Core | undefined, core: Core): void {
  if (own !== undefined && own !== core)
    throw new TypeError(`${place}: expected the core that it lies in, got another; dispose() first`);
}

export function expectStatistics(place: string, statistics: Statistics): void {
  if (statistics !== 'running' && statistics !== 'calibrated')
    throw new TypeError(`${place}: expected 'running' or 'calibrated', got ${came(statistics)}`);
}

/** What a `reserve` is given. */
export function expectSizes(place: string, capacity: number, columns: number): void {
  expectInteger(place, 'capacity', capacity, 1);
  expectInteger(place, 'columns', columns, 1);
}

/** A forward from zeros would give zeros, and train hardly anything, without a word. */
export function expectInitialised(place: string, weight: Tensor): void {
  if (!weight.written)
    throw new Error(
      `${place}: expected initial parameters before the first use: to(core, { seed }), initialise(generator), a checkpoint, or weight.value.set(…)`,
    );
}

/** Tensors of these shapes; none of them where the memory cannot hold them all. */
export function tensorsOf(core: Core, shapes: readonly (readonly number[])[]): Tensor[] {
  const made: Tensor[] = [];
  try {
    for (const shape of shapes) made.push(core.tensor(shape));
  } catch (error) {
    for (const tensor of made) tensor.dispose();
    throw error;
  }
  return made;
}

/** The error of a backward whose forward was none, or was made with buffers that are gone. */
export const noForward = (place: string): Error =>
  new Error(`${place}.backward: expected a forward before it`);

export function expectGenerator(place: string, generator: Generator): void {
  if (typeof generator?.randn !== 'function')
    throw new TypeError(`${place}.initialise: expected a Generator, got ${came(generator)}`);
}

export function raise(error: Error): never {
  throw error;
}
