import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Linear, Parameter, Tanh } from '../../src/index.js';
import { builtInNames, deepSettings, lectureSettings, Run } from '../../src/makemore/index.js';
import { distinctContexts } from '../../src/page/engine/distinct-contexts.js';
import { spread } from '../../src/page/engine/histogram.js';
import { Runs } from '../../src/page/engine/runs.js';
import { inspectUnit, surveySplit } from '../../src/page/engine/unit.js';
import { visit } from '../../src/train/evaluation.js';

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe('distinct windows', () => {
  test('come in order, each with its number', () => {
    const x = Int32Array.of(0, 1, 2, 2, 0, 1, 0, 1, 0, 1, 2, 2);
    const windows = distinctContexts(x, { columns: 2, count: 6, base: 3 });
    expect(windows?.x).toEqual(Int32Array.of(0, 1, 2, 2));
    expect(windows?.counts).toEqual(Float64Array.of(4, 2));
  });

  test('are not made where few repeat, or no number names them', () => {
    const x = Int32Array.of(0, 1, 2, 2);
    expect(distinctContexts(x, { columns: 2, count: 2, base: 3 })).toBeUndefined();
    expect(distinctContexts(x, { columns: 2, count: 2, base: 2 ** 40 })).toBeUndefined();
  });
});

describe('bins', () => {
  test('hold every value by its weight, with edges on both marks', () => {
    const { edges, values, mean, std, min, max, notFinite } = spread(
      Float32Array.of(-3, 1, Number.NaN),
      Float64Array.of(1, 3, 2),
      [-2.65, 2.65],
    );
    expect([total(values), mean, std, min, max, notFinite]).toEqual([4, 0, Math.sqrt(3), -3, 1, 2]);
    for (const mark of [-2.65, 2.65])
      expect(Math.min(...edges.map((edge) => Math.abs(edge - mark)))).toBeLessThan(1e-9);
    expect(edges).toHaveLength(values.length + 1);
  });

  test('of values that are all the same, far away, or none', () => {
    expect(total(spread(Float32Array.of(2, 2), undefined, []).values)).toBe(2);
    expect(total(spread(Float32Array.of(-1e6, 1e6), undefined, [-2.65, 2.65]).values)).toBe(2);
    expect(total(spread(Float32Array.of(Number.NaN), undefined, [0]).values)).toBe(0);
  });
});

describe('a unit of a network without batch norm', () => {
  let run: Run;
  beforeAll(async () => {
    run = await Run.prepare(await builtInNames(), { ...lectureSettings, init: 'original', steps: 2 });
    await run.train();
  });
  afterAll(() => run.dispose());

  test('is counted over every example, though each context is computed once', async () => {
    const report = await inspectUnit(run, { layer: 3, unit: 60, gradients: true });
    const { count } = run.dataset.train;
    const { layers } = await surveySplit(run, 0.99);
    expect(layers[0].place).toBe(report.place);
    expect(report.examples).toBe(count);
    expect(total(report.preactivations.values)).toBe(count);
    let closed = 0;
    const tanh = run.model.layers[3] as Tanh;
    await visit(run.trainer, run.dataset.train, (rows) => {
      const { data, stride } = tanh.out;
      for (let i = 0; i < rows; i++) if (Math.abs(data[i * stride + 60]) > 0.99) closed++;
    });
    expect(report.open).toBe(count - closed);
  });

  test('has its weights, its gradient, and what the characters push it by', async () => {
    const report = await inspectUnit(run, { layer: 3, unit: 7, gradients: true });
    const linear = run.model.layers[2] as unknown as Linear;
    const embedding = run.model.layers[0] as unknown as { weight: Parameter };
    const at = (values: Float32Array, row: number) => values[row * 200 + 7];
    expect(report.incoming.weights).toHaveLength(30);
    expect(report.incoming.weights[12]).toBe(at(linear.weight.value.toArray(), 12));
    expect(report.bias).toBe(linear.bias?.value.toArray()[7]);
    const vectors = embedding.weight.value.toArray();
    const push = total(
      Array.from({ length: 10 }, (_, d) => vectors[5 * 10 + d] * report.incoming.weights[20 + d]),
    );
    expect(report.incoming.pushes?.[2][5]).toBeCloseTo(push, 5);
    const gradients = linear.weight.grad.toArray();
    const squares = Array.from({ length: 30 }, (_, i) => at(gradients, i) ** 2);
    expect(report.gradient?.norm).toBeCloseTo(Math.sqrt(total(squares)), 6);
    expect((await inspectUnit(run, { layer: 3, unit: 7, gradients: false })).gradient).toBeUndefined();
  });

  test('is refused where there is none', async () => {
    const inspect = (layer: number, unit: number) => inspectUnit(run, { layer, unit, gradients: true });
    await expect(inspect(2, 0)).rejects.toThrow('expected an activation layer, got layer 2');
    await expect(inspect(9, 0)).rejects.toThrow('expected an activation layer, got layer 9');
    await expect(inspect(3, 200)).rejects.toThrow('expected a unit from 0 to 199, got 200');
  });
});

test('a ReLU unit that is pushed below 0 for every example is dead for good, and gets a gradient of exactly 0', async () => {
  const settings = { ...deepSettings, activation: 'relu', batchNorm: false, hidden: 20, steps: 2 } as const;
  using run = await Run.prepare(await builtInNames(), settings);
  const { bias } = run.model.layers[2] as unknown as Linear;
  const values = bias?.value.toArray() ?? new Float32Array(20);
  values[4] = -1000;
  bias?.value.set(values);
  await run.train();
  const report = await inspectUnit(run, { layer: 3, unit: 4, gradients: true });
  expect([report.kind, report.open, report.gradient?.norm]).toEqual(['ReLU', 0, 0]);
  expect(report.gradient?.median).toBeGreaterThan(0);
  expect((await surveySplit(run, 0.97)).layers[0].dead).toContain(4);
});

test('a unit behind a batch norm is looked at with the statistics of each batch, and training goes on as before', async () => {
  const settings = { ...lectureSettings, hidden: 20, steps: 4 };
  const names = await builtInNames();
  using run = await Run.prepare(names, settings);
  using undisturbed = await Run.prepare(names, settings);
  await run.train({ until: 2 });
  const report = await inspectUnit(run, { layer: 4, unit: 3, gradients: true });
  expect([report.normalised, report.place, report.step]).toEqual([true, 'layer 4 Tanh', 2]);
  // Each batch is normalised: gain 1 and bias 0 but for two steps.
  expect(report.preactivations.mean).toBeCloseTo(0, 1);
  expect(report.preactivations.std).toBeCloseTo(1, 1);
  await surveySplit(run, 0.97);
  await run.train();
  await undisturbed.train();
  expect(run.record('').fingerprint).toBe(undisturbed.record('').fingerprint);
});

test('the worker looks at a past moment as it was', async () => {
  const runs = new Runs();
  const { id } = await runs.open(
    { ...lectureSettings, init: 'original', hidden: 20, steps: 30 },
    undefined,
    'auto',
  );
  const before = await runs.unit(id, 3, 5);
  await runs.play(id, 20);
  const after = await runs.unit(id, 3, 5);
  const past = await runs.unit(id, 3, 5, 0);
  expect([before.step, after.step, past.step]).toEqual([0, 20, 0]);
  expect(past.preactivations).toEqual(before.preactivations);
  expect(after.preactivations).not.toEqual(before.preactivations);
  expect([before.gradient, past.gradient]).toEqual([undefined, undefined]);
  expect(after.gradient?.norm).toBeGreaterThan(0);
  const fork = await runs.fork(id, 0);
  expect((await runs.unit(fork.id, 3, 5)).gradient).toBeUndefined();
  expect((await runs.survey(id, 0)).step).toBe(0);
  for (const each of [id, fork.id]) await runs.close(each);
});
