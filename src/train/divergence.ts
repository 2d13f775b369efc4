import type { Indices, Tensor } from '../core/tensor.js';
import type { Layer, Parameter } from '../nn/layer.js';
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
  examples: Examples;
  /** The batch, and which example row i of it is. */
  x: Tensor | Indices;
  exampleOf: (row: number) => number;
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
 * numbers large: updates since the beginning, else the examples or the initial parameters. Only reads, but for a layer
 * without an `out`, whose forward is run again.
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

/** A parameter that is not finite, though its gradient is: its update made it so, or something beside the training did. */
function inParameter(failed: Failed, named: [string, Parameter][]): Origin | undefined {
  const rate = lastRate(failed);
  for (const [name, { value, grad }] of named) {
    const values = value.toArray();
    const at = values.findIndex((element) => !Number.isFinite(element));
    if (at < 0) continue;
    const gradient = grad.toArray()[at];
    if (!Number.isFinite(gradient)) continue;
    if (Math.abs(rate * gradient) > 1e37)
      return updateOrigin(failed.steps - 1, rate, `took parameter ${name} beyond the largest float`);
    const where = value.shape.length > 1 ? `(${Math.floor(at / value.columns)}, ${at % value.columns})` : at;
    return {
      kind: 'parameter',
      place: `parameter ${name}`,
      text:
        `parameter ${name} is ${values[at]} at ${where}, ` +
        `${failed.steps === failed.begin ? 'from the beginning' : 'and no update made it so'}`,
    };
  }
  return undefined;
}

/** The last backward left a gradient that is not finite, and its update the parameters. */
function inBackward(failed: Failed, named: [string, Parameter][]): Origin {
  const { x, count } = failed.examples;
  const columns = x.length / count;
  const at = x.findIndex((value: number) => !Number.isFinite(value));
  if (at >= 0) return inputOrigin(Math.floor(at / columns), at % columns, x[at]);
  const large = blownUp(failed, named) ?? hugeParameter(failed, named);
  if (large !== undefined) return large;
  const bad = ({ layer }: PlacedLayer) =>
    (layer.dx !== undefined && !allFinite(layer.dx)) ||
    layer.parameters().some(({ grad }) => !allFinite(grad));
  const found = firstOf(placedLayers(failed.model).filter(bad));
  const place = found === undefined ? 'the backward' : placeOf(found);
  return {
    kind: 'backward',
    place,
    text:
      `the gradient overflowed in the backward of ${place} at step ${failed.steps - 1}: it grew from layer to layer. ` +
      'Start from smaller weights, or take fewer layers',
  };
}

/** Of layers in the order of a forward, the one whose backward ends first. */
function firstOf(layers: readonly PlacedLayer[]): PlacedLayer | undefined {
  const last = layers.at(-1);
  // What a layer is made of ends before it.
  const within = layers.filter(({ position }) => position.startsWith(`${last?.position}.`));
  return within.length > 0 ? firstOf(within) : last;
}

function inForward(failed: Failed, named: [string, Parameter][]): Origin {
  let h = failed.x as Tensor;
  for (const placed of placedLayers(failed.model)) {
    const { layer } = placed;
    const out = layer.out ?? layer.forward(h);
    if (!allFinite(out)) {
      const place = placeOf(placed);
      return (
        blownUp(failed, named) ??
        explained(layer, place, h) ??
        hugeInput(failed) ??
        hugeParameter(failed, named) ?? {
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
    blownUp(failed, named) ??
    hugeInput(failed) ??
    hugeParameter(failed, named) ?? {
      kind: 'loss',
      place: 'loss',
      text: `the loss of logits of up to ${short(largest(h))} overflowed; make the weights of the last layer smaller`,
    }
  );
}

/** What the layer itself says. */
function explained(layer: Layer, place: string, x: Tensor): Origin | undefined {
  const text = layer.explain?.(x);
  return text === undefined ? undefined : { kind: 'forward', place, text: `${place} ${text}` };
}

/** The largest rate so far is to blame where the updates have blown a parameter up. */
function blownUp(
  { optimizer, steps, begin, initial }: Failed,
  named: [string, Parameter][],
): Origin | undefined {
  let rate = 0;
  let step = begin;
  for (let i = begin; i < steps; i++) {
    const lr = lrAt(optimizer, i);
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

function hugeInput({ x, exampleOf }: Failed): Origin | undefined {
  if (x.dtype !== 'float32' || largest(x) < HUGE) return undefined;
  const values = x.toArray();
  const at = values.findIndex((value) => Math.abs(value) >= HUGE);
  const example = exampleOf(Math.floor(at / x.columns));
  return {
    kind: 'input',
    place: `example ${example}`,
    text: `column ${at % x.columns} of x is ${values[at]} in example ${example}, too large to compute with; scale the columns of x`,
  };
}

/** Also by what it began with: the last update may have left nothing finite of it. */
function hugeParameter({ initial }: Failed, named: [string, Parameter][]): Origin | undefined {
  const sizes = named.map(([, { value }], i) =>
    Math.max(largest(value), initial[i] < Infinity ? initial[i] : 0),
  );
  const most = Math.max(...sizes);
  if (!(most >= HUGE)) return undefined;
  const [name] = named[sizes.indexOf(most)];
  return {
    kind: 'parameter',
    place: `parameter ${name}`,
    text: `parameter ${name} is as large as ${short(most)}, too large to compute with; start from smaller weights`,
  };
}

function lastRate({ optimizer, steps, begin }: Failed): number {
  return steps > begin ? lrAt(optimizer, steps - 1) : 0;
}

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
