import type { Core } from '../core/core.js';
import { symbolDispose } from '../core/dispose.js';
import { expectFunction, expectInteger, expectOptions, expectSignal } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { type CalibratedLayer, isCalibrated } from '../nn/calibration.js';
import type { Parameter } from '../nn/layer.js';
import { CrossEntropyLoss } from '../nn/losses/cross-entropy.js';
import type { Loss } from '../nn/losses/loss.js';
import { placedLayers, type Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import { Generator } from '../random/generator.js';
import type { Signal } from './abort.js';
import { SLICE } from './batches.js';
import { breathe, now } from './breathe.js';
import { DivergenceError } from './divergence.js';
import { type DrawnState, drawnProblem, drawnStates, restoreDrawn } from './drawn.js';
import {
  type CalibrateOptions,
  type EvaluateOptions,
  evaluate,
  type Parts,
  type VisitOptions,
  visit,
} from './evaluation.js';
import { type Examples, expectInputs, type RawExamples, touch } from './examples.js';
import type { Origin } from './failed.js';
import { keepModes } from './keep-modes.js';
import { expectFree, holding } from './lock.js';
import type { Metric } from './metrics.js';
import { Sampler, type Sampling } from './sampler.js';
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
import { VALIDATION, type Validated, Validation, type ValidationOptions } from './validation.js';

export type {
  DrawnState,
  Metric,
  RawExamples,
  RunOptions,
  Sampling,
  Signal,
  TrainerOptions,
  TrainerState,
  Validated,
  ValidationOptions,
  VisitOptions,
};
export { type CalibrateOptions, DivergenceError, type EvaluateOptions, type Examples, type Origin };

/**
 * The training loop: minibatch, forward, loss, backward, update. A step of a size seen before allocates nothing; `run` and
 * `evaluate` give time back to the event loop every 16 ms.
 *
 * Errors: TypeError for an option that is missing or of another kind, an optimizer of another model's parameters, or
 * examples of another kind than the first layer or the loss takes; RangeError where the examples have other columns, or
 * a target is none (before the first step, where the model has no initial parameters yet); DivergenceError, which says
 * where it arose, where a loss is NaN or infinite: the network is then the one before that step.
 */
export class Trainer implements Disposable {
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
  readonly #trace = new Trace();
  /** What `touch` returned: kept, so that no compiler finds it idle. */
  readonly #touched = new Float64Array(1);

  constructor(options: TrainerOptions) {
    expectOptions('Trainer', options, OPTIONS);
    this.#core = expectParts(options);
    const { loss = new CrossEntropyLoss(), optimizer, x, y, batches, seed, generator } = options;
    this.model = options.model;
    this.optimizer = optimizer;
    this.loss = loss;
    this.#clip = options.clip;
    this.#parts = new TrainerParts(this.#core, this.model, loss);
    if (batches !== undefined) {
      this.#batches = iteratorOf(batches);
      return;
    }
    const model = this.model as Sequential;
    const examples = options.examples ?? this.#parts.packed({ x, y } as RawExamples);
    expectInteger('Trainer', 'examples.count', examples.count, 1);
    const { batchSize = Math.min(32, examples.count) } = options;
    const { sampling = generator === undefined ? 'epochs' : 'replacement' } = options;
    if (!['replacement', 'epochs', 'ordered'].includes(sampling))
      throw new TypeError(
        `Trainer: expected sampling 'replacement', 'epochs' or 'ordered', got ${came(sampling)}`,
      );
    expectInteger('Trainer', 'batchSize', batchSize, 1);
    this.#parts.batchSize = batchSize;
    this.#examples = examples;
    this.#sampler = new Sampler(sampling, generator ?? new Generator(seed), examples.count, batchSize);
    // Without initial parameters, which a checkpoint may bring, the network cannot be asked for its columns yet.
    if (model.parameters().every(({ value }) => value.written)) this.#parts.of(examples);
    else expectInputs('Trainer', examples, model);
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
    if (typeof state !== 'object' || state === null)
      throw new TypeError(`Trainer.restore: expected a state of state(), got ${came(state)}`);
    const { steps, lastLoss, generator, drawn = [] } = state;
    expectInteger('Trainer.restore', 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
    if (lastLoss !== undefined && typeof lastLoss !== 'number')
      throw new TypeError(`Trainer.restore: expected lastLoss to be a number, got ${came(lastLoss)}`);
    expectFree('Trainer.restore', this.model, this);
    const problem = drawnProblem(this.model, drawn);
    if (problem !== undefined) throw new RangeError(`Trainer.restore: ${problem}`);
    // Before anything changes.
    for (const { state: drawnState } of drawn) new Generator().setState(drawnState);
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
    this.#trace.see(model);
    model.train();
    batches.load(examples, 0, picks, rows);
    kept.keep();
    try {
      const value = loss.forward((model as Sequential).forward(batches.x as Tensor), batches.y);
      if (!Number.isFinite(value)) throw this.#diverged(value, examples, (row) => picks?.[row] ?? row);
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
    expectOptions('Trainer.run', options, ['signal', 'onStep', ...VALIDATION]);
    const { signal, onStep } = options;
    expectSignal('Trainer.run', signal);
    expectFunction('Trainer.run', 'onStep', onStep);
    return this.#alone('run', async () => {
      const validation = this.#validation(options);
      let ended = false;
      try {
        let until = now() + SLICE;
        while (this.steps < steps && signal?.aborted !== true) {
          const loss = this.#examples === undefined ? await this.#stepAfar() : this.step();
          if (loss === undefined) break;
          onStep?.(this.steps - 1, loss);
          if (validation?.isDue(this.steps) && (await validation.validate())) break;
          if (now() >= until) {
            await breathe();
            until = now() + SLICE;
          }
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
    let until = now() + SLICE;
    for (;;) {
      const loss = this.#examples === undefined ? await this.#stepAfar() : this.step();
      if (loss === undefined) return;
      yield { step: this.steps - 1, loss };
      if (now() >= until) {
        await breathe();
        until = now() + SLICE;
      }
    }
  }

  #validation(options: RunOptions): Validation | undefined {
    const { validation: data, metrics = {} } = options;
    if (data === undefined) return undefined;
    const examples = this.#parts.packed(data);
    const parts = this.#parts.of(examples);
    const { columns } = parts;
    const names = Object.keys(metrics);
    const epoch = this.#sampler?.batches ?? 1;
    const model = this.model as Sequential;
    return new Validation(options, epoch, this.#core, model, async () => {
      const outputs = new Float32Array(names.length > 0 ? examples.count * columns : 0);
      let at = 0;
      const keep = () => {
        const batch = (model.out as Tensor).toArray();
        outputs.set(batch, at);
        at += batch.length;
      };
      model.eval();
      const loss = await evaluate(
        parts,
        examples,
        { onBatch: names.length > 0 ? keep : undefined },
        (value, first) => this.#expectFinite(value, examples, first),
      );
      const measured = names.map((name) => [name, metrics[name](outputs, examples.y, columns)]);
      return { step: this.steps, loss, metrics: Object.fromEntries(measured) };
    });
  }

  /**
   * Mean loss over all the examples, batch by batch, with running or calibrated statistics. Rejects with the signal's
   * reason where that ends it. Where many examples have the same integers for x, each of these rows is computed once and
   * counts for all of them; not so with `onBatch`, which sees every example. DivergenceError for a loss that is NaN or
   * infinite.
   */
  async evaluate(data: Examples | RawExamples, options: EvaluateOptions = {}): Promise<number> {
    expectOptions('Trainer.evaluate', options, ['statistics', 'signal', 'onBatch', 'onProgress']);
    expectStatistics('Trainer.evaluate', options.statistics, ['running', 'calibrated']);
    expectSignal('Trainer.evaluate', options.signal);
    expectFunction('Trainer.evaluate', 'onBatch', options.onBatch);
    expectFunction('Trainer.evaluate', 'onProgress', options.onProgress);
    return this.#alone('evaluate', async () => {
      const examples = this.#parts.packed(data);
      const parts = this.#parts.of(examples);
      return evaluate(parts, examples, options, (value, first) => this.#expectFinite(value, examples, first));
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
    expectOptions('Trainer.visit', options, ['statistics', 'signal']);
    expectStatistics('Trainer.visit', options.statistics, ['running', 'calibrated', 'batch']);
    expectSignal('Trainer.visit', options.signal);
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
    expectOptions('Trainer.calibrate', options, ['signal', 'onProgress']);
    expectSignal('Trainer.calibrate', options.signal);
    expectFunction('Trainer.calibrate', 'onProgress', options.onProgress);
    expectInteger('Trainer.calibrate', 'examples.count', examples?.count, 2);
    return this.#alone('calibrate', async () => {
      const { model, batches } = this.#parts.of(examples);
      const norm = placedLayers(model).find(({ layer }) => isCalibrated(layer))?.layer as unknown;
      await (norm as CalibratedLayer | undefined)?.calibrateAll(model, {
        x: examples.x,
        count: examples.count,
        capacity: batches.capacity,
        each: (visit) => batches.each(examples, options.signal, (rows) => visit(batches.x as Tensor, rows)),
        onProgress: options.onProgress,
      });
    });
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

  /** The loss of a batch that begins with the example `first`. */
  #expectFinite(value: number, examples: Examples, first: number): number {
    if (Number.isFinite(value)) return value;
    throw this.#diverged(value, examples, (row) => first + row);
  }

  #diverged(value: number, examples: Examples, exampleOf: (row: number) => number): DivergenceError {
    const { batches } = this.#parts.made as Parts;
    const clips = this.#clip !== undefined;
    const error = this.#trace.errorOf(value, this, { ...batches, clips, exampleOf }, examples);
    this.divergence = error;
    return error;
  }

  /** Gives the buffers of the batches and of the loss back to the core; the model is its owner's. Idempotent. */
  dispose(): void {
    this.#disposed = true;
    this.#parts.dispose();
    this.loss.dispose?.();
  }

  [symbolDispose](): void {
    this.dispose();
  }
}

/** Whether there is a batch norm to mind them or not. */
function expectStatistics(place: string, statistics: string = 'running', known: readonly string[]): void {
  if (!known.includes(statistics))
    throw new TypeError(
      `${place}: expected statistics ${known.map(came).join(' or ')}, got ${came(statistics)}`,
    );
}
