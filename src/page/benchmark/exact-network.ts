/** Training steps of a network in float64: what the losses of the steps that are timed are held to. */
import { BatchNorm1d, Embedding, Flatten, type Indices, Linear, type Sequential, Tanh } from 'lanewise';
import { batchNorm, batchNormBackward, columnSums, crossEntropy, product, transposed } from './exact.js';

/** `backward` takes the gradient by the output and gives that by the input. */
interface ExactLayer {
  forward(x: Float64Array, n: number): Float64Array;
  backward(dy: Float64Array, n: number): Float64Array;
  /** Each parameter with its gradient of the last backward. */
  parameters(): [Float64Array, Float64Array][];
}

const doubles = (values: { toArray(): Float32Array }): Float64Array => Float64Array.from(values.toArray());

function embedding({ weight, embeddingDim: d }: Embedding): ExactLayer {
  const w = doubles(weight.value);
  let tokens: Float64Array = new Float64Array();
  let dw: Float64Array = new Float64Array();
  return {
    forward(x) {
      tokens = x;
      return Float64Array.from({ length: x.length * d }, (_, at) => w[x[Math.floor(at / d)] * d + (at % d)]);
    },
    backward(dy) {
      dw = new Float64Array(w.length);
      dy.forEach((value, at) => {
        dw[tokens[Math.floor(at / d)] * d + (at % d)] += value;
      });
      return dy;
    },
    parameters: () => [[w, dw]],
  };
}

function linear({ weight, bias, inFeatures: k, outFeatures: m }: Linear): ExactLayer {
  const w = doubles(weight.value);
  const b = bias && doubles(bias.value);
  let input: Float64Array = new Float64Array();
  let dw: Float64Array = new Float64Array();
  let db: Float64Array = new Float64Array();
  return {
    forward(x, n) {
      input = x;
      const y = product(x, w, n, k, m);
      return b === undefined ? y : y.map((value, at) => value + b[at % m]);
    },
    backward(dy, n) {
      dw = product(transposed(input, n, k), dy, k, n, m);
      db = columnSums(n, m, (at) => dy[at]);
      return product(dy, transposed(w, k, m), n, m, k);
    },
    parameters() {
      const weights: [Float64Array, Float64Array] = [w, dw];
      return b === undefined ? [weights] : [weights, [b, db]];
    },
  };
}

function normalisation({ gamma, beta, numFeatures: m, eps }: BatchNorm1d): ExactLayer {
  const [g, b] = [doubles(gamma.value), doubles(beta.value)];
  let seen: ReturnType<typeof batchNorm> | undefined;
  let gradients: ReturnType<typeof batchNormBackward> | undefined;
  return {
    forward(x, n) {
      seen = batchNorm(x, g, b, n, m, eps);
      return seen.y;
    },
    backward(dy, n) {
      if (seen === undefined) throw new Error('normalisation: expected a forward before the backward');
      gradients = batchNormBackward(dy, seen.xhat, seen.rstd, g, n, m);
      return gradients.dx;
    },
    parameters: () =>
      gradients === undefined
        ? []
        : [
            [g, gradients.dgamma],
            [b, gradients.dbeta],
          ],
  };
}

function tanh(): ExactLayer {
  let y: Float64Array = new Float64Array();
  return {
    forward(x) {
      y = x.map(Math.tanh);
      return y;
    },
    backward: (dy) => dy.map((d, at) => d * (1 - y[at] ** 2)),
    parameters: () => [],
  };
}

function exactly(layer: unknown): ExactLayer[] {
  if (layer instanceof Embedding) return [embedding(layer)];
  if (layer instanceof Flatten) return [];
  if (layer instanceof Linear) return [linear(layer)];
  if (layer instanceof BatchNorm1d) return [normalisation(layer)];
  if (layer instanceof Tanh) return [tanh()];
  throw new TypeError('ExactNetwork: expected layers of the lecture’s two networks, got another');
}

/** A network that starts with the parameters of another and takes its steps in float64. */
export class ExactNetwork {
  readonly #layers: ExactLayer[];
  readonly #classes: number;

  constructor(model: Sequential<Indices>, classes: number) {
    this.#layers = model.layers.flatMap(exactly);
    this.#classes = classes;
  }

  /** One step of SGD; returns the loss of the minibatch before it. */
  step(contexts: ArrayLike<number>, targets: ArrayLike<number>, lr: number): number {
    const n = targets.length;
    let h: Float64Array = Float64Array.from(contexts);
    for (const layer of this.#layers) h = layer.forward(h, n);
    const { loss, dlogits } = crossEntropy(h, targets, n, this.#classes);
    this.#layers.reduceRight<Float64Array>((dy, layer) => layer.backward(dy, n), dlogits);
    for (const [values, gradients] of this.#layers.flatMap((layer) => layer.parameters()))
      for (let i = 0; i < values.length; i++) values[i] -= lr * gradients[i];
    return loss;
  }
}
