import { beforeAll, describe, expect, test } from 'vitest';
import {
  type BatchNorm1d,
  type Indices,
  type Layer,
  type Linear,
  lrAt,
  type Tensor,
} from '../../src/index.js';
import { readCheckpoint } from '../../src/interchange/index.js';
import {
  builtInNames,
  deepSettings,
  lectureSettings,
  type NameList,
  Run,
  type RunSettings,
} from '../../src/makemore/index.js';
import type { NetworkRequest } from '../../src/page/engine/protocol.js';
import { Runs } from '../../src/page/engine/runs.js';

const mlp: RunSettings = { ...lectureSettings, steps: 40 };
const deep: RunSettings = { ...deepSettings, steps: 40, hidden: 30 };
const asked: NetworkRequest = { flow: 'forward', example: 3, bins: 40 };

let names: NameList;
beforeAll(async () => {
  names = await builtInNames();
});

/** The run again, by itself, after so many steps: the layers are as its last step left them. */
async function alone(settings: RunSettings, steps: number): Promise<Run> {
  const run = await Run.prepare(names, settings);
  await run.train({ until: steps });
  return run;
}

async function played(settings: RunSettings, steps: number): Promise<{ runs: Runs; id: number }> {
  const runs = new Runs();
  const { id } = await runs.open(settings, undefined, 'auto');
  await runs.play(id, steps);
  return { runs, id };
}

const layersOf = ({ model }: Run) => model.layers as unknown as readonly Layer[];
const row = ({ data, columns, stride }: Tensor, at: number) =>
  Array.from(data.subarray(at * stride, at * stride + columns));
const valuesOf = (tensor: Tensor) => tensor.toArray();
const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0);
const std = (values: Float32Array) => {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
};

describe('the last step', () => {
  test.each([
    ['first network', mlp],
    ['six layers', deep],
  ])('of the %s: outputs, spread, and probabilities are those of its layers', async (_, settings) => {
    const [run, { runs, id }] = [await alone(settings, 7), await played(settings, 7)];
    const view = await runs.networkView(id, asked);
    const layers = layersOf(run);
    const batch = run.trainer.batch;
    expect([view.step, view.basis, view.examples, view.flow]).toEqual([7, 'last', 32, 'forward']);
    expect(view.tokens).toEqual(batch && Array.from((batch.x as Indices).toArray().subarray(9, 12)));
    expect(view.target).toBe(batch && (batch.y as Indices).toArray()[3]);
    expect(view.layers.map(({ position }) => position)).toEqual(layers.slice(2).map((_, i) => i + 2));
    for (const { position, outputs, density, axis, beyond, ...drawn } of [view.embedding, ...view.layers]) {
      const out = layers[position].out as Tensor;
      expect(Array.from(outputs)).toEqual(row(out, 3));
      const values = valuesOf(out);
      expect(drawn.std).toBeCloseTo(std(values), 5);
      expect(drawn.mean).toBeCloseTo(sum(values) / values.length, 5);
      expect(sum(density)).toBeCloseTo(1, 5);
      expect(beyond).toBe(values.filter((value) => Math.abs(value) > axis).length / values.length);
      expect(density[20] * values.length).toBeCloseTo(
        values.filter((value) => value >= 0 && value < axis / 20).length,
        2,
      );
    }
    const logits = row(layers[layers.length - 1].out as Tensor, 3);
    const total = sum(logits.map(Math.exp));
    logits.forEach((logit, i) => {
      expect(view.probabilities[i]).toBeCloseTo(Math.exp(logit) / total, 6);
    });
    expect(view.loss).toBeCloseTo(-Math.log(view.probabilities[view.target as number]), 6);
    expect(view.batchLoss).toBe(run.trainer.lastLoss);
    run.dispose();
  });

  test('has the gradients that the step left, right to left', async () => {
    const [run, { runs, id }] = [await alone(deep, 5), await played(deep, 5)];
    const view = await runs.networkView(id, { ...asked, flow: 'gradient' });
    const layers = layersOf(run);
    for (const { position, gradient, std: spread } of view.layers) {
      const tensor = (layers[position + 1]?.dx ?? run.trainer.loss.gradient) as Tensor;
      expect(Array.from(gradient as Float32Array)).toEqual(row(tensor, 3));
      expect(spread / std(valuesOf(tensor))).toBeCloseTo(1, 4);
    }
    // Of the mean over 32 rows: (p − 1 at the target) / 32.
    const last = view.layers[view.layers.length - 1].gradient as Float32Array;
    const [frame] = await Promise.all([runs.frame(id)]);
    expect(frame.snapshot.layers.at(-1)?.gradient?.std).toBeCloseTo(view.layers.at(-1)?.std as number, 6);
    // The six-layer network ends in a batch norm, whose outputs are the logits.
    view.probabilities.forEach((p, i) => {
      expect(last[i]).toBeCloseTo((p - (i === view.target ? 1 : 0)) / 32, 6);
    });
    run.dispose();
  });

  test('has update:data as the instruments have it, and what the step added to the weights', async () => {
    const [run, { runs, id }] = [await alone(mlp, 6), await played(mlp, 6)];
    const view = await runs.networkView(id, { ...asked, flow: 'update', weights: true });
    const { snapshot } = await runs.frame(id);
    for (const { position, updates } of [view.embedding, ...view.layers])
      for (const { name, ratio } of updates) {
        const own = snapshot.parameters.find((parameter) => parameter.name === `${position}.${name}`);
        expect(ratio).toBeCloseTo(own?.updateToData as number, 6);
      }
    expect([view.embedding, ...view.layers].flatMap(({ updates }) => updates)).toHaveLength(6);
    const linear = layersOf(run)[2] as Linear;
    const { weights } = view.layers[0];
    expect([weights?.rows, weights?.columns, weights?.every]).toEqual([30, 200, [1, 1]]);
    const lr = lrAt(run.trainer.optimizer, 5);
    linear.weight.grad.toArray().forEach((value, i) => {
      expect(weights?.values[i]).toBeCloseTo(-lr * value, 7);
    });
    run.dispose();
  });

  test('has weights, scale and shift, the vectors, and a unit', async () => {
    const [run, { runs, id }] = [await alone(mlp, 8), await played(mlp, 8)];
    const view = await runs.networkView(id, {
      ...asked,
      weights: true,
      table: true,
      unit: { position: 4, unit: 17 },
    });
    const layers = layersOf(run);
    const [linear, norm, tanh] = [layers[2] as Linear, layers[3] as BatchNorm1d, layers[4]];
    expect(view.layers[0].weights?.values).toEqual(linear.weight.value.toArray());
    expect(view.layers[1].scale).toEqual(norm.gamma.value.toArray());
    expect(view.layers[1].shift).toEqual(norm.beta.value.toArray());
    expect(view.table).toEqual(layers[0].parameters()[0].value.toArray());
    const { unit } = view;
    const weights = linear.weight.value.toArray();
    expect(Array.from(unit?.incoming ?? [])).toEqual(
      Array.from({ length: 30 }, (_, i) => weights[i * 200 + 17]),
    );
    const out = (tanh.out as Tensor).toArray();
    const outputs = Array.from({ length: 32 }, (_, i) => out[i * 200 + 17]);
    expect(Array.from(unit?.outputs ?? [])).toEqual(outputs);
    expect(unit?.closed).toBe(outputs.filter((h) => Math.abs(h) > 0.99).length / 32);
    expect(view.layers[2].closed?.[17]).toBeCloseTo(unit?.closed as number, 6);
    const { snapshot } = await runs.frame(id);
    expect(view.layers[2].saturated).toBeCloseTo(snapshot.layers[4].activation?.saturated as number, 6);
    run.dispose();
  });

  test('thins out a large matrix', async () => {
    const { runs, id } = await played({ ...mlp, hidden: 600 }, 1);
    const { weights } = (await runs.networkView(id, { ...asked, weights: true })).layers[0];
    expect([weights?.rows, weights?.columns, weights?.every]).toEqual([30, 200, [1, 3]]);
    const run = await alone({ ...mlp, hidden: 600 }, 1);
    const whole = (layersOf(run)[2] as Linear).weight.value.toArray();
    expect(weights?.values[201]).toBe(whole[600 + 3]);
    run.dispose();
  });
});

describe('a context of one’s own', () => {
  test.each([
    ['first network', mlp],
    ['six layers', deep],
  ])('goes through the %s with the running statistics', async (_, settings) => {
    const [run, { runs, id }] = [await alone(settings, 9), await played(settings, 9)];
    const context = [5, 13, 13];
    const view = await runs.networkView(id, { ...asked, context });
    run.model.eval('running');
    const x = run.core.indices([1, 3]).set(context);
    const logits = run.model.forward(x).toArray();
    const total = sum(logits.map(Math.exp));
    logits.forEach((logit, i) => {
      expect(view.probabilities[i]).toBeCloseTo(Math.exp(logit) / total, 6);
    });
    for (const { position, outputs } of view.layers)
      expect(Array.from(outputs)).toEqual(row(layersOf(run)[position].out as Tensor, 0));
    expect([view.target, view.loss, view.tokens]).toEqual([undefined, undefined, context]);
    expect(view.layers.every(({ gradient }) => gradient === undefined)).toBe(true);
    run.dispose();
  });

  test('is refused where it is none', async () => {
    const { runs, id } = await played(mlp, 1);
    await expect(runs.networkView(id, { ...asked, context: [1, 2] })).rejects.toThrow(
      'networkView: expected a context of 3 tokens, got 2',
    );
    await expect(runs.networkView(id, { ...asked, context: [1, 2, 27] })).rejects.toThrow(
      'expected token to be from 0 to 26, got 27',
    );
    await expect(runs.networkView(id, { ...asked, example: 32 })).rejects.toThrow(
      'expected example to be from 0 to 31, got 32',
    );
    await expect(runs.networkView(id, { ...asked, unit: { position: 4, unit: 200 } })).rejects.toThrow(
      'expected unit to be from 0 to 199, got 200',
    );
  });
});

describe('the step ahead', () => {
  test('of a run that has made none is its first step', async () => {
    const { runs, id } = await played(mlp, 0);
    const view = await runs.networkView(id, { ...asked, flow: 'gradient' });
    expect([view.step, view.basis]).toEqual([0, 'next']);
    await runs.play(id, 1);
    const after = await runs.networkView(id, { ...asked, flow: 'gradient' });
    expect([after.step, after.basis]).toEqual([1, 'last']);
    expect(view.tokens).toEqual(after.tokens);
    expect(view.layers.map(({ gradient }) => gradient)).toEqual(after.layers.map(({ gradient }) => gradient));
    expect(view.batchLoss).toBe(after.batchLoss);
  });

  test('of a kept moment shows that moment’s weights, and what flowed next', async () => {
    const { runs, id } = await played(deep, 20);
    const kept = (await runs.frame(id)).kept.filter((step) => step > 3 && step < 20)[0];
    const view = await runs.networkView(id, { ...asked, step: kept, weights: true });
    const [run, next] = [await alone(deep, kept), await alone(deep, kept + 1)];
    expect([view.step, view.basis]).toEqual([kept, 'next']);
    expect(view.layers[0].weights?.values).toEqual((layersOf(run)[2] as Linear).weight.value.toArray());
    for (const { position, outputs } of view.layers)
      expect(Array.from(outputs)).toEqual(row(layersOf(next)[position].out as Tensor, 3));
    run.dispose();
    next.dispose();
  });

  test('is not shown where something else has used the layers: the last step is kept', async () => {
    const { runs, id } = await played(mlp, 3);
    const request = { ...asked, flow: 'gradient', unit: { position: 4, unit: 9 } } as const;
    const before = structuredClone(await runs.networkView(id, request));
    await runs.evaluate(id);
    await runs.unit(id, 4, 9);
    const view = structuredClone(await runs.networkView(id, request));
    expect({ ...view, took: 0 }).toEqual({ ...before, took: 0 });
    await runs.play(id, 4);
    const after = await runs.networkView(id, request);
    expect([after.step, after.basis]).toEqual([4, 'last']);
    expect(after.tokens).not.toEqual(view.tokens);
    expect(after.layers[2].outputs).not.toEqual(view.layers[2].outputs);
  });

  test('of a run that has diverged has outputs and no gradient', async () => {
    const { runs, id } = await played({ ...mlp, init: 'original', lr: 1e30 }, 40);
    const { state } = await runs.frame(id);
    expect(state).toBe('diverged');
    const view = await runs.networkView(id, { ...asked, flow: 'gradient' });
    expect(view.diverged).toBe(true);
    expect(Number.isFinite(view.batchLoss)).toBe(false);
    expect(view.layers.every(({ gradient }) => gradient === undefined)).toBe(true);
    expect(view.layers.some(({ outputs }) => outputs.some((value) => !Number.isFinite(value)))).toBe(true);
  });
});

test('Looking changes nothing: the same bits with the picture and without', async () => {
  const [looked, not] = [await played(deep, 0), await played(deep, 0)];
  for (let step = 1; step <= 12; step++) {
    await looked.runs.play(looked.id, step);
    for (const flow of ['forward', 'gradient', 'update'] as const) {
      const view = await looked.runs.networkView(looked.id, { ...asked, flow, weights: true, table: true });
      // Memory that comes back is used again.
      const again = await looked.runs.networkView(looked.id, {
        ...asked,
        flow,
        context: [1, 2, 3],
        memory: view.memory,
      });
      expect(again.step).toBe(step);
    }
    await looked.runs.networkView(looked.id, { ...asked, ahead: true });
  }
  await not.runs.play(not.id, 12);
  const saved = async ({ runs, id }: typeof looked) => {
    const { metadata, tensors } = readCheckpoint(await runs.checkpoint(id));
    // All but how long it took, and the sum over that.
    return {
      metadata: new Map([...metadata].filter(([key]) => key !== 'seconds' && key !== 'checksum')),
      tensors,
    };
  };
  expect(await saved(looked)).toEqual(await saved(not));
  const [frame, other] = [await looked.runs.frame(looked.id), await not.runs.frame(not.id)];
  expect(frame.snapshot).toEqual(other.snapshot);
  expect(frame.samples).toEqual(other.samples);
});

test('An answer uses the memory of the one before', async () => {
  const { runs, id } = await played(mlp, 2);
  const first = await runs.networkView(id, { ...asked, weights: true });
  const second = await runs.networkView(id, { ...asked, weights: true, memory: first.memory });
  const third = await runs.networkView(id, { ...asked, weights: true, memory: second.memory });
  expect(third.memory).toBe(second.memory);
  expect(third.layers[0].outputs.buffer).toBe(second.memory);
  expect(third.layers[0].weights?.values.buffer).toBe(second.memory);
});
