/** What a watcher has seen, as the charts take it. */
import type { Snapshot, TensorSnapshot } from '../diagnostics/snapshot.js';
import type { Histogram, LayerStats } from './layer-histograms.js';
import type { InitialState, WeightGradient } from './report/data.js';
import type { Saturation } from './saturation-image.js';
import type { UpdateToData } from './update-ratio.js';

/** Outputs of the activation layers; the depth of each is its place among them, from 1. */
export function activationsOf(snapshot: Snapshot): LayerStats[] {
  return activationLayers(snapshot).flatMap(({ place, output, activation }, i) =>
    output === undefined || activation === undefined
      ? []
      : described(place, i + 1, output).map((stats) => ({
          ...stats,
          saturated: 100 * activation.saturated,
          dead: activation.dead.length,
        })),
  );
}

/** What goes into the activation layers: the outputs of the layers before them, under the names of `activationsOf`. */
export function preactivationsOf({ layers }: Snapshot): LayerStats[] {
  return layers
    .flatMap(({ activation, place }, i) =>
      activation === undefined ? [] : [{ place, before: layers[i - 1] }],
    )
    .flatMap(({ place, before }, i) => described(place, i + 1, before?.output));
}

/** Gradients of the loss by those outputs; none before the first update. */
export function activationGradientsOf(snapshot: Snapshot): LayerStats[] {
  return activationLayers(snapshot).flatMap(({ place, gradient }, i) => described(place, i + 1, gradient));
}

/** Gradients of the parameters of two dimensions, in the order of the layers; the embedding is at depth 0. */
export function weightGradientsOf(snapshot: Snapshot): WeightGradient[] {
  return snapshot.parameters
    .filter(({ shape }) => shape.length === 2)
    .flatMap(({ name, shape, gradient, gradToData = Number.NaN }, i) =>
      described(name, i, gradient).map((stats) => ({ ...stats, shape, gradDataRatio: gradToData })),
    );
}

/** Which outputs of an activation layer are saturated, at the threshold of the image; undefined without an image. */
export function saturationOf(
  { layers, imageThreshold = 0.99 }: Snapshot,
  place: string,
): Saturation | undefined {
  const layer = layers.find((each) => each.place === place);
  const image = layer?.activation?.image;
  if (layer === undefined || image === undefined) return undefined;
  const [examples, units] = layer.shape;
  const above = Array.from({ length: examples }, (_, i) =>
    Array.from(image.subarray(i * units, (i + 1) * units)),
  );
  return { units, examples, above, threshold: imageThreshold };
}

/** Most examples and units that are shown of an image: beyond that a cell is too small to be seen. */
const [EXAMPLES, UNITS] = [128, 400];

/**
 * The first tanh layer as a snapshot with images has it, and all of them where there are several: for a snapshot after
 * the first step, whose outputs are those before any update. Undefined where the activations are others.
 */
export function initialOf(snapshot: Snapshot): InitialState | undefined {
  const layers = activationLayers(snapshot);
  const [first] = layers;
  if (first === undefined || layers.some(({ kind }) => kind !== 'Tanh')) return undefined;
  const before = snapshot.layers[snapshot.layers.indexOf(first) - 1]?.output?.histogram;
  const h = first.output?.histogram;
  const image = saturationOf(snapshot, first.place);
  if (before === undefined || h === undefined || image === undefined) return undefined;
  const [examples, units] = [Math.min(image.examples, EXAMPLES), Math.min(image.units, UNITS)];
  const part = examples < image.examples || units < image.units;
  const values = image.examples * image.units;
  return {
    ...(layers.length > 1 && { layer: first.place, layers: activationsOf(snapshot) }),
    preactivation: counts(before, values),
    h: counts(h, values),
    saturation: {
      ...image,
      examples,
      units,
      above: image.above.slice(0, examples).map((row) => row.slice(0, units)),
    },
    ...(part && { whole: { examples: image.examples, units: image.units } }),
  };
}

/** Densities of so many values as counts, two bins in one where there are many: a bar needs some width. */
function counts({ edges, values }: Densities, total: number): Histogram {
  const step = values.length > 50 && values.length % 2 === 0 ? 2 : 1;
  const bars = Array.from({ length: values.length / step }, (_, bar) => {
    let sum = 0;
    for (let i = bar * step; i < (bar + 1) * step; i++) sum += values[i] * (edges[i + 1] - edges[i]);
    return Math.round(sum * total);
  });
  return { edges: Array.from(edges).filter((_, i) => i % step === 0), values: bars };
}

interface Densities {
  edges: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** log10 update:data over the steps. `columns`: a column of values for each parameter. */
export function updatesOf(
  parameters: readonly { name: string; shape: readonly number[] }[],
  steps: ArrayLike<number>,
  columns: readonly ArrayLike<number>[],
): UpdateToData {
  let depth = -1;
  return {
    steps: Array.from(steps),
    parameters: parameters.map(({ name, shape }, i) => {
      const matrix = shape.length === 2;
      // Each matrix begins a layer.
      if (matrix) depth++;
      const kind = matrix ? 'weight' : name.endsWith('gamma') ? 'gain' : 'bias';
      return { name, layer: depth, kind, log10: Array.from(columns[i]) };
    }),
  };
}

const activationLayers = ({ layers }: Snapshot) =>
  layers.filter(({ activation }) => activation !== undefined);

/** None where the tensor is not there, or holds what is no number. */
function described(name: string, layer: number, tensor: TensorSnapshot | undefined): LayerStats[] {
  if (tensor?.histogram === undefined || !Number.isFinite(tensor.std)) return [];
  const { mean, std, histogram } = tensor;
  return [{ name, layer, mean, std, histogram: plainHistogram(histogram) }];
}

/** In plain arrays, as the charts and JSON have it. */
export const plainHistogram = ({ edges, values }: Densities): Histogram => ({
  edges: Array.from(edges),
  values: Array.from(values),
});
