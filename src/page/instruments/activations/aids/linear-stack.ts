/** A stack of linear layers beside the one layer that is their product, computed with the library in a core of its own. */
const WIDTH = 64;
const EXAMPLES = 128;
const SEED = 2147483647;

export interface Collapse {
  /** std of the outputs of each layer of the stack, tanh included. */
  stds: number[];
  /** Largest output of the stack, and largest difference of the single layer's output from it. */
  largest: number;
  difference: number;
}

/** `tanh`: one behind each linear layer, which no product of matrices can do. */
export async function collapse(depth: number, tanh: boolean, gain: number): Promise<Collapse> {
  const { Generator, Linear, load, Sequential, summarise, Tanh } = await import('./library.js');
  const core = await load();
  try {
    const generator = new Generator(SEED);
    const x = core.tensor([EXAMPLES, WIDTH]).set(generator.randn(EXAMPLES * WIDTH));
    const layers = Array.from({ length: depth }, () => new Linear(WIDTH, WIDTH, { bias: false, gain }));
    for (const layer of layers) {
      layer.reserve(core, EXAMPLES);
      layer.initialise(generator);
    }
    // The identity through the linear layers is their product.
    const identity = core.tensor([WIDTH, WIDTH]).fill(0);
    for (let i = 0; i < WIDTH; i++) identity.data[i * identity.stride + i] = 1;
    const [first, ...rest] = layers;
    const product = new Sequential([first, ...rest]).forward(identity).toArray();
    const single = new Linear(WIDTH, WIDTH, { bias: false });
    single.reserve(core, EXAMPLES);
    single.weight.value.set(product);
    const stds: number[] = [];
    let h = x;
    for (const layer of layers) {
      h = layer.forward(h);
      if (tanh) {
        const activation = new Tanh();
        activation.reserve(core, EXAMPLES, WIDTH);
        h = activation.forward(h);
      }
      stds.push(summarise(h).std);
    }
    const [stacked, once] = [h.toArray(), single.forward(x).toArray()];
    let [largest, difference] = [0, 0];
    for (let i = 0; i < stacked.length; i++) {
      largest = Math.max(largest, Math.abs(stacked[i]));
      difference = Math.max(difference, Math.abs(stacked[i] - once[i]));
    }
    return { stds, largest, difference };
  } finally {
    core.dispose();
  }
}
