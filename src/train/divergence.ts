import type { Indices, Tensor } from '../core/tensor.js';
import type { Parameter } from '../nn/layer.js';
import { layerName, type PlacedLayer, placedLayers, type Sequential } from '../nn/sequential.js';
import { lrAt, type Optimizer } from '../optim/optimizer.js';
import type { Examples } from './examples.js';

/** Where the first value that is not finite arose, or what was too large for the next one to be finite. */
export interface Origin {
  /**
   * `input`: the examples; `parameter`: one that was so at the beginning, or was written to; `forward`, `backward`: of a
   * layer; `loss`; `update`: of the parameters, with the learning rate that it used.
   */
  kind: 'input' | 'parameter' | 'forward' | 'loss' | 'backward' | 'update';
  /** `example 12`, `parameter 2.weight`, `layer 3 BatchNorm1d`, `loss` or `learning rate`. */
  place: string;
  /** What happened there, with its numbers, and what helps. */
  text: string;
}

/** The loss of a step, or of an evaluation, was NaN or infinite. The network is the one before that step. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  constructor(
    /** The step; of an evaluation, the number of steps made before it. */
    readonly step: number,
    readonly loss: number,
    /** Loss of the step before; undefined at step 0. */
    readonly lastLoss: number | undefined,
    readonly origin: Origin,
  ) {
    super(
      `the loss became ${loss} at step ${step}` +
        (lastLoss === undefined
          ? ''
          : ` (last finite loss: ${lastLoss.toPrecision(5)} at step ${step - 1})`) +
        `; likely cause: ${origin.text}`,
    );
  }

  /** What it comes from, in words: the origin's. */
  get likely(): string {
    return this.origin.text;
  }
}

/** A forward whose loss is not finite, while the layers still hold it. */
export interface Failed {
  model: Sequential;
  optimizer: Optimizer;
  /** The batch, and which example row i of it is. */
  x: Tensor | Indices;
  exampleOf: (row: number) => number;
  /** What is trained on, and the minibatch of the last update. */
  examples: Examples;
  trained: Int32Array;
  /** The number of steps made, and that with which the trainer began or went on. */
  steps: number;
  begin: number;
  /** The largest |element| of each parameter then. */
  initial: readonly number[];
}

/** A parameter that is this much larger than at the beginning has been blown up by its updates. */
const BLOWN = 100;
/** Beyond this a number is too large to compute with: products of three of them overflow. */
const HUGE = 1e12;

/**
 * Where a loss that is not finite comes from, in the order in which causes hide behind one another: the batch, parameters
 * that no gradient made so, the last backward, the layers' forwards, the loss. An overflow is laid to what made the
 * numbers large: the examples or the initial parameters, else the updates since. Only reads, but for a layer without an
 * `out`, whose forward is run again.
 */
export function originOf(failed: Failed): Origin {
  const named = failed.model.namedParameters();
  return (
    inBatch(failed) ??
    inParameter(failed, named) ??
    (named.some(([, { value }]) => !allFinite(value)) ? inBackward(failed, named) : inForward(failed, named))
  );
}

/** An element of the batch that is not finite. */
function inBatch({ x, exampleOf }: Failed): Origin | undefined {
  if (x.dtype !== 'float32') return undefined;
  const values = x.toArray();
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return undefined;
  return inputOrigin(exampleOf(Math.floor(at / x.columns)), at % x.columns, values[at]);
}

const inputOrigin = (example: number, column: number, value: number): Origin => ({
  kind: 'input',
  place: `example ${example}`,
  text: `column ${column} of x is ${value} in example ${example}; examples have to be finite`,
});

/** Half an ulp of the largest float: less cannot take a float beyond it. */
const CARRIES = 2 ** 103;

/** A parameter that is not finite, though its gradient is: its update made it so, or something beside the training did. */
function inParameter(failed: Failed, named: [string, Parameter][]): Origin | undefined {
  const { optimizer, steps, begin } = failed;
  const rate = rateOf(failed, steps - 1);
  for (const [name, parameter] of named) {
    const { value, grad } = parameter;
    const values = value.toArray();
    const at = values.findIndex((element) => !Number.isFinite(element));
    if (at < 0) continue;
    // Of an update that was made: before the first one a gradient is of something else.
    const updated = steps > begin && optimizer.parameters.includes(parameter);
    const gradient = updated ? grad.toArray()[at] : 0;
    if (!Number.isFinite(gradient)) continue;
    if (Math.abs(rate * gradient) >= CARRIES)
      return updateOrigin(failed.steps - 1, rate, `took parameter ${name} beyond the largest float`);
    const where = value.shape.length > 1 ? `(${Math.floor(at / value.columns)}, ${at % value.columns})` : at;
    return {
      kind: 'parameter',
      place: `parameter ${name}`,
      text:
        `parameter ${name} is ${values[at]} at ${where}, ` +
        `${steps === begin ? 'from the beginning' : 'and no update made it so'}`,
    };
  }
  return undefined;
}

/** The last backward left a gradient that is not finite, and its update the parameters. */
function inBackward(failed: Failed, named: [string, Parameter][]): Origin {
  const { x, count } = failed.examples;
  const columns = x.length / count;
  for (const example of failed.trained)
    for (let j = 0; j < columns; j++) {
      const value = x[example * columns + j];
      if (!Number.isFinite(value)) return inputOrigin(example, j, value);
    }
  return large(failed, named) ?? hugeParameter(named) ?? inLayersBackward(failed);
}

/**
 * The first layer on the way back that left a gradient that is not finite; where a layer of the user before it on that way
 * keeps no gradient, and it had an ordinary one to begin with, it is that layer.
 */
function inLayersBackward({ model, steps }: Failed): Origin {
  // That of the loss by a logit is at most 1.
  let came = 1;
  let place = 'the backward';
  let eps: number | undefined;
  let silent: PlacedLayer | undefined;
  for (const placed of backwards(placedLayers(model))) {
    const { dx } = placed.layer;
    const own = placed.layer.parameters().some(({ grad }) => !allFinite(grad));
    if (own || (dx !== undefined && !allFinite(dx))) {
      const guilty = silent !== undefined && came < HUGE ? silent : placed;
      place = placeOf(guilty);
      eps = (guilty.layer as { eps?: number }).eps;
      break;
    }
    if (dx === undefined) silent ??= placed;
    else {
      came = largest(dx);
      silent = undefined;
    }
  }
  const step = steps - 1;
  return {
    kind: 'backward',
    place,
    text:
      came < HUGE
        ? `the backward of ${place} at step ${step} gave a gradient that is not finite, though the one by its output, ` +
          `of up to ${short(came)}, is` +
          (eps === 0 ? '; with eps 0 a column whose rows hardly differ does that' : '')
        : `the gradient overflowed in the backward of ${place} at step ${step}: it grew from layer to layer. ` +
          'Start from smaller weights, or take fewer layers',
  };
}

/** The layers in the order in which their backwards end: what a layer is made of ends before it. */
function backwards(layers: readonly PlacedLayer[]): PlacedLayer[] {
  const last = layers.at(-1);
  if (last === undefined) return [];
  const within = layers.filter(({ position }) => position.startsWith(`${last.position}.`));
  return [...backwards(within), last, ...backwards(layers.slice(0, layers.length - 1 - within.length))];
}

function inForward(failed: Failed, named: [string, Parameter][]): Origin {
  let h = failed.x as Tensor;
  for (const placed of placedLayers(failed.model)) {
    const { layer } = placed;
    const out = layer.out ?? layer.forward(h);
    if (!allFinite(out)) {
      const place = placeOf(placed);
      return (
        large(failed, named) ??
        inNorm(placed, h) ??
        hugeParameter(named) ?? {
          kind: 'forward',
          place,
          text:
            largest(h) < HUGE
              ? `the output of ${place} is not finite, though its input, of up to ${short(largest(h))}, is`
              : `the output of ${place} overflowed, from an input of up to ${short(largest(h))}: the values grow from ` +
                'layer to layer. Start from smaller weights, or put batch norm between the layers',
        }
      );
    }
    h = out;
  }
  return (
    large(failed, named) ??
    hugeParameter(named) ?? {
      kind: 'loss',
      place: 'loss',
      text: `the loss of logits of up to ${short(largest(h))} overflowed; make the weights of the last layer smaller`,
    }
  );
}

/** What the layer itself says, such as a batch norm that cannot norm. */
function inNorm(placed: PlacedLayer, x: Tensor): Origin | undefined {
  const place = placeOf(placed);
  const text = placed.layer.explain?.(place, x);
  return text === undefined ? undefined : { kind: 'forward', place, text };
}

/** What made the numbers large: examples and weights from the beginning come before what the updates make of them. */
const large = (failed: Failed, named: [string, Parameter][]): Origin | undefined =>
  hugeInput(failed) ?? hugeParameter(named, failed.initial) ?? blownUp(failed, named);

/** The largest rate so far is to blame where the updates have blown a parameter up. */
function blownUp(failed: Failed, named: [string, Parameter][]): Origin | undefined {
  const { steps, begin, initial } = failed;
  let rate = 0;
  let step = begin;
  for (let i = begin; i < steps; i++) {
    const lr = rateOf(failed, i);
    if (lr > rate) [rate, step] = [lr, i];
  }
  if (rate === 0) return undefined;
  let grown = -1;
  let most = BLOWN;
  named.forEach(([, { value }], i) => {
    // What began with zeros, or nearly, grows without bound by ordinary steps.
    const growth = largest(value) / (initial[i] > 0.01 ? initial[i] : 1);
    if (growth > most) [grown, most] = [i, growth];
  });
  if (grown < 0) return undefined;
  const [name, { value }] = named[grown];
  return updateOrigin(step, rate, `made parameter ${name} as large as ${short(largest(value))}`);
}

const updateOrigin = (step: number, rate: number, what: string): Origin => ({
  kind: 'update',
  place: 'learning rate',
  text: `the learning rate ${rate} is too high: the updates from step ${step} on ${what}`,
});

/** In the batch, or in that of the last update. */
function hugeInput({ x, exampleOf, examples, trained, steps, begin }: Failed): Origin | undefined {
  if (x.dtype !== 'float32') return undefined;
  const { columns } = x;
  const huge = (value: number) => Math.abs(value) >= HUGE;
  const origin = (example: number, column: number, value: number): Origin => ({
    kind: 'input',
    place: `example ${example}`,
    text: `column ${column} of x is ${value} in example ${example}, too large to compute with; scale the columns of x`,
  });
  const values = x.toArray();
  const at = values.findIndex(huge);
  if (at >= 0) return origin(exampleOf(Math.floor(at / columns)), at % columns, values[at]);
  for (const example of steps > begin ? trained : []) {
    const row = examples.x.subarray(example * columns, (example + 1) * columns);
    const column = row.findIndex(huge);
    if (column >= 0) return origin(example, column, row[column]);
  }
  return undefined;
}

/** By the largest element of each, or what these were at the beginning. */
function hugeParameter(
  named: [string, Parameter][],
  sizes: readonly number[] = named.map(([, { value }]) => largest(value)),
): Origin | undefined {
  const most = Math.max(...sizes.filter(Number.isFinite));
  if (!(most >= HUGE)) return undefined;
  const [name] = named[sizes.indexOf(most)];
  return {
    kind: 'parameter',
    place: `parameter ${name}`,
    text: `parameter ${name} is as large as ${short(most)}, too large to compute with; start from smaller weights`,
  };
}

/** The rate of a step of the trainer; an optimizer that had made steps before it is that much ahead. */
const rateOf = ({ optimizer, steps, begin }: Failed, step: number): number =>
  step >= begin ? lrAt(optimizer, step + optimizer.steps - steps) : 0;

const placeOf = ({ position, layer }: PlacedLayer): string => `layer ${position} ${layerName(layer)}`;

const allFinite = (tensor: Tensor): boolean => tensor.toArray().every(Number.isFinite);

/** The largest |element| that is finite; 0 where there is none. */
export function largest(tensor: Tensor): number {
  let most = 0;
  for (const value of tensor.toArray()) {
    const size = Math.abs(value);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

const short = (value: number): string => `${Number(value.toPrecision(3))}`;
