// The float64 reference: forward, backward and SGD of the lecture's networks as in a textbook, matrices as arrays of
// rows, one derivative after the other. Slow, and written to be read.

const add = (a, b) => a.map((row, i) => row.map((value, j) => value + b[i][j]));
const transpose = (a) => a[0].map((_, j) => a.map((row) => row[j]));
const dot = (u, v) => u.reduce((sum, value, i) => sum + value * v[i], 0);
const total = (values) => values.reduce((sum, value) => sum + value, 0);

/** a b, row times column. */
export function matmul(a, b) {
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
}

const linear = (W, b) => ({
  parameters: b ? [W, b] : [W],
  forward(x) {
    this.x = x;
    const y = matmul(x, W);
    return b ? y.map((row) => row.map((value, j) => value + b[0][j])) : y;
  },
  backward(dy) {
    this.gradients = [matmul(transpose(this.x), dy)];
    if (b) this.gradients.push([transpose(dy).map(total)]);
    return matmul(dy, transpose(W));
  },
});

/** Works on columns: one unit's values over the batch. */
const batchNorm = (gamma, beta, { eps, momentum, track }) => ({
  parameters: [gamma, beta],
  running: [gamma[0].map(() => 0), gamma[0].map(() => 1)],
  forward(x) {
    const n = x.length;
    this.units = transpose(x).map((values, j) => {
      const mean = total(values) / n;
      const centred = values.map((value) => value - mean);
      const variance = dot(centred, centred) / (n - 1);
      const spread = track === 'std' ? Math.sqrt(variance) : variance;
      this.running[0][j] += momentum * (mean - this.running[0][j]);
      this.running[1][j] += momentum * (spread - this.running[1][j]);
      return { centred, inverse: 1 / Math.sqrt(variance + eps) };
    });
    const y = this.units.map(({ centred, inverse }, j) =>
      centred.map((value) => gamma[0][j] * value * inverse + beta[0][j]),
    );
    return transpose(y);
  },
  backward(dy) {
    const n = dy.length;
    const columns = transpose(dy);
    this.gradients = [
      [columns.map((d, j) => dot(d, this.units[j].centred) * this.units[j].inverse)],
      [columns.map(total)],
    ];
    const dx = columns.map((d, j) => {
      const { centred, inverse } = this.units[j];
      // y = gamma · centred · inverse: through centred, and through inverse = (variance + eps)^(−1/2).
      const dInverse = gamma[0][j] * dot(d, centred);
      const dVariance = dInverse * -0.5 * inverse ** 3;
      const dCentred = centred.map(
        (value, i) => gamma[0][j] * d[i] * inverse + (dVariance * 2 * value) / (n - 1),
      );
      const dMean = -total(dCentred);
      return dCentred.map((value) => value + dMean / n);
    });
    return transpose(dx);
  },
});

const tanh = () => ({
  parameters: [],
  forward(x) {
    this.y = x.map((row) => row.map(Math.tanh));
    return this.y;
  },
  backward(dy) {
    this.gradients = [];
    return dy.map((row, i) => row.map((value, j) => value * (1 - this.y[i][j] ** 2)));
  },
});

/** Looks up the rows of C and sets those of a window side by side. */
const embedding = (C) => ({
  parameters: [C],
  forward(contexts) {
    this.contexts = contexts;
    return contexts.map((context) => context.flatMap((token) => C[token]));
  },
  backward(dy) {
    const width = C[0].length;
    const dC = C.map((row) => row.map(() => 0));
    this.contexts.forEach((context, i) => {
      context.forEach((token, at) => {
        dC[token] = add([dC[token]], [dy[i].slice(at * width, (at + 1) * width)])[0];
      });
    });
    this.gradients = [dC];
  },
});

/** Mean loss and its gradient by the logits. */
function crossEntropy(logits, labels) {
  const n = logits.length;
  let loss = 0;
  const dlogits = logits.map((row, i) => {
    const most = Math.max(...row);
    const exponentials = row.map((value) => Math.exp(value - most));
    const sum = total(exponentials);
    loss += (Math.log(sum) + most - row[labels[i]]) / n;
    return exponentials.map((value, j) => (value / sum - (j === labels[i] ? 1 : 0)) / n);
  });
  return { loss, dlogits };
}

const layersOf = {
  mlp([C, W1, W2, b2, gain, bias]) {
    const norm = batchNorm(gain, bias, { eps: 0, momentum: 0.001, track: 'std' });
    return [embedding(C), linear(W1), norm, tanh(), linear(W2, b2)];
  },
  deep([C, ...rest]) {
    const layers = [embedding(C)];
    for (let i = 0; i < rest.length; i += 3) {
      const [W, gamma, beta] = rest.slice(i, i + 3);
      layers.push(linear(W), batchNorm(gamma, beta, { eps: 1e-5, momentum: 0.1, track: 'var' }), tanh());
    }
    return layers.slice(0, -1);
  },
  /** C, then weight and bias of each layer, with tanh between them. */
  plain([C, ...rest]) {
    const layers = [embedding(C)];
    for (let i = 0; i < rest.length; i += 2) layers.push(linear(rest[i], rest[i + 1]), tanh());
    return layers.slice(0, -1);
  },
};

/** `width` numbers a row. */
export const rows = (values, width) =>
  Array.from({ length: values.length / width }, (_, i) => [...values.slice(i * width, (i + 1) * width)]);

/** A network of the contenders' contract; `loss` and `gradients` beside it, for a test of the reference itself. */
export function reference(net, params) {
  const matrices = params.map(({ shape, data }) => rows(data, shape.at(-1)));
  const layers = layersOf[net](matrices);
  const forward = (contexts, labels) => {
    const logits = layers.reduce((h, layer) => layer.forward(h), rows(contexts, 3));
    return crossEntropy(logits, labels);
  };
  const backward = (dlogits) => layers.reduceRight((d, layer) => layer.backward(d), dlogits);
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    loss: (contexts, labels) => forward(contexts, labels).loss,
    gradients(contexts, labels) {
      backward(forward(contexts, labels).dlogits);
      return layers.flatMap((layer) => layer.gradients);
    },
    step(contexts, labels) {
      const { loss, dlogits } = forward(contexts, labels);
      backward(dlogits);
      for (const { parameters, gradients } of layers)
        parameters.forEach((parameter, k) => {
          parameter.forEach((row, i) => {
            for (let j = 0; j < row.length; j++) row[j] -= 0.1 * gradients[k][i][j];
          });
        });
      return loss;
    },
    running: () => layers.flatMap((layer) => layer.running ?? []),
  };
}
