import type { Indices, Tensor } from '../core/tensor.js';
import { layerName } from '../nn/layer-names.js';
import { placedLayers, type Sequential } from '../nn/sequential.js';
import type { Examples } from './examples.js';
import type { Trainer } from './trainer.js';

/** The loss of a step, or of an evaluation, was NaN or infinite. The network is the one before that step. */
export class DivergenceError extends Error {
  // As a field it could not be where Error.prototype is frozen.
  override get name(): 'DivergenceError' {
    return 'DivergenceError';
  }
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

/** Where the first value that is not finite arose, or what was too large for the next one to be finite. */
export interface Origin {
  /**
   * `input`: the examples, x or y; `parameter`: one that was so at the beginning, or was written to; `forward`, `backward`: of
   * a layer; `loss`; `update`: of the parameters, with the learning rate that it used.
   */
  kind: 'input' | 'parameter' | 'forward' | 'loss' | 'backward' | 'update';
  /**
   * `example 12`, `parameter 2.weight`, `layer 3 BatchNorm1d`, `clip`, `loss`, or of an update `learning rate`, `weight decay`,
   * `momentum` or `eps`.
   */
  place: string;
  /** What happened there, with its numbers, and what helps. */
  text: string;
}

/** A loss that is not finite, while the layers still hold the forward that it is of. */
export interface Diverged {
  value: number;
  /** The batch, and which example row i of it is. */
  x: Tensor | Indices;
  y: Tensor | Indices;
  exampleOf: (row: number) => number;
  /** What they are taken from. */
  examples: Examples;
}

/** What goes along with a training to say where a loss that is not finite arose. */
export interface Explanation {
  /** The training begins, or goes on, with this step. */
  begin(step: number): void;
  /** Before each step. */
  see(): void;
  /** After each update: the rows of the examples that it saw; without `picks` the first `rows`. */
  keep(examples: Examples, picks: Int32Array | undefined, rows: number): void;
  originOf(diverged: Diverged): Origin;
}

/** Goes along with a trainer's training; `clips`: whether gradients are clipped before an update. */
export type Explain = (trainer: Trainer, clips: boolean) => Explanation;

/**
 * The first value that is not finite, by no more than a look at what the failed forward left; `rate`: the learning rate of
 * the update before, if there was one, else 0 or nothing.
 */
export function firstNotFinite(
  model: Sequential,
  rate: number | undefined,
  { x, y, exampleOf }: Diverged,
): Origin {
  const inputs = Object.entries({ x, y }).map(([name, tensor]): Seen => ['input', name, tensor]);
  const parameters = model
    .namedParameters()
    .map(([name, { value }]): Seen => ['parameter', `parameter ${name}`, value]);
  const outputs = placedLayers(model).map(
    ({ position, layer }): Seen => ['forward', `layer ${position} ${layerName(layer)}`, layer.out],
  );
  for (const [kind, name, tensor] of [...inputs, ...parameters, ...outputs]) {
    if (tensor?.dtype !== 'float32') continue;
    const values = tensor.toArray();
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const [row, column] = [Math.floor(at / tensor.columns), at % tensor.columns];
    if (kind === 'input') {
      const place = `example ${exampleOf(row)}`;
      const text = `column ${column} of ${name} is ${values[at]} in ${place}; examples have to be finite`;
      return { kind, place, text };
    }
    return { kind, place: name, text: `${name} has ${values[at]} in row ${row}${after(rate)}` };
  }
  return { kind: 'loss', place: 'loss', text: `the loss itself, of outputs that are finite${after(rate)}` };
}

type Seen = [kind: Origin['kind'], name: string, tensor: Tensor | Indices | undefined];

const after = (rate: number | undefined): string =>
  `${rate ? `, after updates at a learning rate of ${rate}` : ''} (a Trainer with explain: explainDivergence says why)`;
