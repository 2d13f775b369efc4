import { type ChartOption, frame, type Look, line, lookOf, xAxis, yAxis } from './frame.js';
import { fixed, niceInterval, percent, scientific } from './numbers.js';
import { layerColour } from './theme.js';

/** Bins of equal width: `edges` has one number more than `values`. */
export interface Histogram {
  edges: number[];
  /** Counts, or densities: the chart's name of its axis says which. */
  values: number[];
}

/** One tensor of a layer in numbers. */
export interface LayerStats {
  name: string;
  /** Depth in the network: 0 the embedding, 1 the first hidden layer … It gives the colour. */
  layer: number;
  mean: number;
  std: number;
  /** Percent of the values beyond the threshold of saturation. */
  saturated?: number;
  /** Units that let no gradient through in any example of the batch (tanh: |h| > 0.99). */
  dead?: number;
  /** The same over all examples of a split, as `ReportData.surveyed` has it. */
  deadInAll?: number;
  /** Densities. */
  histogram: Histogram;
}

export interface LayerHistograms {
  layers: readonly LayerStats[];
  /** What is counted: the name of the horizontal axis. */
  quantity: string;
  /** Bounds of the horizontal axis where the quantity has some of its own, as tanh has. */
  bounds?: [number, number];
}

/** Beyond this many of the largest standard deviations nothing of a bell is left to see. */
const REACH = 4;

/** A peak this many times as high as the middle one would flatten all the other lines. */
const TOWER = 3;

const peak = ({ histogram: { values } }: LayerStats): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

/**
 * Where the vertical axis ends if a tensor towers above the others, as that of an embedding does whose rows are mostly
 * without gradient; undefined if none does.
 */
export function ceiling(layers: readonly LayerStats[]): number | undefined {
  const peaks = layers.map(peak).sort((a, b) => a - b);
  const middle = peaks[Math.floor((peaks.length - 1) / 2)];
  const usual = peaks.filter((height) => height <= TOWER * middle);
  if (usual.length === peaks.length || usual.length === 0) return undefined;
  const highest = usual[usual.length - 1] * 1.15;
  const unit = niceInterval(highest / 5);
  return Number((Math.ceil(highest / unit) * unit).toPrecision(6));
}

/** The tensors whose peaks are cut off by it, with their heights. */
export function cutPeaks(layers: readonly LayerStats[]): { name: string; height: number }[] {
  const limit = ceiling(layers) ?? Infinity;
  return layers
    .map((layer) => ({ name: layer.name, height: peak(layer) }))
    .filter(({ height }) => height > limit);
}

/** Densities of several layers as lines on common axes, at the middles of the bins. */
export function layerHistograms(data: LayerHistograms, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const { theme, legend } = look;
  const [min, max] = data.bounds ?? commonBounds(data.layers);
  return {
    ...frame(look),
    ...(legend && {
      legend: {
        top: 0,
        right: 0,
        orient: 'vertical',
        textStyle: { color: theme.muted },
        formatter: (name: string) => described(data.layers.find((layer) => layer.name === name)) ?? name,
      },
    }),
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, { name: data.quantity, min, max }),
    yAxis: yAxis(look, { name: 'density', min: 0, max: ceiling(data.layers) }),
    series: data.layers.map(({ name, layer, histogram: { edges, values } }) => ({
      ...line(
        name,
        layerColour(theme, layer),
        values.map((value, i): [number, number] => [(edges[i] + edges[i + 1]) / 2, value]),
      ),
      clip: true,
    })),
  };
}

function described(layer: LayerStats | undefined): string | undefined {
  if (layer === undefined) return undefined;
  const { name, mean, std, saturated } = layer;
  const small = std < 0.01;
  const numbers = small
    ? `mean ${scientific(mean, 2)}, std ${scientific(std, 2)}`
    : `mean ${fixed(mean, 2)}, std ${fixed(std, 2)}`;
  return `${name}: ${numbers}${saturated === undefined ? '' : `, saturated ${percent(saturated)}`}`;
}

/** Symmetric about 0, as far as the histograms go but not further than the widest bell is seen. */
export function commonBounds(layers: readonly LayerStats[]): [number, number] {
  let [furthest, widest] = [0, 0];
  for (const {
    mean,
    std,
    histogram: { edges },
  } of layers) {
    furthest = Math.max(furthest, Math.abs(edges[0]), Math.abs(edges[edges.length - 1]));
    widest = Math.max(widest, Math.abs(mean) + REACH * std);
  }
  const reach = Math.min(furthest, widest) || 1;
  const unit = 10 ** Math.floor(Math.log10(reach)) / 2;
  const bound = Number((Math.ceil(reach / unit) * unit).toPrecision(6));
  return [-bound, bound];
}
