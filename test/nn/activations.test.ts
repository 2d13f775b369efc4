import { describe, expect, test } from 'vitest';
import { ELU, type Layer, LeakyReLU, load, ReLU, Sigmoid, Tanh } from '../../src/index.js';

const X = [-2, -0.5, 0.5, 2, 1, -1];
const DY = [1, 2, 3, 4, 5, 6];
const leaky = (slope: number) => ({
  y: (x: number) => (x > 0 ? x : slope * x),
  slope: (x: number) => (x > 0 ? 1 : slope),
});
const elu = (alpha: number) => ({
  y: (x: number) => (x > 0 ? x : alpha * Math.expm1(x)),
  slope: (x: number) => (x > 0 ? 1 : alpha * Math.exp(x)),
});
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const CASES: [string, () => Layer, { y(x: number): number; slope(x: number): number }][] = [
  ['Tanh', () => new Tanh(), { y: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 }],
  ['ReLU', () => new ReLU(), leaky(0)],
  ['LeakyReLU', () => new LeakyReLU(), leaky(0.01)],
  ['LeakyReLU', () => new LeakyReLU({ negativeSlope: -0.3 }), leaky(-0.3)],
  ['Sigmoid', () => new Sigmoid(), { y: sigmoid, slope: (x) => sigmoid(x) * (1 - sigmoid(x)) }],
  ['ELU', () => new ELU(), elu(1)],
  ['ELU', () => new ELU({ alpha: 0.3 }), elu(0.3)],
];

describe.each(CASES)('%s', (name, make, { y, slope }) => {
  test.each(['wasm', 'js'] as const)('maps each element and its gradient, by %s', async (backend) => {
    using core = await load({ backend });
    const layer = make();
    expect(layer.reserve?.(core, 3, 3)).toBe(3);
    const out = layer.forward(core.tensor([2, 3]).set(X));
    const dx = layer.backward(core.tensor([2, 3]).set(DY));
    expect(layer.out).toBe(out);
    expect(layer.dx).toBe(dx);
    expect(out.shape).toEqual([2, 3]);
    expect(dx?.shape).toEqual([2, 3]);
    out.toArray().forEach((value, i) => {
      expect(value).toBeCloseTo(y(X[i]), 6);
    });
    dx?.toArray().forEach((value, i) => {
      expect(value).toBeCloseTo(DY[i] * slope(X[i]), 6);
    });
    expect(layer.parameters()).toEqual([]);
  });

  test('says what is wrong', async () => {
    using core = await load();
    const layer = make();
    expect(() => layer.out).toThrow(`${name}: expected a forward, or reserve(…), before its out`);
    expect(() => layer.reserve?.(core, 0, 3)).toThrow(`${name}.reserve: expected capacity to be an integer`);
    expect(() => layer.reserve?.(core, 2, undefined as never)).toThrow(
      `${name}.reserve: expected columns to be a number`,
    );
    layer.reserve?.(core, 2, 3);
    expect(() => layer.backward(core.tensor([2, 3]))).toThrow(
      `${name}.backward: expected a forward before it`,
    );
    layer.forward(core.tensor([2, 3]));
    expect(() => layer.backward(core.tensor([1, 3]))).toThrow(`${name}.backward: expected 2 rows, got 1`);
  });

  test('takes any rows and columns, one after the other, as one that is made for them', async () => {
    using core = await load();
    const layer = make();
    for (const [rows, columns] of [
      [2, 3],
      [5, 3],
      [5, 7],
      [1, 3],
      [40, 1],
    ]) {
      const values = (shift: number) =>
        core
          .tensor([rows, columns])
          .set(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i + shift)));
      const [x, dy] = [values(0), values(100)];
      const other = make();
      other.reserve?.(core, rows, columns);
      expect(layer.forward(x).toArray()).toEqual(other.forward(x).toArray());
      expect(layer.backward(dy)?.toArray()).toEqual(other.backward(dy)?.toArray());
      expect(layer.dx?.shape).toEqual([rows, columns]);
    }
  });
});

test('slopes and alphas are finite numbers', () => {
  expect(() => new LeakyReLU({ negativeSlope: Number.NaN })).toThrow(
    /LeakyReLU: expected negativeSlope .*NaN/,
  );
  expect(() => new ELU({ alpha: Number.POSITIVE_INFINITY })).toThrow(/ELU: expected alpha .*Infinity/);
});
