import { BatchNorm1d, Generator, Linear, load, Sequential } from 'lanewise';
import { deepSettings, lectureSettings } from 'lanewise/makemore';
import { afterEach, describe, expect, test } from 'vitest';
import { distanceOf } from '../../src/page/engine/distance.js';
import { calibratedNorms, normsOf } from '../../src/page/engine/norms.js';
import { Runs } from '../../src/page/engine/runs.js';

const small = { ...deepSettings, hidden: 20, depth: 3, embedding: 4, steps: 200 };
const open: { runs: Runs; id: number }[] = [];
afterEach(async () => {
  for (const { runs, id } of open.splice(0)) await runs.close(id);
});
async function opened(settings = small as Parameters<Runs['open']>[0]) {
  const runs = new Runs();
  const { id } = await runs.open(settings, undefined, 'auto');
  open.push({ runs, id });
  return { runs, id };
}

describe('statistics of a batch norm', () => {
  test.each(['variance', 'std'] as const)(
    'tracking the %s: batch, running and calibrated',
    async (tracks) => {
      const core = await load({ backend: 'js' });
      const norm = new BatchNorm1d(3, { momentum: 1, tracks, eps: 0 });
      const model = new Sequential([new Linear(2, 3), norm]);
      model.reserve(core, 8, 2);
      model.initialise(new Generator(1));
      model.forward(core.tensor([8, 2]).set(new Generator(2).randn(16)));
      const [one] = normsOf(model.layers);
      expect(one).toMatchObject({ place: 'layer 1 BatchNorm1d', momentum: 1 });
      // With momentum 1 what runs is the last batch.
      one.batchMean.forEach((mean, j) => {
        expect(one.runningMean[j]).toBeCloseTo(mean, 6);
        expect(one.runningStd[j]).toBeCloseTo(one.batchStd[j], 5);
      });
      expect(distanceOf(one).mean).toBeCloseTo(0, 6);
      expect(calibratedNorms(model.layers)).toEqual([]);

      const variance = one.batchStd.map((s, j) => (j === 1 ? s + 2 : s) ** 2);
      norm.setCalibrated(
        one.batchMean.map((m, j) => (j === 2 ? m - 3 : m)),
        variance,
      );
      const [{ furthestMean, furthestStd }] = calibratedNorms(model.layers);
      expect(furthestMean.unit).toBe(2);
      expect(furthestMean.running - furthestMean.calibrated).toBeCloseTo(3, 5);
      expect(furthestStd.unit).toBe(1);
      expect(furthestStd.calibrated - furthestStd.running).toBeCloseTo(2, 5);
      core.dispose();
    },
  );

  test('the distance is in deviations of the batch, and leaves out what has none', () => {
    const floats = (...values: number[]) => Float32Array.from(values);
    const { mean, std } = distanceOf({
      batchMean: floats(0, 1, 5),
      batchStd: floats(2, 1, 0),
      runningMean: floats(2, 1, 0),
      runningStd: floats(2, Math.E, 1),
    });
    expect(mean).toBeCloseTo(Math.sqrt(1 / 2), 6);
    expect(std).toBeCloseTo(Math.sqrt(1 / 2), 6);
  });
});

describe('a run in the worker', () => {
  test('has the statistics of each batch norm in its moments and the distances over its steps', async () => {
    const { runs, id } = await opened();
    const first = await runs.frame(id);
    expect(first.normDistances.columns).toHaveLength(6);
    const { norms } = await runs.moment(id, 0);
    expect(norms.map(({ place }) => place)).toEqual(
      [3, 6, 9].map((position) => `layer ${position} BatchNorm1d`),
    );
    for (const { runningMean, runningStd } of norms) {
      expect(runningMean.every((mean) => mean === 0)).toBe(true);
      expect(runningStd.every((std) => Math.abs(std - 1) < 1e-5)).toBe(true);
    }
    const later = await runs.play(id, 100);
    expect(later.normDistances.steps).toHaveLength(100);
    expect(later.normDistances.columns.every((column) => column.every(Number.isFinite))).toBe(true);
    // Moving averages have come near the batches.
    const [, std] = later.normDistances.columns;
    expect(std[99]).toBeLessThan(std[0]);
  });

  test('an evaluation has the calibrated statistics, near the running ones', async () => {
    const { runs, id } = await opened();
    await runs.play(id, 200);
    const { step, norms, running, calibrated } = await runs.evaluate(id);
    expect(step).toBe(200);
    expect(norms).toHaveLength(3);
    expect(Math.abs(running.val - calibrated.val)).toBeLessThan(0.2);
    const { furthestMean, mean } = norms[0];
    expect(furthestMean.calibrated).toBe(mean[furthestMean.unit]);
    expect((await runs.frame(id)).evaluation?.norms).toHaveLength(3);
  });

  test('without batch norm there are none', async () => {
    const { runs, id } = await opened({ ...small, batchNorm: false });
    await runs.play(id, 3);
    const { normDistances } = await runs.frame(id);
    expect(normDistances.columns).toHaveLength(0);
    expect((await runs.moment(id, 0)).norms).toEqual([]);
    expect((await runs.evaluate(id)).norms).toEqual([]);
  });
});

describe('folding', () => {
  test('gives the same outputs and loss, and leaves the run as it was', async () => {
    const { runs, id } = await opened();
    await runs.play(id, 50);
    const before = await runs.checkpoint(id);
    const report = await runs.fold(id);
    expect(report).toMatchObject({ step: 50, examples: 4096, norms: 3, left: 0 });
    expect(report.largest).toBeLessThan(1e-5 * Math.max(1, report.scale));
    expect(report.losses[1]).toBeCloseTo(report.losses[0], 5);
    // A gain and a shift of each unit go, a bias of each comes.
    expect(report.parameters[0] - report.parameters[1]).toBe(20 + 20 + 27);
    expect(await runs.checkpoint(id)).toEqual(before);
  });
});

describe('biases before a batch norm', () => {
  test('of the run itself have no gradient and no effect while training', async () => {
    const { runs, id } = await opened({ ...small, bias: true });
    await runs.play(id, 20);
    const report = await runs.biases(id);
    expect(report.shift).toBe(1);
    expect(report.layers.map(({ place }) => place)).toEqual([
      'layer 2 Linear',
      'layer 5 Linear',
      'layer 8 Linear',
    ]);
    for (const { bias, weight, beta } of report.layers) {
      expect(bias).toBeLessThan(1e-6 * Math.max(weight, beta) + 1e-7);
      expect(beta).toBeGreaterThan(1e-4);
    }
    expect(report.training).toBeLessThan(1e-4);
    expect(report.evaluation).toBeGreaterThan(0.1);
  });

  test.each([
    ['the lecture’s first network', lectureSettings],
    ['six layers', small],
    ['six layers without batch norm', { ...small, batchNorm: false }],
  ])('%s has none', async (_, settings) => {
    const { runs, id } = await opened(settings);
    expect(await runs.biases(id)).toMatchObject({ layers: [], training: 0 });
  });
});
