import { expect, test } from 'vitest';
import { comparedLosses, lossAtTheEnd, smoothingWindow, windowMeans } from '../../src/charts/index.js';
import { differenceOf, endOf, pairsOf, smoothed } from '../../src/page/instruments/loss/losses.js';

const track = (losses: number[], every = 1) => ({
  every,
  steps: Float64Array.from(losses, (_, i) => i * every),
  columns: [Float32Array.from(losses)],
});

test('records before a step', () => {
  const losses = track([4, 3, 2, 1], 2);
  expect([0, 1, 2, 3, 6, 7, Infinity].map((before) => endOf(losses, before))).toEqual([0, 1, 1, 2, 3, 4, 4]);
  expect(pairsOf(losses, 3)).toEqual([
    [0, 4],
    [2, 3],
  ]);
  expect(pairsOf(losses)).toHaveLength(4);
});

test('means are geometric, with one deviation of single losses on either side', () => {
  const { curve, band } = smoothed({ smoothingWindow: () => 4, windowMeans }, track([1, 100, 1, 100]));
  expect(curve).toHaveLength(2);
  expect(curve[0]).toEqual([0, 1]);
  expect(curve[1][1]).toBeCloseTo(10, 5);
  expect(band[0].slice(1)).toEqual([expect.closeTo(1, 4), expect.closeTo(100, 4)]);
  const empty = smoothed({ smoothingWindow, windowMeans }, track([]));
  expect(empty).toEqual({ curve: [], band: [] });
});

test('a difference of means comes with its standard error', () => {
  const end = { steps: 100, count: 100, mean: 2.4, deviation: 0.3 };
  const { nats, error } = differenceOf(end, { ...end, mean: 2.3, deviation: 0.4 });
  expect(nats).toBeCloseTo(-0.1);
  expect(error).toBeCloseTo(0.05);
  expect(lossAtTheEnd([])).toBeUndefined();
});

test('a band is two stacked lines in log10, of the name of its run', () => {
  const { series } = comparedLosses({
    runs: [{ label: 'run 1', curve: [[5, 10]], band: [[5, 1, 100]] }],
    vocabularySize: 27,
    steps: 10,
  });
  expect(series).toMatchObject([
    { name: 'run 1', data: [[5, 0]], stack: 'band of run 1' },
    { name: 'run 1', data: [[5, 2]], stack: 'band of run 1' },
    { name: 'run 1', data: [[5, 1]] },
  ]);
});
