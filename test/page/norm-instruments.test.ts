import { describe, expect, test } from 'vitest';
import type { Evaluation, Frame, Moment, Track } from '../../src/page/engine/protocol.js';
import { distancesOf, groupsOf } from '../../src/page/instruments/batchnorm/statistics.js';
import { recentLosses } from '../../src/page/instruments/evaluation/recent-losses.js';

const track = (steps: number[], ...columns: number[][]): Track => ({
  steps: Float64Array.from(steps),
  every: 1,
  columns: columns.map((column) => Float32Array.from(column)),
});
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('recent losses', () => {
  test('are those of the later half, 256 at most, before the step that is shown', () => {
    const losses = track(count(2000), count(2000));
    expect(recentLosses(losses, 2000)).toMatchObject({ count: 256, mean: 1999 - 127.5 });
    expect(recentLosses(losses, 100)).toMatchObject({ count: 50, mean: 74.5 });
    expect(recentLosses(losses, 10)).toBeUndefined();
    expect(recentLosses(track([], []), 10)).toBeUndefined();
  });

  test('vary by the unbiased standard deviation', () => {
    const losses = track(
      count(16),
      count(16).map((i) => 2 + (i % 2 === 0 ? 0.5 : -0.5)),
    );
    const { mean, std } = recentLosses(losses, 16) ?? {};
    expect(mean).toBe(2);
    expect(std).toBeCloseTo(Math.sqrt((8 * 0.25) / 7), 12);
  });
});

describe('statistics of a layer', () => {
  const floats = (...values: number[]) => Float32Array.from(values);
  const moment = {
    step: 7,
    norms: [
      {
        place: 'layer 3 BatchNorm1d',
        momentum: 0.1,
        batchMean: floats(1, 2),
        batchStd: floats(3, 4),
        runningMean: floats(5, 6),
        runningStd: floats(7, 8),
      },
    ],
  } as unknown as Moment;
  const evaluation = (step: number) =>
    ({ step, norms: [{ mean: floats(9, 10), std: floats(11, 12) }] }) as unknown as Evaluation;

  test('are running against minibatch, unit by unit', () => {
    expect(groupsOf('mean', 0, moment, undefined)).toEqual([
      {
        name: 'minibatch',
        points: [
          [1, 5],
          [2, 6],
        ],
      },
    ]);
    expect(groupsOf('std', 1, moment, undefined)).toEqual([]);
  });

  test('have the calibrated ones where they were measured at this moment only', () => {
    expect(groupsOf('std', 0, moment, evaluation(7))[1]).toEqual({
      name: 'calibrated',
      points: [
        [11, 7],
        [12, 8],
      ],
    });
    expect(groupsOf('std', 0, moment, evaluation(6))).toHaveLength(1);
  });

  test('distances are those of the layer, as far as they are numbers', () => {
    const frame = {
      normDistances: track([0, 1, 2], [1, 2, 3], [4, 5, 6], [7, Number.NaN, 9], [10, 11, 12]),
    } as unknown as Frame;
    expect(distancesOf(frame, 1)).toEqual({
      mean: [
        [0, 7],
        [2, 9],
      ],
      std: [
        [0, 10],
        [1, 11],
        [2, 12],
      ],
    });
    expect(distancesOf(frame, 2)).toEqual({ mean: [], std: [] });
  });
});
