// The float64 references of the page's benchmark against the library, and that they can tell right from wrong.
import { load } from 'lanewise';
import { deepSettings, lectureSettings, makeDataset, parseNames } from 'lanewise/makemore';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../../src/page/benchmark/exact.js';
import { kernelCases } from '../../src/page/benchmark/kernel-cases.js';
import { flopsOf, stepCases } from '../../src/page/benchmark/step-cases.js';

describe.each(['js', 'wasm'] as const)('by %s', (backend) => {
  test.each(kernelCases)('$name $size is float64’s within float32', async ({ prepare }) => {
    using core = await load({ backend });
    const { call, error } = prepare(core);
    expect(error()).toBeGreaterThan(0.1);
    call(2);
    expect(error()).toBeLessThan(1e-6);
    expect(error()).toBeGreaterThan(0);
  });

  test('the losses of 20 steps of both networks are float64’s within 1e-6', async () => {
    const text = Array.from({ length: 400 }, (_, i) => `${(i * 7919).toString(36)}abc`).join('\n');
    const names = await parseNames(new TextEncoder().encode(text), 'test');
    for (const { prepare } of stepCases(makeDataset(names))) {
      using core = await load({ backend });
      const { call, error } = prepare(core);
      call(1);
      expect(error()).toBeLessThan(1e-6);
      expect(error()).toBeGreaterThan(0);
    }
  });
});

test('a step counts three products of every linear layer', () => {
  expect(flopsOf(lectureSettings, 27)).toBe(6 * 32 * (30 * 200 + 200 * 27));
  expect(flopsOf(deepSettings, 27)).toBe(6 * 32 * (30 * 100 + 4 * 100 * 100 + 100 * 27));
});

test('an error is the largest difference over the largest value, and no number has none', () => {
  expect(relativeError([1, 2.5], [1, 2])).toBe(0.25);
  expect(relativeError([1, Number.NaN], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
});
