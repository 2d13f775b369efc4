import { niceAtLeast, niceInterval, tidy } from './numbers.js';
import { type ChartTheme, light } from './theme.js';

// biome-ignore lint/suspicious/noExplicitAny: echarts' own types are another package's, and larger than this one.
type Part = any;

/** What every description here returns: an option of echarts, which `setOption` of any of its builds takes as it is. */
export type ChartOption = {
  animation?: boolean;
  backgroundColor?: string;
  grid?: Part;
  legend?: Part;
  series?: Part;
  textStyle?: Part;
  title?: Part;
  tooltip?: Part;
  xAxis?: Part;
  yAxis?: Part;
};

/** How a description is drawn; the same data on any screen. */
export interface Look {
  theme: ChartTheme;
  /** For a width of some 340 pixels: fewer ticks, one axis of values. */
  narrow: boolean;
  /** Whether the chart names its series itself; without it a table beside the chart does. */
  legend: boolean;
}

export const lookOf = (look: Partial<Look> = {}): Look => ({
  theme: light,
  narrow: false,
  legend: true,
  ...look,
});

export const FONT = 'system-ui, sans-serif';
const SIZE = 12;

/** What all charts share: no animation, one font, a plot that fills its place. */
export function frame({ theme, narrow }: Look) {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT, fontSize: SIZE, color: theme.muted },
    grid: { left: narrow ? 44 : 46, right: narrow ? 18 : 46, top: 30, bottom: 44, outerBoundsMode: 'none' },
  } as const;
}

export interface AxisSettings {
  name: string;
  min?: number | undefined;
  max?: number | undefined;
  format?: (value: number) => string;
  /** At most about how many intervals between labels. */
  intervals?: number;
  /** Whether it counts, as steps are counted: no label between whole numbers. */
  counts?: boolean;
  /** Between labels of a vertical axis; `min` and `max` are multiples of it. */
  interval?: number;
}

function axis({ theme }: Look, { name, format = (value) => tidy(value) }: AxisSettings) {
  return {
    type: 'value' as const,
    scale: true,
    name,
    nameTextStyle: { color: theme.muted, fontSize: SIZE },
    axisLabel: { color: theme.muted, fontSize: SIZE, hideOverlap: true, formatter: format },
  };
}

/** The horizontal axis, named below its middle, from end to end of the data; labels at multiples of a nice number. */
export function xAxis(look: Look, settings: AxisSettings & { min: number; max: number }) {
  const { min, intervals = look.narrow ? 4 : 10, counts = false } = settings;
  // Of one value there is room for the next.
  const max = settings.max === min ? min + 1 : settings.max;
  const lineStyle = { color: look.theme.muted };
  const { axisLabel, ...base } = axis(look, settings);
  const gap = (max - min) / intervals;
  const nice = niceInterval(gap);
  const whole = !counts || Number.isInteger(nice);
  const customValues = multiples(min, max, whole ? nice : Math.max(1, niceAtLeast(gap)));
  return {
    ...base,
    min,
    max,
    nameLocation: 'middle' as const,
    nameGap: 26,
    axisLabel: { ...axisLabel, customValues },
    axisLine: { show: true, onZero: false, lineStyle },
    axisTick: { show: true, length: 4, lineStyle, customValues },
    splitLine: { show: false },
  };
}

/** More are no labels but a mistake, as of an axis that ends at ∞. */
const MOST_LABELS = 100;

/** None where the ends or the interval are no places on an axis. */
export function multiples(min: number, max: number, interval: number): number[] {
  if (!(max > min)) return [min];
  const first = Math.ceil(min / interval - 1e-6);
  const last = Math.floor(max / interval + 1e-6);
  if (!(last - first <= MOST_LABELS)) return [];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * interval).toPrecision(9)));
}

/** A vertical axis, named above its top, with the lines of the grid. */
export function yAxis(look: Look, settings: AxisSettings, side: 'left' | 'right' = 'left') {
  const { theme } = look;
  const { min, max, interval, intervals = 5 } = settings;
  return {
    ...axis(look, settings),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(interval !== undefined && { interval }),
    splitNumber: intervals,
    position: side,
    nameLocation: 'end' as const,
    nameGap: 12,
    axisTick: { show: false },
    nameTextStyle: { color: theme.muted, fontSize: SIZE, align: side },
    axisLine: { show: false, onZero: false },
    splitLine: { show: side === 'left', lineStyle: { color: theme.rule } },
  };
}

/** A dashed line at a value, named on it. */
export function mark(
  look: Look,
  at: { yAxis: number } | { xAxis: number },
  name: string,
  where: 'start' | 'end' = 'end',
) {
  const { theme } = look;
  const vertical = 'xAxis' in at;
  return {
    ...at,
    name,
    lineStyle: { color: theme.ink, width: 1, type: [5, 4] as [number, number] | 'solid', opacity: 0.75 },
    label: {
      show: true,
      formatter: () => name,
      position: vertical
        ? ('end' as const)
        : where === 'end'
          ? ('insideEndTop' as const)
          : ('insideStartTop' as const),
      color: theme.ink,
      fontSize: SIZE,
      fontFamily: FONT,
      textBorderWidth: 3,
      textBorderColor: theme.surface,
    },
  };
}

/** The line of a step that is looked at: solid, unlike a limit. */
export function cursorAt(look: Look, step: number | undefined): ReturnType<typeof mark>[] {
  if (step === undefined) return [];
  const line = mark(look, { xAxis: step }, '');
  return [{ ...line, lineStyle: { ...line.lineStyle, color: look.theme.accent, type: 'solid', opacity: 1 } }];
}

/** Lines at values, for a series to carry. */
export const marks = (data: ReturnType<typeof mark>[]) => ({
  silent: true,
  symbol: 'none',
  animation: false,
  data,
});

/** Of the point that a line is drawn as where it has no length. */
const POINT = 6;

/** A thin line without symbols; a point where all of its values lie at one place, as after the first step. */
export const line = (name: string, colour: string, data: [number, number][], width = 1.75) => ({
  type: 'line' as const,
  name,
  data,
  color: colour,
  ...(isPoint(data)
    ? { showSymbol: true, symbol: 'circle', symbolSize: POINT, itemStyle: { color: colour } }
    : { showSymbol: false }),
  lineStyle: { width, color: colour },
  emphasis: { lineStyle: { width: width + 1 } },
});

function isPoint(data: readonly (readonly [number, number])[]): boolean {
  const drawn = data.filter(([, value]) => Number.isFinite(value));
  return drawn.length > 0 && drawn.every(([place]) => place === drawn[0][0]);
}
