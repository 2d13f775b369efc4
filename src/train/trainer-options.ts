import type { Core } from '../core/core.js';
import { expectFunction } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { RowData } from '../core/rows.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { type Parameter, raise } from '../nn/layer.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Sequential } from '../nn/sequential.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Generator } from '../random/generator.js';
import type { Signal } from './abort.js';
import type { Explain } from './divergence.js';
import type { Examples, RawExamples } from './examples.js';
import type { Sampling } from './sampler.js';
import type { Validation } from './validation.js';

/** A network on numbers, or on indices. */
export type Model = Sequential<Indices> | Sequential<Tensor>;

/** What a `Trainer` is made of. */
export interface TrainerOptions {
  /** In a core, with initial parameters: `model.to(core, { seed })`. */
  model: Model;
  /** Such as `new CrossEntropyLoss()`. */
  loss: Loss;
  /** Of the model's parameters. */
  optimizer: Optimizer;
  /** The inputs, as rows of numbers or packed; with `y`, or `examples` in place of both. */
  x?: RowData;
  /** The targets, by the loss: a class a row, or values. */
  y?: RowData;
  /** x and y in one, such as packed as they are kept: `{ x, y, count }`, in arrays of the network's own types. */
  examples?: Examples | RawExamples;
  /** Default: 32, or all examples where they are fewer. */
  batchSize?: number;
  /** Of the order of the examples, drawn by `new Generator(seed)`: shuffled epochs. Default: the Generator's own. */
  seed?: number | bigint;
  /** In place of a seed. Draws each minibatch, with replacement, as torch.randint(0, count, (batchSize,)): as the lecture does. */
  generator?: Generator;
  /** Minibatches that come from elsewhere, in place of x and y: data that do not fit into memory. A run ends with them. */
  batches?: AsyncIterable<RawExamples> | Iterable<RawExamples>;
  /** Called after each backward, before the update, such as `(parameters) => clipGradNorm(parameters, 1)`. */
  clip?: (parameters: readonly Parameter[]) => void;
  /**
   * `explainDivergence` of `lanewise/diagnostics`: a DivergenceError then names the cause of a loss that is NaN or infinite.
   * Default: it names the first value that is so.
   */
  explain?: Explain;
  /** How minibatches are drawn. Default: `replacement` with a generator, else `epochs`. */
  sampling?: Sampling;
  /** The core of the model; it need not be said. */
  core?: Core;
}

/** Of `Trainer.run`. */
export interface RunOptions {
  /** Ends the run after the step in hand. */
  signal?: Signal | undefined;
  /** Called after each step with its number (from 0) and the loss of its minibatch. */
  onStep?: ((step: number, loss: number) => void) | undefined;
  /** `new Validation(data, { … })`: data that are not trained on, and early stopping. */
  validation?: Validation | undefined;
}

export const OPTIONS = [
  'model',
  'loss',
  'optimizer',
  'x',
  'y',
  'examples',
  'batches',
  'batchSize',
  'seed',
  'generator',
  'sampling',
  'clip',
  'explain',
  'core',
];

/** What gives the batches, one after the other. */
export function iteratorOf(batches: NonNullable<TrainerOptions['batches']>) {
  const { [Symbol.asyncIterator]: afar, [Symbol.iterator]: near } = (batches ??
    {}) as AsyncIterable<RawExamples> & Iterable<RawExamples>;
  const iterator = (afar ?? near)?.call(batches);
  if (iterator === undefined)
    throw new TypeError(`Trainer: expected batches to be iterable, got ${came(batches)}`);
  return iterator;
}

/** A network in a core, which is returned, and a loss. */
export function expectNetwork(place: string, model: Model, loss: Loss): Core {
  expectKind(place, 'model', 'a Sequential', model, has(model, 'eval', 'namedParameters'));
  const methods = has(loss, 'targetColumns', 'forward', 'backward', 'evaluate');
  expectKind(
    place,
    'loss',
    'a loss, such as new CrossEntropyLoss()',
    loss,
    methods && loss.targetDtype !== undefined,
  );
  return model.core ?? raise(new Error(`${place}: expected a model in a core: model.to(core, { seed })`));
}

/** Each option is there, of its kind, and of one model and core: which is returned. */
export function expectParts(options: TrainerOptions): Core {
  const { model, loss, optimizer, examples, batches, x, y, seed, generator } = options;
  const place = 'Trainer';
  const core = expectNetwork(place, model, loss);
  const steps = Array.isArray(optimizer?.parameters) && has(optimizer, 'step');
  expectKind(place, 'optimizer', 'an optimizer, such as new SGD(…)', optimizer, steps);
  const given = [x !== undefined && y !== undefined, examples !== undefined, batches !== undefined];
  if (given.filter(Boolean).length !== 1 || (x === undefined) !== (y === undefined))
    throw new TypeError('Trainer: expected x and y, or examples, or batches');
  const draws = generator === undefined || has(generator, 'randintInto');
  expectKind(place, 'generator', 'a Generator', generator, draws);
  expectFunction(place, 'explain', options.explain);
  expectFunction(place, 'clip', options.clip);
  if (seed !== undefined && generator !== undefined)
    throw new TypeError('Trainer: expected a seed or a generator, got both');
  if (batches !== undefined && (options.batchSize ?? seed ?? generator ?? options.sampling) !== undefined)
    throw new TypeError('Trainer: expected no batchSize, seed, generator or sampling with batches');
  const { core: own = core } = options;
  const what = 'the core that the model lies in';
  if (own !== core)
    throw new TypeError(`Trainer: expected ${what}, got ${has(own, 'allocate') ? 'another' : came(own)}`);
  const parameters = new Set(model.parameters());
  const other = optimizer.parameters.findIndex((parameter) => !parameters.has(parameter));
  if (other >= 0)
    throw new TypeError(
      `Trainer: expected an optimizer of the model's parameters, got one whose parameter ${other} is none of them`,
    );
  return core;
}

function expectKind(place: string, name: string, what: string, value: unknown, holds: boolean): void {
  if (!holds) throw new TypeError(`${place}: expected ${name} to be ${what}, got ${came(value)}`);
}

const has = (value: object | undefined, ...methods: string[]): boolean =>
  methods.every((name) => typeof (value as Record<string, unknown> | undefined)?.[name] === 'function');
