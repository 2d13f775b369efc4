// jax-js on WebAssembly: the whole step (loss, gradients, update, running statistics) is one jit-compiled function.
// The embedding is a product with one-hot rows: jit does not compile the gradient of take (0.1.25).
import { missing, peer } from '../peers/peer.mjs';

const PACKAGE = '@jax-js/jax';
export const name = 'jax-js, jit, wasm';
export const available = async () => missing(PACKAGE);

async function start() {
  const jax = await peer(PACKAGE);
  // By name: without one it looks for a GPU through `navigator`, which Node 20 does not have.
  const devices = await jax.init('wasm');
  if (!devices.includes('wasm')) throw new Error('jax-js: the wasm device does not start');
  jax.defaultDevice('wasm');
  return jax;
}

export async function network(net, params) {
  const jax = await start();
  const { numpy: np, nn, jit, valueAndGrad, tree } = jax;
  const [vocabulary, width] = params[0].shape;
  const { forward, units } = networks[net](np, params);
  let state = params.map(({ shape, data }) => np.array(data.slice()).reshape([...shape]));
  let running = units.map((count) => [np.zeros([count]), np.ones([count])]);

  // Every function takes ownership of its arguments; `.ref` keeps one for later.
  function loss(params, running, contexts, labels) {
    const rows = nn.oneHot(contexts, vocabulary);
    const [logits, tracked] = forward(
      np.matmul(rows, params[0]).reshape([labels.shape[0], 3 * width]),
      params,
      running,
    );
    const targets = nn.oneHot(labels, vocabulary);
    const value = nn.logSoftmax(logits).mul(targets).sum(-1).mean().mul(-1);
    return [value, tracked];
  }
  const step = jit((params, running, contexts, labels) => {
    const [[value, tracked], grads] = valueAndGrad(loss, { hasAux: true })(
      tree.ref(params),
      running,
      contexts,
      labels,
    );
    return [value, params.map((param, i) => param.sub(grads[i].mul(0.1))), tracked];
  });

  return {
    step(contexts, labels) {
      const tokens = np.array(Int32Array.from(contexts));
      const targets = np.array(Int32Array.from(labels));
      let value;
      [value, state, running] = step(state, running, tokens, targets);
      // Reading the loss makes the whole program run: until then it is only queued.
      return value.dataSync()[0];
    },
    running: () => running.flat().map((values) => values.ref.dataSync()),
    dispose() {
      tree.dispose([state, running]);
      step.dispose();
    },
  };
}

/** [y, [running mean, running spread]]; divides by the root of the unbiased variance + eps. */
function batchNorm(np, x, gamma, beta, [mean, spread], { eps, momentum, tracksStd }) {
  const n = x.shape[0];
  const batchMean = np.mean(x.ref, 0);
  const centred = x.sub(batchMean.ref);
  const variance = np.sum(np.square(centred.ref), 0).div(n - 1);
  const std = np.sqrt(tracksStd ? variance.ref : variance.ref.add(eps));
  const batchSpread = tracksStd ? std.ref : variance.ref;
  variance.dispose();
  const tracked = [
    mean.mul(1 - momentum).add(batchMean.mul(momentum)),
    spread.mul(1 - momentum).add(batchSpread.mul(momentum)),
  ];
  return [centred.div(std).mul(gamma).add(beta), tracked];
}

const networks = {
  mlp: (np, [, W1]) => ({
    units: [W1.shape[1]],
    forward(x, [, W1, W2, b2, gain, bias], [running]) {
      const settings = { momentum: 0.001, tracksStd: true };
      const [h, tracked] = batchNorm(np, np.matmul(x, W1), gain, bias, running, settings);
      return [np.matmul(np.tanh(h), W2).add(b2), [tracked]];
    },
  }),
  deep: (np, params) => ({
    units: params.filter((_, i) => i % 3 === 1).map(({ shape }) => shape[1]),
    forward(x, params, running) {
      const settings = { eps: 1e-5, momentum: 0.1, tracksStd: false };
      const tracked = [];
      let h = x;
      running.forEach((statistics, i) => {
        const [W, gamma, beta] = params.slice(1 + 3 * i, 4 + 3 * i);
        [h, tracked[i]] = batchNorm(np, np.matmul(h, W), gamma, beta, statistics, settings);
        if (i < running.length - 1) h = np.tanh(h);
      });
      return [h, tracked];
    },
  }),
};

export async function kernels() {
  const { numpy: np, jit } = await start();
  const inputs = [];
  const input = (data, shape) => {
    const made = np.array(data.slice()).reshape(shape);
    inputs.push(made);
    return made;
  };
  const kernel = (compute) => {
    let last;
    const call = (times) => {
      // A result that is not read is never computed.
      for (let i = 0; i < times; i++) last = compute().dataSync();
    };
    return Object.assign(call, { result: () => last });
  };
  const matmul = jit((x, w) => np.matmul(x, w));
  const tanh = jit((x) => np.tanh(x));
  return {
    matmul(M, K, N, a, b) {
      const [x, w] = [input(a, [M, K]), input(b, [K, N])];
      return kernel(() => matmul(x.ref, w.ref));
    },
    tanh(data) {
      const x = input(data, [data.length]);
      return kernel(() => tanh(x.ref));
    },
    dispose() {
      for (const made of inputs) made.dispose();
      matmul.dispose();
      tanh.dispose();
    },
  };
}
