// TensorFlow.js, for tfjs-wasm.mjs and tfjs-cpu.mjs: its autograd, its SGD, its tidy, as its guide has it. The
// embedding is a product with one-hot rows: the wasm backend has no kernel for the gradient of gather.
import { missing, peer } from '../peers/peer.mjs';

let loaded;

/** tf on one backend, one thread. It keeps one backend for the whole process: `use` brings ours back. */
async function start(backend) {
  loaded ??= (async () => {
    const { default: tf } = await peer('@tensorflow/tfjs');
    const { default: wasm } = await peer('@tensorflow/tfjs-backend-wasm');
    wasm.setThreadsCount(1);
    return tf;
  })();
  const tf = await loaded;
  if (backend === 'wasm' && !(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new Error('tfjs: expected its wasm backend to have SIMD here, and it has not');
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: the backend ${backend} does not start`);
  await tf.ready();
  const use = () => {
    if (tf.getBackend() !== backend) tf.setBackend(backend);
  };
  return { tf, use };
}

export function contender(name, backend) {
  return {
    name,
    available: async () => missing('@tensorflow/tfjs') ?? missing('@tensorflow/tfjs-backend-wasm'),
    network: (net, params) => prepareNetwork(backend, net, params),
    kernels: () => prepareKernels(backend),
  };
}

async function prepareNetwork(backend, net, params) {
  const { tf, use } = await start(backend);
  const variables = params.map(({ shape, data }) => variable(tf, tf.tensor(data.slice(), [...shape])));
  const [vocabulary, width] = params[0].shape;
  const { forward, norms } = networks[net](tf, variables);
  const optimizer = tf.train.sgd(0.1);
  return {
    step(contexts, labels) {
      use();
      return tf.tidy(() => {
        const tokens = tf.oneHot(tf.tensor1d(contexts, 'int32'), vocabulary);
        const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), vocabulary);
        const loss = () => {
          const x = tf.matMul(tokens, variables[0]).reshape([labels.length, 3 * width]);
          return tf.losses.softmaxCrossEntropy(targets, forward(x)).asScalar();
        };
        return optimizer.minimize(loss, true, variables).dataSync()[0];
      });
    },
    running() {
      use();
      return norms.flatMap(({ running }) => running.map((variable) => variable.dataSync()));
    },
    dispose() {
      use();
      tf.dispose([variables, norms.map(({ running }) => running)]);
      optimizer.dispose();
    },
  };
}

function variable(tf, initial, trainable = true) {
  const made = tf.variable(initial, trainable);
  initial.dispose();
  return made;
}

/** Divides by the root of the unbiased variance + eps; keeps track of that variance, or of the deviation. */
function batchNorm(tf, gamma, beta, { eps, momentum, tracksStd }) {
  const units = gamma.size;
  const running = [variable(tf, tf.zeros([units]), false), variable(tf, tf.ones([units]), false)];
  return {
    running,
    apply(x) {
      const mean = x.mean(0);
      const centred = x.sub(mean);
      const variance = centred
        .square()
        .sum(0)
        .div(x.shape[0] - 1);
      const spread = tracksStd ? variance.sqrt() : variance;
      running[0].assign(running[0].mul(1 - momentum).add(mean.mul(momentum)));
      running[1].assign(running[1].mul(1 - momentum).add(spread.mul(momentum)));
      const std = tracksStd ? spread : variance.add(eps).sqrt();
      return centred.div(std).mul(gamma).add(beta);
    },
  };
}

const networks = {
  mlp(tf, [, W1, W2, b2, gain, bias]) {
    const norm = batchNorm(tf, gain, bias, { momentum: 0.001, tracksStd: true });
    return {
      norms: [norm],
      forward: (x) => tf.matMul(norm.apply(tf.matMul(x, W1)).tanh(), W2).add(b2),
    };
  },
  deep(tf, [, ...rest]) {
    const blocks = [];
    for (let i = 0; i < rest.length; i += 3) {
      const [W, gamma, beta] = rest.slice(i, i + 3);
      blocks.push({ W, norm: batchNorm(tf, gamma, beta, { eps: 1e-5, momentum: 0.1, tracksStd: false }) });
    }
    return {
      norms: blocks.map(({ norm }) => norm),
      forward: (x) =>
        blocks.reduce((h, { W, norm }, i) => {
          const y = norm.apply(tf.matMul(h, W));
          return i < blocks.length - 1 ? y.tanh() : y;
        }, x),
    };
  },
};

async function prepareKernels(backend) {
  const { tf, use } = await start(backend);
  const made = [];
  const kernel = (compute) => {
    let last;
    const call = (times) => {
      use();
      for (let i = 0; i < times; i++) {
        last?.dispose();
        last = compute();
      }
    };
    made.push(() => last?.dispose());
    return Object.assign(call, { result: () => last.dataSync() });
  };
  const tensor = (data, shape) => {
    use();
    const input = tf.tensor(data.slice(), shape);
    made.push(() => input.dispose());
    return input;
  };
  return {
    matmul(M, K, N, a, b) {
      const [x, w] = [tensor(a, [M, K]), tensor(b, [K, N])];
      return kernel(() => tf.matMul(x, w));
    },
    tanh(data) {
      const x = tensor(data, [data.length]);
      return kernel(() => tf.tanh(x));
    },
    dispose() {
      use();
      for (const dispose of made) dispose();
    },
  };
}
