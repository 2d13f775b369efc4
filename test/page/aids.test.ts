import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, Generator } from '../../src/index.js';
import {
  builtInNames,
  lectureSettings,
  type NameList,
  Run,
  zeroInitialisation,
} from '../../src/makemore/index.js';
import { exampleLosses } from '../../src/page/instruments/loss/aids/example-losses.js';
import { deviationOf, meanOf, spreadOf } from '../../src/page/instruments/loss/aids/minibatches.js';
import { type Check, checks } from '../../src/page/instruments/loss/aids/torch-check.js';

let names: NameList;
beforeAll(async () => {
  names = await builtInNames();
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
  const whole = await evaluate(run.trainer, run.dataset.train);
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
