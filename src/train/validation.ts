import { expectBoolean, expectInteger, expectNumber } from '../core/expect.js';
import type { Tensor } from '../core/tensor.js';
import { evaluate, type Parts } from './evaluation.js';
import type { Examples, RawExamples } from './examples.js';
import { KeptBuffers } from './kept-buffers.js';
import type { Metric } from './metrics.js';
import type { Trace } from './trace.js';
import type { TrainerParts } from './trainer-parts.js';

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

/** Validation and early stopping of a run. */
export interface ValidationOptions {
  /** Data that are not trained on. */
  validation?: Examples | RawExamples | undefined;
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

export const VALIDATION = [
  'validation',
  'every',
  'metrics',
  'patience',
  'minDelta',
  'keepBest',
  'onValidation',
];

/** The validations of a run. */
export class Validation {
  best: Validated | undefined;
  readonly #trainer: { readonly steps: number };
  readonly #options: ValidationOptions;
  readonly #every: number;
  readonly #examples: Examples;
  readonly #parts: Parts;
  readonly #trace: Trace;
  readonly #kept: KeptBuffers | undefined;
  #last: Validated | undefined;
  #worse = 0;

  /** `data`: the `validation` of the options; `epoch`: steps of one. */
  constructor(
    trainer: { readonly steps: number },
    options: ValidationOptions,
    data: Examples | RawExamples,
    epoch: number,
    parts: TrainerParts,
    trace: Trace,
  ) {
    this.#trainer = trainer;
    this.#options = options;
    this.#trace = trace;
    this.#examples = parts.packed(data);
    this.#parts = parts.of(this.#examples);
    const { every = epoch, patience, minDelta = 0, keepBest = patience !== undefined } = options;
    expectInteger('Trainer.run', 'every', every, 1);
    if (patience !== undefined) expectInteger('Trainer.run', 'patience', patience, 1);
    expectNumber('Trainer.run', 'minDelta', minDelta, 0, 1e30);
    expectBoolean('Trainer.run', 'keepBest', keepBest);
    this.#every = every;
    const { model, batches } = this.#parts;
    const tensors = [...model.parameters(), ...model.buffers()];
    if (keepBest) this.#kept = new KeptBuffers('Trainer.run', batches.x.core, tensors);
  }

  isDue(steps: number): boolean {
    return steps % this.#every === 0;
  }

  /** True where the run is to end. */
  async validate(): Promise<boolean> {
    const { patience = Number.POSITIVE_INFINITY, minDelta = 0, onValidation } = this.#options;
    const measured = await this.#measured();
    const improved = this.best === undefined || measured.loss < this.best.loss - minDelta;
    this.#last = { ...measured, improved };
    if (improved) {
      this.best = this.#last;
      this.#worse = 0;
      this.#kept?.keep();
    } else this.#worse++;
    onValidation?.(this.#last);
    return this.#worse >= patience;
  }

  /** The last one, unless it was just made; then the best parameters. */
  async end(steps: number, finite: boolean): Promise<void> {
    try {
      if (finite && this.#last?.step !== steps) await this.validate();
    } finally {
      if (this.best !== undefined && this.best.step !== steps) this.#kept?.restore();
      this.#kept?.dispose();
    }
  }

  /** Loss and metrics over all the data. */
  async #measured(): Promise<Omit<Validated, 'improved'>> {
    const examples = this.#examples;
    const { model, columns } = this.#parts;
    const metrics = Object.entries(this.#options.metrics ?? {});
    const outputs = new Float32Array(metrics.length > 0 ? examples.count * columns : 0);
    let at = 0;
    const onBatch = () => {
      const batch = (model.out as Tensor).toArray();
      outputs.set(batch, at);
      at += batch.length;
    };
    const options = metrics.length > 0 ? { onBatch } : {};
    const loss = await evaluate(this.#parts, examples, options, this.#trace);
    const measured = metrics.map(([name, metric]) => [name, metric(outputs, examples.y, columns)]);
    return { step: this.#trainer.steps, loss, metrics: Object.fromEntries(measured) };
  }
}
