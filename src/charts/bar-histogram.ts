import { type ChartOption, frame, type Look, lookOf, mark, marks, xAxis, yAxis } from './frame.js';
import type { Histogram } from './layer-histograms.js';
import { count } from './numbers.js';

/** What `barHistogram` draws. */
export interface BarHistogram {
  histogram: Histogram;
  /** What is counted: the name of the horizontal axis. */
  quantity: string;
  /** Bounds of the horizontal axis where the quantity has some of its own, as tanh has. */
  bounds?: [number, number];
  /** What one value is: the name of the vertical axis, default `values`. */
  counted?: string;
  /** Stretches [from, to] of the axis to shade, either end may be infinite, and what they are. */
  shaded?: { name: string; zones: readonly (readonly [number, number])[] };
}

/** One histogram as bars, a bar a bin. */
export function barHistogram(
  { histogram: { edges, values }, quantity, bounds, counted = 'values', shaded }: BarHistogram,
  given?: Partial<Look>,
): ChartOption {
  const look = lookOf(given);
  const [min, max] = bounds ?? [edges[0], edges[edges.length - 1]];
  const zones = (shaded?.zones ?? [])
    .map(([from, to]): [number, number] => [Math.max(min, from), Math.min(max, to)])
    .filter(([from, to]) => from < to);
  return {
    ...frame(look),
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, {
      name: quantity,
      min,
      max,
      intervals: look.narrow ? 5 : 10,
    }),
    yAxis: yAxis(look, { name: counted, min: 0, format: count, intervals: 4 }),
    series: [
      {
        type: 'bar',
        name: quantity,
        color: look.theme.accent,
        barWidth: '92%',
        data: values.map((value, i) => [(edges[i] + edges[i + 1]) / 2, value]),
      },
      ...(shaded === undefined || zones.length === 0 ? [] : shades(shaded.name, zones, [min, max], look)),
    ],
  } as ChartOption;
}

/** The zones behind the bars, and a line named after them at each end that is not the axis's own. */
function shades(
  name: string,
  zones: readonly [number, number][],
  [min, max]: readonly [number, number],
  look: Look,
) {
  const inner = zones.flat().filter((end) => end > min && end < max);
  return [
    {
      type: 'custom' as const,
      name,
      data: zones,
      // Both numbers are ends of the horizontal axis.
      encode: { x: [0, 1] },
      z: 1,
      silent: true,
      clip: true,
      tooltip: { show: false },
      renderItem: (
        { coordSys: { y, height } }: { coordSys: { y: number; height: number } },
        api: { value(dimension: number): number; coord(at: number[]): number[] },
      ) => {
        const [left] = api.coord([api.value(0), 0]);
        const [right] = api.coord([api.value(1), 0]);
        return {
          type: 'rect' as const,
          shape: { x: left, y, width: right - left, height },
          style: { fill: look.theme.rule, opacity: 0.6 },
        };
      },
      markLine: marks(inner.map((xAxis, i) => mark(look, { xAxis }, i === inner.length - 1 ? name : ''))),
    },
  ];
}
