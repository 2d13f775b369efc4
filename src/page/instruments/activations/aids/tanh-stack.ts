/** Deep stacks of linear layers and tanh, computed with the library in a core of its own. */
import type { Core, Linear, Tanh, Tensor } from 'lanewise';

type Library = typeof import('./library.js');

export const EXAMPLES = 128;
export const WIDTH = 128;
export const DEEPEST = 50;
const SEED = 2147483647;
/** Milliseconds of work between two breaths, so that the page stays smooth. */
const SLICE = 8;

/** Resolves once the page has had its turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

interface Block {
  linear: Linear;
  tanh: Tanh;
  /** randn / √fan_in. */
  weights: Float32Array;
  gain: number;
}

export class TanhStack {
  readonly #library: Library;
  readonly #core: Core;
  readonly #generator: InstanceType<Library['Generator']>;
  readonly #input: Tensor;
  readonly #blocks: Block[] = [];
  /** One pass at a time: each writes into the same layers. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(library: Library, core: Core) {
    this.#library = library;
    this.#core = core;
    this.#generator = new library.Generator(SEED);
    this.#input = core.tensor([EXAMPLES, WIDTH]).set(this.#generator.randn(EXAMPLES * WIDTH));
  }

  static async create(): Promise<TanhStack> {
    const library = await import('./library.js');
    return new TanhStack(library, await library.load());
  }

  /** std of the outputs of each tanh; undefined where `signal` has ended it. Always the same draws. */
  stds(gain: number, depth: number, signal: AbortSignal): Promise<number[] | undefined> {
    const pass = this.#turn.then(() => this.#pass(gain, depth, signal));
    this.#turn = pass.catch(() => {});
    return pass;
  }

  async #pass(gain: number, depth: number, signal: AbortSignal): Promise<number[] | undefined> {
    const stds: number[] = [];
    let x = this.#input;
    let start = performance.now();
    for (let i = 0; i < depth; i++) {
      if (performance.now() - start > SLICE) {
        await breathe();
        start = performance.now();
      }
      if (signal.aborted) return undefined;
      const { linear, tanh } = this.#block(i, gain);
      x = tanh.forward(linear.forward(x));
      stds.push(this.#library.summarise(x).std);
    }
    return stds;
  }

  #block(i: number, gain: number): Block {
    const { Linear, Tanh } = this.#library;
    if (this.#blocks[i] === undefined) {
      const linear = new Linear(WIDTH, WIDTH, { bias: false });
      const tanh = new Tanh();
      linear.reserve(this.#core, EXAMPLES);
      tanh.reserve(this.#core, EXAMPLES, WIDTH);
      linear.initialise(this.#generator);
      this.#blocks[i] = { linear, tanh, weights: linear.weight.value.toArray(), gain: 1 };
    }
    const block = this.#blocks[i];
    if (block.gain !== gain) {
      block.linear.weight.value.set(block.weights.map((weight) => weight * gain));
      block.gain = gain;
    }
    return block;
  }

  /** 1 / std(tanh(z)) of z from N(0, 1), again and again with more draws, until there are `count`. */
  async *inverseStd(count: number, signal: AbortSignal): AsyncGenerator<{ drawn: number; value: number }> {
    const { Generator, Tanh, summarise } = this.#library;
    const size = 2 ** 14;
    const generator = new Generator(SEED);
    const z = this.#core.tensor([1, size]);
    const tanh = new Tanh();
    tanh.reserve(this.#core, 1, size);
    // The mean is 0 for reasons of symmetry, so that the squares may be added up.
    let squares = 0;
    for (let drawn = size; drawn <= count; drawn += size) {
      await breathe();
      if (signal.aborted) return;
      const { mean, std } = summarise(tanh.forward(z.set(generator.randn(size))));
      squares += (std * std * (size - 1) + size * mean * mean) / drawn - (squares * size) / drawn;
      yield { drawn, value: 1 / Math.sqrt(squares) };
    }
  }

  dispose(): void {
    this.#core.dispose();
  }
}
