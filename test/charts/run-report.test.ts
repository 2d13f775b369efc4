import { describe, expect, test } from 'vitest';
import { initialOf, type ReportedRecord, renderReport, runReport } from '../../src/charts/index.js';
import type { Snapshot, Track } from '../../src/diagnostics/index.js';
import { Generator } from '../../src/index.js';
import { readStrictly } from './html-check.js';

const common = {
  version: '0.1.0',
  names: { path: '/home/someone/lists/names.txt', sha256: 'ab'.repeat(32), count: 1000 },
  vocabulary: ['.', 'a', 'b'],
  seed: 3,
  steps: 6,
  batch: 4,
  hidden: 5,
  embedding: 2,
  context: 3,
  lr: 0.1,
  lrAfter: 0.01,
  lrDrop: 100,
  parameters: 77,
  losses: [0, 1, 2, 3, 4, 5].map((step): [number, number] => [step, 1 / (step + 1)]),
  final: null,
  samples: [],
  fingerprint: 'cd'.repeat(32),
  backend: 'wasm',
  arithmetic: 'deterministic',
} as const;
const mlp: ReportedRecord = { ...common, net: 'mlp', init: 'bn' };
const deep: ReportedRecord = {
  ...common,
  net: 'deep',
  depth: 3,
  activation: 'tanh',
  batchNorm: true,
  bias: null,
  gain: null,
  fanIn: true,
};
const settings = (record: ReportedRecord) => Object.fromEntries(runReport({ record }).settings);

const generator = new Generator(5);
const density = (bins = 100) => ({
  edges: Float32Array.from({ length: bins + 1 }, (_, i) => -1 + (2 * i) / bins),
  values: new Float32Array(bins).fill(0.5),
});
const tensor = (std = 0.5) => ({ mean: 0, std, histogram: density() });
/** Of `examples` × `units`, a part of which is saturated. */
const layer = (position: number, kind: string, examples: number, units: number) => ({
  place: `layer ${position} ${kind}`,
  position: String(position),
  kind,
  shape: [examples, units],
  output: tensor(),
  gradient: tensor(0.001),
  activation: ['Tanh', 'ReLU'].includes(kind)
    ? {
        saturated: 0.1,
        units: new Float32Array(units),
        dead: [],
        image: Uint8Array.from(generator.rand(examples * units), (draw) => Number(draw < 0.1)),
      }
    : undefined,
});
const snapshot = (kinds: string[], examples = 4, units = 5) =>
  ({
    step: 5,
    lr: 0.1,
    firstLoss: 1,
    classes: 3,
    threshold: 0.9,
    layers: kinds.map((kind, i) => layer(i, kind, examples, units)),
    parameters: [
      { name: '0.weight', shape: [3, 2], data: {}, gradient: tensor(), gradToData: 0.1, updateToData: -3 },
      { name: '1.gamma', shape: [5], data: {}, gradient: tensor(), gradToData: 0.1, updateToData: -2 },
    ],
  }) as unknown as Snapshot;
const track = (steps: number[], ...columns: number[][]): Track => ({
  every: 1,
  steps: Float64Array.from(steps),
  columns: columns.map((column) => Float32Array.from(column)),
});

describe('runReport', () => {
  test('of a record alone has what a record has', () => {
    const data = runReport({ record: { ...mlp, samples: ['ab.'] } });
    expect(data).toMatchObject({
      title: 'makemore, part 3: the first network',
      names: { source: 'names.txt', count: 1000 },
      backend: 'WebAssembly SIMD',
      versions: [['lanewise', '0.1.0']],
      vocabularySize: 3,
      losses: mlp.losses,
      lr: 0.1,
      samples: ['ab.'],
    });
    for (const absent of ['initial', 'activations', 'updateToData', 'evaluation', 'findings', 'lrDrop'])
      expect(data).not.toHaveProperty(absent);
    expect(data).not.toHaveProperty('stepsPerSecond');
    readStrictly(renderReport(data));
  });

  test('says which backend, in Windows’ paths too which file', () => {
    const of = (change: Partial<typeof common>) =>
      runReport({ record: { ...mlp, ...change } as ReportedRecord });
    expect(of({ backend: 'js' as never }).backend).toBe('JavaScript');
    expect(of({ arithmetic: 'relaxed' as never }).backend).toBe('WebAssembly SIMD, relaxed');
    expect(of({ names: { ...common.names, path: 'C:\\lists\\n.txt' as never } }).names.source).toBe('n.txt');
  });

  test('has the settings of the network that it is', () => {
    expect(settings(mlp)).toMatchObject({ initialisation: 'bn', 'hidden units': '5' });
    expect(settings(mlp)).not.toHaveProperty('gain');
    expect(settings(deep)).toMatchObject({ 'linear layers': '3', bias: 'no', gain: '1' });
    expect(settings({ ...deep, batchNorm: false })).toMatchObject({ bias: 'yes', gain: '5/3' });
    expect(settings({ ...deep, gain: [1, 2], fanIn: false })).toMatchObject({
      gain: '1, 2',
      'weights over √fan-in': 'no',
    });
  });

  test('says why there are fewer steps than were asked for', () => {
    const stopped = (record: ReportedRecord, asked?: number) => runReport({ record, asked }).stopped;
    const final = { running: { train: 1, val: 1, test: 1 }, calibrated: { train: 1, val: 1, test: 1 } };
    expect(stopped({ ...mlp, final }, 6)).toBeUndefined();
    expect(stopped({ ...mlp, final }, 2000)).toBe('6 of 2,000 steps were made.');
    expect(stopped(mlp, 6)).toBe('All steps were made, but the network was not evaluated.');
    const divergence = { step: 1234, loss: 'NaN', lastLoss: 7.5, likely: 'the rate' };
    expect(stopped({ ...mlp, divergence }, 2000)).toBe(
      'The loss became NaN at step 1,234; the last one that was a number: 7.5000. Likely cause: the rate.',
    );
    expect(stopped({ ...mlp, divergence: { ...divergence, lastLoss: null } })).toMatch(/step 1,234\. Likely/);
  });

  test('has the losses of the track, and of the record what is before and after it', () => {
    const losses = (steps: number[]) =>
      runReport({
        record: mlp,
        losses: track(
          steps,
          steps.map((step) => -step),
        ),
      }).losses;
    expect(losses([])).toEqual(mlp.losses);
    expect(losses([0, 2, 4])).toEqual([
      [0, -0],
      [2, -2],
      [4, -4],
      [5, 1 / 6],
    ]);
    expect(losses([2, 4])).toEqual([
      [0, 1],
      [1, 0.5],
      [2, -2],
      [4, -4],
      [5, 1 / 6],
    ]);
  });

  test('shows the drop of the learning rate where it came', () => {
    const of = (lrDrop: number) => runReport({ record: { ...mlp, lrDrop } });
    expect(of(5)).toMatchObject({ lrDrop: { step: 5, before: 0.1, after: 0.01 }, lr: 0.01 });
    expect(of(6).lr).toBe(0.1);
    expect(of(6).lrDrop).toBeUndefined();
    expect(of(0)).toMatchObject({ lr: 0.01 });
    expect(of(0).lrDrop).toBeUndefined();
  });

  test('has one row of losses without batch norm, two with it', () => {
    const row = { train: 1, val: 2, test: 3 };
    const evaluation = (calibrated: typeof row) =>
      runReport({ record: { ...mlp, final: { running: row, calibrated } } }).evaluation;
    expect(evaluation({ ...row })).toEqual({ plain: row });
    expect(evaluation({ ...row, val: 4 })).toEqual({ running: row, calibrated: { ...row, val: 4 } });
  });

  test('has the layers of the last snapshot, and the updates of its parameters', () => {
    const last = snapshot(['Embedding', 'BatchNorm1d', 'Tanh', 'Linear']);
    const series = track([0, 1], [-3, -3.5], [-2, -2.5], [0.5, 0.5], [0, 0]);
    const data = runReport({ record: mlp, last, series, findings: [] });
    expect(data.activation).toBe('Tanh');
    expect(data.saturationThreshold).toBe(0.9);
    expect(data.activations).toMatchObject([{ name: 'layer 2 Tanh', layer: 1, saturated: 10, dead: 0 }]);
    expect(data.weightGradients).toMatchObject([{ name: 'layer 0 Embedding', shape: [3, 2] }]);
    expect(data.updateToData).toEqual({
      steps: [0, 1],
      parameters: [
        { name: 'layer 0 Embedding', layer: 0, kind: 'weight', log10: [-3, -3.5] },
        { name: '1.gamma', layer: 0, kind: 'gain', log10: [-2, -2.5] },
      ],
    });
    expect(structuredClone(data)).toEqual(data);
    expect(readStrictly(renderReport(data)).text).toContain('Saturated: |h| &#62; 0.9');
  });

  test('speaks of ReLU as of what it is', () => {
    const last = snapshot(['Linear', 'ReLU', 'Linear', 'ReLU', 'Linear']);
    const { text } = readStrictly(renderReport(runReport({ record: deep, first: last, last })));
    expect(text).toContain('Not active: h ≤ 0');
    expect(text).toContain('All layers are alike: std 0.50, 10.0 % not active.');
    expect(text).not.toContain('before training');
    // Of the outputs, from −1 to 1 in these snapshots, those above 0 are drawn.
    expect(text).toMatch(/ReLU output[\d.]+\n/);
  });
});

describe('initialOf', () => {
  test('has counts of the first tanh layer and of what goes in, two bins in one', () => {
    const initial = initialOf(snapshot(['Linear', 'Tanh', 'Linear']));
    expect(initial).not.toHaveProperty('layers');
    expect(initial?.h.values).toHaveLength(50);
    expect(initial?.h.edges).toHaveLength(51);
    expect(initial?.preactivation.edges[50]).toBe(1);
    expect(initial?.saturation).toMatchObject({ examples: 4, units: 5, threshold: 0.99 });
  });

  test('counts every value', () => {
    const initial = initialOf(snapshot(['Linear', 'Tanh'], 50, 100));
    expect(initial?.h.values.reduce((sum, value) => sum + value)).toBe(5000);
  });

  test('has all the layers where there are several', () => {
    const initial = initialOf(snapshot(['Linear', 'Tanh', 'Linear', 'Tanh', 'Linear']));
    expect(initial?.layer).toBe('layer 1 Tanh');
    expect(initial?.layers?.map(({ name }) => name)).toEqual(['layer 1 Tanh', 'layer 3 Tanh']);
    const { text } = readStrictly(
      renderReport({ ...runReport({ record: deep }), ...(initial && { initial }) }),
    );
    expect(text).toContain('The hidden layers before training');
    expect(text).toContain('What the first of them, layer 1 Tanh, answers');
  });

  test('shows a part of a large image, and says of what', () => {
    const initial = initialOf(snapshot(['Linear', 'Tanh'], 300, 1000));
    expect(initial?.saturation.above).toHaveLength(128);
    expect(initial?.saturation.above[0]).toHaveLength(400);
    expect(initial?.whole).toEqual({ examples: 300, units: 1000 });
    const { text } = readStrictly(
      renderReport({ ...runReport({ record: mlp }), ...(initial && { initial }) }),
    );
    expect(text).toContain('The first 128 of 300 examples, and 400 of 1,000 units.');
  });

  test('is undefined for other activations, and without images', () => {
    expect(initialOf(snapshot(['Linear', 'ReLU']))).toBeUndefined();
    expect(initialOf(snapshot(['Linear']))).toBeUndefined();
    const bare = snapshot(['Linear', 'Tanh']);
    for (const { activation } of bare.layers) if (activation) activation.image = undefined;
    expect(initialOf(bare)).toBeUndefined();
  });
});

test('of losses that ran off the report says that nothing was learned, in readable numbers', () => {
  const run: ReportedRecord = {
    ...mlp,
    losses: Array.from({ length: 400 }, (_, step) => [step, step === 0 ? 1.1 : 4.5e7]),
    final: { running: { train: 3e7, val: 4e7, test: 4e7 }, calibrated: { train: 3e7, val: 4e7, test: 5e7 } },
  };
  const { text } = readStrictly(renderReport(runReport({ record: run })));
  expect(text).toContain('4.50·10⁷');
  expect(text).toMatch(/Knowing nothing would lose ln.3.=.1\.0986: the network is worse than that/);
  expect(text).not.toMatch(/by heart|have not caught up/);
});
