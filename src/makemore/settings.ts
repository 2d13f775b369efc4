import type { Core } from '../core/core.js';
import type { Indices } from '../core/tensor.js';
import { ELU, LeakyReLU, ReLU, Sigmoid, Tanh } from '../nn/activations.js';
import type { Layer } from '../nn/layer.js';
import type { Sequential } from '../nn/sequential.js';
import type { Generator } from '../random/generator.js';
import { createDeep } from './deep.js';
import { createMlp, hasBatchNorm, type Initialisation } from './mlp.js';

interface CommonSettings {
  /** torch's seed of the parameters and the minibatches. */
  seed: number | bigint;
  steps: number;
  batch: number;
  /** Units of a hidden layer. */
  hidden: number;
  /** Numbers for a character. */
  embedding: number;
  /** Characters that predict the next. */
  context: number;
  /** Learning rate before step `lrDrop`, and from it on. */
  lr: number;
  lrAfter: number;
  lrDrop: number;
}

/** The lecture's first network: see `createMlp`. */
export interface MlpSettings extends CommonSettings {
  net: 'mlp';
  init: Initialisation;
}

/** The lecture's six-layer network, or one of another shape: see `createDeep`. */
export interface DeepSettings extends CommonSettings {
  net: 'deep';
  /** Linear layers, the last included. */
  depth: number;
  activation: ActivationName;
  batchNorm: boolean;
  /** null: where there is no batch norm. */
  bias: boolean | null;
  /** One for all hidden layers, or one for each, first to last. null: 1 with batch norm, 5/3 without. */
  gain: number | readonly number[] | null;
  /** Whether the initial weights are divided by √fan_in. */
  fanIn: boolean;
}

/** All that decides a run, of either network. */
export type RunSettings = MlpSettings | DeepSettings;

const activations = {
  tanh: () => new Tanh(),
  relu: () => new ReLU(),
  leaky_relu: () => new LeakyReLU(),
  sigmoid: () => new Sigmoid(),
  elu: () => new ELU(),
} satisfies Record<string, () => Layer>;
/** An activation of the six layers, by its name. */
export type ActivationName = keyof typeof activations;
/** The activations that the six layers can have. */
export const activationNames = Object.keys(activations) as readonly ActivationName[];

const common = {
  seed: 2147483647,
  steps: 200_000,
  batch: 32,
  embedding: 10,
  context: 3,
  lr: 0.1,
  lrAfter: 0.01,
};

/** The lecture's own settings of its first network. */
export const lectureSettings: Readonly<MlpSettings> = {
  net: 'mlp',
  init: 'notebook',
  ...common,
  hidden: 200,
  lrDrop: 100_000,
};

/** The lecture's own settings of its six-layer network. The notebook stops it after 1001 steps. */
export const deepSettings: Readonly<DeepSettings> = {
  net: 'deep',
  ...common,
  depth: 6,
  hidden: 100,
  activation: 'tanh',
  batchNorm: true,
  bias: null,
  gain: null,
  fanIn: true,
  lrDrop: 150_000,
};

/** Whether a network normalises its batches, and so cannot train on batches of one. */
export const normalises = (settings: RunSettings): boolean =>
  settings.net === 'mlp' ? hasBatchNorm(settings.init) : settings.batchNorm;

/** The network of the settings, reserved on the core and initialised. */
export function createNetwork(
  core: Core,
  generator: Generator,
  settings: RunSettings,
  vocabularySize: number,
): Sequential<Indices> {
  const { batch, hidden, context, embedding } = settings;
  const shape = { vocabularySize, contextLength: context, embeddingDim: embedding, hidden };
  const capacity = Math.max(batch, 256);
  if (settings.net === 'mlp') return createMlp(core, generator, { ...shape, capacity, init: settings.init });
  const { depth, batchNorm, bias, gain, fanIn } = settings;
  const activation = activations[settings.activation];
  if (activation === undefined)
    throw new TypeError(
      `createNetwork: expected activation to be one of ${activationNames.join(', ')}, got '${settings.activation}'`,
    );
  return createDeep(core, generator, {
    ...shape,
    capacity,
    depth,
    batchNorm,
    fanIn,
    activation,
    ...(bias !== null && { bias }),
    ...(gain !== null && { gain }),
  });
}
