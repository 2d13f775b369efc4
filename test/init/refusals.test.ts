/** What initialisation does not take: refused by name, and neither the tensor nor the generator has moved. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Core,
  calculateGain,
  constant,
  Generator,
  kaimingNormal,
  kaimingUniform,
  Linear,
  load,
  normal,
  type Tensor,
  uniform,
  xavierNormal,
  xavierUniform,
} from '../../src/index.js';
import { getRngState } from '../../src/interchange/index.js';

let core: Core;
let w: Tensor;
let g: Generator;
beforeAll(async () => {
  core = await load();
  w = core.tensor([3, 4]);
  g = new Generator(1);
  return () => core.dispose();
});

const wrong = <T>(value: unknown) => value as T;

function refused(error: Error, act: () => unknown): void {
  const [before, values] = [getRngState(g), w.toArray()];
  expect(act).toThrow(error);
  expect(getRngState(g)).toEqual(before);
  expect(w.toArray()).toEqual(values);
  expect(w.written).toBe(false);
}

const NONLINEARITIES = 'linear, sigmoid, tanh, relu, selu, leaky_relu';

test.each<[string, () => unknown]>([
  ['normal: expected std to be a finite number from 0 to 1e+38, got -1', () => normal(w, g, { std: -1 })],
  ['normal: expected std to be a finite number from 0 to 1e+38, got NaN', () => normal(w, g, { std: NaN })],
  [
    'normal: expected mean to be a finite number from -1e+38 to 1e+38, got Infinity',
    () => normal(w, g, { mean: Infinity }),
  ],
  ['uniform: expected b to be a finite number from 2 to 1e+38, got 1', () => uniform(w, g, { a: 2 })],
  [
    'uniform: expected a to be a finite number from -1e+38 to 1e+38, got -2e+38',
    () => uniform(w, g, { a: -2e38 }),
  ],
  ['constant: expected value to be a finite number from -1e+38 to 1e+38, got NaN', () => constant(w, NaN)],
  [
    'kaimingUniform: expected a to be a finite number from -1e+30 to 1e+30, got Infinity',
    () => kaimingUniform(w, g, { a: Infinity }),
  ],
  [
    'xavierNormal: expected gain to be a finite number from 0 to 1e+30, got -1',
    () => xavierNormal(w, g, { gain: -1 }),
  ],
  [
    'calculateGain: expected param to be a finite number from -1e+30 to 1e+30, got NaN',
    () => calculateGain('leaky_relu', NaN),
  ],
])('RangeError %s', (message, act) => {
  refused(new RangeError(message), act);
});

test.each([
  ['kaimingNormal', kaimingNormal],
  ['kaimingUniform', kaimingUniform],
  ['xavierNormal', xavierNormal],
  ['xavierUniform', xavierUniform],
])('%s: a vector has no fan', (name, fill) => {
  const bias = core.tensor([5]);
  refused(new RangeError(`${name}: expected a shape of at least 2 sizes, got (5)`), () => fill(bias, g));
  expect(bias.written).toBe(false);
});

test.each<[string, () => unknown]>([
  [
    `calculateGain: expected nonlinearity to be one of ${NONLINEARITIES}, got 'gelu'`,
    () => calculateGain(wrong('gelu')),
  ],
  [
    `calculateGain: expected nonlinearity to be one of ${NONLINEARITIES}, got 'toString'`,
    () => calculateGain(wrong('toString')),
  ],
  [
    `kaimingNormal: expected nonlinearity to be one of ${NONLINEARITIES}, got 'leakyRelu'`,
    () => kaimingNormal(w, g, { nonlinearity: wrong('leakyRelu') }),
  ],
  ['calculateGain: expected no param for tanh, got 0.2', () => calculateGain(wrong('tanh'), 0.2)],
  [
    'kaimingNormal: expected no a for relu, got 0.2',
    () => kaimingNormal(w, g, { a: 0.2, nonlinearity: 'relu' }),
  ],
  [
    "calculateGain: expected param to be a number, got '0.2'",
    () => calculateGain('leaky_relu', wrong('0.2')),
  ],
  [
    "kaimingUniform: expected mode 'fan_in' or 'fan_out', got 'fanOut'",
    () => kaimingUniform(w, g, { mode: wrong('fanOut') }),
  ],
  [
    'kaimingUniform: expected options { a, mode, nonlinearity }, got 2.23606797749979',
    () => kaimingUniform(w, g, wrong(Math.sqrt(5))),
  ],
  ["xavierUniform: expected options { gain }, got 'a'", () => xavierUniform(w, g, wrong({ a: 1 }))],
  ["uniform: expected options { a, b }, got 'low'", () => uniform(w, g, wrong({ low: 1 }))],
  ["normal: expected options { mean, std }, got 'sigma'", () => normal(w, g, wrong({ sigma: 1 }))],
  ["constant: expected value to be a number, got '0'", () => constant(w, wrong('0'))],
])('TypeError %s', (message, act) => {
  refused(new TypeError(message), act);
});

describe('other kinds', () => {
  const fills: [string, (target: never, generator: never) => unknown][] = [
    ['normal', normal],
    ['uniform', uniform],
    ['kaimingNormal', kaimingNormal],
    ['kaimingUniform', kaimingUniform],
    ['xavierNormal', xavierNormal],
    ['xavierUniform', xavierUniform],
  ];

  test.each([...fills, ['constant', (target: never) => constant(target, 0)] as const])(
    '%s: what is no Parameter or Tensor, or one that was disposed of',
    (name, fill) => {
      const kind = (got: string) =>
        new TypeError(`${name}: expected a Parameter or a Tensor (float32), got ${got}`);
      const take = (target: unknown) => () => fill(target as never, g as never);
      refused(kind('undefined'), take(undefined));
      refused(kind('null'), take(null));
      refused(kind('a Float32Array'), take(new Float32Array(4)));
      refused(kind('Indices (int32)'), take(core.indices([2, 2])));
      refused(kind('a Linear'), take(new Linear(3, 4)));
      refused(kind('an Object'), take({ value: 1 }));
      const gone = core.tensor([2, 2]);
      gone.dispose();
      refused(new Error('Tensor: expected one that is in use, got one that was disposed of'), take(gone));
    },
  );

  test.each(fills)('%s: what is no Generator', (name, fill) => {
    const kind = (got: string) => new TypeError(`${name}: expected a Generator, got ${got}`);
    refused(kind('undefined'), () => fill(w as never, undefined as never));
    refused(kind('42'), () => fill(w as never, 42 as never));
    refused(kind('a function'), () => fill(w as never, Math.random as never));
  });

  test('a tensor of a core that was disposed of', async () => {
    const other = await load();
    const tensor = other.tensor([2, 2]);
    other.dispose();
    for (const [, fill] of fills) {
      const before = getRngState(g);
      expect(() => fill(tensor as never, g as never)).toThrow('this core was disposed');
      expect(getRngState(g)).toEqual(before);
    }
  });
});
