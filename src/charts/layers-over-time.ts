import { checked } from './checked.js';
import {
  type ChartOption,
  cursorAt,
  frame,
  type Look,
  line,
  lookOf,
  mark,
  marks,
  xAxis,
  yAxis,
} from './frame.js';
import { niceInterval } from './numbers.js';
import { layerColour, layerDash } from './theme.js';
import { pointWindow } from './update-ratio.js';
import { windowMeans } from './window-means.js';

/** A number of each layer over the steps, as the std of its outputs. */
export interface LayersOverTime {
  layers: readonly {
    name: string;
    /** Depth in the network, as in `LayerStats`. */
    layer: number;
    /** One number a step; what is not finite is left out. */
    values: ArrayLike<number>;
  }[];
  steps: ArrayLike<number>;
  /** What the numbers are: the name of the vertical axis. */
  quantity: string;
  /** Dashed horizontal lines with their names; drawn where the values come near. */
  limits?: readonly { at: number; name: string }[];
  /** The largest number that there can be, as 100 of percents. */
  most?: number;
  /** Of a chart beside this one, as of a second run: the axes of both hold the lines of both. */
  beside?: Pick<LayersOverTime, 'layers' | 'steps'>;
  /** Name of the layer whose line stands out; the others step back. */
  chosen?: string;
  /** A step that is looked at: a line there. */
  cursor?: number | undefined;
}

/** The axis ends this much above the highest value, and a limit is drawn where it is below that end. */
const ROOM = 1.15;
const INTERVALS = 5;
/** A range less than this share of the limit would make much of noise. */
const LEAST = 0.1;

/** A line a layer in the colours of the depths, from 0; of more records than it needs, each point is the mean of several. */
export function layersOverTime(data: LayersOverTime, given?: Partial<Look>): ChartOption {
  const { steps, quantity, limits = [], most = Infinity, beside, chosen } = data;
  const look = lookOf(given);
  const curves = curvesOf(data);
  const values = [...curves, ...(beside ? curvesOf(beside) : [])].flat().map(([, value]) => value);
  const highest = Math.max(
    values.reduce((a, b) => Math.max(a, b), 0),
    LEAST * (limits[0]?.at ?? 0),
  );
  const interval = niceInterval(Math.min(most, highest * ROOM || 1) / INTERVALS);
  const max = Math.min(most, endOf(highest * ROOM || 1, interval));
  const end = Math.max(steps[steps.length - 1] ?? 1, beside?.steps[beside.steps.length - 1] ?? 0);
  const near = limits.filter(({ at }) => at <= max);
  const fades = data.layers.some(({ name }) => name === chosen);
  const lines = [
    ...near.map(({ at, name }) => mark(look, { yAxis: at }, name)),
    ...cursorAt(look, data.cursor),
  ];
  return checked({
    ...frame(look),
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, {
      name: 'step',
      counts: true,
      min: steps[0] ?? 0,
      max: end,
      intervals: look.narrow ? 4 : 6,
    }),
    yAxis: yAxis(look, { name: quantity, min: 0, max, interval }),
    series: data.layers.map(({ name, layer }, i) => {
      const stands = name === chosen;
      const drawn = line(name, layerColour(look.theme, layer), curves[i], stands ? 2.5 : 1.75);
      return {
        ...drawn,
        lineStyle: { ...drawn.lineStyle, type: layerDash(layer), opacity: fades && !stands ? 0.2 : 1 },
        ...(stands && { z: 5 }),
        ...(i === 0 &&
          lines.length > 0 && {
            markLine: marks(lines),
          }),
      };
    }),
  });
}

const endOf = (value: number, interval: number): number =>
  Number((Math.ceil(value / interval) * interval).toPrecision(6));

const curvesOf = ({ layers, steps }: Pick<LayersOverTime, 'layers' | 'steps'>): [number, number][][] => {
  const window = pointWindow(steps);
  return layers.map(({ values }) =>
    windowMeans(steps, values, window).map(([step, value]): [number, number] => [
      Number(step.toFixed(1)),
      Number(value.toPrecision(4)),
    ]),
  );
};
