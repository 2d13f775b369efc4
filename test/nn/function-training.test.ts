/** A short training of two linear layers with each function between them, against the same in float64. */
import { expect, test } from 'vitest';
import {
  type Backend,
  type Layer,
  Linear,
  LogSoftmax,
  load,
  MSELoss,
  Sequential,
  SGD,
  Softmax,
} from '../../src/index.js';
import { listed } from '../core/elementwise.js';
import { linear, randn, type Vector } from './reference.js';

const [ROWS, IN, HIDDEN, OUT, STEPS, LR] = [12, 3, 5, 2, 150, 0.03];

/** What lies between: y of x (ROWS, HIDDEN), and dx of x and dy, in float64. */
interface Between {
  title: string;
  layer(): Layer;
  y(x: Vector): Vector;
  dx(x: Vector, dy: Vector): Vector;
}

/** Row by row: softmax p, and dy along it. */
const shares = (x: Vector): Vector => {
  const p = x.map(Math.exp);
  return p.map((value, at) => {
    const start = at - (at % HIDDEN);
    return value / p.subarray(start, start + HIDDEN).reduce((a, b) => a + b);
  });
};
const rowSum = (terms: Vector, at: number): number => {
  const start = at - (at % HIDDEN);
  return terms.subarray(start, start + HIDDEN).reduce((a, b) => a + b);
};

const BETWEEN: Between[] = [
  ...listed.map(({ title, layer, exact, slope, usual }) => ({
    ...{ title, layer },
    y: (x: Vector) => x.map((value) => exact(value, ...usual)),
    dx: (x: Vector, dy: Vector) => dy.map((value, i) => value * slope(x[i], ...usual)),
  })),
  {
    title: 'Softmax',
    layer: () => new Softmax(),
    y: shares,
    dx(x, dy) {
      const p = shares(x);
      const terms = dy.map((value, i) => value * p[i]);
      return dy.map((value, i) => p[i] * (value - rowSum(terms, i)));
    },
  },
  {
    title: 'LogSoftmax',
    layer: () => new LogSoftmax(),
    y: (x) => shares(x).map(Math.log),
    dx(x, dy) {
      const p = shares(x);
      return dy.map((value, i) => value - p[i] * rowSum(dy, i));
    },
  },
];

/** aᵀ b of a (ROWS, k) and b (ROWS, m). */
const products = (a: Vector, b: Vector, k: number, m: number): Vector =>
  Float64Array.from({ length: k * m }, (_, at) => {
    let sum = 0;
    for (let i = 0; i < ROWS; i++) sum += a[i * k + Math.floor(at / m)] * b[i * m + (at % m)];
    return sum;
  });
const columnSums = (a: Vector, m: number): Vector => products(new Float64Array(ROWS).fill(1), a, 1, m);
/** Of w (k, m) the transpose. */
const transposed = (w: Vector, k: number, m: number): Vector =>
  w.map((_, at) => w[(at % k) * m + Math.floor(at / k)]);

/** The losses of a training from these parameters. */
function losses({ y, dx }: Between, start: Vector[], x: Vector, t: Vector): number[] {
  const parameters = start.map((values) => values.slice());
  return Array.from({ length: STEPS }, () => {
    const [w1, b1, w2, b2] = parameters;
    const hidden = linear(x, w1, b1, IN, HIDDEN);
    const bent = y(hidden);
    const d = linear(bent, w2, b2, HIDDEN, OUT).map((value, i) => value - t[i]);
    const slopes = d.map((value) => (2 * value) / d.length);
    const dhidden = dx(hidden, linear(slopes, transposed(w2, HIDDEN, OUT), undefined, OUT, HIDDEN));
    const grads = [
      ...[products(x, dhidden, IN, HIDDEN), columnSums(dhidden, HIDDEN)],
      ...[products(bent, slopes, HIDDEN, OUT), columnSums(slopes, OUT)],
    ];
    parameters.forEach((values, which) => {
      grads[which].forEach((grad, i) => {
        values[i] -= LR * grad;
      });
    });
    return d.reduce((sum, value) => sum + value * value, 0) / d.length;
  });
}

test.each(
  BETWEEN.flatMap((between) => (['wasm', 'js'] as const).map((backend) => ({ ...between, backend }))),
)('$title on $backend', async ({ backend, ...between }: Between & { backend: Backend }) => {
  using core = await load({ backend });
  const model = new Sequential([new Linear(IN, HIDDEN), between.layer(), new Linear(HIDDEN, OUT)]).to(core);
  const parameters = model.parameters();
  for (const [i, { value }] of parameters.entries()) value.set(randn(i, value.size));
  const start = parameters.map(({ value }) => Float64Array.from(value.toArray()));
  const x = core.tensor([ROWS, IN]).set(randn(10, ROWS * IN));
  const t = core.tensor([ROWS, OUT]).set(randn(11, ROWS * OUT));
  const wanted = losses(between, start, Float64Array.from(x.toArray()), Float64Array.from(t.toArray()));

  const loss = new MSELoss();
  const optimizer = new SGD(parameters, { lr: LR });
  const got = wanted.map(() => {
    const value = loss.forward(model.forward(x), t);
    model.backward(loss.backward());
    optimizer.step();
    return value;
  });
  wanted.forEach((value, step) => {
    expect(Math.abs(got[step] / value - 1), `step ${step}: ${got[step]}, not ${value}`).toBeLessThan(2e-6);
  });
  expect(got[STEPS - 1]).toBeLessThan(0.8 * got[0]);
});
