import type { Core } from '../core/core.js';
import { BaseDisposable } from '../core/dispose.js';
import { expectInteger } from '../core/expect.js';
import { softmaxKernels } from '../core/kernels/softmax.js';
import { Indices, Tensor } from '../core/tensor.js';
import type { Layer, Statistics } from '../nn/layer.js';
import type { Sequential } from '../nn/sequential.js';
import type { Generator } from '../random/generator.js';
import { multinomial } from '../random/multinomial.js';
import { keepModes } from '../train/keep-modes.js';
import type { Vocabulary } from './vocabulary.js';

/** A network that never ends a name would never end. */
const LONGEST = 256;

/** What a `Sampler` draws names from. */
export interface SamplerOptions {
  core: Core;
  model: Sequential<Indices>;
  vocabulary: Vocabulary;
  contextLength: number;
  generator: Generator;
  statistics?: Statistics;
  /** Called for each token that is drawn, with the probabilities it was drawn from: a view that the next draw overwrites. */
  onToken?: (token: number, probabilities: Float32Array) => void;
}

/**
 * Draws names as the lecture does: from an empty context, one token after the other by torch.multinomial from the
 * softmax of the logits, until the token that ends a name. Names come with that token, `.` or how else the vocabulary prints
 * its boundary; one without it was cut at 256 tokens. The layers are then in the modes in which they were.
 *
 * Errors: RangeError where the network's logits hold NaN.
 */
export class Sampler extends BaseDisposable {
  readonly #options: SamplerOptions;
  readonly #context: Indices;
  readonly #probs: Tensor;
  readonly #tokens: Int32Array;

  constructor(options: SamplerOptions) {
    super();
    const { core, contextLength, vocabulary } = options;
    this.#options = options;
    this.#context = new Indices(core, [1, contextLength]);
    this.#probs = new Tensor(core, [1, vocabulary.size]);
    this.#tokens = new Int32Array(contextLength);
  }

  names(count: number): string[] {
    expectInteger('Sampler.names', 'count', count, 0);
    const { model, statistics = 'running' } = this.#options;
    const leave = keepModes(model as unknown as Layer);
    model.eval(statistics);
    try {
      return Array.from({ length: count }, () => this.#name());
    } finally {
      leave();
    }
  }

  /** Gives back what the drawing works in; the model is its owner's. Idempotent. */
  dispose(): void {
    this.#context.dispose();
    this.#probs.dispose();
  }

  #name(): string {
    const { core, model, vocabulary, generator, onToken } = this.#options;
    const tokens = this.#tokens.fill(0);
    const name: number[] = [];
    while (name.length < LONGEST) {
      const logits = model.forward(this.#context.set(tokens));
      core.use(softmaxKernels).softmaxForward(this.#probs.pointer, logits.pointer, 1, vocabulary.size);
      const probabilities = this.#probs.data.subarray(0, vocabulary.size);
      const [token] = multinomial(probabilities, 1, { generator });
      onToken?.(token, probabilities);
      name.push(token);
      if (token === 0) break;
      tokens.copyWithin(0, 1);
      tokens[tokens.length - 1] = token;
    }
    return vocabulary.decode(name);
  }
}
