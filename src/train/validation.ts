import { expectBoolean, expectFunction, expectInteger, expectNumber, expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import { meanLoss } from './evaluation.js';
import type { Examples, RawExamples } from './examples.js';
import { KeptBuffers } from './kept-buffers.js';
import type { Metric } from './metrics.js';
import type { Trainer } from './trainer.js';

/** What a validation measured. */
export interface Validated {
  /** Steps made before it. */
  step: number;
  /** Mean loss over the validation data, with running statistics. */
  loss: number;
  /** By the names of `metrics`. */
  metrics: Record<string, number>;
  /** Whether the loss is the least so far. */
  improved: boolean;
}

/** Of `Validation`. */
export interface ValidationOptions {
  /** Steps from one validation to the next; default: an epoch. There is one at the end too. */
  every?: number | undefined;
  metrics?: Readonly<Record<string, Metric>> | undefined;
  /** Early stopping: ends the run once so many validations in a row brought no better loss. */
  patience?: number | undefined;
  /** How much less a loss has to be to be better; default 0. */
  minDelta?: number | undefined;
  /**
   * Whether the model has the parameters of the best validation when the run ends, for whatever reason: steps made,
   * patience, signal, divergence. Default: with `patience`.
   */
  keepBest?: boolean | undefined;
  onValidation?: ((validated: Validated) => void) | undefined;
}

/**
 * Validation and early stopping: `trainer.run(steps, { validation: new Validation({ x, y }, { patience: 5 }) })` measures
 * the mean loss, and metrics, over data that are not trained on. One of its own for each run, or the same for one after
 * the other.
 *
 * Errors: TypeError or RangeError for an option that is none, of another kind or out of range; when the run begins, as
 * `Trainer` for the data.
 */
export class Validation {
  /** Of the last run: the validation with the least loss. */
  best: Validated | undefined;
  onValidation: ((validated: Validated) => void) | undefined;
  readonly #data: Examples | RawExamples;
  readonly #every: number | undefined;
  readonly #metrics: [string, Metric][];
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #keepBest: boolean;
  #run: ValidatedRun | undefined;
  #last: Validated | undefined;
  #worse = 0;

  constructor(data: Examples | RawExamples, options: ValidationOptions = {}) {
    expectOptions('Validation', options, OPTIONS);
    const { every, metrics = {}, patience, minDelta = 0, keepBest = patience !== undefined } = options;
    if (every !== undefined) expectInteger('Validation', 'every', every, 1);
    if (patience !== undefined) expectInteger('Validation', 'patience', patience, 1);
    expectNumber('Validation', 'minDelta', minDelta, 0, 1e30);
    expectBoolean('Validation', 'keepBest', keepBest);
    expectFunction('Validation', 'onValidation', options.onValidation);
    this.onValidation = options.onValidation;
    this.#data = data;
    this.#every = every;
    if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics))
      throw new TypeError(
        `Validation: expected metrics to be functions by their names, got ${came(metrics)}`,
      );
    this.#metrics = Object.entries(metrics);
    for (const [name, metric] of this.#metrics)
      if (typeof metric !== 'function')
        throw new TypeError(`Validation: expected metric ${name} to be a function, got ${came(metric)}`);
    this.#patience = patience ?? Infinity;
    this.#minDelta = minDelta;
    this.#keepBest = keepBest;
  }

  /** A run begins; `epoch`: steps of one. What follows is for `Trainer.run` to call. @internal */
  begin(trainer: Trainer, epoch: number): void {
    if (this.#run !== undefined)
      throw new Error('Trainer.run: expected the run that has this Validation to have ended, got another');
    const { model, parts } = trainer;
    const examples = parts.packed(this.#data);
    const { core } = parts.of(examples).batches.x;
    const tensors = [...model.parameters(), ...model.buffers()];
    const kept = this.#keepBest ? new KeptBuffers('Validation', core, tensors) : undefined;
    this.#run = { trainer, examples, every: this.#every ?? epoch, kept };
    this.best = this.#last = undefined;
    this.#worse = 0;
  }

  /** @internal */
  isDue(steps: number): boolean {
    return steps % (this.#run?.every as number) === 0;
  }

  /** True where the run is to end. @internal */
  async validate(): Promise<boolean> {
    const measured = await this.#measured();
    const improved = this.best === undefined || measured.loss < this.best.loss - this.#minDelta;
    this.#last = { ...measured, improved };
    if (improved) {
      this.best = this.#last;
      this.#worse = 0;
      this.#run?.kept?.keep();
    } else this.#worse++;
    this.onValidation?.(this.#last);
    return this.#worse >= this.#patience;
  }

  /** The last one, unless it was just made; then the best parameters. @internal */
  async end(steps: number, finite: boolean): Promise<void> {
    const kept = this.#run?.kept;
    try {
      if (finite && this.#last?.step !== steps) await this.validate();
    } finally {
      if (this.best !== undefined && this.best.step !== steps) kept?.restore();
      kept?.dispose();
      this.#run = undefined;
    }
  }

  /** Loss and metrics over all the data. */
  async #measured(): Promise<Omit<Validated, 'improved'>> {
    const { trainer, examples } = this.#run as ValidatedRun;
    const { model, parts } = trainer;
    const { columns } = parts.of(examples);
    const outputs = new Float32Array(this.#metrics.length > 0 ? examples.count * columns : 0);
    let at = 0;
    const onBatch = () => {
      const batch = (model.out as Tensor).toArray();
      outputs.set(batch, at);
      at += batch.length;
    };
    const loss = await meanLoss(parts, examples, this.#metrics.length > 0 ? { onBatch } : {});
    const measured = this.#metrics.map(([name, metric]) => [name, metric(outputs, examples.y, columns)]);
    return { step: trainer.steps, loss, metrics: Object.fromEntries(measured) };
  }
}

/** A run in hand. */
interface ValidatedRun {
  trainer: Trainer;
  examples: Examples;
  every: number;
  kept: KeptBuffers | undefined;
}

const OPTIONS = ['every', 'metrics', 'patience', 'minDelta', 'keepBest', 'onValidation'];
