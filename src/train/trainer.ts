import type { Core } from '../core/core.js';
import { symbolDispose } from '../core/dispose.js';
import { expectInteger, expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { RowData } from '../core/rows.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { CrossEntropyLoss } from '../nn/losses/cross-entropy.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import { Generator } from '../random/generator.js';
import { Batches, type Signal, SLICE } from './batches.js';
import { breathe, now } from './breathe.js';
import { DivergenceError, largest, type Origin, originOf } from './divergence.js';
import {
  type CalibrateOptions,
  calibrate,
  type EvaluateOptions,
  evaluate,
  keepModes,
  type Parts,
  type VisitOptions,
  visit,
} from './evaluation.js';
import { columnsOf, type Examples, expectExamples, packExamples, touch } from './examples.js';
import { KeptBuffers } from './kept-buffers.js';
import { Sampler, type Sampling } from './sampler.js';

export type { Sampling, Signal, VisitOptions };
export { type CalibrateOptions, DivergenceError, type EvaluateOptions, type Examples, type Origin };

export interface TrainerOptions {
  /** In a core, with initial parameters: `model.to(core, { seed })`. */
  model: Sequential<Indices> | Sequential<Tensor>;
  /** Default: `new CrossEntropyLoss()`. */
  loss?: Loss;
  /** Of the model's parameters. */
  optimizer: Optimizer;
  /** The inputs, as rows of numbers or packed; with `y`, or `examples` in place of both. */
  x?: RowData;
  /** The targets, by the loss: a class a row, or values. */
  y?: RowData;
  /** x and y packed as they are kept, in arrays of the network's own types. */
  examples?: Examples;
  /** Default: 32, or all examples where they are fewer. */
  batchSize?: number;
  /** Of the order of the examples, drawn by `new Generator(seed)`: shuffled epochs. Default: the Generator's own. */
  seed?: number | bigint;
  /** Draws each minibatch, with replacement, as torch.randint(0, count, (batchSize,)): as the lecture does. */
  generator?: Generator;
  /** How minibatches are drawn. Default: `replacement` with a generator, else `epochs`. */
  sampling?: Sampling;
  /** The core of the model; it need not be said. */
  core?: Core;
}

const OPTIONS = ['model', 'loss', 'optimizer', 'x', 'y', 'examples', 'batchSize', 'seed', 'generator'];

export interface RunOptions {
  /** Ends the run after the step in hand. */
  signal?: Signal | undefined;
  /** Called after each step with its number (from 0) and the loss of its minibatch. */
  onStep?: ((step: number, loss: number) => void) | undefined;
}

/** What a trainer needs beside the model's tensors to go on as if it had never stopped. */
export interface TrainerState {
  /** Steps made. */
  steps: number;
  lastLoss: number | undefined;
  /** State of the generator that draws the minibatches, before those of the epoch in hand were drawn. */
  generator: Uint8Array;
}

/**
 * The training loop: minibatch, forward, loss, backward, update. A step of a size seen before allocates nothing; `run` and
 * `evaluate` give time back to the event loop every 16 ms.
 *
 * Errors: TypeError for an option that is missing or of another kind, an optimizer of another model's parameters, or
 * examples of another kind than the first layer or the loss takes; RangeError where the examples have other columns, or
 * a target is none; DivergenceError, which says where it arose, where a loss is NaN or infinite: the network is then the
 * one before that step.
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
  readonly #examples: Examples;
  readonly #sampler: Sampler;
  readonly #batchSize: number;
  readonly #parts: Parts;
  /** Columns of the network's output. */
  readonly #columns: number;
  /** Examples that the network can take. */
  readonly #fit = new WeakSet<Examples>();
  #working: string | undefined;
  /** The step with which the trainer began or went on, and the largest element of each parameter then. */
  #begin = 0;
  #initial: number[] | undefined;
  /** What `touch` returned: kept, so that no compiler finds it idle. */
  readonly #touched = new Float64Array(1);

  constructor(options: TrainerOptions) {
    expectOptions('Trainer', options, [...OPTIONS, 'sampling', 'core']);
    const core = expectParts(options);
    const { loss = new CrossEntropyLoss(), optimizer, x, y, seed, generator } = options;
    const model = options.model as Sequential;
    const examples = options.examples ?? packExamples('Trainer', x as RowData, y as RowData, model, loss);
    const { batchSize = Math.max(1, Math.min(32, examples.count)) } = options;
    const { sampling = generator === undefined ? 'epochs' : 'replacement' } = options;
    if (!['replacement', 'epochs', 'ordered'].includes(sampling))
      throw new TypeError(
        `Trainer: expected sampling 'replacement', 'epochs' or 'ordered', got ${came(sampling)}`,
      );
    expectInteger('Trainer', 'batchSize', batchSize, 1);
    this.model = model;
    this.optimizer = optimizer;
    this.loss = loss;
    this.#examples = examples;
    this.#batchSize = batchSize;
    const columns = columnsOf(examples);
    this.#columns = model.capacity > 0 ? (model.out as Tensor).columns : probed(core, model, examples);
    this.#expectFit(examples);
    const capacity = Math.max(batchSize, model.capacity || ROWS);
    const targets = { dtype: loss.targetDtype, columns: loss.targetColumns(this.#columns) };
    loss.reserve?.(core, capacity, this.#columns);
    this.#parts = {
      model,
      loss,
      batches: new Batches(core, capacity, { dtype: model.inputDtype, columns }, targets),
      kept: new KeptBuffers(
        core,
        model.buffers().map(({ value }) => value),
      ),
    };
    this.#sampler = new Sampler(sampling, generator ?? new Generator(seed), examples.count, batchSize);
  }

  /** A copy of what, with the model's tensors and the optimizer's, is all that the next step depends on. */
  state(): TrainerState {
    const { steps, lastLoss } = this;
    return { steps, lastLoss, generator: this.#sampler.getState(steps) };
  }

  /**
   * Goes on from a state of `state()`; the optimizer too. The model's tensors are the caller's affair.
   *
   * Errors: RangeError for a state no trainer has, Error while the trainer works; then nothing has changed.
   */
  restore({ steps, lastLoss, generator }: TrainerState): void {
    expectInteger('Trainer.restore', 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
    this.#expectIdle('restore');
    this.#sampler.setState(generator);
    this.divergence = undefined;
    this.#begin = steps;
    this.#initial = undefined;
    this.steps = steps;
    this.optimizer.steps = steps;
    this.lastLoss = lastLoss;
  }

  /** One step; returns the loss of its minibatch, before the update. */
  step(): number {
    const { model, loss, optimizer } = this;
    const { batches, kept } = this.#parts;
    const examples = this.#examples;
    this.#initial ??= model.parameters().map(({ value }) => largest(value));
    model.train();
    const picks = this.#sampler.next(this.steps);
    this.#touched[0] = touch(examples, picks);
    batches.load(examples, 0, picks, picks.length);
    kept.keep();
    try {
      const value = loss.forward((model as Sequential).forward(batches.x as Tensor), batches.y);
      if (!Number.isFinite(value)) throw this.#diverged(value, examples, (row) => picks[row]);
      model.backward(loss.backward());
      optimizer.step();
      this.steps++;
      this.lastLoss = value;
      return value;
    } catch (error) {
      kept.restore();
      throw error;
    }
  }

  /** Steps until `steps` have been made in all; resolves to that number, or to fewer where the signal ended it. */
  async run(steps: number, options: RunOptions = {}): Promise<number> {
    expectInteger('Trainer.run', 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
    expectOptions('Trainer.run', options, ['signal', 'onStep']);
    const { signal, onStep } = options;
    return this.#alone('run', async () => {
      let until = now() + SLICE;
      while (this.steps < steps && signal?.aborted !== true) {
        const loss = this.step();
        onStep?.(this.steps - 1, loss);
        if (now() >= until) {
          await breathe();
          until = now() + SLICE;
        }
      }
      return this.steps;
    });
  }

  /**
   * Mean loss over all the examples, batch by batch, with running or calibrated statistics. Rejects with the signal's
   * reason where that ends it. Where many examples have the same integers for x, each of these rows is computed once and
   * counts for all of them; not so with `onBatch`, which sees every example. DivergenceError for a loss that is NaN or
   * infinite.
   */
  async evaluate(examples: Examples, options: EvaluateOptions = {}): Promise<number> {
    expectOptions('Trainer.evaluate', options, ['statistics', 'signal', 'onBatch', 'onProgress']);
    return this.#alone('evaluate', async () => {
      this.model.eval(options.statistics);
      this.#expectFit(examples);
      return evaluate(this.#parts, examples, options, (value, first) => {
        if (Number.isFinite(value)) return value;
        throw this.#diverged(value, examples, (row) => first + row);
      });
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
    const leave = keepModes(this.model as Sequential);
    return this.#alone(
      'visit',
      async () => {
        this.#expectFit(examples);
        return visit(this.#parts, examples, visitor, options, this.#batchSize);
      },
      leave,
    );
  }

  /**
   * Measures mean and unbiased variance of the input of each BatchNorm1d over all the examples, as if they were one
   * batch: the first layer's first, then, with those in use, the second's, and so on. `eval('calibrated')` uses them.
   */
  async calibrate(examples: Examples, options: CalibrateOptions = {}): Promise<void> {
    expectOptions('Trainer.calibrate', options, ['signal', 'onProgress']);
    expectInteger('Trainer.calibrate', 'examples.count', examples.count, 2);
    return this.#alone('calibrate', async () => {
      this.#expectFit(examples);
      return calibrate(this.#parts, examples, options);
    });
  }

  /** Runs, evaluations and the like share buffers and the model's mode: one at a time. Leaves it in training. */
  async #alone<T>(
    what: string,
    work: () => Promise<T>,
    leave: () => void = () => this.model.train(),
  ): Promise<T> {
    this.#expectIdle(what);
    this.#working = what;
    try {
      return await work();
    } finally {
      this.#working = undefined;
      leave();
    }
  }

  #expectIdle(what: string): void {
    if (this.#working !== undefined)
      throw new Error(
        `Trainer.${what}: expected ${this.#working} to have ended, got a call while it goes on`,
      );
  }

  /** Once for all examples; what is put into their arrays later, each forward and loss checks again. */
  #expectFit(examples: Examples): void {
    if (this.#fit.has(examples)) return;
    expectExamples('Trainer', examples, this.model as Sequential, this.loss, this.#columns);
    this.#fit.add(examples);
  }

  #diverged(loss: number, examples: Examples, exampleOf: (row: number) => number): DivergenceError {
    const { model, optimizer, steps, lastLoss } = this;
    const origin = originOf({
      model: model as Sequential,
      optimizer,
      examples,
      x: this.#parts.batches.x,
      exampleOf,
      steps,
      begin: this.#begin,
      initial: this.#initial ?? model.parameters().map(() => Infinity),
    });
    this.divergence = new DivergenceError(steps, loss, lastLoss, origin);
    return this.divergence;
  }

  /** Gives the buffers of the batches and of the loss back to the core; the model is its owner's. Idempotent. */
  dispose(): void {
    this.#parts.batches.dispose();
    this.#parts.kept.dispose();
    this.loss.dispose?.();
  }

  [symbolDispose](): void {
    this.dispose();
  }
}

/** Rows of an evaluation's batch, where the model has not been reserved for another number. */
const ROWS = 256;

/** Columns of the output, by a forward of the first example. */
function probed(core: Core, model: Sequential, examples: Examples): number {
  const x = { dtype: model.inputDtype, columns: columnsOf(examples) };
  const one = new Batches(core, 1, x, { dtype: 'int32', columns: 1 });
  try {
    one.x.gather(examples.x as never, 0);
    model.eval();
    return model.forward(one.x as Tensor).columns;
  } finally {
    model.train();
    one.dispose();
  }
}

/** Each option is there, of its kind, and of one model and core: which is returned. */
function expectParts(options: TrainerOptions): Core {
  const { model, loss, optimizer, examples, x, y, generator } = options;
  const expect = (name: string, what: string, value: unknown, holds: boolean) => {
    if (!holds) throw new TypeError(`Trainer: expected ${name} to be ${what}, got ${came(value)}`);
  };
  expect('model', 'a Sequential', model, Array.isArray(model?.layers) && typeof model.eval === 'function');
  expect(
    'loss',
    'a loss, such as new CrossEntropyLoss()',
    loss,
    loss === undefined || (typeof loss?.evaluate === 'function' && loss.targetDtype !== undefined),
  );
  expect(
    'optimizer',
    'an optimizer, such as new SGD(…)',
    optimizer,
    Array.isArray(optimizer?.parameters) && typeof optimizer.step === 'function',
  );
  if (examples === undefined)
    expect('x and y, or examples,', 'rows of numbers', x ?? y, x !== undefined && y !== undefined);
  else expect('examples', '{ x, y, count }', examples, typeof examples === 'object' && examples !== null);
  if (generator !== undefined)
    expect('generator', 'a Generator', generator, typeof generator?.randintInto === 'function');
  const { core } = model;
  if (core === undefined) throw new Error('Trainer: expected a model in a core: model.to(core, { seed })');
  if (options.core !== undefined && options.core !== core)
    throw new TypeError('Trainer: expected the core that the model lies in, got another');
  const own = new Set(model.parameters());
  const other = optimizer.parameters.findIndex((parameter) => !own.has(parameter));
  if (other >= 0)
    throw new TypeError(
      `Trainer: expected an optimizer of the model's parameters, got one whose parameter ${other} is none of them`,
    );
  return core;
}
