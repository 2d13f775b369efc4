// The first network after training, forward only and in float64, with the running statistics of its batch norm.

import { multinomial } from '../../dist/index.js';

const WINDOW = 3;
const LONGEST = 256;

/** Mean cross-entropy over all the examples. */
export function evaluateExactly(model, { x, y, count }) {
  const forward = forwardOf(model);
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const logits = forward(x.subarray(i * WINDOW, (i + 1) * WINDOW));
    loss += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[y[i]];
  }
  return loss / count;
}

/** Names as the lecture draws them. */
export function sampleExactly(model, vocabulary, generator, count) {
  const forward = forwardOf(model);
  return Array.from({ length: count }, () => {
    const context = new Int32Array(WINDOW);
    const name = [];
    while (name.length < LONGEST) {
      const exponentials = forward(context).map(Math.exp);
      const sum = exponentials.reduce((total, value) => total + value, 0);
      const [token] = multinomial(
        exponentials.map((value) => value / sum),
        1,
        { generator },
      );
      name.push(token);
      if (token === 0) break;
      context.copyWithin(0, 1);
      context[WINDOW - 1] = token;
    }
    return vocabulary.decode(name);
  });
}

/** The logits of one context; they are the same array each time. Weights are turned into doubles once. */
function forwardOf(model) {
  const [C, W1, gain, bias, W2, b2] = model
    .parameters()
    .map(({ value }) => Float64Array.from(value.toArray()));
  const [mean, std] = model.buffers().map(({ value }) => Float64Array.from(value.toArray()));
  const [hidden, classes, width] = [gain.length, b2.length, C.length / b2.length];
  const [h, logits] = [new Float64Array(hidden), new Float64Array(classes)];
  return (context) => {
    h.fill(0);
    for (let place = 0, at = 0; place < WINDOW; place++) {
      for (let p = context[place] * width, end = p + width; p < end; p++, at += hidden)
        addTimes(h, C[p], W1, at);
    }
    logits.set(b2);
    for (let j = 0; j < hidden; j++) {
      const value = Math.tanh((gain[j] * (h[j] - mean[j])) / std[j] + bias[j]);
      addTimes(logits, value, W2, j * classes);
    }
    return logits;
  };
}

/** sum += factor · row, with the row at `at` of a matrix. */
function addTimes(sum, factor, matrix, at) {
  for (let j = 0; j < sum.length; j++) sum[j] += factor * matrix[at + j];
}
