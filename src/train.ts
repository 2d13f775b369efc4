import { breathe, now } from './breathe.js';
import type { Core } from './core/core.js';
import { symbolDispose } from './core/dispose.js';
import { expectFunction, expectInteger, expectOptions, expectSignal } from './core/expect.js';
import { came } from './core/kind.js';
import { Indices, Tensor } from './core/tensor.js';
import { distinctRows } from './distinct.js';
import { DivergenceError, largest, type Origin, originOf } from './divergence.js';
import { columnsOf, type Examples, expectExamples, touch } from './examples.js';
import { expectFree, holding } from './lock.js';
import { Moments } from './moments.js';
import { BatchNorm1d } from './nn/batchnorm.js';
import { CrossEntropy } from './nn/cross-entropy.js';
import { KeptBuffers } from './nn/kept-buffers.js';
import { allCalibratedOrNone } from './nn/kept-calibration.js';
import type { Layer, Statistics } from './nn/layer.js';
import { keepModes } from './nn/modes.js';
import { placedLayers, type Sequential } from './nn/sequential.js';
import type { SGD } from './optim.js';
import type { Generator } from './random/generator.js';

export { DivergenceError, type Examples, type Origin };

export interface TrainerOptions {
  core: Core;
  /** Reserved and initialised; its capacity is the batch of an evaluation. */
  model: Sequential<Indices> | Sequential<Tensor>;
  optimizer: SGD;
  examples: Examples;
  batchSize: number;
  /** Draws the minibatches, as torch.randint(0, count, (batchSize,)). */
  generator: Generator;
}

export interface RunOptions {
  /** Ends the run after the step in hand. */
  signal?: AbortSignal | undefined;
  /** Called after each step with its number (from 0) and the loss of its minibatch. */
  onStep?: ((step: number, loss: number) => void) | undefined;
}

export interface EvaluateOptions {
  /** Default: the running ones. */
  statistics?: Statistics;
  signal?: AbortSignal | undefined;
  /** Called after the forward of each batch with its rows; the layers' `out` are those of the batch then. */
  onBatch?: ((rows: number) => void) | undefined;
  /** Called after each batch with how many rows are done, of how many there are to compute: the examples, or the distinct ones. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

export interface CalibrateOptions {
  signal?: AbortSignal | undefined;
  /** Called after each batch with how many examples were measured, of each batch norm, and how many that will be in all. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

export interface VisitOptions {
  /** What batch norm uses: `'batch'`, each batch's own as in training, or those of `eval(…)`. Default: the running ones. */
  statistics?: Statistics | 'batch';
  signal?: AbortSignal | undefined;
}

/** What a trainer needs beside the model's tensors to go on as if it had never stopped. */
export interface TrainerState {
  /** Steps made. */
  steps: number;
  lastLoss: number | undefined;
  /** `getState()` of the generator that draws the minibatches. */
  generator: Uint8Array;
}

/** Milliseconds of work between two visits to the event loop. */
const SLICE = 16;

/**
 * The training loop: minibatch, forward, loss, backward, update. A step allocates nothing; `run` and `evaluate` give
 * time back to the event loop every 16 ms.
 *
 * Errors: TypeError for an option that is missing or of another kind, an optimizer of another model's parameters, or
 * examples of another kind than the first layer takes; RangeError where the batch is larger than the model's capacity, the
 * examples have other columns, or a label is no class; DivergenceError, which says where it arose, where a loss is NaN or
 * infinite: the network is then the one before that step.
 */
export class Trainer implements Disposable {
  readonly model: Sequential<Indices> | Sequential<Tensor>;
  readonly optimizer: SGD;
  readonly loss = new CrossEntropy();
  /** Steps made so far. */
  steps = 0;
  /** Loss of the last step's minibatch. */
  lastLoss: number | undefined;
  /** A loss that was NaN or infinite, of a step or an evaluation; the next step forgets it. */
  divergence: DivergenceError | undefined;
  readonly #examples: Examples;
  readonly #generator: Generator;
  readonly #picks: Int32Array;
  /** The minibatch of the last update. */
  readonly #trained: Int32Array;
  readonly #x: Indices | Tensor;
  readonly #y: Indices;
  readonly #capacity: number;
  /** Of the network that has this output: another `reserve` may give it other buffers. */
  #kept: KeptBuffers;
  #out: Tensor | undefined;
  /** Examples that the network can take, as they were. */
  readonly #fit = new WeakMap<Examples, Examples>();
  #disposed = false;
  /** The step with which the trainer began or went on, and the largest element of each parameter then. */
  #begin = 0;
  #initial: number[] | undefined;
  /** What `touch` returned: kept, so that no compiler finds it idle. */
  readonly #touched = new Float64Array(1);

  constructor(options: TrainerOptions) {
    expectOptions('Trainer', options, ['core', 'model', 'optimizer', 'examples', 'batchSize', 'generator']);
    const { core, model, optimizer, examples, batchSize, generator } = options;
    expectParts(options);
    const out = model.out as Tensor;
    expectInteger('Trainer', 'batchSize', batchSize, 1, out.capacity);
    this.model = model;
    this.optimizer = optimizer;
    this.#examples = examples;
    this.#generator = generator;
    this.#picks = new Int32Array(batchSize);
    this.#trained = new Int32Array(batchSize);
    this.#capacity = out.capacity;
    expectExamples('Trainer', examples, model as Sequential);
    this.#fit.set(examples, { ...examples });
    this.#kept = new KeptBuffers('Trainer', core, model.buffers());
    this.#out = out;
    const columns = columnsOf(examples);
    this.#x =
      model.inputDtype === 'int32'
        ? new Indices(core, [out.capacity, columns])
        : new Tensor(core, [out.capacity, columns]);
    this.#y = new Indices(core, [out.capacity]);
    this.loss.reserve(core, out.capacity, out.columns);
  }

  /** A copy of what, with the model's tensors, is all that the next step depends on. */
  state(): TrainerState {
    return { steps: this.steps, lastLoss: this.lastLoss, generator: this.#generator.getState() };
  }

  /**
   * Goes on from a state of `state()`; the optimizer too. The model's tensors are the caller's affair.
   *
   * Errors: RangeError for a state no trainer has, Error while the trainer works; then nothing has changed.
   */
  restore(state: TrainerState): void {
    if (typeof state !== 'object' || state === null)
      throw new TypeError(`Trainer.restore: expected a state of state(), got ${came(state)}`);
    const { steps, lastLoss, generator } = state;
    expectInteger('Trainer.restore', 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
    if (lastLoss !== undefined && typeof lastLoss !== 'number')
      throw new TypeError(`Trainer.restore: expected lastLoss to be a number, got ${came(lastLoss)}`);
    expectFree('Trainer.restore', this.model, this);
    this.#generator.setState(generator);
    this.divergence = undefined;
    this.#begin = steps;
    this.#initial = undefined;
    this.steps = steps;
    this.optimizer.steps = steps;
    this.lastLoss = lastLoss;
  }

  /** One step; returns the loss of its minibatch, before the update. Error while something else goes on with the model. */
  step(): number {
    const { model, loss, optimizer } = this;
    this.#expectLive('step');
    expectFree('Trainer.step', model, this, 'run');
    this.#expectFit(this.#examples);
    const { count, x, y } = this.#examples;
    this.divergence = undefined;
    this.#initial ??= model.parameters().map(({ value }) => largest(value));
    model.train();
    this.#generator.randintInto(this.#picks, 0, count);
    this.#touched[0] = touch(this.#examples, this.#picks);
    this.#load(x, y, 0, this.#picks);
    const kept = this.#keep();
    try {
      const value = loss.forward(this.#forward(), this.#y);
      if (!Number.isFinite(value)) throw this.#diverged(value, (row) => this.#picks[row]);
      model.backward(loss.backward());
      optimizer.step();
      this.#trained.set(this.#picks);
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
    expectSignal('Trainer.run', signal);
    expectFunction('Trainer.run', 'onStep', onStep);
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
    const { statistics = 'running', signal, onBatch, onProgress } = options;
    expectStatistics('Trainer.evaluate', statistics, ['running', 'calibrated']);
    expectSignal('Trainer.evaluate', signal);
    expectFunction('Trainer.evaluate', 'onBatch', onBatch);
    expectFunction('Trainer.evaluate', 'onProgress', onProgress);
    return this.#alone('evaluate', async () => {
      let sum = 0;
      let first = 0;
      this.#expectFit(examples);
      const finite = (value: number) => {
        if (Number.isFinite(value)) return value;
        throw this.#diverged(value, (row) => first + row);
      };
      const distinct = onBatch ? undefined : distinctRows(examples, this.loss.dlogits.columns);
      if (distinct !== undefined) {
        const { x, rows: count, labels, starts } = distinct;
        const { columns } = this.loss.dlogits;
        // Of one batch, however many rows and classes there are.
        const counts = new Int32Array(Math.min(this.#capacity, count) * columns);
        await this.#batches({ x, y: new Int32Array(count), count }, signal, (rows) => {
          for (let r = 0; r < rows; r++)
            for (let i = starts[first + r]; i < starts[first + r + 1]; i++) counts[r * columns + labels[i]]++;
          sum += finite(this.loss.evaluateCounts(this.#evaluated(statistics), counts, 0));
          counts.fill(0, 0, rows * columns);
          first += rows;
          onProgress?.(first, count);
        });
        return sum / examples.count;
      }
      await this.#batches(examples, signal, (rows) => {
        sum += finite(this.loss.evaluate(this.#evaluated(statistics), this.#y)) * rows;
        first += rows;
        onBatch?.(rows);
        onProgress?.(first, examples.count);
      });
      return sum / examples.count;
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
    const { statistics = 'running', signal } = options;
    expectStatistics('Trainer.visit', statistics, ['running', 'calibrated', 'batch']);
    expectSignal('Trainer.visit', signal);
    if (typeof visitor !== 'function')
      throw new TypeError(`Trainer.visit: expected visitor to be a function, got ${came(visitor)}`);
    const { model } = this;
    const leave = keepModes(model as Layer);
    const work = async () => {
      if (statistics !== 'batch')
        return this.#batches(examples, signal, (rows) => {
          this.#evaluated(statistics);
          visitor(rows);
        });
      const size = this.#picks.length;
      // Of a single row batch norm cannot take a deviation.
      const sizeOf = (left: number) => {
        if (left !== size + 1 || size < 2) return Math.min(size, left);
        return size < this.#capacity ? left : size - 1;
      };
      const untracked = (rows: number) => {
        model.train();
        const kept = this.#keep();
        try {
          this.#forward();
          visitor(rows);
        } finally {
          kept.restore();
        }
      };
      return this.#batches(examples, signal, untracked, sizeOf);
    };
    return this.#alone('visit', work, leave);
  }

  /**
   * Measures mean and unbiased variance of the input of each BatchNorm1d over all the examples, as if they were one
   * batch: the first layer's first, then, with those in use, the second's, and so on. `eval('calibrated')` uses them.
   * The other layers are in `eval()` meanwhile. Where it is ended, the statistics are those from before.
   */
  async calibrate(examples: Examples, options: CalibrateOptions = {}): Promise<void> {
    expectOptions('Trainer.calibrate', options, ['signal', 'onProgress']);
    const { signal, onProgress } = options;
    expectSignal('Trainer.calibrate', signal);
    expectFunction('Trainer.calibrate', 'onProgress', onProgress);
    expectInteger('Trainer.calibrate', 'examples.count', examples?.count, 2);
    const layers = this.#layers();
    const norms = layers.filter((layer) => layer instanceof BatchNorm1d);
    const count = norms.length * examples.count;
    let done = 0;
    const work = async () => {
      for (let position = 0; position < layers.length; position++) {
        const layer = layers[position];
        if (!(layer instanceof BatchNorm1d)) continue;
        const before = layers.slice(0, position);
        const moments = new Moments(layer.numFeatures);
        await this.#batches(examples, signal, (rows) => {
          let h = this.#x as Tensor;
          for (const earlier of before) {
            earlier.eval?.(earlier instanceof BatchNorm1d ? 'calibrated' : undefined);
            h = earlier.forward(h);
          }
          const { mean, variance } = layer.measure(h);
          moments.add(rows, mean, variance);
          done += rows;
          onProgress?.(done, count);
        });
        layer.setCalibrated(moments.mean, moments.variance());
      }
    };
    return this.#alone('calibrate', () => allCalibratedOrNone(norms, work));
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

  async #batches(
    examples: Examples,
    signal: AbortSignal | undefined,
    visit: (rows: number) => void,
    sizeOf = (left: number) => Math.min(this.#capacity, left),
  ): Promise<void> {
    this.#expectFit(examples);
    const { x, y, count } = examples;
    let until = now() + SLICE;
    let rows = 0;
    for (let from = 0; from < count; from += rows) {
      signal?.throwIfAborted();
      rows = sizeOf(count - from);
      this.#load(x, y, from, undefined, rows);
      visit(rows);
      if (now() >= until) {
        await breathe();
        until = now() + SLICE;
      }
    }
  }

  #load(
    x: Int32Array | Float32Array,
    y: Int32Array,
    from: number,
    picks: Int32Array | undefined,
    rows = this.#picks.length,
  ): void {
    if (this.#disposed) throw new Error('Trainer: this trainer was disposed');
    this.#x.resize(rows);
    this.#y.resize(rows);
    // x and its buffer are of one type by construction.
    this.#x.gather(x as never, from, picks);
    this.#y.gather(y, from, picks);
  }

  #forward(): Tensor {
    return (this.model as Sequential<Tensor>).forward(this.#x as Tensor);
  }

  /** The mode is set for each batch: between two of them others may use the model. */
  #evaluated(statistics: Statistics): Tensor {
    this.model.eval(statistics);
    return this.#forward();
  }

  #layers() {
    return placedLayers(this.model).map(({ layer }) => layer);
  }

  /** Once for all examples and their arrays; what is put into these later, each forward and loss checks again. */
  #expectFit(examples: Examples): void {
    const seen = this.#fit.get(examples);
    if (seen && seen.x === examples.x && seen.y === examples.y && seen.count === examples.count) return;
    expectExamples('Trainer', examples, this.model as Sequential);
    if (columnsOf(examples) !== this.#x.columns)
      throw new RangeError(`Trainer: expected ${this.#x.columns} columns of x, got ${columnsOf(examples)}`);
    this.#fit.set(examples, { ...examples });
  }

  #keep(): KeptBuffers {
    const { model } = this;
    if (model.out !== this.#out) {
      this.#kept.dispose();
      this.#kept = new KeptBuffers('Trainer', this.#x.core, model.buffers());
      this.#out = model.out;
    }
    this.#kept.keep();
    return this.#kept;
  }

  #expectLive(what: string): void {
    if (this.#disposed) throw new Error(`Trainer.${what}: this trainer was disposed`);
  }

  #diverged(loss: number, exampleOf: (row: number) => number): DivergenceError {
    const { model, optimizer, steps, lastLoss } = this;
    const origin = originOf({
      model: model as Sequential,
      optimizer,
      x: this.#x,
      exampleOf,
      examples: this.#examples,
      trained: this.#trained,
      steps,
      begin: this.#begin,
      initial: this.#initial ?? model.parameters().map(() => Infinity),
    });
    this.divergence = new DivergenceError(steps, loss, lastLoss, origin);
    return this.divergence;
  }

  /** Gives the buffers of the batches and of the loss back to the core; the model is its owner's. Idempotent. */
  dispose(): void {
    this.#disposed = true;
    this.#x.dispose();
    this.#y.dispose();
    this.#kept.dispose();
    this.loss.dispose();
  }

  [symbolDispose](): void {
    this.dispose();
  }
}

/** Each option is there, of its kind, and of one model and core. */
function expectParts({ core, model, optimizer, examples, generator }: TrainerOptions): void {
  const expect = (name: string, what: string, value: unknown, holds: boolean) => {
    if (!holds) throw new TypeError(`Trainer: expected ${name} to be ${what}, got ${came(value)}`);
  };
  expect('core', 'a Core, from load()', core, typeof core?.allocate === 'function');
  expect('model', 'a Sequential', model, Array.isArray(model?.layers) && typeof model.eval === 'function');
  expect('optimizer', 'an SGD', optimizer, Array.isArray(optimizer?.parameters));
  expect('examples', '{ x, y, count }', examples, typeof examples === 'object' && examples !== null);
  expect('generator', 'a Generator', generator, typeof generator?.randintInto === 'function');
  const { out } = model;
  if (out === undefined) throw new Error('Trainer: expected a model after its reserve(…)');
  if (out.core !== core)
    throw new TypeError('Trainer: expected the core that the model is reserved on, got another');
  const own = new Set(model.parameters());
  const other = optimizer.parameters.findIndex((parameter) => !own.has(parameter));
  if (other >= 0)
    throw new TypeError(
      `Trainer: expected an optimizer of the model's parameters, got one whose parameter ${other} is none of them`,
    );
}

/** Whether there is a batch norm to mind them or not. */
function expectStatistics(place: string, statistics: string, known: readonly string[]): void {
  if (!known.includes(statistics))
    throw new TypeError(
      `${place}: expected statistics ${known.map(came).join(' or ')}, got ${came(statistics)}`,
    );
}
