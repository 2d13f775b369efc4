import type { Core } from '../core/core.js';
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import { Batches, matrix } from './batches.js';
import { drawingLayers } from './drawn.js';
import type { Parts } from './evaluation.js';
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

/** Rows of an evaluation's batch, where the model has not been reserved for another number. */
export const ROWS = 256;

/** What a trainer computes with: a batch's inputs and targets, and what a failed step puts back. */
export class TrainerParts {
  readonly #core: Core;
  readonly #model: Sequential;
  readonly #loss: Loss;
  /** Rows of a batch of training, or of one from elsewhere. */
  batchSize = ROWS;
  #made: Parts | undefined;
  /** Examples that the network can take. */
  readonly #fit = new WeakMap<Examples, Examples>();

  constructor(core: Core, model: Sequential<Indices> | Sequential<Tensor>, loss: Loss) {
    this.#core = core;
    this.#model = model as Sequential;
    this.#loss = loss;
  }

  /** Examples as they are kept, whatever they are given as. */
  packed(data: Examples | RawExamples): Examples {
    expectExamples(data);
    if ('count' in data) return data;
    return packExamples('Trainer', data, this.#model, this.#loss);
  }

  /** The buffers of batches, made for the first examples; these, and all later ones, have to fit. */
  of(examples: Examples): Parts {
    const core = this.#core;
    const model = this.#model;
    const loss = this.#loss;
    expectExamples(examples);
    if (model.core !== core)
      throw new Error('Trainer: expected its model in the core, got one that was disposed of');
    const made = this.#made;
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
    this.#made = {
      model,
      loss,
      columns,
      batches: new Batches(core, capacity, x, targets),
      kept: this.#kept(),
    };
    return this.#made;
  }

  #kept(): KeptBuffers {
    const drawing = drawingLayers(this.#model).map(({ layer }) => layer);
    return new KeptBuffers('Trainer', this.#core, this.#model.buffers(), drawing);
  }

  /** Those of the first examples; undefined before any came. */
  get made(): Parts | undefined {
    return this.#made;
  }

  dispose(): void {
    this.#made?.batches.dispose();
    this.#made?.kept.dispose();
  }
}

function expectExamples(data: object): void {
  if (typeof data !== 'object' || data === null)
    throw new TypeError(`Trainer: expected examples { x, y, count }, got ${came(data)}`);
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
