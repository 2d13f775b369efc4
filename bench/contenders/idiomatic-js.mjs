// Plain JavaScript as a good programmer writes it, without a library: typed arrays that are made once, loops that run
// along the memory, four products to a load and store, Math.tanh. A step allocates nothing.
export const name = 'JavaScript, typed arrays by hand';
export const available = async () => undefined;

const BATCH = 32;
const WINDOW = 3;
const LEARNING_RATE = 0.1;
const EMPTY = new Float64Array(0);

/** c(M,N) = a(M,K) b(K,N), four rows of b at a time: a fourth of the loads and stores of c. */
function matmul(c, a, b, M, K, N) {
  for (let i = 0; i < M; i++) {
    const row = i * N;
    for (let j = 0; j < N; j++) c[row + j] = 0;
    let k = 0;
    for (; k + 4 <= K; k += 4) addFourRows(c, row, a, i * K + k, 1, b, k * N, N);
    for (; k < K; k++) addRow(c, row, a[i * K + k], b, k * N, N);
  }
}

/** db(K,N) = a(M,K)ᵀ dc(M,N). */
function matmulOfTransposed(db, a, dc, M, K, N) {
  for (let k = 0; k < K; k++) {
    const row = k * N;
    for (let j = 0; j < N; j++) db[row + j] = 0;
    let i = 0;
    for (; i + 4 <= M; i += 4) addFourRows(db, row, a, i * K + k, K, dc, i * N, N);
    for (; i < M; i++) addRow(db, row, a[i * K + k], dc, i * N, N);
  }
}

/** c[row …] += Σ a[at + p · step] · (row p of b), p = 0 … 3. */
function addFourRows(c, row, a, at, step, b, from, N) {
  const a0 = a[at];
  const a1 = a[at + step];
  const a2 = a[at + 2 * step];
  const a3 = a[at + 3 * step];
  const b1 = from + N;
  const b2 = b1 + N;
  const b3 = b2 + N;
  for (let j = 0; j < N; j++)
    c[row + j] += a0 * b[from + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
}

function addRow(c, row, value, b, from, N) {
  for (let j = 0; j < N; j++) c[row + j] += value * b[from + j];
}

/** da(M,K) = dc(M,N) b(K,N)ᵀ: a row with four rows at a time. */
function matmulByTransposed(da, dc, b, M, K, N) {
  for (let i = 0; i < M; i++) {
    const row = i * N;
    let k = 0;
    for (; k + 4 <= K; k += 4) {
      const b0 = k * N;
      const b1 = b0 + N;
      const b2 = b1 + N;
      const b3 = b2 + N;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let j = 0; j < N; j++) {
        const d = dc[row + j];
        s0 += d * b[b0 + j];
        s1 += d * b[b1 + j];
        s2 += d * b[b2 + j];
        s3 += d * b[b3 + j];
      }
      const to = i * K + k;
      da[to] = s0;
      da[to + 1] = s1;
      da[to + 2] = s2;
      da[to + 3] = s3;
    }
    for (; k < K; k++) {
      let sum = 0;
      for (let j = 0; j < N; j++) sum += dc[row + j] * b[k * N + j];
      da[i * K + k] = sum;
    }
  }
}

class Parameter {
  constructor({ data }) {
    this.value = Float64Array.from(data);
    this.grad = new Float64Array(data.length);
  }

  update() {
    const { value, grad } = this;
    for (let i = 0; i < value.length; i++) value[i] -= LEARNING_RATE * grad[i];
  }
}

/** The vectors of a window's characters side by side. */
class Embedding {
  constructor(C) {
    [this.vocabulary, this.width] = C.shape;
    this.weight = new Parameter(C);
    this.parameters = [this.weight];
    this.out = new Float64Array(BATCH * WINDOW * this.width);
  }

  forward(contexts) {
    const { out, width } = this;
    const { value } = this.weight;
    this.contexts = contexts;
    for (let i = 0, at = 0; i < contexts.length; i++)
      for (let j = 0, from = contexts[i] * width; j < width; j++) out[at++] = value[from++];
    return out;
  }

  backward(dy) {
    const { contexts, width } = this;
    const { grad } = this.weight;
    grad.fill(0);
    for (let i = 0, at = 0; i < contexts.length; i++)
      for (let j = 0, to = contexts[i] * width; j < width; j++) grad[to++] += dy[at++];
    return EMPTY;
  }
}

class Linear {
  constructor(W, b) {
    [this.fanIn, this.fanOut] = W.shape;
    this.weight = new Parameter(W);
    this.bias = b && new Parameter(b);
    this.parameters = b ? [this.weight, this.bias] : [this.weight];
    this.out = new Float64Array(BATCH * this.fanOut);
    this.dx = new Float64Array(BATCH * this.fanIn);
  }

  forward(x) {
    const { out, fanIn, fanOut, bias } = this;
    this.x = x;
    matmul(out, x, this.weight.value, BATCH, fanIn, fanOut);
    if (bias) {
      const { value } = bias;
      for (let i = 0, at = 0; i < BATCH; i++) for (let j = 0; j < fanOut; j++) out[at++] += value[j];
    }
    return out;
  }

  backward(dy) {
    const { x, dx, weight, bias, fanIn, fanOut } = this;
    matmulOfTransposed(weight.grad, x, dy, BATCH, fanIn, fanOut);
    if (bias) {
      const { grad } = bias;
      grad.fill(0);
      for (let i = 0, at = 0; i < BATCH; i++) for (let j = 0; j < fanOut; j++) grad[j] += dy[at++];
    }
    matmulByTransposed(dx, dy, weight.value, BATCH, fanIn, fanOut);
    return dx;
  }
}

/** Divides by the root of the unbiased variance + eps; keeps track of that variance, or of the deviation. */
class BatchNorm {
  constructor(gamma, beta, { eps, momentum, tracksStd }) {
    const units = gamma.data.length;
    Object.assign(this, { units, eps, momentum, tracksStd });
    this.gamma = new Parameter(gamma);
    this.beta = new Parameter(beta);
    this.parameters = [this.gamma, this.beta];
    this.mean = new Float64Array(units);
    this.variance = new Float64Array(units);
    this.rstd = new Float64Array(units);
    this.running = [new Float64Array(units), new Float64Array(units).fill(1)];
    this.xhat = new Float64Array(BATCH * units);
    this.out = new Float64Array(BATCH * units);
    this.dx = new Float64Array(BATCH * units);
  }

  forward(x) {
    const { units, mean, variance, rstd, xhat, out, eps, momentum, tracksStd } = this;
    const [runningMean, runningSpread] = this.running;
    const [gamma, beta] = [this.gamma.value, this.beta.value];
    mean.fill(0);
    variance.fill(0);
    for (let i = 0, at = 0; i < BATCH; i++) for (let j = 0; j < units; j++) mean[j] += x[at++];
    for (let j = 0; j < units; j++) mean[j] /= BATCH;
    for (let i = 0, at = 0; i < BATCH; i++)
      for (let j = 0; j < units; j++, at++) {
        const centred = x[at] - mean[j];
        xhat[at] = centred;
        variance[j] += centred * centred;
      }
    for (let j = 0; j < units; j++) {
      const unbiased = variance[j] / (BATCH - 1);
      const spread = tracksStd ? Math.sqrt(unbiased) : unbiased;
      rstd[j] = 1 / Math.sqrt(unbiased + eps);
      runningMean[j] = (1 - momentum) * runningMean[j] + momentum * mean[j];
      runningSpread[j] = (1 - momentum) * runningSpread[j] + momentum * spread;
    }
    for (let i = 0, at = 0; i < BATCH; i++)
      for (let j = 0; j < units; j++, at++) {
        const normalised = xhat[at] * rstd[j];
        xhat[at] = normalised;
        out[at] = normalised * gamma[j] + beta[j];
      }
    return out;
  }

  backward(dy) {
    const { units, rstd, xhat, dx } = this;
    const gamma = this.gamma.value;
    const [dgamma, dbeta] = [this.gamma.grad, this.beta.grad];
    dgamma.fill(0);
    dbeta.fill(0);
    for (let i = 0, at = 0; i < BATCH; i++)
      for (let j = 0; j < units; j++, at++) {
        dgamma[j] += dy[at] * xhat[at];
        dbeta[j] += dy[at];
      }
    for (let i = 0, at = 0; i < BATCH; i++)
      for (let j = 0; j < units; j++, at++)
        dx[at] = gamma[j] * rstd[j] * (dy[at] - dbeta[j] / BATCH - (xhat[at] * dgamma[j]) / (BATCH - 1));
    return dx;
  }
}

class Tanh {
  constructor(units) {
    this.parameters = [];
    this.out = new Float64Array(BATCH * units);
    this.dx = new Float64Array(BATCH * units);
  }

  forward(x) {
    const { out } = this;
    for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]);
    return out;
  }

  backward(dy) {
    const { out, dx } = this;
    for (let i = 0; i < dx.length; i++) dx[i] = dy[i] * (1 - out[i] * out[i]);
    return dx;
  }
}

/** Mean cross-entropy of softmax; dlogits gets its gradient. */
function crossEntropy(dlogits, logits, labels, classes) {
  let loss = 0;
  for (let i = 0; i < BATCH; i++) {
    const row = i * classes;
    let most = -Infinity;
    for (let j = 0; j < classes; j++) if (logits[row + j] > most) most = logits[row + j];
    let sum = 0;
    for (let j = 0; j < classes; j++) {
      const exponential = Math.exp(logits[row + j] - most);
      dlogits[row + j] = exponential;
      sum += exponential;
    }
    const scale = 1 / (sum * BATCH);
    for (let j = 0; j < classes; j++) dlogits[row + j] *= scale;
    dlogits[row + labels[i]] -= 1 / BATCH;
    loss += Math.log(sum) + most - logits[row + labels[i]];
  }
  return loss / BATCH;
}

const layersOf = {
  mlp([C, W1, W2, b2, gain, bias]) {
    const norm = new BatchNorm(gain, bias, { eps: 0, momentum: 0.001, tracksStd: true });
    return [new Embedding(C), new Linear(W1), norm, new Tanh(norm.units), new Linear(W2, b2)];
  },
  deep([C, ...rest]) {
    const layers = [new Embedding(C)];
    for (let i = 0; i < rest.length; i += 3) {
      const [W, gamma, beta] = rest.slice(i, i + 3);
      const norm = new BatchNorm(gamma, beta, { eps: 1e-5, momentum: 0.1, tracksStd: false });
      layers.push(new Linear(W), norm, new Tanh(norm.units));
    }
    return layers.slice(0, -1);
  },
};

export async function network(net, params) {
  const layers = layersOf[net](params);
  const parameters = layers.flatMap((layer) => layer.parameters);
  const classes = params[0].shape[0];
  const dlogits = new Float64Array(BATCH * classes);
  return {
    step(contexts, labels) {
      let h = contexts;
      for (let i = 0; i < layers.length; i++) h = layers[i].forward(h);
      const loss = crossEntropy(dlogits, h, labels, classes);
      let d = dlogits;
      for (let i = layers.length - 1; i >= 0; i--) d = layers[i].backward(d);
      for (let i = 0; i < parameters.length; i++) parameters[i].update();
      return loss;
    },
    running: () => layers.flatMap((layer) => layer.running ?? []),
  };
}

export async function kernels() {
  return {
    matmul(M, K, N, a, b) {
      const [left, right, c] = [Float64Array.from(a), Float64Array.from(b), new Float64Array(M * N)];
      const call = (times) => {
        for (let i = 0; i < times; i++) matmul(c, left, right, M, K, N);
      };
      return Object.assign(call, { result: () => c });
    },
    tanh(data) {
      const [x, y] = [Float64Array.from(data), new Float64Array(data.length)];
      const call = (times) => {
        for (let i = 0; i < times; i++) for (let j = 0; j < x.length; j++) y[j] = Math.tanh(x[j]);
      };
      return Object.assign(call, { result: () => y });
    },
  };
}
