import { beforeAll, describe, expect, test } from 'vitest';
import { Generator } from '../../src/index.js';
import {
  builtInNames,
  lectureSettings,
  type NameList,
  Run,
  zeroInitialisation,
} from '../../src/makemore/index.js';
import { exampleLosses } from '../../src/page/instruments/loss/aids/example-losses.js';
import { deviationOf, meanOf, spreadOf } from '../../src/page/instruments/loss/aids/minibatches.js';
import { expectedLoss, lossesOf, softmax } from '../../src/page/instruments/loss/aids/softmax.js';
import { type Check, checks } from '../../src/page/instruments/loss/aids/torch-check.js';

let names: NameList;
beforeAll(async () => {
  names = await builtInNames();
});

describe('the first loss', () => {
  test('is ln 27 where all logits are 0, and −log p otherwise', () => {
    expect(expectedLoss(new Float32Array(270), 27, 1)).toBeCloseTo(Math.log(27), 6);
    const logits = [1, -2, 0.5];
    expect(lossesOf(logits)).toEqual(softmax(logits).map((p) => expect.closeTo(-Math.log(p), 9)));
    // p of the last is 0 in float64; its loss is not infinite.
    expect(lossesOf([2000, 0])[1]).toBe(2000);
  });

  test('grows with the scale of the logits, to that of the lecture’s first network near 14', () => {
    const normals = new Generator(2147483647).randn(27 * 400);
    const losses = [0, 1, 4, 8, 14].map((scale) => expectedLoss(normals, 27, scale));
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    expect(losses[0]).toBeCloseTo(3.2958, 4);
    expect(losses[4]).toBeGreaterThan(26);
    expect(losses[4]).toBeLessThan(31);
  });
});

test('every check against torch agrees', async () => {
  const made: Check[] = [];
  for await (const check of checks(names)) made.push(check);
  expect(made.filter(({ agrees }) => !agrees)).toEqual([]);
  expect(made).toHaveLength(11);
});

describe('from all-zero parameters', () => {
  test.each([
    ['mlp', 'b2'],
    ['deep', /beta$/],
  ] as const)('%s: only %s has a gradient, and the loss stays above the entropy', async (net, last) => {
    const { gradients, loss, floor } = await zeroInitialisation(names, { net, steps: 300 });
    const moving = gradients.filter(({ norm }) => norm > 0);
    expect(moving.map(({ name }) => name)).toEqual([expect.stringMatching(last)]);
    expect(gradients.at(-1)).toBe(moving[0]);
    expect(loss).toBeGreaterThan(floor);
    expect(loss).toBeLessThan(Math.log(27));
  });
});

test('losses of single examples average to the loss of their split', async () => {
  const run = await Run.prepare(names, { ...lectureSettings, steps: 200 });
  await run.train();
  const losses = await exampleLosses(run.save(), names, 5000);
  const whole = await run.trainer.evaluate(run.dataset.train);
  const error = deviationOf(losses) / Math.sqrt(losses.length);
  expect(losses).toHaveLength(5000);
  expect(Math.abs(meanOf(losses) - whole)).toBeLessThan(4 * error);
  run.dispose();
});

test('minibatches spread as one over the root of their size', () => {
  const losses = new Generator(3).randn(20_000);
  const [small, large] = [32, 512].map((size) => spreadOf(losses, size, [-1, 1]));
  expect(small.deviation * Math.sqrt(32)).toBeCloseTo(1, 1);
  expect(large.deviation * Math.sqrt(512)).toBeCloseTo(1, 1);
  expect(small.least).toBeLessThan(large.least);
  expect(small.histogram.values.reduce((sum, n) => sum + n)).toBe(2000);
  expect(spreadOf(losses, 32, [-1, 1])).toEqual(small);
});
