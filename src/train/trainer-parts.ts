import type { Core } from '../core/core.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import { lrAt, type Optimizer } from '../optim/optimizer.js';
import { Batches, matrix } from './batches.js';
import { DivergenceError, type Explanation, firstNotFinite } from './divergence.js';
import { drawingLayers } from './drawing-layers.js';
import {
  columnsOf,
  type Examples,
  expectInputs,
  expectTargets,
  packExamples,
  type RawExamples,
} from './examples.js';
import { keepModes } from './keep-modes.js';
import { KeptBuffers } from './kept-buffers.js';
import { expectFree, holding } from './lock.js';
import type { Sampler } from './sampler.js';
import type { Model } from './trainer-options.js';

/** Rows of an evaluation's batch, where the model has not been reserved for another number. */
export const ROWS = 256;

/** What goes through examples, in training or not: the room for a batch, and what a step that failed puts back. */
export interface Parts {
  /** Columns of the network's output. */
  columns: number;
  batches: Batches;
  kept: KeptBuffers;
}

/** A network and its loss: of a trainer, or to be evaluated. */
export interface Trained {
  readonly model: Model;
  readonly loss: Loss;
  readonly optimizer?: Optimizer;
  readonly steps?: number;
  readonly lastLoss?: number | undefined;
  divergence?: DivergenceError | undefined;
}

/** What a trainer, and what evaluates with it, works with. */
export class TrainerParts {
  readonly trained: Trained;
  readonly #core: Core;
  readonly #model: Sequential;
  /** Rows of a batch of training, or of one from elsewhere. */
  batchSize = ROWS;
  /** What the minibatches are drawn from; undefined where they come from elsewhere. */
  sampler: Sampler | undefined;
  readonly explanation: Explanation | undefined;
  /** Those of the first examples; undefined before any came. */
  made: Parts | undefined;
  /** Examples that the network can take. */
  readonly #fit = new WeakMap<Examples, Examples>();
  #disposed = false;

  constructor(trained: Trained, core: Core, explanation?: Explanation) {
    this.trained = trained;
    this.#core = core;
    this.#model = trained.model as Sequential;
    this.explanation = explanation;
  }

  /** Error where something goes on with the model, but for what the trainer itself does and is `allowed`. */
  expectFree(what: string, allowed?: string): void {
    if (this.#disposed) throw new Error(`${what}: this trainer was disposed`);
    expectFree(what, this.#model, this.trained, allowed);
  }

  /** One at a time. Leaves the model in training. */
  async alone<T>(
    what: string,
    work: () => Promise<T>,
    leave: () => void = () => this.#model.train(),
  ): Promise<T> {
    this.expectFree(what);
    return holding(this.#model, this.trained, what, work, leave);
  }

  /** Throws a DivergenceError, which the trainer then has; `exampleOf`: which example row i of the batch is. */
  diverge(value: number, examples: Examples, exampleOf: (row: number) => number): never {
    const trained = this.trained;
    const { steps = 0, lastLoss, optimizer } = trained;
    const { x, y } = (this.made as Parts).batches;
    const diverged = { value, x, y, examples, exampleOf };
    // Of an update that was made: before the first there is none.
    const rate = optimizer?.steps && lrAt(optimizer, optimizer.steps - 1);
    const origin = this.explanation?.originOf(diverged) ?? firstNotFinite(this.#model, rate, diverged);
    trained.divergence = new DivergenceError(steps, value, lastLoss, origin);
    throw trained.divergence;
  }

  /** Examples as they are kept, whatever they are given as. */
  packed(data: Examples | RawExamples): Examples {
    expectExamples(data);
    if ('count' in data) return data;
    return packExamples('Trainer', data, this.#model, this.trained.loss);
  }

  /** The buffers of batches, made for the first examples; these, and all later ones, have to fit. */
  of(examples: Examples): Parts {
    const core = this.#core;
    const model = this.#model;
    const { loss } = this.trained;
    expectExamples(examples);
    if (model.core !== core)
      throw new Error('Trainer: expected its model in the core, got one that was disposed of');
    const { made } = this;
    let columns = made?.columns;
    const seen = this.#fit.get(examples);
    const { x: own, y, count } = examples;
    // Once for all examples and their arrays; what is put into these later, each forward and loss checks again.
    if (seen === undefined || seen.x !== own || seen.y !== y || seen.count !== count) {
      expectInputs('Trainer', examples, model, made?.batches.x.columns);
      columns ??= probed(core, model, examples);
      expectTargets('Trainer', examples, loss, columns);
      this.#fit.set(examples, { ...examples });
    }
    if (made !== undefined) {
      // A model that was disposed of, and made anew.
      if (!made.kept.isLive) {
        made.kept.dispose();
        made.kept = this.#kept();
      }
      return made;
    }
    columns ??= probed(core, model, examples);
    const capacity = Math.max(this.batchSize, model.capacity || ROWS);
    const targets = { dtype: loss.targetDtype, columns: loss.targetColumns(columns) };
    const x = { dtype: model.inputDtype, columns: columnsOf(examples) };
    loss.reserve?.(core, capacity, columns);
    this.made = {
      columns,
      batches: new Batches(core, capacity, x, targets),
      kept: this.#kept(),
    };
    return this.made;
  }

  #kept(): KeptBuffers {
    const drawing = drawingLayers(this.#model).map(({ layer }) => layer);
    return new KeptBuffers('Trainer', this.#core, this.#model.buffers(), drawing);
  }

  dispose(): void {
    this.#disposed = true;
    this.made?.batches.dispose();
    this.made?.kept.dispose();
  }
}

function expectExamples(data: object): void {
  if (typeof data !== 'object' || data === null)
    throw new TypeError(`Trainer: expected examples { x, y }, got ${came(data)}`);
}

/** Columns of the output, by a forward of the first example; all layers but the first see theirs there. */
function probed(core: Core, model: Sequential, examples: Examples): number {
  const one = matrix(core, 1, { dtype: model.inputDtype, columns: columnsOf(examples) });
  const leave = keepModes(model);
  try {
    one.gather(examples.x as never, 0);
    model.eval();
    return model.forward(one as Tensor).columns;
  } finally {
    leave();
    one.dispose();
  }
}
