// lanewise as a user has it: the built package and its public API, nothing else.
import {
  BatchNorm1d,
  CrossEntropy,
  Embedding,
  Flatten,
  Linear,
  linearKernels,
  load,
  Sequential,
  SGD,
  Tanh,
  tanhKernels,
} from '../../dist/index.js';

export const { name, available, network, kernels, core } = contender('lanewise, WebAssembly SIMD', {
  backend: 'wasm',
});

/** The contender with one choice of backend and arithmetic. */
export function contender(name, options) {
  return {
    name,
    async available() {
      try {
        // `relaxed` is given as the object that `load` takes.
        const arithmetic = options.arithmetic === undefined ? 'deterministic' : 'relaxed';
        const core = await load(options);
        core.dispose();
        if (core.arithmetic !== arithmetic)
          return `this engine has no ${arithmetic} arithmetic: ${core.reason}`;
      } catch (error) {
        return error.message;
      }
    },
    network: (net, params) => prepareNetwork(options, net, params),
    kernels: () => prepareKernels(options),
    core: () => load(options),
  };
}

async function prepareNetwork(options, net, params) {
  const core = await load(options);
  const model = layersOf[net](params);
  model.reserve(core, 32, 3);
  inOrderOf[net](model.parameters()).forEach(({ value }, i) => {
    value.set(params[i].data);
  });
  const loss = new CrossEntropy();
  loss.reserve(core, 32, params[0].shape[0]);
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const [x, y] = [core.indices([32, 3]), core.indices([32])];
  return {
    step(contexts, labels) {
      x.set(contexts);
      y.set(labels);
      const value = loss.forward(model.forward(x), y);
      model.backward(loss.backward());
      optimizer.step();
      return value;
    },
    running: () => model.buffers().map(({ value }) => value.toArray()),
    dispose: () => core.dispose(),
  };
}

async function prepareKernels(options) {
  const core = await load(options);
  return {
    matmul(M, K, N, a, b) {
      const [x, w, y] = [core.tensor([M, K]).set(a), core.tensor([K, N]).set(b), core.tensor([M, N])];
      const call = (times) => {
        for (let i = 0; i < times; i++)
          core.use(linearKernels).linearForward(y.pointer, x.pointer, w.pointer, 0, M, K, N);
      };
      return Object.assign(call, { result: () => y.toArray() });
    },
    tanh(data) {
      const [x, y] = [core.tensor([data.length]).set(data), core.tensor([data.length])];
      const call = (times) => {
        for (let i = 0; i < times; i++) core.use(tanhKernels).tanhForward(y.pointer, x.pointer, data.length);
      };
      return Object.assign(call, { result: () => y.toArray() });
    },
    dispose: () => core.dispose(),
  };
}

const layersOf = {
  mlp([C, W1, W2]) {
    const [fanIn, hidden] = W1.shape;
    return new Sequential([
      new Embedding(...C.shape),
      new Flatten(),
      new Linear(fanIn, hidden, { bias: false }),
      new BatchNorm1d(hidden, { eps: 0, momentum: 0.001, correction: 1, tracks: 'std' }),
      new Tanh(),
      new Linear(...W2.shape),
    ]);
  },
  deep([C, ...rest]) {
    const blocks = [];
    for (let i = 0; i < rest.length; i += 3) {
      const [fanIn, fanOut] = rest[i].shape;
      blocks.push(new Linear(fanIn, fanOut, { bias: false }), new BatchNorm1d(fanOut), new Tanh());
    }
    return new Sequential([new Embedding(...C.shape), new Flatten(), ...blocks.slice(0, -1)]);
  },
};

/** The library's parameters, which go by layers, in the notebook's order. */
const inOrderOf = {
  mlp: ([C, W1, gain, bias, W2, b2]) => [C, W1, W2, b2, gain, bias],
  deep: (parameters) => parameters,
};
