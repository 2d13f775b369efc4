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
import { type ChartTheme, layerColour, layerDash } from './theme.js';
import { windowMeans } from './window-means.js';

/** log10 of std(lr · gradient) / std(value) of every parameter, over the steps. */
export interface UpdateToData {
  parameters: UpdatedParameter[];
  steps: number[];
  /** Of a chart beside this one, as of a second run: the axes of both hold the lines of both. */
  beside?: UpdateToData;
  /** Name of the parameter whose line stands out; the others step back. */
  chosen?: string;
  /** A step that is looked at: a line there. */
  cursor?: number | undefined;
}

/** A parameter’s update:data ratio over time. */
export interface UpdatedParameter {
  name: string;
  /** Depth in the network, as in `LayerStats`. */
  layer: number;
  /** `weight`: a matrix. `gain` and `bias`: vectors such as the gamma and beta of batch normalisation. */
  kind: 'weight' | 'gain' | 'bias';
  /** One number a step. */
  log10: number[];
}

/** The ratio that the lecture aims at: an update of a thousandth of the values. */
export const TARGET = -3;
/** More points than this a line does not need. */
const POINTS = 250;

/** Steps that one drawn point is the mean of. */
export const pointWindow = (steps: ArrayLike<number>): number => {
  const { length } = steps;
  return length <= POINTS ? 1 : Math.ceil((steps[length - 1] - steps[0] + 1) / POINTS);
};

/** One line a parameter, matrices in the colours of their layers above thin grey vectors; a line at −3. */
export function updateRatios(data: UpdateToData, given?: Partial<Look>): ChartOption {
  const { parameters, steps, beside, chosen } = data;
  const look = lookOf(given);
  const { theme, legend } = look;
  const window = pointWindow(steps);
  const fades = parameters.some(({ name }) => name === chosen);
  const order = [
    ...parameters.filter(({ kind }) => kind !== 'weight'),
    ...parameters.filter(({ kind }) => kind === 'weight'),
  ];
  const series = order.map((parameter) => {
    const stands = parameter.name === chosen;
    const width = parameter.kind === 'weight' ? 1.75 : 1;
    const drawn = line(
      parameter.name,
      colourOf(theme, parameter),
      thinned(steps, parameter.log10, window),
      stands ? 2.5 : width,
    );
    const type = parameter.kind === 'weight' ? layerDash(parameter.layer) : 'solid';
    return {
      ...drawn,
      lineStyle: { ...drawn.lineStyle, type, opacity: fades && !stands ? 0.2 : 1 },
      ...(stands && { z: 5 }),
    };
  });
  const values = series.flatMap(({ data }) => data.map(([, value]) => value));
  const others = beside && valuesOf(beside);
  const lowest = [...values, ...(others ?? [])].reduce((a, b) => Math.min(a, b), TARGET);
  const highest = others && [...values, ...others].reduce((a, b) => Math.max(a, b), TARGET);
  const end = Math.max(steps[steps.length - 1] ?? 1, beside?.steps[beside.steps.length - 1] ?? 0);
  return checked({
    ...frame(look),
    ...(legend && {
      legend: { top: 0, right: 0, type: 'plain', data: parameters.filter(isWeight).map(({ name }) => name) },
    }),
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, { name: 'step', counts: true, min: steps[0] ?? 0, max: end }),
    yAxis: yAxis(look, {
      name: 'log₁₀ update:data',
      min: Math.max(-8, Math.floor(lowest * 2 - 0.4) / 2),
      max: highest === undefined ? undefined : Math.ceil(highest * 2 + 0.2) / 2,
    }),
    series: series.map((one, i) =>
      i === series.length - 1
        ? {
            ...one,
            markLine: marks([mark(look, { yAxis: TARGET }, 'aim: −3'), ...cursorAt(look, data.cursor)]),
          }
        : one,
    ),
  });
}

export const isWeight = ({ kind }: UpdatedParameter): boolean => kind === 'weight';

export const colourOf = (theme: ChartTheme, { kind, layer }: UpdatedParameter): string =>
  kind === 'weight' ? layerColour(theme, layer) : kind === 'gain' ? theme.scale : theme.shift;

const valuesOf = ({ parameters, steps }: UpdateToData): number[] =>
  parameters.flatMap(({ log10 }) => windowMeans(steps, log10, pointWindow(steps)).map(([, value]) => value));

const thinned = (steps: number[], values: number[], window: number): [number, number][] =>
  windowMeans(steps, values, window).map(([step, value]) => [
    Number(step.toFixed(1)),
    Number(value.toFixed(4)),
  ]);
