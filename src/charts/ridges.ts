import { checked } from './checked.js';
import { type ChartOption, frame, type Look, lookOf, mark, marks, xAxis } from './frame.js';
import { commonBounds, type Histogram, type LayerStats, SPIKE } from './layer-histograms.js';
import { fixed, orDash, scientific } from './numbers.js';
import { layerColour, layerDash } from './theme.js';

/** Layers whose distributions stand one below the other. */
export interface Ridges {
  /** A row each, the first at the top. */
  layers: readonly LayerStats[];
  /** What is counted: the name of the horizontal axis. */
  quantity: string;
  /** Ends of the horizontal axis; default: as far as the layers go, but not further than the widest bell is seen. */
  bounds?: readonly [number, number];
  /** Dashed vertical lines, as where saturation begins. */
  limits?: readonly number[];
  /** Name of the layer that stands out; the others step back. */
  chosen?: string;
}

/** Standard deviation of the smoothing, in hundredths of a histogram's width. */
const SMOOTHING = 2;
/** Part of a row that its densest place takes. */
const FULL = 0.9;
/** Part of that for the rest, where a single value that many share stands out. */
const BESIDE = 0.6;
/** Pixels of a character of the names, about. */
const CHARACTER = 6.4;

/**
 * The densities of a histogram, smoothed by a Gaussian of 2 % of its width; what would leave it at an end comes back in,
 * so that the whole stays the same and the outputs of tanh stay between −1 and 1.
 */
export function smoothDensity({ values }: Histogram): number[] {
  const { length } = values;
  const deviation = (SMOOTHING * length) / 100;
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const away = deviation > 0 ? (i - reach) / deviation : 0;
    return Math.exp(-away * away * 0.5);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const smooth = new Array<number>(length).fill(0);
  for (let i = 0; i < length; i++)
    for (let k = -reach; k <= reach; k++)
      smooth[reflected(i + k, length)] += (values[i] * weights[k + reach]) / total;
  return smooth;
}

/** An index beyond an end, as far within it: −1 is 0, −2 is 1. */
function reflected(index: number, length: number): number {
  const turn = ((index % (2 * length)) + 2 * length) % (2 * length);
  return turn < length ? turn : 2 * length - 1 - turn;
}

/** What is as high as the row: the peak, unless it is a single value that many elements share, as the 0 of ReLU. */
function heightOf({ values }: Histogram, smooth: readonly number[]): number {
  const at = values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
  const around = (numbers: readonly number[], width: number) =>
    numbers.reduce((most, value, i) => (Math.abs(i - at) <= width ? most : Math.max(most, value)), 0);
  const rest = around(values, 1);
  const shared = rest > 0 && values[at] > SPIKE * rest;
  const body = shared ? around(smooth, Math.ceil((3 * SMOOTHING * smooth.length) / 100)) : 0;
  return body > 0 ? body / BESIDE : smooth.reduce((most, value) => Math.max(most, value), 0);
}

/** The outline of a row above its base: [x, y], from the base to the base. */
function outline(histogram: Histogram, base: number): [number, number][] {
  const { edges } = histogram;
  const smooth = smoothDensity(histogram);
  const height = heightOf(histogram, smooth) || 1;
  const points = smooth.map((value, bin): [number, number] => [
    (edges[bin] + edges[bin + 1]) / 2,
    base + FULL * Math.min(1, value / height),
  ]);
  return [[edges[0], base], ...points, [edges[edges.length - 1], base]];
}

const stdText = ({ std }: LayerStats): string => `std ${orDash(std, sized)}`;

/** With two or three digits that count, whatever the size. */
const sized = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.01 ? scientific(value, 2) : fixed(value, Math.abs(value) < 0.1 ? 3 : 2);

/**
 * The distributions of several layers below one another, on one horizontal axis: smoothed and filled, each as high as its
 * row, its name and std beside it. Widths can be compared, heights not. What is shared by many elements, as the 0 of ReLU,
 * is cut at the top of the row.
 */
export function ridges(data: Ridges, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const { theme } = look;
  const { layers, quantity, limits = [], chosen } = data;
  const rows = layers.length;
  const [min, max] = data.bounds ?? commonBounds(layers);
  const fades = layers.some(({ name }) => name === chosen);
  const base = frame(look);
  const longest = layers.reduce((most, layer) => Math.max(most, layer.name.length, stdText(layer).length), 0);
  const rowOf = (place: number) => layers[rows - 1 - Math.floor(place)];
  return checked({
    ...base,
    grid: { ...base.grid, left: Math.ceil(14 + CHARACTER * longest), right: 24, top: 8 },
    xAxis: xAxis(look, { name: quantity, min, max, intervals: look.narrow ? 4 : 8 }),
    yAxis: {
      type: 'value',
      min: 0,
      max: Math.max(1, rows),
      interval: 1,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: theme.rule } },
      axisLabel: {
        customValues: layers.map((_, i) => i + 0.42),
        color: theme.muted,
        margin: 8,
        formatter: (place: number) => {
          const row = rowOf(place);
          return row === undefined
            ? ''
            : `{${row.name === chosen ? 'chosen' : 'name'}|${row.name}}\n{std|${stdText(row)}}`;
        },
        rich: {
          name: { color: theme.ink, fontSize: 12, lineHeight: 15, align: 'right' },
          chosen: { color: theme.ink, fontSize: 12, lineHeight: 15, align: 'right', fontWeight: 'bold' },
          std: { color: theme.muted, fontSize: 12, lineHeight: 15, align: 'right' },
        },
      },
    },
    series: layers.map(({ name, layer, histogram }, i) => {
      const colour = layerColour(theme, layer);
      const from = rows - 1 - i;
      const steps = fades && name !== chosen;
      return {
        type: 'line' as const,
        name,
        data: outline(histogram, from),
        color: colour,
        showSymbol: false,
        silent: true,
        lineStyle: {
          width: name === chosen ? 2.25 : 1.5,
          color: colour,
          type: layerDash(layer),
          opacity: steps ? 0.3 : 1,
        },
        areaStyle: { color: colour, origin: from, opacity: steps ? 0.1 : 0.3 },
        ...(i === 0 &&
          limits.length > 0 && { markLine: marks(limits.map((at) => mark(look, { xAxis: at }, ''))) }),
      };
    }),
  });
}
