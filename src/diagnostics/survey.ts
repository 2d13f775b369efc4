/** Which units are saturated or dead over a whole split, counted batch by batch where the outputs lie. */
import { expectNumber, expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { type Layer, raise } from '../nn/layer.js';
import type { Sequential } from '../nn/sequential.js';
import { type Evaluated, type VisitOptions, visit } from '../train/evaluation.js';
import type { Examples, RawExamples } from '../train/examples.js';
import {
  type Bounds,
  boundsOf,
  countSaturated,
  DEAD,
  type PlacedLayer,
  placedLayers,
  placeOf,
} from './places.js';
import { reserveCounts } from './statistics.js';

/** Of an activation layer, over all examples that were counted. What saturated is: see `ActivationSnapshot`. */
export interface SurveyedLayer {
  /** Such as `layer 4 Tanh`, as in a snapshot. */
  place: string;
  position: string;
  /** The layer's class. */
  kind: string;
  /** Share of the outputs that are saturated, from 0 to 1. */
  saturated: number;
  /** For each unit the share of the examples in which it is; a NaN is not. */
  units: Float64Array;
  /** Units that are saturated in every example, at 0.99: ReLU and LeakyReLU, never active. No gradient changes them. */
  dead: number[];
}

/** What `surveyUnits` counted. */
export interface UnitSurvey {
  /** How many were counted. */
  examples: number;
  /** As given. */
  threshold: number;
  /** The activation layers, in the order of a forward. */
  layers: SurveyedLayer[];
}

/** How `surveyUnits` counts. */
export interface SurveyOptions {
  /** Above which an output is saturated, on the scale of tanh; from 0 to 1, default 0.97. */
  threshold?: number;
}

interface Counted extends PlacedLayer {
  bounds: Bounds;
  closed: Bounds;
  /** By unit, so many examples in which it is beyond the threshold, and beyond 0.99. */
  saturated: Float64Array;
  dead: Float64Array;
  /** Of the layer's outputs: more than there are examples where these have become several rows. */
  rows: number;
}

const NONE = new Float64Array(0);

/**
 * Counts units of the activation layers over batches of your own: `add()` after each forward, `survey()` at the end.
 * For a whole split, `surveyUnits` does it; in an evaluation that is made anyway, it is
 *
 *     const counter = new UnitCounter(model);
 *     await evaluate(trainer, examples, { onBatch: () => counter.add() });
 *
 * What it needs in the core's memory it takes now, of a model that has not seen a batch with the first one. Errors:
 * RangeError for a threshold outside 0 to 1; Error for a model that is in no core.
 */
export class UnitCounter {
  readonly #model: Sequential<Indices> | Sequential<Tensor>;
  readonly #threshold: number;
  readonly #layers: Counted[] = [];
  #examples = 0;

  constructor(model: Sequential<Indices> | Sequential<Tensor>, options: SurveyOptions = {}) {
    expectOptions('UnitCounter', options, ['threshold']);
    const { threshold = 0.97 } = options;
    expectNumber('UnitCounter', 'threshold', threshold, 0, 1);
    if (!Array.isArray(model?.layers))
      throw new TypeError(`UnitCounter: expected a Sequential, got ${came(model)}`);
    if (model.core === undefined)
      throw new Error('UnitCounter: expected a model in a core: model.to(core, { seed })');
    this.#model = model;
    this.#threshold = threshold;
    for (const placed of placedLayers(model as Layer)) {
      const bounds = boundsOf(placed.layer, threshold);
      const closed = boundsOf(placed.layer, DEAD);
      if (bounds === undefined || closed === undefined) continue;
      this.#layers.push({ ...placed, bounds, closed, saturated: NONE, dead: NONE, rows: 0 });
      // Of an activation it is as wide as its output.
      const { dx } = placed.layer;
      if (dx !== undefined) reserveCounts(dx.core, dx.columns);
    }
  }

  /** Counts what the last forward put out. */
  add(): void {
    const { rows } = this.#model.out ?? raise(new Error('UnitCounter.add: expected a forward before it'));
    for (const counted of this.#layers) {
      const out = counted.layer.out as Tensor;
      if (this.#examples === 0) {
        counted.saturated = new Float64Array(out.columns);
        counted.dead = new Float64Array(out.columns);
      }
      count(out, counted.bounds, counted.saturated);
      count(out, counted.closed, counted.dead);
      counted.rows += out.rows;
    }
    this.#examples += rows;
  }

  /** Of all that was added. Error where nothing was. */
  survey(): UnitSurvey {
    const examples = this.#examples;
    if (examples === 0)
      throw new Error('UnitCounter.survey: expected at least one batch before it, got none');
    const layers = this.#layers.map((counted): SurveyedLayer => {
      const { position, kind, saturated, dead, rows } = counted;
      const sum = saturated.reduce((total, times) => total + times, 0);
      return {
        place: placeOf(counted),
        position,
        kind,
        saturated: sum / (rows * saturated.length),
        units: saturated.map((times) => times / rows),
        dead: Array.from(dead.keys()).filter((unit) => dead[unit] === rows),
      };
    });
    return { examples, threshold: this.#threshold, layers };
  }
}

/**
 * In how many of the examples each unit is saturated, and which units are dead: saturated in all of them, so that no
 * example changes them. One pass over the examples; the network, its batch norm and a run of the trainer go on as if
 * nothing had been, but for the rows that the layers hold.
 *
 * `statistics`: what batch norm uses: the running ones (default), the calibrated ones, or `'batch'` as in training,
 * which is the one for a network at its start, whose running statistics are not yet any.
 *
 * Errors: as `UnitCounter` and `visit`; rejects with the signal's reason where that ends it. Source: makemore
 * part 3, the image of |h| > 0.99, in which a dead unit is a white column.
 */
export async function surveyUnits(
  evaluated: Evaluated,
  examples: Examples | RawExamples,
  { threshold, ...options }: SurveyOptions & VisitOptions = {},
): Promise<UnitSurvey> {
  if (typeof evaluated?.model?.eval !== 'function')
    throw new TypeError(`surveyUnits: expected a Trainer, or { model, loss }, got ${came(evaluated)}`);
  const counter = new UnitCounter(evaluated.model, threshold === undefined ? {} : { threshold });
  await visit(evaluated, examples, () => counter.add(), options);
  return counter.survey();
}

/** Adds to each unit how many rows of it are outside the bounds. */
function count(out: Tensor, bounds: Bounds, into: Float64Array): void {
  const counts = reserveCounts(out.core, out.columns);
  countSaturated(out, bounds, counts);
  const { i32 } = out.core;
  for (let j = 0; j < into.length; j++) into[j] += i32[(counts >>> 2) + j];
}
