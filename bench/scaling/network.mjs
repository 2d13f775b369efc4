// Networks of any width, batch and depth: embedding, then linear + tanh layers, then a linear layer. Without batch norm,
// which has no deviation for a batch of one.
import {
  CrossEntropy,
  Embedding,
  Flatten,
  Generator,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
} from '../../dist/index.js';
import * as torch from '../contenders/torch.mjs';
import { away } from '../error.mjs';
import { random } from '../kernels/random.mjs';
import { reference } from '../reference.mjs';

const [VOCABULARY, WIDTH, WINDOW] = [27, 10, 3];
const LEARNING_RATE = 0.1;
/** Minibatches that are gone through again and again. */
const BATCHES = 20;
/** The second loss is that of parameters which have learnt once. */
const CHECKED = 2;

/** [in, out] of the linear layers. */
export const layersOf = ({ width, depth }) => [
  ...Array.from({ length: depth }, (_, i) => [i === 0 ? WINDOW * WIDTH : width, width]),
  [width, VOCABULARY],
];

/** Its parameters: C, then weight and bias of each layer. */
function parametersOf(setting) {
  const values = (shape, scale, seed) => ({
    shape,
    data: random(
      shape.reduce((a, b) => a * b),
      seed,
    ).map((value) => value * scale),
  });
  return [
    values([VOCABULARY, WIDTH], 1, 1),
    ...layersOf(setting).flatMap(([fanIn, fanOut], i) => [
      values([fanIn, fanOut], 1 / Math.sqrt(fanIn), 2 + i),
      { shape: [fanOut], data: new Float32Array(fanOut) },
    ]),
  ];
}

function batchesOf({ batch }, count) {
  const generator = new Generator(42);
  return Array.from({ length: count }, () => ({
    contexts: Uint8Array.from(generator.randint(0, VOCABULARY, batch * WINDOW)),
    labels: Uint8Array.from(generator.randint(0, VOCABULARY, batch)),
  }));
}

/** Largest relative difference of the first losses from float64. */
function errorOf(params, batches, losses) {
  const exact = reference('plain', params);
  const differences = losses.map((loss, i) => {
    const right = exact.step(batches[i].contexts, batches[i].labels);
    return away(loss, right) / right;
  });
  return Math.max(...differences);
}

/** The same by PyTorch, on one thread. */
export async function prepareTorch(setting) {
  const params = parametersOf(setting);
  const batches = batchesOf(setting, BATCHES);
  const first = await torch.network('plain', params);
  const { losses } = await first.run(batches.slice(0, CHECKED));
  first.dispose();
  const network = await torch.network('plain', params);
  return {
    call: async (times) => (await network.run(batches, times)).seconds,
    error: () => errorOf(params, batches, [...losses]),
    dispose: () => network.dispose(),
  };
}

/** What `measure` needs of one setting { width, batch, depth }: a call of so many steps, and the error of its losses. */
export async function prepare(setting) {
  const core = await load({ backend: 'wasm' });
  const { batch } = setting;
  const layers = layersOf(setting).map((shape) => new Linear(...shape));
  const [last, ...hidden] = layers.reverse();
  const model = new Sequential([
    new Embedding(VOCABULARY, WIDTH),
    new Flatten(),
    ...hidden.reverse().flatMap((layer) => [layer, new Tanh()]),
    last,
  ]);
  model.reserve(core, batch, WINDOW);
  const params = parametersOf(setting);
  const reset = () => {
    model.parameters().forEach(({ value }, i) => {
      value.set(params[i].data);
    });
  };
  const loss = new CrossEntropy();
  loss.reserve(core, batch, VOCABULARY);
  const optimizer = new SGD(model.parameters(), { lr: LEARNING_RATE });
  const [x, y] = [core.indices([batch, WINDOW]), core.indices([batch])];
  const step = ({ contexts, labels }) => {
    x.set(contexts);
    y.set(labels);
    const value = loss.forward(model.forward(x), y);
    model.backward(loss.backward());
    optimizer.step();
    return value;
  };
  reset();
  const batches = batchesOf(setting, BATCHES);
  let [at, lastLoss] = [0, Number.NaN];
  return {
    call(times) {
      for (let i = 0; i < times; i++) {
        lastLoss = step(batches[at]);
        at = (at + 1) % BATCHES;
      }
    },
    /** Infinity where training came to no number. */
    error() {
      if (!Number.isFinite(lastLoss)) return Infinity;
      reset();
      return errorOf(params, batches, batches.slice(0, CHECKED).map(step));
    },
    dispose: () => core.dispose(),
  };
}
