import { checked } from './checked.js';
import { type ChartOption, frame, type Look, line, lookOf, xAxis, yAxis } from './frame.js';
import { logAxis } from './log-axis.js';
import { scientific, tidy } from './numbers.js';
import { runColour } from './theme.js';

/** What `comparedLayers` draws. */
export interface ComparedLayers {
  /** One number a layer, first to last. A run without any keeps its colour for the charts beside. */
  runs: readonly { label: string; values: readonly number[] }[];
  /** What the numbers are: the name of their axis. */
  quantity: string;
  /** For numbers that differ by powers of ten; those that are 0 are left out. */
  logarithmic?: boolean;
}

/**
 * A number of each layer, a line a run in the colours of the layers. Where no run has more than one layer: a bar a run,
 * always from 0.
 */
export function comparedLayers(data: ComparedLayers, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const most = data.runs.reduce((count, { values }) => Math.max(count, values.length), 0);
  return most > 1 ? lines(data, most, look) : bars(data, look);
}

function lines(
  { runs, quantity, logarithmic = false }: ComparedLayers,
  most: number,
  look: Look,
): ChartOption {
  const shown = (value: number) => Number.isFinite(value) && (!logarithmic || value > 0);
  const all = runs.flatMap(({ values }) => values.filter(shown));
  const base = frame(look);
  return checked({
    ...base,
    grid: { ...base.grid, left: logarithmic ? 54 : 40, right: 12 },
    ...(look.legend && { legend: { top: 0, textStyle: { color: look.theme.muted } } }),
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, { name: 'tanh layer', min: 0.75, max: most + 0.25, intervals: Math.min(most, 10) }),
    yAxis: logarithmic
      ? logAxis(look, all, { name: quantity, format: (value) => scientific(value, 1) })
      : yAxis(look, { name: quantity, min: 0, intervals: 4 }),
    series: runs.map(({ label, values }, i) => ({
      ...line(
        label,
        runColour(look.theme, i, runs.length),
        values.flatMap((value, layer): [number, number][] =>
          shown(value) ? [[layer + 1, logarithmic ? Math.log10(value) : value]] : [],
        ),
      ),
      showSymbol: true,
      symbol: 'circle',
      symbolSize: 6,
    })),
  });
}

function bars({ runs, quantity }: ComparedLayers, look: Look): ChartOption {
  const { theme } = look;
  const present = runs.flatMap(({ label, values: [value] }, i) =>
    value === undefined ? [] : [{ label, value, colour: runColour(theme, i, runs.length) }],
  );
  const highest = present.reduce((most, { value }) => Math.max(most, value), 0) || 1;
  const base = frame(look);
  const format = (value: number) => (highest < 0.05 && value !== 0 ? scientific(value, 1) : tidy(value));
  return checked({
    ...base,
    grid: { ...base.grid, left: 62, right: 20, top: 10 },
    tooltip: { trigger: 'axis' },
    xAxis: xAxis(look, { name: quantity, min: 0, max: highest * 1.05, intervals: 3, format }),
    yAxis: {
      type: 'category',
      inverse: true,
      data: present.map(({ label }) => label),
      axisLine: { show: true, lineStyle: { color: theme.muted } },
      axisTick: { show: false },
      axisLabel: { color: theme.muted, width: 54, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        name: quantity,
        barWidth: '60%',
        data: present.map(({ value, colour }) => ({ value, itemStyle: { color: colour } })),
      },
    ],
  });
}
