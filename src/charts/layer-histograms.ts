import { checked } from './checked.js';
import { type ChartOption, frame, type Look, line, lookOf, mark, marks, xAxis, yAxis } from './frame.js';
import { fixed, niceInterval, orDash, percent, scientific } from './numbers.js';
import { layerColour, layerDash } from './theme.js';

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

/** What `layerHistograms` draws. */
export interface LayerHistograms {
  layers: readonly LayerStats[];
  /** What is counted: the name of the horizontal axis. */
  quantity: string;
  /** Bounds of the horizontal axis where the quantity has some of its own, as tanh has. */
  bounds?: [number, number];
  /** Layers of a chart beside this one, as of a second run: the axes of both hold the lines of both. */
  beside?: readonly LayerStats[];
  /** Upper end of the vertical axis, where it is not to follow the lines. */
  top?: number;
  /** Dashed vertical lines, as where saturation begins. */
  limits?: readonly number[];
  /** Name of the layer whose line stands out; the others step back. */
  chosen?: string;
}

/** Beyond this many of the largest standard deviations nothing of a bell is left to see. */
const REACH = 4;

/** A peak this many times as high as the middle one would flatten all the other lines. */
const TOWER = 3;

/** A bin this many times as high as all but its neighbours is a value that many elements share, as the 0 of ReLU. */
export const SPIKE = 5;

const peak = ({ histogram: { values } }: LayerStats): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

/** The peak without a spike. */
function body(layer: LayerStats): number {
  const { values } = layer.histogram;
  const highest = peak(layer);
  const at = values.indexOf(highest);
  const rest = values.reduce((most, value, i) => (Math.abs(i - at) <= 1 ? most : Math.max(most, value)), 0);
  return rest > 0 && highest > SPIKE * rest ? rest : highest;
}

const niceAbove = (height: number): number => {
  const unit = niceInterval((height * 1.15) / 5);
  return Number((Math.ceil((height * 1.15) / unit) * unit).toPrecision(6));
};

/**
 * Where the vertical axis ends if a tensor towers above the others, as that of an embedding does whose rows are mostly
 * without gradient, or has a spike, as ReLU at 0; undefined if none does.
 */
export function ceiling(layers: readonly LayerStats[]): number | undefined {
  const bodies = layers.map(body).sort((a, b) => a - b);
  const middle = bodies[Math.floor((bodies.length - 1) / 2)];
  const usual = bodies.filter((height) => height <= TOWER * middle);
  const highest = usual[usual.length - 1];
  if (highest === undefined || layers.every((layer) => peak(layer) <= highest)) return undefined;
  return niceAbove(highest);
}

/** Where the axis of densities ends. Each run’s own towers are cut, not those of a narrower run. */
export const topOf = (layers: readonly LayerStats[]): number =>
  ceiling(layers) ?? niceAbove(layers.map(peak).reduce((most, height) => Math.max(most, height), 0) || 1);

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
  const { chosen, limits = [], beside } = data;
  const held = beside === undefined ? data.layers : [...data.layers, ...beside];
  const [min, max] = data.bounds ?? commonBounds(held);
  const top =
    data.top ?? (beside === undefined ? ceiling(data.layers) : Math.max(topOf(data.layers), topOf(beside)));
  const fades = data.layers.some(({ name }) => name === chosen);
  return checked({
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
    yAxis: yAxis(look, { name: 'density', min: 0, max: top }),
    series: data.layers.map(({ name, layer, histogram: { edges, values } }, i) => {
      const stands = name === chosen;
      const drawn = line(
        name,
        layerColour(theme, layer),
        values.map((value, bin): [number, number] => [(edges[bin] + edges[bin + 1]) / 2, value]),
        stands ? 2.5 : 1.75,
      );
      return {
        ...drawn,
        lineStyle: { ...drawn.lineStyle, type: layerDash(layer), opacity: fades && !stands ? 0.2 : 1 },
        ...(stands && { z: 5 }),
        ...(i === 0 &&
          limits.length > 0 && { markLine: marks(limits.map((at) => mark(look, { xAxis: at }, ''))) }),
        clip: true,
      };
    }),
  });
}

function described(layer: LayerStats | undefined): string | undefined {
  if (layer === undefined) return undefined;
  const { name, mean, std, saturated } = layer;
  const told = (value: number) => (std < 0.01 ? scientific(value, 2) : fixed(value, 2));
  const numbers = `mean ${orDash(mean, told)}, std ${orDash(std, told)}`;
  return `${name}: ${numbers}${saturated === undefined ? '' : `, saturated ${orDash(saturated, percent)}`}`;
}

/**
 * Ends of a common axis: as far as the histograms go but not further than the widest bell is seen; symmetric about 0 unless one side has less
 * than half of the other.
 */
export function commonBounds(layers: readonly LayerStats[]): [number, number] {
  let [low, high, widest] = [0, 0, 0];
  for (const {
    mean,
    std,
    histogram: { edges },
  } of layers) {
    low = Math.max(low, -edges[0]);
    high = Math.max(high, edges[edges.length - 1]);
    widest = Math.max(widest, Math.abs(mean) + REACH * std);
  }
  const reach = Math.min(Math.max(low, high), widest) || 1;
  const unit = 10 ** Math.floor(Math.log10(reach)) / 2;
  const end = (value: number) => Number((Math.ceil(Math.min(value, reach) / unit) * unit).toPrecision(6));
  const bound = end(reach);
  if (low < high / 2) return [0 - end(low), bound];
  return high < low / 2 ? [-bound, end(high)] : [-bound, bound];
}
