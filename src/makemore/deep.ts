import type { Core } from '../core/core.js';
import { expectInteger, expectNumber, expectOptions } from '../core/expect.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { Tanh } from '../nn/activations.js';
import { BatchNorm1d } from '../nn/batchnorm.js';
import { Embedding } from '../nn/embedding.js';
import { Flatten } from '../nn/flatten.js';
import type { Layer } from '../nn/layer.js';
import { Linear } from '../nn/linear.js';
import { Sequential } from '../nn/sequential.js';
import type { Generator } from '../random/generator.js';

/** Of `createDeep`. */
export interface DeepOptions {
  vocabularySize: number;
  /** Characters in a context (`block_size`); default 3. */
  contextLength?: number;
  /** Elements of a character's vector (`n_embd`); default 10. */
  embeddingDim?: number;
  /** Units of each hidden layer (`n_hidden`); default 100. */
  hidden?: number;
  /** Number of linear layers, the last included; default 6. */
  depth?: number;
  /** Whether a `BatchNorm1d` follows each linear layer; default yes. */
  batchNorm?: boolean;
  /** Whether the linear layers have a bias; default: where there is no batch norm. */
  bias?: boolean;
  /**
   * Factor on the initial weights of all linear layers but the last, or one for each of them, first to last; default 1
   * with batch norm, 5/3 without.
   */
  gain?: number | readonly number[];
  /** Whether the initial weights of all linear layers are divided by √fan_in; default yes. */
  fanIn?: boolean;
  /** Makes the activation of each hidden layer; default `() => new Tanh()`. */
  activation?: () => Layer;
  /** Most rows in a batch, of training or evaluation; default 256. */
  capacity?: number;
}

const DEEP_OPTIONS = [
  ...[
    'vocabularySize',
    'contextLength',
    'embeddingDim',
    'hidden',
    'depth',
    'batchNorm',
    'bias',
    'gain',
    'fanIn',
  ],
  ...['activation', 'capacity'],
];

/**
 * The six-layer network of makemore part 3, or one of another shape, reserved on the core and with initial parameters
 * drawn from one generator in the notebook's order: C (vocabulary, n_embd) = randn, then the weight of each linear
 * layer = randn / √fan_in (times the gain, but for the last), or randn without `fanIn`. The last layer starts less confident: its gamma, or its
 * weight where there is no batch norm, is multiplied by 0.1.
 *
 * Layers: `Embedding`, `Flatten`, depth − 1 times `Linear`, `BatchNorm1d`, activation, then `Linear`, `BatchNorm1d`.
 * `parameters()` is the notebook's `[C] + [p for layer in layers for p in layer.parameters()]`: 47,024 numbers with
 * the defaults and 27 characters.
 *
 * Errors: RangeError for a size below 1, a gain that is not finite, or another number of gains than depth − 1.
 */
export function createDeep(core: Core, generator: Generator, options: DeepOptions): Sequential<Indices> {
  expectOptions('createDeep', options, DEEP_OPTIONS);
  const { vocabularySize, contextLength = 3, embeddingDim = 10, hidden = 100, depth = 6 } = options;
  const { batchNorm = true, bias = !batchNorm, gain = batchNorm ? 1 : 5 / 3 } = options;
  const { fanIn = true, activation = () => new Tanh(), capacity = 256 } = options;
  expectInteger('createDeep', 'contextLength', contextLength, 1);
  expectInteger('createDeep', 'depth', depth, 1);
  const gains = gainsOf(gain, depth - 1);

  const blocks: Layer[] = [];
  let width = contextLength * embeddingDim;
  for (let position = 1; position < depth; position++) {
    blocks.push(new Linear(width, hidden, { bias, gain: gains[position - 1] }));
    if (batchNorm) blocks.push(new BatchNorm1d(hidden));
    blocks.push(activation());
    width = hidden;
  }
  const last = new Linear(width, vocabularySize, { bias });
  const lastNorm = batchNorm ? [new BatchNorm1d(vocabularySize)] : [];
  const model = new Sequential<Indices>([
    new Embedding(vocabularySize, embeddingDim),
    new Flatten(),
    ...blocks,
    last,
    ...lastNorm,
  ]);
  model.reserve(core, capacity, contextLength);
  if (fanIn) model.initialise(generator);
  else for (const layer of model.layers) initialiseWide(layer as Layer, generator);
  scale(lastNorm[0]?.gamma.value ?? last.weight.value, 0.1);
  return model;
}

/** One for each hidden layer. */
function gainsOf(gain: number | readonly number[], layers: number): readonly number[] {
  if (typeof gain === 'number') {
    expectNumber('createDeep', 'gain', gain, -1e30, 1e30);
    return Array<number>(layers).fill(gain);
  }
  if (gain.length !== layers)
    throw new RangeError(
      `createDeep: expected gain to be a number or ${layers}, one for each hidden layer, got ${gain.length}`,
    );
  gain.forEach((value, i) => {
    expectNumber('createDeep', `gain[${i}]`, value, -1e30, 1e30);
  });
  return gain;
}

/** As the layer does itself, but for a linear layer's weights, which are not divided by √fan_in. */
function initialiseWide(layer: Layer, generator: Generator): void {
  if (layer instanceof Linear) {
    const { value } = layer.weight;
    value.set(generator.randn(value.size));
    scale(value, layer.gain);
    layer.bias?.value.fill(0);
  } else layer.initialise?.(generator);
}

/** In place, the factor rounded to float32 first as torch does. */
function scale(tensor: Tensor, factor: number): void {
  const { data } = tensor;
  for (let i = 0; i < data.length; i++) data[i] *= Math.fround(factor);
}
