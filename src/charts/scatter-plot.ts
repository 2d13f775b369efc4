import { checked } from './checked.js';
import { type ChartOption, frame, type Look, lookOf, xAxis, yAxis } from './frame.js';

/** Points of a plane, as the first two numbers of each character's vector. */
export interface Scatter {
  points: readonly (readonly [number, number])[];
  /** What stands in a point; default: nothing. */
  labels?: readonly string[];
  /** Names of the axes. */
  x: string;
  y: string;
}

/** Part of the span of the points that is left free on each side. */
const MARGIN = 0.08;

/** Named points in a plane. */
export function scatterPlot({ points, labels = [], x, y }: Scatter, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const { theme } = look;
  const named = labels.length > 0;
  return checked({
    ...frame(look),
    tooltip: { trigger: 'item' },
    xAxis: xAxis(look, { name: x, ...endsOf(points.map((point) => point[0])) }),
    yAxis: yAxis(look, { name: y }),
    series: [
      {
        type: 'scatter' as const,
        name: `${x}, ${y}`,
        data: points.map(([a, b]): [number, number] => [a, b]),
        color: named ? theme.faint : theme.accent,
        symbolSize: named ? 20 : 7,
        label: {
          show: named,
          position: 'inside' as const,
          color: theme.ink,
          formatter: ({ dataIndex }: { dataIndex: number }) => labels[dataIndex] ?? '',
        },
      },
    ],
  });
}

/** Ends of an axis, in two digits, with room around the points. */
function endsOf(values: readonly number[]): { min: number; max: number } {
  const there = values.filter(Number.isFinite);
  const least = there.reduce((low, value) => Math.min(low, value), there[0] ?? 0);
  const most = there.reduce((high, value) => Math.max(high, value), there[0] ?? 1);
  const margin = MARGIN * (most - least || 1);
  const unit = 10 ** Math.floor(Math.log10(most - least || 1)) / 2;
  const end = (value: number, round: (value: number) => number) =>
    Number((round(value / unit) * unit).toPrecision(6));
  return { min: end(least - margin, Math.floor), max: end(most + margin, Math.ceil) };
}
