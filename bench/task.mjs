// What every contender is given: the lecture's initial parameters and minibatches, and the float64 reference's answers.
import { Generator, load } from '../dist/index.js';
import { builtInNames, createDeep, createMlp, makeDataset } from '../dist/makemore.js';
import { away, relative } from './error.mjs';
import { matmul, reference, rows } from './reference.mjs';
import { train } from './train.mjs';

const SEED = 2147483647;
export const nets = ['mlp', 'deep'];

const build = {
  mlp: { create: createMlp, order: ([C, W1, gain, bias, W2, b2]) => [C, W1, W2, b2, gain, bias] },
  deep: { create: createDeep, order: (parameters) => parameters },
};

let data;

/** Parameters and the first `steps` minibatches of the lecture's run on the built-in names. */
export async function task(net, steps) {
  data ??= makeDataset(await builtInNames());
  const { vocabulary, train: examples } = data;
  const core = await load();
  const generator = new Generator(SEED);
  const { create, order } = build[net];
  const model = create(core, generator, { vocabularySize: vocabulary.size });
  const params = order(model.parameters()).map(({ value }) => ({
    shape: [...value.shape],
    data: value.toArray(),
  }));
  core.dispose();
  const batches = Array.from({ length: steps }, () => {
    const picks = generator.randint(0, examples.count, 32);
    const contexts = new Uint8Array(32 * 3);
    picks.forEach((pick, i) => {
      contexts.set(examples.x.subarray(pick * 3, pick * 3 + 3), i * 3);
    });
    return { contexts, labels: Uint8Array.from(picks, (pick) => examples.y[pick]) };
  });
  return { params, batches };
}

/** Losses and running statistics that the float64 reference comes to. */
export async function expected(net, { params, batches }) {
  const network = reference(net, params);
  return { losses: await train(network, batches), running: network.running() };
}

/**
 * How far a contender is from the reference after all the batches: the largest relative difference of a loss, and the
 * largest difference of a running statistic over the largest of its kind.
 */
export async function networkError({ network }, net, given, exact) {
  const trained = await network(net, given.params);
  try {
    const losses = await train(trained, given.batches);
    const running = await trained.running();
    if (running.length !== exact.running.length)
      throw new Error(`${net}: expected ${exact.running.length} running statistics, got ${running.length}`);
    return {
      losses: Math.max(...[...exact.losses].map((loss, i) => away(losses[i], loss) / loss)),
      running: Math.max(...exact.running.map((values, i) => relative(running[i], values))),
    };
  } finally {
    trained.dispose?.();
  }
}

/** Seeded inputs and exact results of the kernels that are compared, each with how to start it. */
export const kernelTasks = [
  ...[
    [32, 30, 200],
    [32, 200, 27],
    [32, 100, 100],
    [33, 31, 29],
  ].map(([M, K, N]) => {
    const generator = new Generator(42);
    const [a, b] = [generator.randn(M * K), generator.randn(K * N)];
    return {
      name: `matmul ${M}×${K}×${N}`,
      start: (kernels) => kernels.matmul(M, K, N, a, b),
      exact: () => matmul(rows(a, K), rows(b, N)).flat(),
    };
  }),
  ...[32 * 200, 1001].map((count) => {
    const data = new Generator(42).randn(count).map((value) => value * 3);
    return {
      name: `tanh ${count}`,
      start: (kernels) => kernels.tanh(data),
      exact: () => Array.from(data, Math.tanh),
    };
  }),
];

/** The largest difference over the largest value, the worst of all kernels. */
export async function kernelError({ kernels }) {
  const made = await kernels();
  try {
    let worst = 0;
    for (const { start, exact } of kernelTasks) {
      const call = start(made);
      await call(2);
      worst = Math.max(worst, relative(await call.result(), exact()));
    }
    return worst;
  } finally {
    made.dispose?.();
  }
}
