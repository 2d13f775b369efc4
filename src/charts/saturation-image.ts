import { type ChartOption, frame, type Look, lookOf, xAxis, yAxis } from './frame.js';
import { count } from './numbers.js';

/** Which activations of a layer are saturated: |h| beyond the threshold. */
export interface Saturation {
  units: number;
  examples: number;
  /** A row an example, a number a unit: 1 where |h| is above the threshold, else 0. */
  above: readonly (readonly number[])[];
  threshold: number;
}

/** The units that are saturated in every example: no gradient passes through them. */
export function deadUnits({ above, units }: Saturation): number[] {
  if (above.length === 0) return [];
  return above[0].flatMap((_, unit) => (unit < units && above.every((row) => row[unit] === 1) ? [unit] : []));
}

/** Percent of all activations. */
export function saturatedShare({ above, units, examples }: Saturation): number {
  const sum = above.reduce((total, row) => total + row.reduce((all, cell) => all + cell, 0), 0);
  return (100 * sum) / Math.max(1, units * examples);
}

/** A rectangle of cells: columns `from` to `to` (not included) of a row. */
interface Stretch {
  row: number;
  from: number;
  to: number;
}

/** Neighbouring saturated cells of a row as one rectangle; the units in `except` are left out. */
export function stretches({ above }: Saturation, except: readonly number[] = []): Stretch[] {
  const out = new Set(except);
  return above.flatMap((cells, row) => {
    const found: Stretch[] = [];
    for (let unit = 0; unit < cells.length; unit++) {
      if (cells[unit] !== 1 || out.has(unit)) continue;
      const last = found[found.length - 1];
      if (last?.to === unit) last.to++;
      else found.push({ row, from: unit, to: unit + 1 });
    }
    return found;
  });
}

/**
 * A row an example, a column a unit; white where the unit is saturated, black where not. A unit that is saturated in
 * every example has a column of its own colour and a mark above it.
 */
export function saturationImage(data: Saturation, given?: Partial<Look>): ChartOption {
  const look = lookOf(given);
  const { theme } = look;
  const [units, examples] = [data.units, data.examples].map(counted);
  const dead = deadUnits(data);
  const columns = dead.flatMap((unit) => [{ row: 0, from: unit, to: unit + 1, rows: examples }]);
  const draw = (
    name: string,
    colour: string,
    rectangles: (Stretch & { rows?: number })[],
    edge?: string,
  ) => ({
    type: 'custom' as const,
    name,
    data: [[0, 0]],
    clip: true,
    silent: true,
    renderItem: (_: unknown, api: { coord(at: number[]): number[] }) => {
      const pathData = rectangles
        .map(({ row, from, to, rows = 1 }) => {
          const [left, top] = api.coord([from, row]).map(round);
          const [right, bottom] = api.coord([to, row + rows]).map(round);
          return `M${left} ${top}H${right}V${bottom}H${left}Z`;
        })
        .join('');
      return {
        type: 'path' as const,
        shape: { pathData },
        style: { fill: colour, ...(edge && { stroke: edge, lineWidth: 1 }) },
      };
    },
  });
  const y = yAxis(look, { name: 'example', min: 0, max: examples, format: count, intervals: 4 });
  return {
    ...frame(look),
    xAxis: { ...xAxis(look, { name: 'unit', min: 0, max: units, format: count }) },
    yAxis: { ...y, inverse: true, nameLocation: 'start', splitLine: { show: false } },
    series: [
      draw('not saturated', theme.open, [{ row: 0, from: 0, to: units, rows: examples }], theme.muted),
      draw('saturated', theme.saturated, stretches(data, dead)),
      ...(dead.length === 0
        ? []
        : [
            draw('dead units', theme.dead, columns),
            {
              type: 'scatter' as const,
              name: 'dead',
              data: dead.map((unit) => [unit + 0.5, 0]),
              symbol: 'triangle',
              symbolRotate: 180,
              symbolSize: 8,
              symbolOffset: [0, -6],
              clip: false,
              color: theme.dead,
              silent: true,
            },
          ]),
    ],
  } as ChartOption;
}

/** A number of rows or columns: what is none is 1. */
const counted = (size: number): number => (size >= 1 && size <= 1e9 ? size : 1);

const round = (value: number): number => Math.round(value * 100) / 100;
