import type { Indices, Tensor } from '../core/tensor.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import { DivergenceError, originOf } from './divergence.js';
import type { Examples } from './examples.js';
import { type Failed, largest } from './failed.js';

/** What a trainer is when its loss is no number any more. */
interface Trained {
  readonly model: Sequential<Indices> | Sequential<Tensor>;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly lastLoss: number | undefined;
}

/** What is kept of a training to say where a loss that is NaN or infinite arose. */
export class Trace {
  /** Of the last update: its examples, and which of them. */
  #trained: { examples: Examples; rows: Int32Array } | undefined;
  /** The step with which the trainer began or went on, and the largest element of each parameter then. */
  #begin = 0;
  #initial: number[] | undefined;

  /** A training begins, or goes on, with this step. */
  begin(step: number): void {
    this.#begin = step;
    this.#initial = undefined;
  }

  /** The parameters before the first update. */
  see(model: Sequential<Indices> | Sequential<Tensor>): void {
    this.#initial ??= model.parameters().map(({ value }) => largest(value));
  }

  /** Which examples the last update saw: the array is made once. */
  keep(examples: Examples, picks: Int32Array | undefined, rows: number): void {
    let trained = this.#trained;
    if (trained?.rows.length !== rows || trained.examples !== examples) {
      trained = { examples, rows: Int32Array.from({ length: rows }, (_, i) => i) };
      this.#trained = trained;
    }
    if (picks !== undefined) trained.rows.set(picks);
  }

  errorOf(
    value: number,
    { model, loss, optimizer, steps, lastLoss }: Trained,
    { x, y, clips, exampleOf }: Pick<Failed, 'x' | 'y' | 'clips' | 'exampleOf'>,
    examples: Examples,
  ): DivergenceError {
    const origin = originOf({
      ...{ model: model as Sequential, loss, value, optimizer, clips, x, y, exampleOf },
      ...{ steps, begin: this.#begin },
      examples: this.#trained?.examples ?? examples,
      trained: this.#trained?.rows ?? new Int32Array(0),
      initial: this.#initial ?? model.parameters().map(() => Infinity),
    });
    return new DivergenceError(steps, value, lastLoss, origin);
  }
}
