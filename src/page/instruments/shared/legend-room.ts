import type { ChartOption } from 'lanewise/charts';

/** Of a row of a legend, and above the plot with one, in pixels. */
const ROW = 19;
const ABOVE = 14;

/** Lets a plot begin below the legend, whose rows would else lie on the lines. */
export const roomForLegend = (option: ChartOption, rows: number): ChartOption => ({
  ...option,
  grid: { ...option.grid, top: ABOVE + rows * ROW },
});
