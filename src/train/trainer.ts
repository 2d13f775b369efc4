import type { Core } from '../core/core.js';
import { BaseDisposable } from '../core/dispose.js';
import { expectInteger, expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Parameter } from '../nn/layer.js';
import { CrossEntropyLoss } from '../nn/losses/cross-entropy.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import { pauses } from './breathe.js';
import type { DivergenceError } from './divergence.js';
import { drawnStates, expectState, restoreDrawn } from './drawn.js';
import {
  type CalibrateOptions,
  calibrate,
  type EvaluateOptions,
  evaluate,
  expectPass,
  type Parts,
  type VisitOptions,
  visit,
} from './evaluation.js';
import { type Examples, expectInputs, type RawExamples, touch } from './examples.js';
import { keepModes } from './keep-modes.js';
import { expectFree, holding } from './lock.js';
import { type Sampler, samplerOf } from './sampler.js';
import { Trace } from './trace.js';
import {
  expectParts,
  iteratorOf,
  OPTIONS,
  type RunOptions,
  type TrainerOptions,
  type TrainerState,
} from './trainer-options.js';
import { TrainerParts } from './trainer-parts.js';
import { VALIDATION, type Validated, Validation } from './validation.js';

/**
 * The training loop: minibatch, forward, loss, backward, update. A step of a size seen before allocates nothing; `run` and
 * `evaluate` give time back to the event loop every 16 ms.
 *
 * Errors: TypeError for an option that is missing or of another kind, an optimizer of another model's parameters, or
 * examples of another kind than the first layer or the loss takes; RangeError where the examples have other columns, or
 * a target is none (before the first step, where the model has no initial parameters yet); DivergenceError, which says
 * where it arose, where a loss is NaN or infinite: the network is then the one before that step.
 */
export class Trainer extends BaseDisposable {
  readonly model: Sequential<Indices> | Sequential<Tensor>;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** Steps made so far. */
  steps = 0;
  /** Loss of the last step's minibatch. */
  lastLoss: number | undefined;
  /** What ended the last run, if that was a loss that is NaN or infinite. */
  divergence: DivergenceError | undefined;
  /** Of the last run with validation data: the one with the least loss. */
  best: Validated | undefined;
  readonly #core: Core;
  /** What minibatches are drawn from, and how; or whence they come. */
  readonly #examples: Examples | undefined;
  readonly #sampler: Sampler | undefined;
  readonly #batches: AsyncIterator<RawExamples> | Iterator<RawExamples> | undefined;
  readonly #clip: ((parameters: readonly Parameter[]) => void) | undefined;
  readonly #parts: TrainerParts;
  #disposed = false;
  readonly #trace: Trace;
  /** What `touch` returned: kept, so that no compiler finds it idle. */
  readonly #touched = new Float64Array(1);

  constructor(options: TrainerOptions) {
    super();
    expectOptions('Trainer', options, OPTIONS);
    this.#core = expectParts(options);
    const { loss = new CrossEntropyLoss(), optimizer, x, y, batches } = options;
    this.model = options.model;
    this.optimizer = optimizer;
    this.loss = loss;
    this.#clip = options.clip;
    this.#trace = new Trace(this, options.clip !== undefined);
    this.#parts = new TrainerParts(this.#core, this.model, loss);
    if (batches !== undefined) {
      this.#batches = iteratorOf(batches);
      return;
    }
    const model = this.model as Sequential;
    const examples = options.examples ?? this.#parts.packed({ x, y } as RawExamples);
    const sampler = samplerOf(options, examples.count);
    this.#parts.batchSize = sampler.size;
    this.#examples = examples;
    this.#sampler = sampler;
    // Without initial parameters, which a checkpoint may bring, the network cannot be asked for its columns yet.
    if (model.parameters().every(({ value }) => value.written)) this.#parts.of(examples);
    else expectInputs('Trainer', examples, model);
  }

  /**
   * Inputs and targets of the last batch, of a step, an evaluation or a visit: those of which the layers' `out` are. They
   * lie where the next batch will; undefined before the first.
   */
  get batch(): { readonly x: Indices | Tensor; readonly y: Indices | Tensor } | undefined {
    return this.#parts.made?.batches;
  }

  /** A copy of what, with the model's tensors and the optimizer's, is all that the next step depends on. */
  state(): TrainerState {
    const { steps, lastLoss } = this;
    const drawn = drawnStates(this.model, this.#sampler?.generator);
    const generator = this.#sampler?.getState(steps) ?? new Uint8Array(0);
    return { steps, lastLoss, generator, ...(drawn.length > 0 && { drawn }) };
  }

  /**
   * Goes on from a state of `state()`; the optimizer too. The model's tensors are the caller's affair.
   *
   * Errors: RangeError for a state no trainer has, Error while the trainer works; then nothing has changed.
   */
  restore(state: TrainerState): void {
    expectFree('Trainer.restore', this.model, this);
    expectState('Trainer.restore', state, this.model);
    const { steps, lastLoss, generator, drawn = [] } = state;
    this.#sampler?.setState(generator, steps);
    restoreDrawn(this.model, drawn, this.#sampler?.generator);
    this.divergence = undefined;
    this.#trace.begin(steps);
    this.steps = steps;
    this.optimizer.steps = steps;
    this.lastLoss = lastLoss;
  }

  /** One step; returns the loss of its minibatch, before the update. Errors: Error where minibatches come from elsewhere. */
  step(): number {
    const examples = this.#examples;
    const sampler = this.#sampler;
    if (examples === undefined || sampler === undefined)
      throw new Error('Trainer.step: expected x and y; minibatches from elsewhere are for run, or for await');
    this.#expectLive('step');
    expectFree('Trainer.step', this.model, this, 'run');
    const parts = this.#parts.of(examples);
    const picks = sampler.next(this.steps);
    this.#touched[0] = touch(examples, picks);
    return this.#stepOn(parts, examples, picks, picks.length);
  }

  /** The next minibatch from elsewhere, undefined at the end. */
  async #stepAfar(): Promise<number | undefined> {
    const { done, value } = await (this.#batches as AsyncIterator<RawExamples>).next();
    if (done === true) return undefined;
    const examples = this.#parts.packed(value);
    return this.#stepOn(this.#parts.of(examples), examples, undefined, examples.count);
  }

  #stepOn(parts: Parts, examples: Examples, picks: Int32Array | undefined, rows: number): number {
    const { model, loss, optimizer } = this;
    this.divergence = undefined;
    const { batches, kept } = parts;
    this.#trace.see();
    model.train();
    batches.load(examples, 0, picks, rows);
    kept.keep();
    try {
      const value = loss.forward((model as Sequential).forward(batches.x as Tensor), batches.y);
      if (!Number.isFinite(value)) this.#trace.fail(value, batches, examples, (row) => picks?.[row] ?? row);
      model.backward(loss.backward());
      this.#clip?.(optimizer.parameters);
      optimizer.step();
      this.#trace.keep(examples, picks, rows);
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
    expectPass('Trainer.run', options, ['signal', 'onStep', ...VALIDATION]);
    const { signal, onStep, validation: data } = options;
    return this.#alone('run', async () => {
      const epoch = this.#sampler?.batches ?? 1;
      const validation =
        data === undefined ? undefined : new Validation(this, options, data, epoch, this.#parts, this.#trace);
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
        if (validation !== undefined) this.best = validation.best;
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

  /**
   * Mean loss over all the examples, batch by batch, with running or calibrated statistics. Rejects with the signal's
   * reason where that ends it. Where many examples have the same integers for x, each of these rows is computed once and
   * counts for all of them; not so with `onBatch`, which sees every example. DivergenceError for a loss that is NaN or
   * infinite.
   */
  async evaluate(data: Examples | RawExamples, options: EvaluateOptions = {}): Promise<number> {
    expectPass('Trainer.evaluate', options, ['statistics', 'signal', 'onBatch', 'onProgress']);
    return this.#alone('evaluate', async () => {
      const examples = this.#parts.packed(data);
      return evaluate(this.#parts.of(examples), examples, options, this.#trace);
    });
  }

  /**
   * Forwards all the examples in their order, batch by batch, and calls `visitor` after each batch with its rows; the
   * layers' `out` are those of the batch then. With the statistics of each batch, batches are as large as in training
   * (one row that would be left over joins the batch before, or takes a row of it). Leaves the parameters, the running
   * statistics, the modes of batch norm and the minibatches of a run as they were.
   */
  async visit(
    examples: Examples,
    visitor: (rows: number) => void,
    options: VisitOptions = {},
  ): Promise<void> {
    expectPass('Trainer.visit', options, ['statistics', 'signal'], 'batch');
    if (typeof visitor !== 'function')
      throw new TypeError(`Trainer.visit: expected visitor to be a function, got ${came(visitor)}`);
    const leave = keepModes(this.model as Sequential);
    return this.#alone(
      'visit',
      async () => visit(this.#parts.of(examples), examples, visitor, options, this.#parts.batchSize),
      leave,
    );
  }

  /**
   * Measures mean and unbiased variance of the input of each BatchNorm1d over all the examples, as if they were one
   * batch: the first layer's first, then, with those in use, the second's, and so on. `eval('calibrated')` uses them.
   *
   * The other layers are in `eval()` meanwhile. Where it is ended, the statistics are those from before. Each layer is
   * computed once: the input of the batch norm before is kept meanwhile, up to 128 MB of it. Errors: RangeError for an
   * example that is not finite.
   */
  async calibrate(examples: Examples, options: CalibrateOptions = {}): Promise<void> {
    expectPass('Trainer.calibrate', options, ['signal', 'onProgress']);
    expectInteger('Trainer.calibrate', 'examples.count', examples?.count, 2);
    return this.#alone('calibrate', async () => calibrate(this.#parts.of(examples), examples, options));
  }

  /** One at a time. Leaves the model in training. */
  async #alone<T>(
    what: string,
    work: () => Promise<T>,
    leave: () => void = () => this.model.train(),
  ): Promise<T> {
    this.#expectLive(what);
    return holding(this.model, this, what, async () => {
      try {
        return await work();
      } finally {
        leave();
      }
    });
  }

  #expectLive(what: string): void {
    if (this.#disposed) throw new Error(`Trainer.${what}: this trainer was disposed`);
  }

  /** Gives the buffers of the batches and of the loss back to the core; the model is its owner's. Idempotent. */
  dispose(): void {
    this.#disposed = true;
    this.#parts.dispose();
    this.loss.dispose?.();
  }
}
