import { describe, expect, test } from 'vitest';
import {
  barHistogram,
  batchNormWidget,
  type ChartOption,
  comparedLosses,
  dark,
  deadUnits,
  layerHistograms,
  layersOverTime,
  light,
  linesOver,
  lossCurve,
  renderSvg,
  saturatedShare,
  saturationImage,
  updateRatios,
} from '../../src/charts/index.js';
import { stretches } from '../../src/charts/saturation-image.js';
import { layerColour, namedColours } from '../../src/charts/theme.js';
import { bars, layerStats, losses, reseed, saturation, updates, widget } from './synthetic.js';

reseed();

interface Series {
  name: string;
  type: string;
  color: string;
  data: [number, number][];
  markLine?: { data: { name: string; xAxis?: number; yAxis?: number }[] };
}
const seriesOf = (option: ChartOption) => option.series as unknown as Series[];
const axisOf = (option: ChartOption) => option.xAxis as { min: number; max: number; name: string };

test('a theme has no colour twice, so that each can stand for its variable', () => {
  for (const theme of [light, dark]) {
    const colours = namedColours(theme).map(([, colour]) => colour);
    expect(new Set(colours).size).toBe(colours.length);
    for (const colour of colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  }
  expect(namedColours(dark).map(([name]) => name)).toEqual(namedColours(light).map(([name]) => name));
});

describe('a line whose values lie at one step', () => {
  const one: [number, number][] = [[0, 3.3]];
  const drawn: Record<string, (second: [number, number][]) => ChartOption> = {
    lossCurve: (second) => lossCurve({ losses: [...one, ...second], vocabularySize: 27 }),
    comparedLosses: (second) =>
      comparedLosses({
        // The loss of the first step itself, and the mean of a window that holds no other.
        runs: [{ label: 'a', curve: [...one, ...one, ...second], band: [[0, 3, 3.5]] }],
        vocabularySize: 27,
        steps: 1,
      }),
    linesOver: (second) =>
      linesOver({ x: 'step', y: 'mean', lines: [{ name: 'a', points: [...one, ...second] }] }),
    layersOverTime: (second) =>
      layersOverTime({
        layers: [{ name: 'tanh 1', layer: 1, values: [0.6, ...second.map(([, value]) => value)] }],
        steps: [0, ...second.map(([step]) => step)],
        quantity: 'std',
      }),
    updateRatios: (second) =>
      updateRatios({
        parameters: [
          { name: 'W', layer: 1, kind: 'weight', log10: [-3, ...second.map(([, value]) => value)] },
        ],
        steps: [0, ...second.map(([step]) => step)],
      }),
  };
  /** In the chart, not in its legend. */
  const circles = (option: ChartOption) =>
    renderSvg(
      { ...option, legend: { show: false } },
      { width: 400, height: 200, theme: 'light', label: 'one' },
    ).match(/<path d="M1 0A1 1 /g) ?? [];

  test.each(Object.entries(drawn))('%s draws a point, and none once it has a length', (_, describe) => {
    expect(circles(describe([])).length).toBeGreaterThan(0);
    const longer = describe([[1, 3.2]]);
    expect(circles(longer)).toEqual([]);
    // Between two steps there is none to be named.
    expect((longer.xAxis as { axisLabel: { customValues: number[] } }).axisLabel.customValues).toEqual([
      0, 1,
    ]);
  });
});

describe('loss curve', () => {
  const data = { losses: losses(1001), vocabularySize: 27, lrDrop: { step: 500, before: 0.1, after: 0.01 } };
  const [raw, smooth] = seriesOf(lossCurve(data));

  test('shows log10 of every loss, and means of 20', () => {
    expect(raw.data.length).toBe(1001);
    expect(raw.data[7]).toEqual([7, Math.log10(data.losses[7][1])]);
    expect(smooth.name).toBe('mean of 20 steps');
    expect(smooth.data.length).toBe(51);
    const mean = raw.data.slice(0, 20).reduce((sum, [, value]) => sum + value, 0) / 20;
    expect(smooth.data[0][1]).toBeCloseTo(mean, 12);
  });

  test('marks ln(vocabulary) and the drop of the learning rate', () => {
    const marked = raw.markLine?.data.map(({ name, xAxis, yAxis }) => ({ name, at: xAxis ?? yAxis }));
    expect(marked).toEqual([
      { name: 'knowing nothing: ln 27 = 3.296', at: Math.log10(Math.log(27)) },
      { name: 'lr 0.1 → 0.01', at: 500 },
    ]);
  });

  test('marks no drop that the run did not reach', () => {
    const [early] = seriesOf(lossCurve({ ...data, losses: data.losses.slice(0, 400) }));
    expect(early.markLine?.data.length).toBe(1);
  });

  test('leaves out losses that have no logarithm', () => {
    const [some] = seriesOf(
      lossCurve({
        vocabularySize: 27,
        losses: [
          [0, 3],
          [1, Number.NaN],
          [2, 0],
          [3, 1],
        ],
      }),
    );
    expect(some.data.map(([step]) => step)).toEqual([0, 3]);
  });
});

describe('layers', () => {
  const layers = [layerStats('tanh 1', 1, 0.002), { ...layerStats('tanh 2', 2, 0.001), saturated: 2.75 }];

  test('have a line each, in the colour of their depth, at the middles of the bins', () => {
    const option = layerHistograms({ layers, quantity: 'gradient' });
    expect(seriesOf(option).map(({ name, color }) => [name, color])).toEqual([
      ['tanh 1', light.layers[0]],
      ['tanh 2', light.layers[1]],
    ]);
    const { edges, values } = layers[0].histogram;
    expect(seriesOf(option)[0].data[3]).toEqual([(edges[3] + edges[4]) / 2, values[3]]);
  });

  test('share an axis that is symmetric about 0, or the given one', () => {
    const { min, max } = axisOf(layerHistograms({ layers, quantity: 'gradient' }));
    expect(max).toBeGreaterThanOrEqual(0.0075);
    expect(max).toBeLessThanOrEqual(0.01);
    expect(min).toBe(-max);
    expect(axisOf(layerHistograms({ layers, quantity: 'h', bounds: [-1, 1] }))).toMatchObject({
      min: -1,
      max: 1,
    });
  });

  test('are described in the legend by mean, deviation and saturation', () => {
    const { legend } = layerHistograms({ layers, quantity: 'gradient' });
    const { formatter } = legend as { formatter: (name: string) => string };
    expect(formatter('tanh 2')).toBe('tanh 2: mean 0, std 1.0·10⁻³, saturated 2.8 %');
    expect(layerHistograms({ layers, quantity: 'gradient' }, { legend: false })).not.toHaveProperty('legend');
  });

  test('are cut where one towers above the others', () => {
    const wide = [1, 2, 3].map((layer) => layerStats(`linear ${layer}`, layer, 1));
    const top = (given: typeof wide) =>
      (layerHistograms({ layers: given, quantity: 'g' }).yAxis as { max?: number }).max;
    expect(top(wide)).toBeUndefined();
    const limit = top([layerStats('C', 0, 0.01), ...wide]) as number;
    for (const { histogram } of wide) expect(Math.max(...histogram.values)).toBeLessThan(limit);
    expect(limit).toBeLessThan(1);
  });

  test('are cut at a spike, the value that many elements share', () => {
    const bell = layerStats('ReLU 1', 1, 1);
    const values = bell.histogram.values.map((value, i) => (i === 50 ? 20 : value));
    const spiked = { ...bell, histogram: { ...bell.histogram, values } };
    const { max } = layerHistograms({ layers: [spiked], quantity: 'h' }).yAxis as { max: number };
    expect(max).toBeGreaterThan(Math.max(...bell.histogram.values));
    expect(max).toBeLessThan(1);
  });

  test('have an axis from 0 where nothing is below, and share one with the layers beside', () => {
    const positive = layerStats('ReLU 1', 1, 1);
    const edges = positive.histogram.edges.map((edge) => Math.abs(positive.histogram.edges[0]) + edge);
    const raised = { ...positive, histogram: { ...positive.histogram, edges } };
    expect(axisOf(layerHistograms({ layers: [raised], quantity: 'h' })).min).toBe(0);
    const wide = [layerStats('tanh 1', 1, 1)];
    const both = [
      layerHistograms({ layers, quantity: 'g', beside: wide }),
      layerHistograms({ layers: wide, quantity: 'g', beside: layers }),
    ];
    expect(axisOf(both[0])).toMatchObject({ min: axisOf(both[1]).min, max: axisOf(both[1]).max });
    expect((both[0].yAxis as { max: number }).max).toBe((both[1].yAxis as { max: number }).max);
  });

  test('mark limits once, and step back behind the chosen one', () => {
    const all = seriesOf(
      layerHistograms({ layers, quantity: 'h', limits: [-0.97, 0.97], chosen: 'tanh 2' }),
    ) as (Series & { lineStyle: { opacity: number } })[];
    expect(all[0].markLine?.data.map(({ xAxis }) => xAxis)).toEqual([-0.97, 0.97]);
    expect(all[1].markLine).toBeUndefined();
    expect(all.map(({ lineStyle }) => lineStyle.opacity)).toEqual([0.2, 1]);
  });

  test('take the colours of the dark theme where asked, and begin again after the sixth', () => {
    const [first] = seriesOf(layerHistograms({ layers, quantity: 'g' }, { theme: dark }));
    expect(first.color).toBe(dark.layers[0]);
    expect(layerColour(light, 7)).toBe(light.layers[0]);
    expect(layerColour(light, 0)).toBe(light.embedding);
  });
});

test('bars: one a bin, at its middle', () => {
  const option = barHistogram({ histogram: bars(50, 5), quantity: 'pre-activation' });
  const [{ type, data }] = seriesOf(option);
  expect([type, data.length]).toEqual(['bar', 50]);
  expect(data[0][0]).toBeCloseTo(-4.9, 12);
  expect(data[49][1]).toBe(59);
  expect(axisOf(option)).toMatchObject({ min: -5, max: 5, name: 'pre-activation' });
});

test('bars: stretches of the axis are shaded as far as it goes, with a line at each end that lies on it', () => {
  const option = barHistogram({
    histogram: bars(50, 5),
    quantity: 'pre-activation',
    counted: 'examples',
    shaded: {
      name: 'flat',
      zones: [
        [-Infinity, -2],
        [7, Infinity],
      ],
    },
  });
  const [, zones] = seriesOf(option);
  expect(zones.data).toEqual([[-5, -2]]);
  expect(zones.markLine?.data.map(({ name, xAxis }) => [name, xAxis])).toEqual([['flat', -2]]);
  expect(option.yAxis).toMatchObject({ name: 'examples' });
});

describe('saturation', () => {
  const data = {
    units: 4,
    examples: 2,
    threshold: 0.99,
    above: [
      [1, 1, 0, 1],
      [0, 1, 0, 1],
    ],
  };

  test('counts cells and finds the units that are saturated throughout', () => {
    expect(saturatedShare(data)).toBe(62.5);
    expect(deadUnits(data)).toEqual([1, 3]);
    expect(deadUnits({ ...data, above: [] })).toEqual([]);
  });

  test('joins neighbouring cells of a row', () => {
    expect(stretches(data)).toEqual([
      { row: 0, from: 0, to: 2 },
      { row: 0, from: 3, to: 4 },
      { row: 1, from: 1, to: 2 },
      { row: 1, from: 3, to: 4 },
    ]);
    expect(stretches(data, [1, 3])).toEqual([{ row: 0, from: 0, to: 1 }]);
  });

  test('marks dead units, and only where there are any', () => {
    const names = (dead?: number) =>
      seriesOf(saturationImage(saturation(200, 32, 0.1, dead))).map(({ name }) => name);
    expect(names()).toEqual(['not saturated', 'saturated']);
    expect(names(17)).toEqual(['not saturated', 'saturated', 'dead units', 'dead']);
    const [, , , marks] = seriesOf(saturationImage(saturation(200, 32, 0.1, 17)));
    expect(marks.data).toEqual([[17.5, 0]]);
  });
});

describe('update:data', () => {
  const steps = Array.from({ length: 1001 }, (_, step) => step);

  test('has a line a parameter, matrices last, each of at most 250 points', () => {
    const all = seriesOf(updateRatios({ steps, parameters: updates(1001) }));
    expect(all.length).toBe(19);
    expect(all.slice(-7).map(({ name }) => name)).toEqual([
      'C',
      ...[1, 2, 3, 4, 5, 6].map((n) => `weight ${n}`),
    ]);
    for (const { data } of all) expect(data.length).toBeLessThanOrEqual(250);
    expect(all[all.length - 1].markLine?.data).toMatchObject([{ yAxis: -3 }]);
  });

  test('is not thinned where there is no need', () => {
    const parameters = [{ name: 'W', layer: 1, kind: 'weight' as const, log10: [-2, -2.5, -3] }];
    expect(seriesOf(updateRatios({ steps: [0, 1, 2], parameters }))[0].data).toEqual([
      [0, -2],
      [1, -2.5],
      [2, -3],
    ]);
  });
});

test('update:data of two runs has the same axes, and a chosen parameter stands out', () => {
  const run = (steps: number, level: number) => ({
    steps: Array.from({ length: steps }, (_, step) => step),
    parameters: updates(steps, level),
  });
  const [short, long] = [run(20, -2), run(90, -4)];
  const axes = [updateRatios({ ...short, beside: long }), updateRatios({ ...long, beside: short })].map(
    ({ xAxis, yAxis }) => {
      const [x, y] = [xAxis, yAxis] as { min: number; max: number }[];
      return [x.min, x.max, y.min, y.max];
    },
  );
  expect(axes[0]).toEqual(axes[1]);
  const all = seriesOf(updateRatios({ ...short, chosen: 'C' })) as (Series & {
    lineStyle: { opacity: number };
  })[];
  for (const { name, lineStyle } of all) expect(lineStyle.opacity).toBe(name === 'C' ? 1 : 0.2);
});

describe('batch normalisation', () => {
  const option = batchNormWidget(widget(-20));
  const named = (name: string, type: string) =>
    seriesOf(option).find((series) => series.name === name && series.type === type) as Series;

  test('is titled as in the lecture', () => {
    expect(option.title).toMatchObject({ text: 'input mu −3.50 std 9.39' });
  });

  test('has inputs on 1, outputs on 0, and a thread from each to its own', () => {
    const { x, y } = widget(-20);
    expect(named('inputs', 'scatter').data).toEqual(x.map((value) => [value, 1]));
    expect(named('outputs', 'scatter').data).toEqual(y.map((value) => [value, 0]));
    const threads = seriesOf(option).filter(
      ({ data, type }) => type === 'line' && data[0][1] === 1 && data[1][1] === 0,
    );
    expect(threads.map(({ data }) => data)).toEqual(
      x.map((value, i) => [
        [value, 1],
        [y[i], 0],
      ]),
    );
  });

  test('has the two normal densities', () => {
    const at = (data: [number, number][], place: number) =>
      data.reduce((near, point) =>
        Math.abs(point[0] - place) < Math.abs(near[0] - place) ? point : near,
      )[1];
    const peak = 1 / Math.sqrt(2 * Math.PI);
    expect(at(named('outputs', 'line').data, 0)).toBeCloseTo(peak, 10);
    expect(at(named('outputs', 'line').data, 1)).toBeCloseTo(peak * Math.exp(-0.5), 2);
    expect(at(named('inputs', 'line').data, -3.5)).toBeCloseTo(peak / widget(-20).std, 10);
  });
});

describe('the axis of the losses', () => {
  interface LogAxis {
    min: number;
    max: number;
    name: string;
    axisLabel: { customValues: number[]; formatter: (log: number) => string };
  }
  const axis = (option: ChartOption) => option.yAxis as unknown as LogAxis;
  const labels = ({ axisLabel: { customValues, formatter } }: LogAxis) =>
    customValues.map((log) => formatter(log));
  const stick: [number, number][] = Array.from({ length: 1001 }, (_, i) => [
    i,
    2.2 + 23.76 * Math.exp(-i / 2),
  ]);

  test('is in nats at every width, and names the loss of step 0', () => {
    for (const narrow of [false, true]) {
      const found = axis(lossCurve({ losses: stick, vocabularySize: 27 }, { narrow }));
      expect(found.name).toMatch(/^loss \(nats/);
      expect(labels(found)).toEqual(['2', '5', '10', '20', '26']);
      expect(found.max).toBeGreaterThan(Math.log10(25.96));
    }
    const calm = axis(lossCurve({ losses: stick.slice(20), vocabularySize: 27 }));
    expect(labels(calm)).toEqual(['2.2', '2.4', '2.6', '2.8', '3']);
  });

  test('of compared runs holds what each begins with, though the rest is far below', () => {
    const curve: [number, number][] = [
      [0, 25.96],
      [5, 14],
      [50, 3],
      [99, 2.4],
    ];
    const runs = [
      { label: 'original', curve },
      {
        label: 'calm',
        curve: [
          [0, 3.3],
          [99, 2.2],
        ] as [number, number][],
      },
    ];
    const found = axis(comparedLosses({ runs, vocabularySize: 27, steps: 100 }));
    expect(found.max).toBeGreaterThan(Math.log10(25.96));
    expect(labels(found)).toContain('26');
    expect(labels(found)).toContain('3.3');
  });

  test('of one loss, or of one beyond all bounds, has labels', () => {
    expect(labels(axis(lossCurve({ losses: [[0, 3.3]], vocabularySize: 27 })))).toContain('3.3');
    const vast = axis(
      lossCurve({
        losses: [
          [0, 3e20],
          [1, 3],
        ],
        vocabularySize: 27,
      }),
    );
    expect(labels(vast)).toContain('3·10²⁰');
    expect(labels(vast).length).toBeLessThan(12);
  });
});
