import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropy,
  Embedding,
  type Layer,
  Linear,
  load,
  softmaxKernels,
  Tanh,
  type Tensor,
} from '../../src/index.js';
import { distance, floats, needs, readRecorded, type TensorRecord } from './recorded.js';

type Case = { layer: string } & Record<string, unknown>;

const file = 'layers.json';
const { title, present } = needs("layers against torch's float64", file, 'built-in');
const cases: Case[] = present ? readRecorded<{ cases: Case[] }>(file).cases : [];

/** Rounding of float32, relative. */
const EPS = 2 ** -24;
const largestOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const values = (c: Case, name: string): Float32Array => floats(c[name] as TensorRecord);
const shapeOf = (c: Case, name: string): number[] => (c[name] as TensorRecord).shape;
const named = (c: Case) =>
  `${c.layer} ${['n', 'in', 'out', 'dim', 'correction', 'bias', 'classes']
    .filter((key) => key in c)
    .map((key) => `${key} ${c[key]}`)
    .join(', ')}`;

/** Mean and 1 / √(variance + eps) of the columns of x, in float64. */
function columns(x: Float32Array, m: number, correction: number, eps: number) {
  const n = x.length / m;
  const mean = new Float64Array(m);
  const rstd = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => x[i * m + j]);
    mean[j] = column.reduce((sum, value) => sum + value, 0) / n;
    const squares = column.reduce((sum, value) => sum + (value - mean[j]) ** 2, 0);
    rstd[j] = 1 / Math.sqrt(squares / (n - correction) + eps);
  }
  return { mean, rstd };
}

describe.skipIf(!present)(title, () => {
  describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
    let core: Core;
    beforeAll(async () => {
      core = await load({ backend });
    });
    afterAll(() => core.dispose());

    test('there are cases', () => expect(cases.length).toBeGreaterThan(0));

    const tensor = (c: Case, name: string): Tensor => core.tensor(shapeOf(c, name)).set(values(c, name));
    /** `scale`: what the tolerance is relative to; the largest value wanted, unless that is what cancellation left. */
    const close = (
      c: Case,
      name: string,
      got: Float32Array,
      tolerance: number,
      scale = largestOf(values(c, name)) || 1,
    ) => {
      const off = distance(got, values(c, name)) / scale;
      expect(off, `${name}, over ${scale}`).toBeLessThanOrEqual(tolerance);
    };
    const of = (kind: string) => cases.filter(({ layer }) => layer === kind);

    test.each(of('Linear').map((c) => [named(c), c] as const))('%s', (_, c) => {
      const [n, k, m] = [c.n, c.in, c.out] as number[];
      const layer = new Linear(k, m, { bias: c.bias as boolean });
      layer.reserve(core, n);
      layer.weight.value.set(values(c, 'weight(in,out)'));
      layer.bias?.value.set(values(c, 'bias_value'));
      // The error of a sum of k rounded products grows about as √k where the signs are mixed.
      const sum = (terms: number) => EPS * (2 + Math.sqrt(terms));
      close(c, 'y', layer.forward(tensor(c, 'x')).toArray(), sum(k));
      close(c, 'dx', layer.backward(tensor(c, 'dy')).toArray(), sum(m));
      close(c, 'dweight', layer.weight.grad.toArray(), sum(n));
      if (layer.bias) close(c, 'dbias', layer.bias.grad.toArray(), sum(n));
    });

    test.each(of('BatchNorm1d').map((c) => [named(c), c] as const))('%s', (_, c) => {
      const [n, m] = [c.n, c.dim] as number[];
      const { correction, eps, momentum } = c as unknown as {
        correction: 0 | 1;
        eps: number;
        momentum: number;
      };
      const layer = new BatchNorm1d(m, { correction, eps, momentum });
      layer.reserve(core, n);
      layer.gamma.value.set(values(c, 'gamma'));
      layer.beta.value.set(values(c, 'beta'));
      layer.runningMean.set(values(c, 'running_mean_before'));
      layer.runningSpread.set(values(c, 'running_var_before'));
      const [x, dy] = [tensor(c, 'x'), tensor(c, 'dy')];
      const rounding = EPS * (2 + Math.sqrt(n));

      // The oracle's y_eval is with the statistics as they were.
      layer.eval();
      close(c, 'y_eval', layer.forward(x).toArray(), 4 * EPS);
      layer.train();

      // x − mean loses what mean is larger than the deviation: mean is rounded, and so is its sum.
      const { mean, rstd } = columns(values(c, 'x'), m, correction, eps);
      const condition = Math.max(...mean.map((mu, j) => Math.abs(mu) * rstd[j]));
      const t = rounding + EPS * condition * (1 + Math.sqrt(n) / 4);
      close(c, 'y_train', layer.forward(x).toArray(), t);
      // dx and dgamma are what is left of terms of this size.
      const steepest = Math.max(...values(c, 'gamma').map((g, j) => Math.abs(g) * rstd[j]));
      const dyMost = largestOf(values(c, 'dy'));
      close(c, 'dx', layer.backward(dy).toArray(), t, steepest * dyMost);
      close(c, 'dgamma', layer.gamma.grad.toArray(), t, Math.sqrt(n) * dyMost);
      close(c, 'dbeta', layer.beta.grad.toArray(), rounding);
      close(c, 'running_mean_after', layer.runningMean.toArray(), rounding);
      close(c, 'running_var_after', layer.runningSpread.toArray(), rounding);
    });

    test.each(of('tanh').map((c) => [named(c), c] as const))('%s', (_, c) => {
      const layer: Layer = new Tanh();
      const [count] = shapeOf(c, 'x');
      layer.reserve?.(core, 1, count);
      close(c, 'y', layer.forward(tensor(c, 'x')).toArray(), EPS);
      close(c, 'dx', layer.backward(tensor(c, 'dy'))?.toArray() as Float32Array, 2 * EPS);
    });

    test.each(of('cross_entropy').map((c) => [named(c), c] as const))('%s', (_, c) => {
      const loss = new CrossEntropy();
      const [n, m] = [c.n, c.classes] as number[];
      loss.reserve(core, n, m);
      const logits = tensor(c, 'logits');
      const targets = core.indices([n]).set(c.targets as number[]);
      const got = loss.forward(logits, targets);
      expect(Math.abs(got / (c.loss as number) - 1)).toBeLessThan(1e-15);
      close(c, 'dlogits', loss.dlogits.toArray(), EPS);
      core.use(softmaxKernels).softmaxForward(logits.pointer, logits.pointer, n, m);
      close(c, 'softmax', logits.toArray(), EPS);
    });

    test.each(of('Embedding').map((c) => [`${named(c)}${shapeOf(c, 'dy')}`, c] as const))('%s', (_, c) => {
      const indices = c.indices as number[][];
      const [n, columns] = [indices.length, indices[0].length];
      const [v, d] = shapeOf(c, 'weight');
      const layer = new Embedding(v, d);
      layer.reserve(core, n, columns);
      layer.weight.value.set(values(c, 'weight'));
      const x = core.indices([n, columns]).set(indices.flat());
      close(c, 'y', layer.forward(x).toArray(), 0);
      layer.backward(tensor(c, 'dy'));
      close(c, 'dweight', layer.weight.grad.toArray(), 4 * EPS);
    });
  });
});
