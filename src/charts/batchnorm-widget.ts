import { checked } from './checked.js';
import { type ChartOption, frame, type Look, line, lookOf, xAxis, yAxis } from './frame.js';
import { fixed, orDash } from './numbers.js';

/** Five numbers and what batch normalisation makes of them: y = (x − mean) / std. */
export interface BatchNormWidget {
  x: readonly number[];
  y: readonly number[];
  mean: number;
  std: number;
}

const SAMPLES = 200;

/**
 * The lecture's widget at one position of its slider: inputs on a line at 1, outputs on a line at 0, a thin line from
 * each to its own, and the normal densities with the inputs' mean and deviation and with 0 and 1.
 */
export function batchNormWidget(
  widget: BatchNormWidget,
  given?: Partial<Look>,
  reach = reachOf([widget]),
): ChartOption {
  const look = lookOf(given);
  const { theme, legend } = look;
  const { x, y, mean, std } = widget;
  const rule = (height: number) => ({
    ...line(
      '',
      theme.muted,
      [
        [-reach, height],
        [reach, height],
      ],
      1,
    ),
    silent: true,
  });
  const dots = (name: string, colour: string, data: [number, number][]) => ({
    type: 'scatter' as const,
    name,
    data,
    color: colour,
    symbolSize: 9,
    clip: true,
    z: 4,
  });
  const base = frame(look);
  return checked({
    ...base,
    grid: { ...base.grid, left: 12, right: 12, top: 26, bottom: legend ? 48 : 24 },
    title: {
      text: widgetTitle(widget),
      left: 'center',
      top: 0,
      textStyle: { color: theme.ink, fontSize: 13, fontWeight: 600 },
    },
    ...(legend && { legend: { bottom: 0, data: ['inputs', 'outputs'], textStyle: { color: theme.muted } } }),
    xAxis: xAxis(look, { name: '', min: -reach, max: reach, intervals: 5 }),
    yAxis: {
      ...yAxis(look, { name: '', min: -0.1, max: 1.1 }),
      axisLabel: { show: false },
      splitLine: { show: false },
    },
    series: [
      rule(1),
      rule(0),
      ...x.map((value, i) => ({
        ...line(
          '',
          theme.muted,
          [
            [value, 1],
            [y[i], 0],
          ],
          1,
        ),
        lineStyle: { width: 1, opacity: 0.45, color: theme.muted },
        silent: true,
      })),
      line('inputs', theme.accent, bell(mean, std, reach)),
      line('outputs', theme.second, bell(0, 1, reach)),
      dots(
        'inputs',
        theme.accent,
        x.map((value) => [value, 1]),
      ),
      dots(
        'outputs',
        theme.second,
        y.map((value) => [value, 0]),
      ),
    ],
  });
}

/** As the lecture's: input mu 0.63 std 5.02 */
export const widgetTitle = ({ mean, std }: BatchNormWidget): string =>
  `input mu ${orDash(mean, two)} std ${orDash(std, two)}`;

const two = (value: number): string => fixed(value, 2);

/** An axis that all the inputs are on, for several widgets to share. */
export const reachOf = (widgets: readonly BatchNormWidget[]): number =>
  widgets.reduce(
    (most, { x }) => x.reduce((far, value) => Math.max(far, Math.ceil(Math.abs(value)) + 1), most),
    6,
  );

/** Denser where the bell is narrow: the samples are spread about its mean as well as over the axis. */
function bell(mean: number, std: number, reach: number): [number, number][] {
  const places = new Set<number>();
  for (let i = 0; i <= SAMPLES; i++) {
    places.add(-reach + (2 * reach * i) / SAMPLES);
    const near = mean + std * (-4 + (8 * i) / SAMPLES);
    if (Math.abs(near) <= reach) places.add(near);
  }
  const scale = 1 / (std * Math.sqrt(2 * Math.PI));
  return [...places]
    .sort((a, b) => a - b)
    .map((place) => [place, scale * Math.exp(-0.5 * ((place - mean) / std) ** 2)]);
}
