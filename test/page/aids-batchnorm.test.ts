import { batchNormWidget } from 'lanewise/makemore';
import { describe, expect, test } from 'vitest';
import { Conventions } from '../../src/page/instruments/batchnorm/aids/conventions-numbers.js';
import { averages, columnOf, EPS } from '../../src/page/instruments/batchnorm/aids/eps-numbers.js';
import { fiveNumbers } from '../../src/page/instruments/batchnorm/draws.js';
import { normalise } from '../../src/page/instruments/batchnorm/five-numbers.js';
import {
  averagedNoise,
  batchMeans,
  halfLife,
  initialShare,
  runningAverage,
  trueMean,
} from '../../src/page/instruments/batchnorm/running-average.js';
import { fixed, signed, small } from '../../src/page/view/figures.js';

describe('the five numbers', () => {
  test('are the lecture’s draws, normalised as the library’s widget does', () => {
    const x = fiveNumbers(2147483648, 3);
    const widget = batchNormWidget(2147483648, 3);
    const { y, mean, std } = normalise(x);
    // The inputs are shown, and so used, to two decimals.
    expect(mean).toBeCloseTo(widget.mean, 2);
    expect(std).toBeCloseTo(widget.std, 2);
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(widget.y[i], 2);
    });
  });

  test('come out with mean 0 and unbiased deviation 1, and all move with one', () => {
    const before = normalise([1, 2, 4, 8, 16]);
    const after = normalise([2, 2, 4, 8, 16]);
    expect(before.y.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(before.y.reduce((sum, value) => sum + value ** 2, 0) / 4).toBeCloseTo(1, 12);
    for (let i = 0; i < 5; i++) expect(after.y[i]).not.toBeCloseTo(before.y[i], 3);
    // What is added to all is taken off again.
    const shifted = normalise([4, 5, 7, 11, 19]).y;
    shifted.forEach((value, i) => {
      expect(value).toBeCloseTo(before.y[i], 12);
    });
  });

  test('that are all the same have no deviation', () => {
    expect(normalise([3, 3, 3, 3, 3])).toMatchObject({ std: 0, y: [0, 0, 0, 0, 0] });
  });
});

describe('conventions', () => {
  test.each([2, 32, 128])(
    'at batch %i the outputs of lecture and torch are √((n − 1)/n) apart',
    async (n) => {
      const conventions = await Conventions.load();
      const [lecture, torch, paper] = conventions.measure(n, 2);
      expect([lecture.name, torch.name, paper.name]).toEqual(['lecture', 'torch', 'paper']);
      const ratio = Math.sqrt((n - 1) / n);
      expect(lecture.outputs[0] / torch.outputs[0]).toBeCloseTo(ratio, 4);
      expect(paper.outputs).toEqual(torch.outputs);
      expect(lecture.outputsStd).toBeCloseTo(1, 4);
      expect(torch.outputsStd).toBeCloseTo(1 / ratio, 4);
      expect(torch.training / lecture.training).toBeCloseTo((n - 1) / n, 5);
      expect(torch.training).not.toBe(torch.kept);
      expect(paper.kept).toBe(paper.training);
      for (const { later } of [torch, paper]) expect(later).toBeCloseTo(lecture.later, 4);
    },
  );

  test('a smaller batch after a larger one is the beginning of it', async () => {
    const conventions = await Conventions.load();
    const first = conventions.measure(8, 2);
    conventions.measure(128, 2);
    expect(conventions.measure(8, 2)).toEqual(first);
  });
});

describe('eps', () => {
  test('without it a column keeps deviation 1 however flat it is, until there is none', () => {
    const deviation = (values: number[]) => normalise(values).std;
    for (const spread of [10, 1, 1e-3, 1e-6]) expect(deviation(columnOf(spread).without)).toBeCloseTo(1, 9);
    expect(columnOf(0).without.every(Number.isNaN)).toBe(true);
    expect(columnOf(0).gradientWithout).toBe(Number.POSITIVE_INFINITY);
  });

  test('with it the outputs go to 0 and the gradient is bounded', () => {
    const { with: outputs, gradientWith } = columnOf(1e-6);
    for (const value of outputs) expect(Math.abs(value)).toBeLessThan(1e-3);
    expect(columnOf(0).with.map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
    expect(gradientWith).toBeLessThanOrEqual(1 / Math.sqrt(EPS));
    expect(columnOf(10).stdWithEps).toBeCloseTo(10, 5);
  });

  test('the mean of deviations is not the root of the mean variance, unless all are the same', () => {
    const { meanStd, rootMeanVariance } = averages([0.4, 1, 1, 1.6]);
    expect(meanStd).toBe(1);
    expect(rootMeanVariance).toBeCloseTo(Math.sqrt(1.18), 12);
    const same = averages([2, 2]);
    expect(same.meanStd).toBe(same.rootMeanVariance);
  });
});

describe('momentum', () => {
  test('half-lives of the lecture’s two', () => {
    expect(halfLife(0.001)).toBeCloseTo(692.8, 1);
    expect(halfLife(0.1)).toBeCloseTo(6.58, 2);
    expect(halfLife(1)).toBe(0);
    expect(initialShare(0.5, 2)).toBe(0.25);
    expect(initialShare(0.001, 693)).toBeCloseTo(0.5, 3);
  });

  test('a running average forgets its beginning by that', () => {
    const averages = runningAverage(new Float64Array(10).fill(1), 0.1, 0);
    averages.forEach((value, i) => {
      expect(value).toBeCloseTo(1 - initialShare(0.1, i + 1), 12);
    });
    expect([...runningAverage([3, 5], 1)]).toEqual([3, 5]);
  });

  test('its noise is √(m / (2 − m)) of that of what it averages', async () => {
    const { noise } = await import('../../src/page/instruments/batchnorm/draws.js');
    const draws = noise(50_000, 1);
    const averages = runningAverage(draws, 0.1).subarray(1000);
    const variance = averages.reduce((sum, value) => sum + value ** 2, 0) / averages.length;
    expect(Math.sqrt(variance)).toBeCloseTo(averagedNoise(0.1), 1);
    expect(averagedNoise(1)).toBe(1);
  });

  test('minibatches see the true mean with noise 1/√n', () => {
    const means = batchMeans([1, -2], 16);
    expect(means[0]).toBeCloseTo(trueMean(0) + 0.25, 12);
    expect(means[1]).toBeCloseTo(trueMean(1) - 0.5, 12);
  });
});

test('numbers as they are read', () => {
  expect(fixed(-0.451, 2)).toBe('−0.45');
  expect(fixed(-0.0001, 2)).toBe('0.00');
  expect(signed(0.0312, 3)).toBe('+0.031');
  expect(signed(-0.5, 1)).toBe('−0.5');
  expect(signed(0, 3)).toBe('0.000');
  expect(small(2.4e-7)).toBe('2.4·10⁻⁷');
  expect(small(0.5)).toBe('0.5');
  expect(small(Number.NaN)).toBe('–');
});
