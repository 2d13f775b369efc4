import { type ChartOption, frame, type Look, lookOf, xAxis, yAxis } from './frame.js';
import type { Histogram } from './layer-histograms.js';
import { count } from './numbers.js';

export interface BarHistogram {
  histogram: Histogram;
  /** What is counted: the name of the horizontal axis. */
  quantity: string;
  /** Bounds of the horizontal axis where the quantity has some of its own, as tanh has. */
  bounds?: [number, number];
}

/** One histogram as bars, a bar a bin. */
export function barHistogram(
  { histogram: { edges, values }, quantity, bounds }: BarHistogram,
  given?: Partial<Look>,
): ChartOption {
  const look = lookOf(given);
  const [min, max] = bounds ?? [edges[0], edges[edges.length - 1]];
  return {
    ...frame(look),
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, {
      name: quantity,
      min,
      max,
      intervals: look.narrow ? 5 : 10,
    }),
    yAxis: yAxis(look, { name: 'values', min: 0, format: count, intervals: 4 }),
    series: [
      {
        type: 'bar',
        name: quantity,
        color: look.theme.accent,
        barWidth: '92%',
        data: values.map((value, i) => [(edges[i] + edges[i + 1]) / 2, value]),
      },
    ],
  };
}
