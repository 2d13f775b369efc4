// The kernels that go once over their elements, as rows to measure: kernels/table.mjs. `bytes` counts each float that
// has to be read or written, once; a plain copy of half as many bytes reads and writes as much.
import {
  batchnormKernels,
  embeddingKernels,
  sgdKernels,
  softmaxKernels,
  tanhKernels,
} from '../../dist/index.js';
import { batchNorm, batchNormBackward, crossEntropy, gathered, scattered } from './exact.mjs';
import { integers, random } from './random.mjs';

const FLOAT = 4;
const EPS = 1e-5;
const LEARNING_RATE = 0.1;
const WINDOW = 3;

export const extents = {
  full: { batches: [32, 4096], parameters: [12_097, 1_048_576] },
  quick: { batches: [32], parameters: [12_097] },
};

export const elementwise = ({ batches, parameters }) => [
  ...batches.flatMap((n) => [
    tanhForward(n, 200),
    tanhBackward(n, 200),
    normForward(n, 200),
    normBackward(n, 200),
    lossAndGradient(n, 27),
    embeddingForward(n, 27, 10),
    embeddingBackward(n, 27, 10),
  ]),
  ...parameters.map(update),
];

const size = (n, m) => `${n}×${m}`;
const repeated = (compute) => (times) => {
  for (let i = 0; i < times; i++) compute();
};

const tanhForward = (n, m) => ({
  kernel: 'tanh',
  size: size(n, m),
  elements: n * m,
  bytes: 2 * n * m * FLOAT,
  prepare(core) {
    const [y, x] = [core.tensor([n, m]), core.tensor([n, m]).set(random(n * m, 1))];
    const kernels = core.use(tanhKernels);
    const call = repeated(() => kernels.tanhForward(y.pointer, x.pointer, n * m));
    return { call, result: () => [y.toArray()] };
  },
  contract: (kernels) => kernels.tanh(random(n * m, 1)),
  exact: () => [Float64Array.from(random(n * m, 1), Math.tanh)],
});

const tanhBackward = (n, m) => ({
  kernel: 'tanh backward',
  size: size(n, m),
  elements: n * m,
  bytes: 3 * n * m * FLOAT,
  prepare(core) {
    const [dx, dy, y] = [1, 2, 3].map((seed) => core.tensor([n, m]).set(random(n * m, seed)));
    const kernels = core.use(tanhKernels);
    const call = repeated(() => kernels.tanhBackward(dx.pointer, dy.pointer, y.pointer, n * m));
    return { call, result: () => [dx.toArray()] };
  },
  exact() {
    const y = random(n * m, 3);
    return [Float64Array.from(random(n * m, 2), (d, at) => d * (1 - y[at] ** 2))];
  },
});

const normInputs = (n, m) => [random(n * m, 1), random(m, 2), random(m, 3)];

/** Statistics of the batch, then x̂ and y. */
const normForward = (n, m) => ({
  kernel: 'BatchNorm',
  size: size(n, m),
  elements: n * m,
  bytes: 3 * n * m * FLOAT,
  prepare(core) {
    const [x, gamma, beta] = normInputs(n, m);
    const [tx, tg, tb] = [
      core.tensor([n, m]).set(x),
      core.tensor([m]).set(gamma),
      core.tensor([m]).set(beta),
    ];
    const [y, xhat] = [core.tensor([n, m]), core.tensor([n, m])];
    const [mean, variance, std, rstd] = [1, 2, 3, 4].map(() => core.tensor([m]));
    const kernels = core.use(batchnormKernels);
    const call = repeated(() => {
      kernels.batchNormStatistics(mean.pointer, variance.pointer, tx.pointer, n, m, 1);
      kernels.batchNormDeviation(std.pointer, rstd.pointer, variance.pointer, m, EPS);
      kernels.batchNormForward(
        y.pointer,
        xhat.pointer,
        tx.pointer,
        mean.pointer,
        rstd.pointer,
        tg.pointer,
        tb.pointer,
        n,
        m,
      );
    });
    return { call, result: () => [mean, rstd, xhat, y].map((tensor) => tensor.toArray()) };
  },
  exact: () => batchNorm(...normInputs(n, m), n, m, EPS),
});

const normBackwardInputs = (n, m) => [
  random(n * m, 1),
  random(n * m, 2),
  random(m, 3).map(Math.abs),
  random(m, 4),
];

const normBackward = (n, m) => ({
  kernel: 'BatchNorm backward',
  size: size(n, m),
  elements: n * m,
  bytes: 3 * n * m * FLOAT,
  prepare(core) {
    const [dy, xhat, rstd, gamma] = normBackwardInputs(n, m).map((values) =>
      core.tensor(values.length === m ? [m] : [n, m]).set(values),
    );
    const [dx, dgamma, dbeta] = [core.tensor([n, m]), core.tensor([m]), core.tensor([m])];
    const pointers = [dx, dgamma, dbeta, dy, xhat, rstd, gamma].map((tensor) => tensor.pointer);
    const kernels = core.use(batchnormKernels);
    const call = repeated(() => kernels.batchNormBackward(...pointers, n, m, 1));
    return { call, result: () => [dx, dgamma, dbeta].map((tensor) => tensor.toArray()) };
  },
  exact: () => batchNormBackward(...normBackwardInputs(n, m), n, m),
});

const lossAndGradient = (n, m) => ({
  kernel: 'softmax cross-entropy',
  size: size(n, m),
  elements: n * m,
  bytes: 2 * n * m * FLOAT,
  prepare(core) {
    const [logits, dlogits] = [core.tensor([n, m]).set(random(n * m, 1)), core.tensor([n, m])];
    const targets = core.indices([n]).set(integers(m, n, 2));
    const kernels = core.use(softmaxKernels);
    let loss = Number.NaN;
    const call = repeated(() => {
      loss = kernels.crossEntropy(dlogits.pointer, logits.pointer, targets.pointer, n, m);
    });
    return { call, result: () => [[loss], dlogits.toArray()] };
  },
  exact: () => crossEntropy(random(n * m, 1), integers(m, n, 2), n, m),
});

const embeddingForward = (n, v, d) => ({
  kernel: 'embedding',
  size: size(n, WINDOW * d),
  elements: n * WINDOW * d,
  bytes: 2 * n * WINDOW * d * FLOAT,
  prepare(core) {
    const [weight, y] = [core.tensor([v, d]).set(random(v * d, 1)), core.tensor([n, WINDOW * d])];
    const indices = core.indices([n, WINDOW]).set(integers(v, n * WINDOW, 2));
    const kernels = core.use(embeddingKernels);
    const call = repeated(() =>
      kernels.embeddingForward(y.pointer, weight.pointer, indices.pointer, n, WINDOW, d),
    );
    return { call, result: () => [y.toArray()] };
  },
  exact: () => [gathered(random(v * d, 1), integers(v, n * WINDOW, 2), d)],
});

const embeddingBackward = (n, v, d) => ({
  kernel: 'embedding backward',
  size: size(n, WINDOW * d),
  elements: n * WINDOW * d,
  bytes: 2 * n * WINDOW * d * FLOAT,
  prepare(core) {
    const count = n * WINDOW * d;
    const [dweight, dy] = [core.tensor([v, d]), core.tensor([n, WINDOW * d]).set(random(count, 1))];
    const indices = core.indices([n, WINDOW]).set(integers(v, n * WINDOW, 2));
    const kernels = core.use(embeddingKernels);
    const call = repeated(() =>
      kernels.embeddingBackward(dweight.pointer, dy.pointer, indices.pointer, n, WINDOW, d, v),
    );
    return { call, result: () => [dweight.toArray()] };
  },
  exact: () => [scattered(random(n * WINDOW * d, 1), integers(v, n * WINDOW, 2), v, d)],
});

/** Timed with a gradient of zeros, which leaves the parameters where they are; then once with one, for the error. */
const update = (count) => ({
  kernel: 'SGD',
  size: `${count}`,
  elements: count,
  bytes: 3 * count * FLOAT,
  prepare(core) {
    const [p, dp] = [core.tensor([count]).set(random(count, 1)), core.tensor([count])];
    const kernels = core.use(sgdKernels);
    const call = repeated(() => kernels.sgdUpdate(p.pointer, dp.pointer, count, LEARNING_RATE));
    const result = () => {
      dp.set(random(count, 2));
      call(1);
      return [p.toArray()];
    };
    return { call, result };
  },
  exact() {
    const dp = random(count, 2);
    return [Float64Array.from(random(count, 1), (value, at) => value - LEARNING_RATE * dp[at])];
  },
});
