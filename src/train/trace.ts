import type { Indices, Tensor } from '../core/tensor.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import { DivergenceError, originOf } from './divergence.js';
import type { Examples } from './examples.js';
import { type Failed, largest } from './failed.js';

/** A trainer, as far as its end by a loss that is no number goes. */
interface Trained {
  readonly model: Sequential<Indices> | Sequential<Tensor>;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly lastLoss: number | undefined;
  divergence: DivergenceError | undefined;
}

/** What is kept of a training to say where a loss that is NaN or infinite arose. */
export class Trace {
  readonly #trainer: Trained;
  readonly #clips: boolean;
  /** Of the last update: its examples, and which of them. */
  #trained: { examples: Examples; rows: Int32Array } | undefined;
  /** The step with which the trainer began or went on, and the largest element of each parameter then. */
  #begin = 0;
  #initial: number[] | undefined;

  /** `clips`: whether gradients are clipped before an update. */
  constructor(trainer: Trained, clips: boolean) {
    this.#trainer = trainer;
    this.#clips = clips;
  }

  /** A training begins, or goes on, with this step. */
  begin(step: number): void {
    this.#begin = step;
    this.#initial = undefined;
  }

  /** The parameters before the first update. */
  see(): void {
    this.#initial ??= this.#trainer.model.parameters().map(({ value }) => largest(value));
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

  /** The loss of a batch that begins with the example `first`, if it is a number; else as `fail`. */
  finite(value: number, batch: Batch, examples: Examples, first: number): number {
    return Number.isFinite(value) ? value : this.fail(value, batch, examples, (row) => first + row);
  }

  /** Throws a DivergenceError, which the trainer then has; `exampleOf`: which example row i of the batch is. */
  fail(value: number, { x, y }: Batch, examples: Examples, exampleOf: (row: number) => number): never {
    const { model, loss, optimizer, steps, lastLoss } = this.#trainer;
    const origin = originOf({
      ...{ model: model as Sequential, loss, value, optimizer, clips: this.#clips, x, y, exampleOf },
      ...{ steps, begin: this.#begin },
      examples: this.#trained?.examples ?? examples,
      trained: this.#trained?.rows ?? new Int32Array(0),
      initial: this.#initial ?? model.parameters().map(() => Infinity),
    });
    const error = new DivergenceError(steps, value, lastLoss, origin);
    this.#trainer.divergence = error;
    throw error;
  }
}

type Batch = Pick<Failed, 'x' | 'y'>;
