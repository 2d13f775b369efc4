import type { Core } from '../core/core.js';
import { expectBoolean, expectInteger, expectNumber } from '../core/expect.js';
import type { Sequential } from '../nn/sequential.js';
import type { Examples, RawExamples } from './examples.js';
import { KeptBuffers } from './kept-buffers.js';
import type { Metric } from './metrics.js';

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
  readonly #every: number;
  readonly #options: ValidationOptions;
  readonly #measure: () => Promise<Omit<Validated, 'improved'>>;
  readonly #kept: KeptBuffers | undefined;
  #last: Validated | undefined;
  #worse = 0;

  constructor(
    options: ValidationOptions,
    epoch: number,
    core: Core,
    model: Sequential,
    measure: () => Promise<Omit<Validated, 'improved'>>,
  ) {
    const { every = epoch, patience, minDelta = 0, keepBest = patience !== undefined } = options;
    expectInteger('Trainer.run', 'every', every, 1);
    if (patience !== undefined) expectInteger('Trainer.run', 'patience', patience, 1);
    expectNumber('Trainer.run', 'minDelta', minDelta, 0, 1e30);
    expectBoolean('Trainer.run', 'keepBest', keepBest);
    this.#every = every;
    this.#options = options;
    this.#measure = measure;
    const tensors = [...model.parameters(), ...model.buffers()];
    if (keepBest) this.#kept = new KeptBuffers('Trainer.run', core, tensors);
  }

  isDue(steps: number): boolean {
    return steps % this.#every === 0;
  }

  /** True where the run is to end. */
  async validate(): Promise<boolean> {
    const { patience = Number.POSITIVE_INFINITY, minDelta = 0, onValidation } = this.#options;
    const measured = await this.#measure();
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
}
