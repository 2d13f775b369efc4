import { BaseDisposable } from '../core/dispose.js';
import { expectFunction, expectInteger, expectOptions, expectSignal } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Parameter } from '../nn/layer.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import { pauses } from './breathe.js';
import type { DivergenceError } from './divergence.js';
import { type Examples, expectInputs, type RawExamples, touch } from './examples.js';
import { samplerOf } from './sampler.js';
import {
  expectParts,
  iteratorOf,
  type Model,
  OPTIONS,
  type RunOptions,
  type TrainerOptions,
} from './trainer-options.js';
import { type Parts, TrainerParts } from './trainer-parts.js';

/**
 * The training loop: minibatch, forward, loss, backward, update. A step of a size seen before allocates nothing; `run` gives
 * time back to the event loop every 16 ms. `evaluate`, `visit` and `calibrate` go through examples with what it has.
 *
 * Errors: TypeError for an option that is missing or of another kind, an optimizer of another model's parameters, or
 * examples of another kind than the first layer or the loss takes; RangeError where the examples have other columns, or
 * a target is none (before the first step, where the model has no initial parameters yet); DivergenceError, which says
 * where it arose, where a loss is NaN or infinite: the network is then the one before that step.
 */
export class Trainer extends BaseDisposable {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** Steps made so far. */
  steps = 0;
  /** Loss of the last step's minibatch. */
  lastLoss: number | undefined;
  /** What ended the last run, if that was a loss that is NaN or infinite. */
  divergence: DivergenceError | undefined;
  /** What minibatches are drawn from; or whence they come. */
  readonly #examples: Examples | undefined;
  readonly #batches: AsyncIterator<RawExamples> | Iterator<RawExamples> | undefined;
  readonly #clip: ((parameters: readonly Parameter[]) => void) | undefined;
  /** For `evaluate` and the like. @internal */
  readonly parts: TrainerParts;
  /** What `touch` returned: kept, so that no compiler finds it idle. */
  readonly #touched = new Float64Array(1);

  constructor(options: TrainerOptions) {
    super();
    expectOptions('Trainer', options, OPTIONS);
    const core = expectParts(options);
    const { loss, optimizer, x, y, batches } = options;
    this.model = options.model;
    this.optimizer = optimizer;
    this.loss = loss;
    this.#clip = options.clip;
    const parts = new TrainerParts(this, core, options.explain?.(this, options.clip !== undefined));
    this.parts = parts;
    if (batches !== undefined) {
      this.#batches = iteratorOf(batches);
      return;
    }
    const model = this.model as Sequential;
    const { examples: given = { x, y } as RawExamples } = options;
    const examples = parts.packed(given);
    parts.sampler = samplerOf(options, examples.count);
    parts.batchSize = parts.sampler.size;
    this.#examples = examples;
    // Without initial parameters, which a checkpoint may bring, the network cannot be asked for its columns yet.
    if (model.parameters().every(({ value }) => value.written)) parts.of(examples);
    else expectInputs('Trainer', examples, model);
  }

  /**
   * Inputs and targets of the last batch, of a step, an evaluation or a visit: those of which the layers' `out` are. They
   * lie where the next batch will; undefined before the first.
   */
  get batch(): { readonly x: Indices | Tensor; readonly y: Indices | Tensor } | undefined {
    return this.parts.made?.batches;
  }

  /** One step; returns the loss of its minibatch, before the update. Errors: Error where minibatches come from elsewhere. */
  step(): number {
    const examples = this.#examples;
    const { parts } = this;
    const { sampler } = parts;
    if (examples === undefined || sampler === undefined)
      throw new Error('Trainer.step: expected x and y; minibatches from elsewhere are for run, or for await');
    parts.expectFree('Trainer.step', 'Trainer.run');
    const made = parts.of(examples);
    const picks = sampler.next(this.steps);
    this.#touched[0] = touch(examples, picks);
    return this.#stepOn(made, examples, picks, picks.length);
  }

  /** The next minibatch from elsewhere, undefined at the end. */
  async #stepAfar(): Promise<number | undefined> {
    const { done, value } = await (this.#batches as AsyncIterator<RawExamples>).next();
    if (done === true) return undefined;
    // What was begun, or disposed of, while it came.
    this.parts.expectFree('Trainer.step', 'Trainer.run');
    const examples = this.parts.packed(value);
    return this.#stepOn(this.parts.of(examples), examples, undefined, examples.count);
  }

  #stepOn({ batches, kept }: Parts, examples: Examples, picks: Int32Array | undefined, rows: number): number {
    const { model, loss, optimizer, parts } = this;
    const { explanation } = parts;
    this.divergence = undefined;
    explanation?.see();
    model.train();
    batches.load(examples, 0, picks, rows);
    kept.keep();
    try {
      const value = loss.forward((model as Sequential).forward(batches.x as Tensor), batches.y);
      if (!Number.isFinite(value)) parts.diverge(value, examples, (row) => picks?.[row] ?? row);
      model.backward(loss.backward());
      this.#clip?.(optimizer.parameters);
      optimizer.step();
      explanation?.keep(examples, picks, rows);
      this.steps++;
      this.lastLoss = value;
      return value;
    } catch (error) {
      kept.restore();
      throw error;
    }
  }

  /**
   * Steps until `steps` have been made in all; resolves to that number, or to fewer where the signal, the patience of
   * early stopping or the end of the minibatches ended it.
   */
  async run(steps: number, options: RunOptions = {}): Promise<number> {
    expectInteger('Trainer.run', 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
    expectOptions('Trainer.run', options, ['signal', 'onStep', 'validation']);
    const { signal, onStep, validation } = options;
    expectSignal('Trainer.run', signal);
    expectFunction('Trainer.run', 'onStep', onStep);
    if (validation !== undefined && typeof validation?.validate !== 'function')
      throw new TypeError(
        `Trainer.run: expected validation to be new Validation(data, …), got ${came(validation)}`,
      );
    return this.parts.alone('Trainer.run', async () => {
      validation?.begin(this, this.parts.sampler?.batches ?? 1);
      const paused = pauses();
      let ended = false;
      try {
        while (this.steps < steps && signal?.aborted !== true) {
          const loss = this.#examples === undefined ? await this.#stepAfar() : this.step();
          if (loss === undefined) break;
          onStep?.(this.steps - 1, loss);
          if (validation?.isDue(this.steps) && (await validation.validate())) break;
          const pause = paused();
          if (pause) await pause;
        }
        ended = true;
      } finally {
        await validation?.end(this.steps, ended);
      }
      return this.steps;
    });
  }

  /** Steps without an end, each with its number (from 0) and its loss; gives time back to the event loop every 16 ms. */
  async *[Symbol.asyncIterator](): AsyncGenerator<{ step: number; loss: number }, void> {
    const paused = pauses();
    for (;;) {
      const loss = this.#examples === undefined ? await this.#stepAfar() : this.step();
      if (loss === undefined) return;
      yield { step: this.steps - 1, loss };
      const pause = paused();
      if (pause) await pause;
    }
  }

  /** Gives the buffers of the batches and of the loss back to the core; the model is its owner's. Idempotent. */
  dispose(): void {
    this.parts.dispose();
    this.loss.dispose?.();
  }
}
