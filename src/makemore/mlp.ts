import type { Core } from '../core/core.js';
import { expectInteger, expectOptions } from '../core/expect.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { Tanh } from '../nn/activations.js';
import { BatchNorm1d } from '../nn/batchnorm.js';
import { Embedding } from '../nn/embedding.js';
import { Flatten } from '../nn/flatten.js';
import type { Layer } from '../nn/layer.js';
import { Linear } from '../nn/linear.js';
import { Sequential } from '../nn/sequential.js';
import type { Generator } from '../random/generator.js';

/**
 * How the first network begins. `notebook` is the state that the lecture's notebook ends with; the others are the rows
 * of its loss log, in which the hidden layer has a bias b1 that the notebook no longer has.
 */
export const initialisations = ['notebook', 'original', 'softmax', 'tanh', 'kaiming', 'bn'] as const;
/** A row of the lecture’s loss log. */
export type Initialisation = (typeof initialisations)[number];

/** Of `createMlp`. */
export interface MlpOptions {
  vocabularySize: number;
  /** Characters in a context (`block_size`); default 3. */
  contextLength?: number;
  /** Elements of a character's vector (`n_embd`); default 10. */
  embeddingDim?: number;
  /** Units of the hidden layer (`n_hidden`); default 200. */
  hidden?: number;
  init?: Initialisation;
  /** Most rows in a batch, of training or evaluation; default 256. */
  capacity?: number;
}

const MLP_OPTIONS = ['vocabularySize', 'contextLength', 'embeddingDim', 'hidden', 'init', 'capacity'];

/** Whether a network with this initialisation normalises its batches (and so cannot train on batches of one). */
export const hasBatchNorm = (init: Initialisation): boolean => init === 'notebook' || init === 'bn';

/**
 * The first network of makemore part 3, reserved on the core and with initial parameters drawn in the lecture's order
 * from one generator: C (vocabulary, n_embd), W1 (context · n_embd, hidden), b1 (hidden) if there is one, W2 (hidden,
 * vocabulary), b2 (vocabulary). logits = tanh(bn(x W1 + b1)) W2 + b2 with x = the vectors of the context.
 *
 * | init       | W1               | b1        | W2          | b2       | batch norm |
 * | ---------- | ---------------- | --------- | ----------- | -------- | ---------- |
 * | `original` | randn            | randn     | randn       | randn    | no         |
 * | `softmax`  | randn            | randn     | randn · .01 | 0        | no         |
 * | `tanh`     | randn · 0.2      | randn·.01 | randn · .01 | 0        | no         |
 * | `kaiming`  | randn · 5/3 / √fan_in | randn·.01 | randn · .01 | 0   | no         |
 * | `bn`       | as `kaiming`     | as there  | randn · .01 | 0        | yes        |
 * | `notebook` | as `kaiming`     | none      | randn · .01 | 0        | yes        |
 *
 * The batch norm divides by the unbiased standard deviation, with no eps, and tracks mean and deviation with 0.001.
 * `parameters()` gives C, W1, b1, gain, bias, W2, b2: the order of the layers.
 *
 * Errors: RangeError for a size below 1; TypeError for an unknown initialisation.
 */
export function createMlp(core: Core, generator: Generator, options: MlpOptions): Sequential<Indices> {
  expectOptions('createMlp', options, MLP_OPTIONS);
  const { vocabularySize, contextLength = 3, embeddingDim = 10, hidden = 200 } = options;
  const { init = 'notebook', capacity = 256 } = options;
  if (!initialisations.includes(init))
    throw new TypeError(`createMlp: expected init to be one of ${initialisations.join(', ')}, got '${init}'`);
  expectInteger('createMlp', 'contextLength', contextLength, 1);
  const fanIn = contextLength * embeddingDim;

  const embedding = new Embedding(vocabularySize, embeddingDim);
  const first = new Linear(fanIn, hidden, { bias: init !== 'notebook' });
  const second = new Linear(hidden, vocabularySize);
  const normalise: Layer[] = hasBatchNorm(init)
    ? [new BatchNorm1d(hidden, { eps: 0, momentum: 0.001, correction: 1, tracks: 'std' })]
    : [];
  const model = new Sequential<Indices>([embedding, new Flatten(), first, ...normalise, new Tanh(), second]);
  model.reserve(core, capacity, contextLength);

  const draw = (tensor: Tensor, ...steps: ((value: number) => number)[]) =>
    tensor.set(generator.randn(tensor.size).map((value) => steps.reduce((v, step) => step(v), value)));
  const kaiming = [times(5 / 3), over(Math.sqrt(fanIn))];
  const w1 = { original: [], softmax: [], tanh: [times(0.2)], kaiming, bn: kaiming, notebook: kaiming }[init];
  const b1 = init === 'original' || init === 'softmax' ? [] : [times(0.01)];
  const w2 = init === 'original' ? [] : [times(0.01)];
  const b2 = init === 'original' ? [] : [times(0)];
  draw(embedding.weight.value);
  draw(first.weight.value, ...w1);
  if (first.bias) draw(first.bias.value, ...b1);
  draw(second.weight.value, ...w2);
  if (second.bias) draw(second.bias.value, ...b2);
  return model;
}

// torch rounds the factor to float32, and then each product or quotient.
const times = (factor: number) => (value: number) => Math.fround(value * Math.fround(factor));
const over = (divisor: number) => (value: number) => Math.fround(value / Math.fround(divisor));
