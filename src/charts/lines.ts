import { checked } from './checked.js';
import { type ChartOption, cursorAt, frame, type Look, line, lookOf, marks, xAxis, yAxis } from './frame.js';
import { fixed } from './numbers.js';
import { layerColour } from './theme.js';

/** What `linesOver` draws. */
export interface Lines {
  /** In the order of the legend. A `faint` one lies behind the others; a `dashed` one is something to compare with. */
  lines: readonly {
    name: string;
    points: readonly (readonly [number, number])[];
    /** `accent`, `second`, or the number of a layer from 1. */
    colour?: 'accent' | 'second' | 'ink' | number;
    faint?: boolean;
    dashed?: boolean;
  }[];
  x: string;
  y: string;
  /** Ends of the horizontal axis, where it is to go beyond the points. */
  from?: number;
  to?: number;
  /** Of the vertical axis, where it is not to follow the values. */
  min?: number;
  max?: number;
  /** A place that is looked at: a line there. */
  cursor?: number | undefined;
}

/** Several named quantities over one, as the steps of a run. */
export function linesOver(data: Lines, given?: Partial<Look>): ChartOption {
  const { lines, x, y, min, max, cursor } = data;
  const look = lookOf(given);
  const { theme, legend } = look;
  const ends = lines.flatMap(({ points }) => [points[0]?.[0], points.at(-1)?.[0]]);
  const places = [...ends, data.from, data.to].filter(isNumber);
  const from = places.reduce((least, value) => Math.min(least, value), places[0] ?? 0);
  const to = places.reduce((most, value) => Math.max(most, value), places[0] ?? 1);
  const colourOf = (colour: Lines['lines'][number]['colour'] = 'accent', faint = false) => {
    if (typeof colour === 'number') return layerColour(theme, colour);
    return faint ? theme.faint : theme[colour];
  };
  const base = frame(look);
  const rows = legend
    ? legendRows(
        lines.map(({ name }) => name),
        look.narrow,
      )
    : 0;
  return checked({
    ...base,
    // A legend of one row shares the line of the axis' name.
    grid: { ...base.grid, right: 26, top: rows > 1 ? 24 * rows + 24 : 30 },
    ...(legend && {
      legend: {
        top: 0,
        ...(look.narrow && rows === 1 && { right: 0 }),
        data: lines.map(({ name }) => name),
        textStyle: { color: theme.muted },
      },
    }),
    tooltip: { trigger: 'axis', confine: true, valueFormatter: (value) => fixed(Number(value), 3) },
    xAxis: xAxis(look, { name: x, counts: x === 'step', min: from, max: to }),
    yAxis: yAxis(look, { name: y, min, max }),
    series: lines.map(({ name, points, colour, faint = false, dashed = false }, i) => {
      const paint = colourOf(colour, faint);
      const drawn = line(
        name,
        paint,
        points.map(([a, b]): [number, number] => [a, b]),
        faint ? 1 : 2,
      );
      return {
        ...drawn,
        z: faint ? 2 : 3,
        ...(i === 0 && cursor !== undefined && { markLine: marks(cursorAt(look, cursor)) }),
        ...(dashed && { lineStyle: { ...drawn.lineStyle, type: [5, 4] as [number, number] } }),
      };
    }),
  });
}

/** How many rows the names take, about, on a chart of 340 pixels or one of 700; beside the axis' name there is room for fewer. */
function legendRows(names: readonly string[], narrow: boolean): number {
  const width = narrow ? 320 : 680;
  let [rows, used] = [1, narrow ? 60 : 120];
  for (const name of names) {
    const wanted = 45 + 6.5 * name.length;
    if (used + wanted > width) {
      rows++;
      used = 0;
    }
    used += wanted;
  }
  return rows;
}

const isNumber = (value: number | undefined): value is number => value !== undefined;
