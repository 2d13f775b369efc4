import type { Core } from '../../core/core.js';
import type { Tensor } from '../../core/tensor.js';
import { BatchNorm1d } from '../../nn/batchnorm.js';
import { Linear } from '../../nn/linear.js';
import { Generator } from '../../random/generator.js';

const SIZE = 1000;

/**
 * Standard deviations (unbiased) of a linear layer's input, weights and output and of their gradients, with everything
 * drawn from randn: the lecture's c = b a with b (1000, 1000), a (1000, 1), loss = randn(1000) · c.
 * Without a gain the output spreads √1000 times as wide as its input, and so do the gradients on their way back.
 */
export function linearStatistics(core: Core, seed: number): Record<string, number> {
  const generator = new Generator(seed);
  const a = generator.randn(SIZE);
  const b = core.tensor([SIZE, SIZE]).set(generator.randn(SIZE * SIZE));
  const dc = core.tensor([SIZE, 1]).set(generator.randn(SIZE));
  const { linear, c, db } = multiply(core, b, a, dc);
  return {
    a: deviation(a),
    b: deviation(b.toArray()),
    c: deviation(c.toArray()),
    c_grad: deviation(dc.toArray()),
    a_grad: deviation(linear.weight.grad.toArray()),
    b_grad: deviation(db.toArray()),
  };
}

/**
 * The same with a batch normalisation behind it: out = (x − mean) / √(variance + 1e-5) over all 1000 outputs x of
 * w (1000, 1000) times inp (1000). The spread of the input and of its gradient are those of the outside again.
 */
export function linearBatchNormStatistics(core: Core, seed: number): Record<string, number> {
  const generator = new Generator(seed);
  const inp = generator.randn(SIZE);
  const w = core.tensor([SIZE, SIZE]).set(generator.randn(SIZE * SIZE));
  const dout = core.tensor([SIZE, 1]).set(generator.randn(SIZE));
  const norm = new BatchNorm1d(1);
  norm.reserve(core, SIZE);
  const linear = new Linear(SIZE, 1, { bias: false });
  linear.reserve(core, SIZE);
  linear.weight.value.set(inp);
  const x = linear.forward(w);
  const out = norm.forward(x);
  const dx = norm.backward(dout);
  const dw = linear.backward(dx);
  return {
    inp: deviation(inp),
    w: deviation(w.toArray()),
    x: deviation(x.toArray()),
    out: deviation(out.toArray()),
    out_grad: deviation(dout.toArray()),
    x_grad: deviation(dx.toArray()),
    w_grad: deviation(dw.toArray()),
    inp_grad: deviation(linear.weight.grad.toArray()),
  };
}

/** Inputs and outputs of the lecture's BatchNorm widget: five numbers, the first of them on a slider. */
export interface Widget {
  x: Float32Array;
  y: Float32Array;
  mean: number;
  std: number;
}

/** x = randn(5) · 5 from the seed, x[0] replaced; y = (x − mean) / std, unbiased, no eps. */
export function batchNormWidget(seed: number, first: number): Widget {
  const x = new Generator(seed).randn(5).map((draw) => draw * 5);
  x[0] = first;
  const mean = Math.fround(x.reduce((sum, value) => sum + value, 0) / x.length);
  const std = Math.fround(deviation(x));
  return { x, y: x.map((value) => Math.fround(value - mean) / std), mean, std };
}

function multiply(core: Core, b: Tensor, a: Float32Array, dc: Tensor) {
  const linear = new Linear(SIZE, 1, { bias: false });
  linear.reserve(core, SIZE);
  linear.weight.value.set(a);
  const c = linear.forward(b);
  return { linear, c, db: linear.backward(dc) };
}

/** Unbiased, in double precision. */
function deviation(values: Float32Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
