import type { Sequential } from '../../nn/sequential.js';
import type { Diverged, Explain, Explanation, Origin } from '../divergence.js';
import type { Examples } from '../examples.js';
import type { Trainer } from '../trainer.js';
import { largest } from './failed.js';
import { originOf } from './origin.js';

/**
 * Says where a loss that is NaN or infinite arose: `new Trainer({ …, explain: explainDivergence })`. The DivergenceError
 * then names what the first value that is not finite comes from, of the examples, the parameters, the updates with their
 * learning rates, the layers' forwards and backwards, and the loss; and what helps. Between steps it keeps
 * the initial size of each parameter, and which examples the last update saw.
 */
export const explainDivergence: Explain = (trainer, clips) => new Trace(trainer, clips);

/** What is kept of a training. */
class Trace implements Explanation {
  readonly #trainer: Trainer;
  readonly #clips: boolean;
  /** Of the last update: its examples, and which of them. */
  #trained: { examples: Examples; rows: Int32Array } | undefined;
  /** The step with which the trainer began or went on, and the largest element of each parameter then. */
  #begin = 0;
  #initial: number[] | undefined;

  constructor(trainer: Trainer, clips: boolean) {
    this.#trainer = trainer;
    this.#clips = clips;
  }

  begin(step: number): void {
    this.#begin = step;
    this.#initial = undefined;
  }

  /** The parameters before the first update. */
  see(): void {
    this.#initial ??= this.#trainer.model.parameters().map(({ value }) => largest(value));
  }

  /** The array is made once. */
  keep(examples: Examples, picks: Int32Array | undefined, rows: number): void {
    let trained = this.#trained;
    if (trained?.rows.length !== rows || trained.examples !== examples) {
      trained = { examples, rows: Int32Array.from({ length: rows }, (_, i) => i) };
      this.#trained = trained;
    }
    if (picks !== undefined) trained.rows.set(picks);
  }

  originOf(diverged: Diverged): Origin {
    const { model, loss, optimizer, steps } = this.#trainer;
    return originOf({
      ...diverged,
      ...{ model: model as Sequential, loss, optimizer, clips: this.#clips, steps, begin: this.#begin },
      trained: this.#trained ?? { examples: diverged.examples, rows: new Int32Array(0) },
      initial: this.#initial ?? model.parameters().map(() => Infinity),
    });
  }
}
