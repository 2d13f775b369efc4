import { came } from '../core/kind.js';
import { load } from '../core/load.js';
import type { RowData } from '../core/rows.js';
import { ELU, GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh } from '../nn/activations.js';
import { BatchNorm1d } from '../nn/batchnorm.js';
import { Dropout } from '../nn/dropout.js';
import { Embedding } from '../nn/embedding.js';
import { Flatten } from '../nn/flatten.js';
import type { Layer, Parameter } from '../nn/layer.js';
import { LayerNorm } from '../nn/layernorm.js';
import { Linear } from '../nn/linear.js';
import { BCEWithLogitsLoss } from '../nn/losses/bce-with-logits.js';
import { CrossEntropyLoss } from '../nn/losses/cross-entropy.js';
import type { Loss } from '../nn/losses/loss.js';
import { HuberLoss, L1Loss, MSELoss } from '../nn/losses/value-loss.js';
import { Residual } from '../nn/residual.js';
import { Sequential } from '../nn/sequential.js';
import { LogSoftmax, Softmax } from '../nn/softmax.js';
import { Adam, type AdamOptions, AdamW } from '../optim/adam.js';
import { clipGradNorm, clipGradValue } from '../optim/clip.js';
import type { Optimizer } from '../optim/optimizer.js';
import { RMSprop, type RMSpropOptions } from '../optim/rmsprop.js';
import {
  cosineAnnealingLR,
  exponentialLR,
  linearLR,
  multiStepLR,
  oneCycleLR,
  ReduceLROnPlateau,
  stepLR,
} from '../optim/schedules.js';
import { SGD, type SGDOptions } from '../optim/sgd.js';
import { Generator } from '../random/generator.js';
import { explainDivergence } from '../train/explain/explain.js';
import type { Metric } from '../train/metrics.js';
import { accuracy, meanAbsoluteError, rSquared } from '../train/metrics.js';
import type { Sampling } from '../train/sampler.js';
import { Trainer } from '../train/trainer.js';
import type { TrainerOptions } from '../train/trainer-options.js';
import { Validation } from '../train/validation.js';
import type { PreparedTraining } from './serve-training.js';
import { loadStateDict } from './state-dict.js';

const LAYERS = {
  ...{ BatchNorm1d, Dropout, ELU, Embedding, Flatten, GELU, LayerNorm, LeakyReLU, Linear, LogSoftmax },
  ...{ ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh },
};
const LOSSES = { BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, L1Loss, MSELoss };
const OPTIMIZERS = { Adam, AdamW, RMSprop, SGD };
const PLATEAU = { ReduceLROnPlateau };
const SCHEDULES = { cosineAnnealingLR, exponentialLR, linearLR, multiStepLR, oneCycleLR, stepLR };
const CLIPS = { clipGradNorm, clipGradValue };
const METRICS = { accuracy, meanAbsoluteError, rSquared };

/** A class or a function by its name, and what it is called with. */
export type Call<Of> = {
  [Name in keyof Of]: readonly [
    name: Name,
    ...of: Of[Name] extends new (
      ...of: infer Arguments
    ) => unknown
      ? Arguments
      : Of[Name] extends (...of: infer Arguments) => unknown
        ? Arguments
        : never,
  ];
}[keyof Of];

/** A layer: `['Linear', 2, 8]` for `new Linear(2, 8)`. */
export type LayerDescription =
  | Call<typeof LAYERS>
  | readonly [name: 'Residual' | 'Sequential', layers: readonly LayerDescription[]];

/** A loss: `['HuberLoss', { delta: 2 }]`. */
export type LossDescription = Call<typeof LOSSES>;

/**
 * A learning rate: a number, a schedule such as `['oneCycleLR', 0.01, { totalSteps: 500 }]`, or `['ReduceLROnPlateau', 0.1]`,
 * which is told each validation's loss.
 */
export type LearningRateDescription = number | Call<typeof SCHEDULES> | Call<typeof PLATEAU>;

type Rated<Options> = Omit<Options, 'lr'> & { lr?: LearningRateDescription };

/** An optimizer of all parameters: `['Adam', { lr: 0.05 }]`. */
export type OptimizerDescription =
  | readonly [name: 'Adam' | 'AdamW', options?: Rated<AdamOptions>]
  | readonly [name: 'RMSprop', options?: Rated<RMSpropOptions>]
  | readonly [name: 'SGD', options: Rated<SGDOptions>];

/** A metric of a description. */
export type MetricName = keyof typeof METRICS;

/** A training as data, which a message to a worker can hold: what `Sequential`, `Trainer` and `run` are given, by name. */
export interface TrainingDescription {
  /** The network: what `new Sequential([…])` has. */
  layers: readonly LayerDescription[];
  /** Of the initial parameters, by `to(core, { seed })`, and of the order of the examples. Default: the Generator's own. */
  seed?: number | bigint;
  /** Parameters to begin with, in place of drawn ones: a file of `saveStateDict`. */
  parameters?: Uint8Array;
  /** Default: `['CrossEntropyLoss']`. */
  loss?: LossDescription;
  optimizer: OptimizerDescription;
  /** Of gradients: `['clipGradNorm', 1]`. */
  clip?: readonly [name: keyof typeof CLIPS, max: number];
  x: RowData;
  y: RowData;
  batchSize?: number;
  sampling?: Sampling;
  /** Steps to make in all. */
  steps: number;
  /** Data that are not trained on. */
  validation?: { x: RowData; y: RowData };
  /** As of `Validation`; this, and what follows, with `validation`. */
  every?: number;
  /** `['accuracy']` and the like. */
  metrics?: readonly MetricName[];
  /** As of `Validation`, these three. */
  patience?: number;
  minDelta?: number;
  keepBest?: boolean;
}

const KNOWN = [
  ...[
    'layers',
    'seed',
    'parameters',
    'loss',
    'optimizer',
    'clip',
    'x',
    'y',
    'batchSize',
    'sampling',
    'steps',
  ],
  'validation',
];

/** Of a validation. */
const VALIDATING = ['every', 'metrics', 'patience', 'minDelta', 'keepBest'] as const;

/**
 * The network of a description, not in a core yet: `sequentialOf(layers).to(await load())` takes what `train` resolved to
 * by `loadStateDict`.
 *
 * Errors: TypeError for a name that no layer has; what the layers throw, with the position in front.
 */
export function sequentialOf(layers: readonly LayerDescription[]): Sequential {
  if (!Array.isArray(layers))
    throw new TypeError(`sequentialOf: expected layers to be an array, got ${came(layers)}`);
  return new Sequential(layersOf('', layers));
}

function layersOf(prefix: string, layers: readonly LayerDescription[]): Layer[] {
  return layers.map((described, i): Layer => {
    const position = `${prefix}${i}`;
    const place = `layer ${position}`;
    const [name, inner] = Array.isArray(described) ? described : [];
    if ((name === 'Residual' || name === 'Sequential') && Array.isArray(inner)) {
      const within = layersOf(`${position}.`, inner);
      return name === 'Residual' ? new Residual(within) : new Sequential(within);
    }
    try {
      return made(place, { ...LAYERS, Residual, Sequential }, described);
    } catch (error) {
      if (error instanceof Error && !error.message.startsWith(place))
        error.message = `${place}: ${error.message}`;
      throw error;
    }
  });
}

/** Calls what is named; `first` goes in front of the arguments. */
function made<T>(place: string, known: object, described: unknown, ...first: unknown[]): T {
  const [name, ...given] = Array.isArray(described) ? described : [];
  if (!Object.hasOwn(known, name))
    throw new TypeError(
      `${place}: expected [name, …] with a name of ${Object.keys(known).join(', ')}, got ${
        Array.isArray(described) ? `[${described.map(came).join(', ')}]` : came(described)
      }`,
    );
  const called = (known as Record<string, new (...given: unknown[]) => T>)[name];
  // A class, or a function such as a schedule.
  return name[0] === name[0].toUpperCase()
    ? new called(...first, ...given)
    : (called as unknown as (...given: unknown[]) => T)(...first, ...given);
}

/**
 * What `serveTraining` runs for `train`; the whole of a worker's file for it is
 *
 *     import { prepareTraining, serveTraining } from 'lanewise/worker';
 *     serveTraining(prepareTraining);
 *
 * Errors: TypeError for a name or a key that there is not; what the layers, the optimizer and the trainer throw.
 */
export async function prepareTraining(training: TrainingDescription): Promise<PreparedTraining> {
  expectDescription('train', training);
  const { layers, seed, parameters, loss = ['CrossEntropyLoss'], clip, steps } = training;
  const model = new Sequential(layersOf('', layers));
  model.to(await load(), parameters === undefined ? { generator: new Generator(seed) } : {});
  if (parameters !== undefined) loadStateDict(model, parameters);
  const { optimizer, plateau } = optimizerOf(model.parameters(), training.optimizer);
  const trainer = new Trainer({
    model,
    loss: made<Loss>('loss', LOSSES, loss),
    optimizer,
    explain: explainDivergence,
    ...picked(training, ['x', 'y', 'batchSize', 'sampling', 'seed']),
    ...(clip !== undefined && {
      clip: (of: readonly Parameter[]) => made<void>('clip', CLIPS, clip, of),
    }),
  } as TrainerOptions);
  const { metrics, validation: data } = training;
  if (data === undefined && plateau !== undefined)
    throw new TypeError('train: expected validation, which ReduceLROnPlateau is told, got undefined');
  const validation =
    data === undefined
      ? undefined
      : new Validation(data, {
          ...picked(training, ['every', 'patience', 'minDelta', 'keepBest']),
          ...(metrics !== undefined && { metrics: metricsOf(metrics) }),
          ...(plateau !== undefined && { onValidation: (validated) => plateau.step(validated.loss) }),
        });
  return { trainer, steps, validation };
}

/** A description, whatever is in it. */
export function expectDescription(place: string, training: TrainingDescription): void {
  if (typeof training !== 'object' || training === null || !Array.isArray(training.layers))
    throw new TypeError(
      `${place}: expected a training { layers, optimizer, x, y, steps, … }, got ${came(training)}`,
    );
  const known = [...KNOWN, ...VALIDATING] as string[];
  const unknown = Object.keys(training).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`${place}: expected a training of { ${known.join(', ')} }, got '${unknown}'`);
  const idle = VALIDATING.find((key) => training[key] !== undefined);
  if (training.validation === undefined && idle !== undefined)
    throw new TypeError(`${place}: expected validation, which ${idle} is of, got undefined`);
}

function optimizerOf(
  parameters: readonly Parameter[],
  description: OptimizerDescription,
): { optimizer: Optimizer; plateau: ReduceLROnPlateau | undefined } {
  const [name, options = {}] = (Array.isArray(description) ? description : [description]) as [
    string,
    Rated<object>?,
  ];
  const { lr } = options;
  const rate: unknown = Array.isArray(lr) ? made('optimizer: lr', { ...SCHEDULES, ...PLATEAU }, lr) : lr;
  const given = { ...options, ...(lr !== undefined && { lr: rate }) };
  const optimizer = made<Optimizer>('optimizer', OPTIMIZERS, [name], parameters, given);
  return { optimizer, plateau: rate instanceof ReduceLROnPlateau ? rate : undefined };
}

function metricsOf(names: readonly MetricName[]): Record<string, Metric> {
  const unknown = names.find((name) => !Object.hasOwn(METRICS, name));
  if (unknown !== undefined)
    throw new TypeError(
      `metrics: expected names of ${Object.keys(METRICS).join(', ')}, got ${came(unknown)}`,
    );
  return Object.fromEntries(names.map((name) => [name, METRICS[name]]));
}

/** These of its properties that are there. */
const picked = <Of extends object, Key extends keyof Of>(of: Of, keys: readonly Key[]): Pick<Of, Key> =>
  Object.fromEntries(
    keys.flatMap((key) => (of[key] === undefined ? [] : [[key, of[key]]])),
  ) as unknown as Pick<Of, Key>;
