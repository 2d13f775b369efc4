/**
 * Charts in one line: of tensors, typed arrays or plain numbers. Each is data that another thread can be sent, and an option
 * of echarts once a look is given: the notebook, a page and Node draw the same one.
 */
import { barHistogram } from './bar-histogram.js';
import { type BatchNormWidget, batchNormWidget, reachOf, widgetTitle } from './batchnorm-widget.js';
import type { ChartOption, Look } from './frame.js';
import type { Histogram, LayerStats } from './layer-histograms.js';
import { type Lines, linesOver } from './lines.js';
import { count, niceInterval } from './numbers.js';
import { ridges as layerRidges, type Ridges } from './ridges.js';
import { type Saturation, saturationImage } from './saturation-image.js';
import { type Scatter, scatterPlot } from './scatter-plot.js';
import { countsOf, isValues, momentsOf, rowsOf, type TensorLike, type Values } from './values.js';
import { windowMeans } from './window-means.js';

/** What each kind of chart is described by. */
interface Kinds {
  histogram: { histogram: Histogram; quantity: string; bounds?: [number, number] };
  image: Saturation;
  lines: Lines;
  normalised: { widget: BatchNormWidget; reach: number };
  ridges: Ridges;
  scatter: Scatter;
}

const described: { [Kind in keyof Kinds]: (data: Kinds[Kind], look?: Partial<Look>) => ChartOption } = {
  histogram: barHistogram,
  image: saturationImage,
  lines: linesOver,
  normalised: ({ widget, reach }, look) => batchNormWidget(widget, look, reach),
  ridges: (data, look) => layerRidges(data, look),
  scatter: scatterPlot,
};

/** A chart as plain data: `new Chart(data)` makes it again, in another thread too. */
export type ChartData = {
  [Kind in keyof Kinds]: { kind: Kind; data: Kinds[Kind]; label: string };
}[keyof Kinds];

/** A chart of one of the functions below. */
export class Chart {
  readonly #chart: ChartData;

  constructor(chart: ChartData) {
    this.#chart = chart;
  }

  /** What it shows, in words. */
  get label(): string {
    return this.#chart.label;
  }

  /** As data, which `JSON.stringify` and `postMessage` take. */
  toJSON(): ChartData {
    return this.#chart;
  }

  /** As an option of echarts: what `canvasChart` and `renderSvg` draw. */
  option(look?: Partial<Look>): ChartOption {
    const { kind, data } = this.#chart;
    return (described[kind] as (data: unknown, look?: Partial<Look>) => ChartOption)(data, look);
  }
}

/** A layer, by its last output; or a tensor with a name. */
export type Drawn = { readonly out?: TensorLike | undefined; toString(): string } | Values;

/** Of `histogram`. */
export interface HistogramOptions {
  /** Default 50. */
  bins?: number;
  /** Name of the horizontal axis. */
  quantity?: string;
}

/**
 * How often each value comes, in equal bins from the least to the largest; what is not finite is left out.
 *
 * Errors: TypeError for what are no numbers, RangeError for bins below 1. Source: makemore part 3, `plt.hist`.
 */
export function histogram(values: Values, options: HistogramOptions = {}): Chart {
  const { bins = 50, quantity = 'value' } = options;
  const { flat } = rowsOf('histogram', values);
  const counts = countsOf('histogram', flat, bins, false);
  const data = { histogram: counts, quantity, bounds: roundedOut(counts.edges) };
  return new Chart({ kind: 'histogram', data, label: `histogram of ${flat.length} values` });
}

/** The ends of an axis that holds them all, in few digits. */
function roundedOut(edges: ArrayLike<number>): [number, number] {
  const [low, high] = [edges[0], edges[edges.length - 1]];
  const step = niceInterval((high - low) / 10) / 5;
  // The rest of a division is no reason for another step.
  const [first, last] = [Math.floor(low / step + 1e-6), Math.ceil(high / step - 1e-6)];
  return Number.isFinite(first * step) && Number.isFinite(last * step)
    ? [first * step, last * step]
    : [low, high];
}

/** Of `image`. */
export interface ImageOptions {
  /** Above which |h| is white; default 0.99. */
  threshold?: number;
}

/**
 * Where |h| is above the threshold: a row an example, a column a unit, white where it is. A white column is a unit that no
 * example gets a gradient through.
 *
 * Errors: TypeError for what are no rows of numbers. Source: makemore part 3, `plt.imshow(h.abs() > 0.99)`.
 */
export function image(h: Values, options: ImageOptions = {}): Chart {
  const { threshold = 0.99 } = options;
  const { flat, rows, columns } = rowsOf('image', h);
  const above = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => (Math.abs(flat[i * columns + j]) > threshold ? 1 : 0)),
  );
  const data = { units: columns, examples: rows, above, threshold };
  return new Chart({
    kind: 'image',
    data,
    label: `where |h| > ${threshold}: ${rows} examples, ${columns} units`,
  });
}

/** Of `lines`. */
export interface LinesOptions {
  /** Names of the axes; default `step` and `value`. */
  x?: string;
  y?: string;
  /** How many values one point is the mean of; default: so many that at most 250 points are left. */
  mean?: number;
  /** A value to compare with: a dashed line there. */
  mark?: { at: number; name: string };
}

/** More points than this a line does not need. */
const POINTS = 250;

/**
 * A list of numbers over its index, or several by their names; where they are many, means of some of them each, as the
 * lecture has it.
 *
 * Errors: TypeError for what are no numbers, RangeError for a mean of less than 1. Source: makemore part 3,
 * `plt.plot(torch.tensor(lossi).view(-1, 1000).mean(1))`.
 */
export function lines(values: Values | Record<string, Values>, options: LinesOptions = {}): Chart {
  const { x = 'step', y = 'value', mark } = options;
  const named = Object.entries(isValues(values) ? { [y]: values } : values).map(([name, each]) => {
    return { name, flat: rowsOf('lines', each).flat };
  });
  const longest = named.reduce((most, { flat }) => Math.max(most, flat.length), 0);
  const { mean = Math.ceil(longest / POINTS) || 1 } = options;
  if (!(Number.isInteger(mean) && mean >= 1))
    throw new RangeError(`lines: expected mean to be an integer of 1 or more, got ${mean}`);
  const drawn = named.map(({ name, flat }, i) => {
    const points = windowMeans(
      flat.map((_, step) => step),
      flat,
      mean,
    );
    return { name, points, colour: named.length === 1 ? ('accent' as const) : i };
  });
  const last = Math.max(1, longest - 1);
  const dashed = mark && {
    name: mark.name,
    points: [0, last].map((step): [number, number] => [step, mark.at]),
    colour: 'ink' as const,
    dashed: true,
  };
  const axis = mean === 1 ? y : `${y}, mean of ${count(mean)}`;
  // A mean stands in the middle of its window.
  const data = { lines: dashed === undefined ? drawn : [...drawn, dashed], x, y: axis, from: 0, to: last };
  return new Chart({ kind: 'lines', data, label: `${named.map(({ name }) => name).join(', ')} over ${x}` });
}

/** Of `normalised`. */
export interface NormalisedOptions {
  /** How far the axis goes to either side; default: a little beyond the numbers. */
  reach?: number;
}

/**
 * A few numbers x and what normalising made of each, y: the two lists on a line each, joined number by number, with the
 * normal curve of the mean and deviation of x (n − 1), and that of 0 and 1.
 *
 * Errors: TypeError for what are no numbers, RangeError for less than two, lists of another length, a reach that is not
 * positive. Source: makemore part 3, the widget of batch norm.
 */
export function normalised(x: Values, y: Values, options: NormalisedOptions = {}): Chart {
  const [before, after] = [x, y].map((each) => rowsOf('normalised', each).flat);
  if (before.length < 2)
    throw new RangeError(`normalised: expected two numbers or more, got ${before.length}`);
  if (after.length !== before.length)
    throw new RangeError(`normalised: expected ${before.length} normalised numbers, got ${after.length}`);
  const widget = { x: before, y: after, ...momentsOf(before) };
  const { reach = reachOf([widget]) } = options;
  if (!(reach > 0)) throw new RangeError(`normalised: expected a reach above 0, got ${reach}`);
  const label = `${before.length} numbers, normalised: ${widgetTitle(widget)}`;
  return new Chart({ kind: 'normalised', data: { widget, reach }, label });
}

/** Of `ridges`. */
export interface RidgesOptions {
  /** Name of the horizontal axis. */
  quantity?: string;
  /** Ends of that axis; default: as far as the layers go. */
  bounds?: readonly [number, number];
}

/**
 * How the outputs of layers are spread, one below the other on one axis: of each layer its last output, of a tensor its
 * elements, by their names or as they print.
 *
 * Errors: TypeError for a layer without an output. Source: makemore part 3, the histograms of `layer.out`.
 */
export function ridges(layers: readonly Drawn[] | Record<string, Drawn>, options?: RidgesOptions): Chart;
/** The option of the layers that are described; see `Ridges`. */
export function ridges(data: Ridges, look?: Partial<Look>): ChartOption;
export function ridges(
  layers: readonly Drawn[] | Record<string, Drawn> | Ridges,
  more: RidgesOptions | Partial<Look> = {},
): Chart | ChartOption {
  if (isDescribed(layers)) return layerRidges(layers, more as Partial<Look>);
  const { quantity = 'output', bounds } = more as RidgesOptions;
  const named: [string, Drawn][] = Array.isArray(layers)
    ? layers.map((each, i) => [`${i + 1} ${nameOf(each)}`, each])
    : Object.entries(layers as Record<string, Drawn>);
  const described = named.map(([name, each], i) => statsOf(name, each, i + 1));
  const data = { layers: described, quantity, ...(bounds && { bounds }) };
  return new Chart({ kind: 'ridges', data, label: `${quantity} of ${named.length} layers` });
}

const isDescribed = (layers: unknown): layers is Ridges =>
  Array.isArray((layers as Partial<Ridges>).layers) &&
  typeof (layers as Partial<Ridges>).quantity === 'string';

/** The class of a layer by what it prints; a tensor has no name. */
const nameOf = (drawn: Drawn): string =>
  (isValues(drawn) ? '' : (/^\w+/.exec(String(drawn))?.[0] ?? '')).trim();

function statsOf(name: string, drawn: Drawn, layer: number): LayerStats {
  const values = isValues(drawn) ? drawn : drawn.out;
  if (values === undefined)
    throw new TypeError(`ridges: expected layers with an output, got ${name} without one`);
  const { flat } = rowsOf('ridges', values);
  return { name, layer, ...momentsOf(flat), histogram: countsOf('ridges', flat, 100, true) };
}

/** Of `scatter`. */
export interface ScatterOptions {
  /** Which numbers of a row are drawn; default the first two. */
  columns?: readonly [number, number];
}

/**
 * Rows of numbers as points, by two of their columns, each with its label.
 *
 * Errors: RangeError for a column that there is not, or another number of labels than rows. Source: makemore part 2,
 * `plt.scatter(C[:, 0], C[:, 1])`.
 */
export function scatter(rows: Values, labels: readonly string[] = [], options: ScatterOptions = {}): Chart {
  const { columns: [a, b] = [0, 1] } = options;
  const { flat, rows: count, columns } = rowsOf('scatter', rows);
  for (const column of [a, b])
    if (!(Number.isInteger(column) && column >= 0 && column < columns))
      throw new RangeError(`scatter: expected a column from 0 to ${columns - 1}, got ${column}`);
  if (labels.length > 0 && labels.length !== count)
    throw new RangeError(`scatter: expected ${count} labels, one for each row, got ${labels.length}`);
  const points = Array.from({ length: count }, (_, i): [number, number] => [
    flat[i * columns + a],
    flat[i * columns + b],
  ]);
  const data = { points, labels: [...labels], x: `column ${a}`, y: `column ${b}` };
  return new Chart({ kind: 'scatter', data, label: `${count} points by columns ${a} and ${b}` });
}
