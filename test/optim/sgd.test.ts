import { beforeAll, describe, expect, test } from 'vitest';
import { type Backend, type Core, Linear, load, SGD, stepSchedule } from '../../src/index.js';

describe.each<Backend>(['wasm', 'js'])('SGD on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  test('p −= lr · grad at the rate of the step', () => {
    const layer = new Linear(2, 3);
    layer.reserve(core, 1);
    const seen: number[] = [];
    const lr = (step: number) => {
      seen.push(step);
      return step < 2 ? 0.5 : 0.25;
    };
    const optimizer = new SGD(layer.parameters(), { lr });
    for (const { value, grad } of layer.parameters()) {
      value.fill(1);
      grad.fill(1);
    }
    const after = [0.5, 0, -0.25, -0.5];
    for (const [step, value] of after.entries()) {
      expect(optimizer.lr).toBe(step < 2 ? 0.5 : 0.25);
      optimizer.step();
      expect(optimizer.steps).toBe(step + 1);
      for (const p of layer.parameters())
        expect(p.value.toArray()).toEqual(new Float32Array(p.value.size).fill(value));
    }
    expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3]));
  });

  test('a rate that is not finite changes nothing', () => {
    const layer = new Linear(2, 3);
    layer.reserve(core, 1);
    const optimizer = new SGD(layer.parameters(), { lr: () => Number.NaN });
    expect(() => optimizer.step()).toThrow(
      new RangeError('SGD: expected a finite learning rate from 0 to 1e+30 at step 0, got NaN'),
    );
    expect(optimizer.steps).toBe(0);
    // As a float it is infinite: the weights would be 0 − ∞ · 0.
    const beyond = new SGD(layer.parameters(), { lr: () => 1e39 });
    expect(() => beyond.step()).toThrow(
      'expected a finite learning rate from 0 to 1e+30 at step 0, got 1e+39',
    );
    expect(layer.weight.value.toArray()).toEqual(new Float32Array(6));
    expect(() => new SGD(layer.parameters(), { lr: Number.POSITIVE_INFINITY })).toThrow(
      new RangeError('SGD: expected lr to be a finite number from 0 to 1e+30, got Infinity'),
    );
  });

  test('what the array of parameters becomes afterwards is not the optimizer’s', () => {
    const layer = new Linear(2, 3);
    layer.reserve(core, 1);
    const parameters = layer.parameters();
    const optimizer = new SGD(parameters, { lr: 1 });
    parameters.pop();
    layer.bias?.grad.fill(1);
    optimizer.step();
    expect(layer.bias?.value.toArray()).toEqual(new Float32Array(3).fill(-1));
  });
});

test('stepSchedule drops at an absolute step', () => {
  const lr = stepSchedule(0.1, 100_000, 0.01);
  expect([0, 99_999, 100_000, 199_999].map(lr)).toEqual([0.1, 0.1, 0.01, 0.01]);
  expect(stepSchedule(0.1, 0, 0.01)(0)).toBe(0.01);
  expect(() => stepSchedule(Number.NaN, 1, 1)).toThrow('stepSchedule: expected lr to be a finite number');
  expect(() => stepSchedule(1, 1, Number.NaN)).toThrow('stepSchedule: expected after to be a finite number');
  expect(() => stepSchedule(1, -1, 1)).toThrow('stepSchedule: expected drop to be an integer');
  expect(() => stepSchedule(1, 0.5, 1)).toThrow('stepSchedule: expected drop to be an integer');
});
