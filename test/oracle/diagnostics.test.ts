import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadUnits, histogram, saturatedUnits, summarise } from '../../src/diagnostics/index.js';
import {
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  type Layer,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
} from '../../src/index.js';
import { makeDataset } from '../../src/makemore/dataset.js';
import { distance, floats, needs, readList, readRecorded, type TensorRecord } from './recorded.js';

interface HistogramRecord {
  hist: TensorRecord;
  edges: TensorRecord;
}

interface HistogramCase extends HistogramRecord {
  layer: string;
  x: TensorRecord;
  mean: number;
  std_unbiased: number;
}

interface DeepRun {
  seed: number;
  parameters: number;
  initial: Record<string, TensorRecord>;
  steps: number;
  losses: Record<string, number>;
  tanh_activations: {
    layer: number;
    mean: number;
    std: number;
    saturated_percent: number;
    dead_units: number;
    histogram: HistogramRecord;
  }[];
  tanh_output_gradients: { layer: number; mean: number; std: number }[];
  weight_gradients: { name: string; std: number }[];
}

/** How many values lie in another bin than torch's: half of what the counts differ by. */
const moved = (ours: Float32Array, theirs: Float32Array, edges: Float32Array, size: number): number =>
  ours.reduce((sum, value, i) => sum + Math.abs(value - theirs[i]) * (edges[i + 1] - edges[i]) * size, 0) / 2;

{
  const { title, present } = needs('the statistics of 5000 values, as torch', 'layers.json', 'built-in');
  const { cases } = present ? readRecorded<{ cases: HistogramCase[] }>('layers.json') : { cases: [] };
  const mine = cases.filter(({ layer }) => layer === 'histogram');
  const none = present && mine.length === 0 ? ' (skipped: layers.json has no histogram)' : '';
  test.skipIf(mine.length === 0)(`${title}${none}`, async () => {
    for (const backend of ['wasm', 'js'] as const) {
      using core = await load({ backend });
      for (const recorded of mine) {
        const values = floats(recorded.x);
        const x = core.tensor([values.length / 50, 50]).set(values);
        const { mean, std } = summarise(x);
        expect(mean).toBeCloseTo(recorded.mean, 12);
        expect(std).toBeCloseTo(recorded.std_unbiased, 12);
        const { edges, values: densities } = histogram(x);
        // Torch's edges are some ulps of the largest, 3.3, from the exact ones: its vectors sum the steps otherwise.
        expect(distance(edges, floats(recorded.edges))).toBeLessThanOrEqual(4.8e-7);
        expect(moved(densities, floats(recorded.hist), edges, values.length)).toBeLessThan(1e-2);
      }
    }
  });
}

for (const [file, list] of [
  ['notebook-deep-1001.json', 'lecture'],
  ['builtin-deep-1001.json', 'built-in'],
] as const) {
  const { title, present } = needs(`six layers on the ${list} names after 1001 steps, as torch`, file, list);
  describe.skipIf(!present)(title, () => {
    let core: Core;
    let recorded: DeepRun;
    let layers: readonly Layer[];

    beforeAll(async () => {
      recorded = readRecorded<DeepRun>(file);
      const { vocabulary, train } = makeDataset(await readList(list), { contextLength: 3 });
      core = await load();
      const widths = [30, 100, 100, 100, 100, 100, vocabulary.size];
      const hidden = widths.slice(1).flatMap((width, i): Layer[] => {
        const norm = [new Linear(widths[i], width, { bias: false }), new BatchNorm1d(width)];
        return i < 5 ? [...norm, new Tanh()] : norm;
      });
      layers = hidden;
      const model = new Sequential<Indices>([new Embedding(vocabulary.size, 10), new Flatten(), ...hidden]);
      model.reserve(core, 32, 3);
      const parameters = model.parameters();
      // The recorded parameters; what their draws take from the generator precedes the minibatches.
      const generator = new Generator(recorded.seed);
      Object.entries(recorded.initial).forEach(([name, tensor], i) => {
        parameters[i].value.set(floats(tensor));
        if (!/gamma|beta/.test(name)) generator.randn(parameters[i].value.size);
      });
      const optimizer = new SGD(parameters, { lr: 0.1 });
      const trainer = new Trainer({
        loss: new CrossEntropyLoss(),
        core,
        model,
        optimizer,
        examples: train,
        batchSize: 32,
        generator,
      });
      let compared = 0;
      for (let step = 0; step < recorded.steps; step++) {
        const loss = trainer.step();
        if (!(step in recorded.losses)) continue;
        expect(Math.abs(loss - recorded.losses[step]), `step ${step}`).toBeLessThan(1e-5);
        compared++;
      }
      expect(compared).toBeGreaterThan(0);
    });
    afterAll(() => core?.dispose());

    test('activations: mean, spread, saturated share, dead units, histogram', () => {
      expect(recorded.tanh_activations.length).toBeGreaterThan(0);
      for (const theirs of recorded.tanh_activations) {
        const out = layers[theirs.layer].out as Tensor;
        const ours = summarise(out);
        const place = `layer ${theirs.layer}`;
        expect(Math.abs(ours.mean - theirs.mean), place).toBeLessThan(3.2e-7);
        expect(Math.abs(ours.std / theirs.std - 1), place).toBeLessThan(1e-6);
        expect(Math.abs(ours.saturated - theirs.saturated_percent / 100), place).toBeLessThan(1.01 / 3200);
        expect([ours.nan, ours.infinite]).toEqual([0, 0]);
        const shares = saturatedUnits(out).reduce((sum, share) => sum + share, 0);
        expect(shares / 100).toBeCloseTo(ours.saturated, 6);
        expect(deadUnits(out, 0.99), place).toBe(theirs.dead_units);
        const { edges, values } = histogram(out);
        expect(distance(edges, floats(theirs.histogram.edges)), place).toBeLessThan(1.8e-6);
        expect(moved(values, floats(theirs.histogram.hist), edges, 3200), place).toBeLessThan(2.1);
      }
    });

    test('gradients at the tanh outputs and of the weights: mean and spread', () => {
      expect(recorded.tanh_output_gradients.length).toBeGreaterThan(0);
      for (const theirs of recorded.tanh_output_gradients) {
        const ours = summarise(layers[theirs.layer + 1].dx as Tensor);
        expect(Math.abs(ours.std / theirs.std - 1), `layer ${theirs.layer}`).toBeLessThan(5e-6);
        expect(Math.abs(ours.mean), `layer ${theirs.layer}`).toBeLessThan(1e-9);
      }
      let weights = 0;
      for (const { name, std } of recorded.weight_gradients) {
        // `layers.3.weight`; that of the embedding is `C`.
        const layer = layers[Number(name.split('.')[1])];
        if (!(layer instanceof Linear)) continue;
        expect(Math.abs(summarise(layer.weight.grad).std / std - 1), name).toBeLessThan(1e-5);
        weights++;
      }
      expect(weights).toBeGreaterThan(0);
    });
  });
}
