import type { LayerStats, ReportData, UpdatedParameter } from '../../src/charts/index.js';
import { Generator } from '../../src/index.js';

let generator = new Generator(7);

/** Begins the draws anew: test files share this module, and each wants its own numbers whichever ran before. */
export const reseed = (): void => {
  generator = new Generator(7);
};

const normal = (count: number): number[] => [...generator.randn(count)];

/** Densities of a normal sample in `bins` bins. */
export function layerStats(name: string, layer: number, std: number, bins = 100): LayerStats {
  const values = normal(3000).map((value) => value * std);
  const reach = Math.max(...values.map(Math.abs)) * 1.0001;
  const edges = Array.from({ length: bins + 1 }, (_, i) => -reach + (2 * reach * i) / bins);
  const width = edges[1] - edges[0];
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.floor((value + reach) / width)]++;
  const histogram = { edges, values: counts.map((n) => n / values.length / width) };
  return { name, layer, mean: 0, std, histogram };
}

export const bars = (bins: number, reach: number) => ({
  edges: Array.from({ length: bins + 1 }, (_, i) => -reach + (2 * reach * i) / bins),
  values: Array.from({ length: bins }, (_, i) => 10 + i),
});

/** Cells above the threshold with the given share; unit `dead`, if any, in every example. */
export const saturation = (units: number, examples: number, share: number, dead?: number) => {
  const draws = [...generator.rand(units * examples)];
  const above = Array.from({ length: examples }, (_, row) =>
    Array.from({ length: units }, (_, unit) => (unit === dead || draws[row * units + unit] < share ? 1 : 0)),
  );
  return { units, examples, threshold: 0.99, above };
};

export const widget = (first: number) => {
  const x = [first, 1, -2, 3, 0.5];
  const mean = x.reduce((sum, value) => sum + value, 0) / 5;
  const std = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
  return { x, y: x.map((value) => (value - mean) / std), mean, std };
};

/** Losses that fall from `first` to about 2.4, one a step. */
export const losses = (count: number, first = 3.3): [number, number][] => {
  const noise = normal(count);
  return noise.map((draw, step) => [step, 2.4 + (first - 2.4) * Math.exp(-step / 50) + (step && 0.1 * draw)]);
};

export function updates(steps: number, level = -3): UpdatedParameter[] {
  const kinds = ['weight', 'gain', 'bias'] as const;
  return Array.from({ length: 19 }, (_, i) => ({
    name: i === 0 ? 'C' : `${kinds[(i - 1) % 3]} ${Math.ceil(i / 3)}`,
    layer: Math.ceil(i / 3),
    kind: i === 0 ? 'weight' : kinds[(i - 1) % 3],
    log10: normal(steps).map((draw) => level + 0.1 * draw),
  }));
}

/** What a run needs to have a report at all. */
export const smallest = (): ReportData => ({
  title: 'A run',
  names: { source: 'built-in', count: 32178, sha256: 'ab'.repeat(32) },
  seed: 2147483647,
  steps: 1001,
  parameters: 47024,
  fingerprint: 'cd'.repeat(32),
  backend: 'WebAssembly SIMD',
  versions: [['lanewise', '0.1.0']],
  settings: [],
  vocabularySize: 27,
  losses: [],
});

/** The same each time. Every section, in the sizes of the lecture's runs; a healthy network unless overridden. */
export function full(): ReportData {
  reseed();
  return {
    ...smallest(),
    summary: 'The six-layer network.',
    stepsPerSecond: 3412,
    settings: [['batch', '32']],
    losses: losses(1001),
    lrDrop: { step: 500, before: 0.1, after: 0.01 },
    lr: 0.1,
    lossLog: [
      { init: 'original', train: 2.1243, val: 2.1667, torch: { train: 2.1243, val: 2.1667 } },
      { init: 'bn', train: 2.0668, val: 2.1049, lecture: { train: 2.0668, val: 2.1048 } },
    ],
    initial: { h: bars(50, 1), preactivation: bars(50, 3), saturation: saturation(200, 32, 0.02) },
    widget: [widget(-20), widget(0), widget(20)],
    activations: [1, 2, 3, 4, 5].map((layer) => ({
      ...layerStats(`tanh ${layer}`, layer, 0.63),
      saturated: 2.5,
      dead: 0,
    })),
    activationGradients: [1, 2, 3, 4, 5].map((layer) => layerStats(`tanh ${layer}`, layer, 0.002)),
    weightGradients: [0, 1, 2, 3, 4, 5, 6].map((layer) => ({
      ...layerStats(layer === 0 ? 'C' : `linear ${layer} weight`, layer, 0.006),
      shape: [100, 100],
      gradDataRatio: 0.06,
    })),
    updateToData: { steps: Array.from({ length: 1001 }, (_, step) => step), parameters: updates(1001) },
    evaluation: {
      running: { train: 2.4, val: 2.41, test: 2.42 },
      calibrated: { train: 2.4, val: 2.409, test: 2.42 },
    },
    samples: ['carpah.', 'qarlileif.'],
    findings: [
      { severity: 'note', place: 'run', text: 'Cut after 1001 steps.' },
      { severity: 'problem', place: 'loss', text: 'Far above the line.' },
    ],
  };
}
