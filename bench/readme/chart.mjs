// The README's chart: microseconds of a step, a dot for each network, a line of text for each contender.
import { number } from '../table.mjs';
import { ranked } from './block.mjs';

const WIDTH = 760;
const [TOP, ROW, BOTTOM] = [40, 30, 48];

/** An option of echarts and its size, for `renderSvg`. */
export function stepsChart(result, theme) {
  const rows = ranked(result).reverse();
  const text = { color: theme.muted, fontSize: 12 };
  const medians = rows.flatMap(({ mlp, deep }) => [mlp.median, deep.median]).map((value) => value * 1e6);
  const dots = (net, name, colour, position) => ({
    type: 'scatter',
    name,
    color: colour,
    symbolSize: 10,
    data: rows.map((row, i) => [Number((row[net].median * 1e6).toPrecision(4)), i]),
    label: {
      show: true,
      position,
      formatter: ({ value: [x] }) => number(x),
      color: theme.ink,
      fontSize: 12,
    },
  });
  return {
    width: WIDTH,
    height: TOP + rows.length * ROW + BOTTOM,
    option: {
      grid: { left: 230, right: 40, top: TOP, bottom: BOTTOM, outerBoundsMode: 'none' },
      legend: { top: 0, left: 222, itemGap: 28, textStyle: { color: theme.ink, fontSize: 12 } },
      xAxis: {
        type: 'log',
        min: 10 ** Math.floor(Math.log10(Math.min(...medians))),
        max: 10 ** Math.ceil(Math.log10(Math.max(...medians))),
        name: 'µs a step, logarithmic',
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: text,
        axisLabel: { ...text, formatter: (value) => value.toLocaleString('en') },
        axisLine: { show: true, lineStyle: { color: theme.muted } },
        splitLine: { lineStyle: { color: theme.rule } },
      },
      yAxis: {
        type: 'category',
        data: rows.map(({ name }) => name),
        axisLabel: { ...text, color: theme.ink },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { show: true, lineStyle: { color: theme.rule } },
      },
      series: [
        dots('mlp', 'first network', theme.accent, 'left'),
        dots('deep', 'six layers', theme.second, 'right'),
      ],
    },
  };
}
