// The cost of a step beside the time of its arithmetic, each against one of width, batch and depth: three plots on
// logarithmic axes in one picture.

const [WIDTH, HEIGHT] = [960, 340];
const PLOT = { left: 64, right: 24, top: 64, bottom: 52 };

/** An option of echarts, for `renderSvg`. */
export function scalingChart(series, theme) {
  const share = WIDTH / series.length;
  const text = { color: theme.muted, fontSize: 12 };
  const axis = (gridIndex, name) => ({
    type: 'log',
    gridIndex,
    name,
    nameTextStyle: text,
    axisLabel: text,
    axisLine: { show: true, lineStyle: { color: theme.muted } },
    splitLine: { lineStyle: { color: theme.rule } },
    minorTick: { show: false },
  });
  const times = series.flatMap(({ rows }) => rows.flatMap(({ median, arithmetic }) => [median, arithmetic]));
  const microseconds = (value) => value * 1e6;
  const [low, high] = [Math.min(...times), Math.max(...times)].map((value) =>
    Math.log10(microseconds(value)),
  );
  return {
    title: {
      text: 'A training step and its arithmetic at the ceiling',
      left: 0,
      top: 0,
      textStyle: { color: theme.ink, fontSize: 14 },
    },
    legend: {
      right: 40,
      itemGap: 28,
      top: 2,
      data: ['step', 'arithmetic'],
      textStyle: { color: theme.muted, fontSize: 12 },
    },
    grid: series.map((_, i) => ({
      left: i * share + PLOT.left,
      width: share - PLOT.left - PLOT.right,
      top: PLOT.top,
      bottom: PLOT.bottom,
      outerBoundsMode: 'none',
    })),
    xAxis: series.map(({ by, rows }, i) => ({
      ...axis(i, by),
      logBase: 2,
      min: rows[0][by],
      max: rows.at(-1)[by],
      nameLocation: 'middle',
      nameGap: 26,
      splitLine: { show: false },
    })),
    yAxis: series.map((_, i) => ({
      ...axis(i, i === 0 ? 'µs' : ''),
      min: 10 ** Math.floor(low),
      max: 10 ** Math.ceil(high),
      axisLabel: { ...text, formatter: (value) => value.toLocaleString('en') },
    })),
    series: series.flatMap(({ by, rows }, i) =>
      [
        ['step', 'median', theme.accent, 'solid'],
        ['arithmetic', 'arithmetic', theme.second, 'dashed'],
      ].map(([name, field, colour, type]) => ({
        type: 'line',
        name,
        xAxisIndex: i,
        yAxisIndex: i,
        data: rows.map((row) => [row[by], Number(microseconds(row[field]).toPrecision(4))]),
        color: colour,
        symbolSize: 5,
        lineStyle: { width: 2, color: colour, type },
      })),
    ),
  };
}

export const size = { width: WIDTH, height: HEIGHT };
