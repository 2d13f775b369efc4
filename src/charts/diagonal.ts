import { checked } from './checked.js';
import { type ChartOption, frame, type Look, line, lookOf, xAxis, yAxis } from './frame.js';
import { fixed, niceInterval } from './numbers.js';

/** Pairs of numbers that should be equal: what is on the diagonal is. */
export interface AgainstDiagonal {
  /** First the most important; each with a shape of its own. */
  groups: readonly { name: string; points: readonly (readonly [number, number])[] }[];
  x: string;
  y: string;
}

const shapes = ['circle', 'diamond', 'triangle', 'rect'];

/** Points over the line y = x, both axes with the same bounds. */
export function againstDiagonal({ groups, x, y }: AgainstDiagonal, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const { theme, legend } = look;
  const colours = [theme.accent, theme.second, theme.embedding, theme.muted];
  const { min, max } = bounds(groups.flatMap(({ points }) => points.flat()));
  const base = frame(look);
  // From the last to the first: the first lies on top.
  const dots = groups.map(({ name, points }, i) => ({
    type: 'scatter' as const,
    name,
    data: points.map(([a, b]): [number, number] => [a, b]),
    color: colours[i % colours.length],
    symbol: shapes[i % shapes.length],
    symbolSize: 6,
    itemStyle: { opacity: 0.75 },
    z: 3 + groups.length - i,
  }));
  return checked({
    ...base,
    grid: { ...base.grid, right: 18, top: legend && groups.length > 1 ? 52 : 30 },
    ...(legend &&
      groups.length > 1 && {
        legend: { top: 0, data: groups.map(({ name }) => name), textStyle: { color: theme.muted } },
      }),
    tooltip: {
      trigger: 'item',
      formatter: (item) => {
        const { seriesName, dataIndex, value } = item as unknown as {
          seriesName: string;
          dataIndex: number;
          value: [number, number];
        };
        return `${seriesName}, unit ${dataIndex}: ${fixed(value[0], 3)} and ${fixed(value[1], 3)}`;
      },
    },
    xAxis: xAxis(look, { name: x, min, max, intervals: 5 }),
    yAxis: yAxis(look, { name: y, min, max, interval: niceInterval((max - min) / 5) }),
    series: [
      {
        ...line(
          '',
          theme.muted,
          [
            [min, min],
            [max, max],
          ],
          1,
        ),
        silent: true,
        tooltip: { show: false },
      },
      ...dots,
    ],
  });
}

/** Rounded outwards, so that the axes do not move with every batch. */
function bounds(values: readonly number[]): { min: number; max: number } {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { min: 0, max: 1 };
  const lowest = finite.reduce((least, value) => Math.min(least, value));
  const highest = finite.reduce((most, value) => Math.max(most, value));
  const interval = niceInterval(Math.max(highest - lowest, 1e-6) / 4);
  const out = (value: number) => Number(value.toPrecision(9));
  const min = out(Math.floor(lowest / interval) * interval);
  const max = out(Math.ceil(highest / interval) * interval);
  return max > min ? { min, max } : { min, max: out(min + interval) };
}
