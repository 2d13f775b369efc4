import { describe, expect, test } from 'vitest';
import { type ChartOption, layersOverTime, light } from '../../src/charts/index.js';

interface Series {
  name: string;
  color: string;
  data: [number, number][];
  lineStyle: { opacity: number; type: string };
  markLine?: { data: { name: string; yAxis: number }[] };
}
const seriesOf = (option: ChartOption) => option.series as unknown as Series[];
const ends = (option: ChartOption) => ({
  x: (option.xAxis as { max: number }).max,
  y: (option.yAxis as { max: number }).max,
});

describe('layers over time', () => {
  const steps = [0, 1, 2, 3];
  const layers = [
    { name: 'tanh 1', layer: 1, values: [20, 21, Number.NaN, 22] },
    { name: 'tanh 7', layer: 7, values: [5, 4, 3, 2] },
  ];
  const data = { layers, steps, quantity: 'saturated (%)', most: 100 };

  test('have a line each in the colour of their depth, without what is not finite', () => {
    const [first, seventh] = seriesOf(layersOverTime(data));
    expect(first.data).toEqual([
      [0, 20],
      [1, 21],
      [3, 22],
    ]);
    expect([first.color, first.lineStyle.type]).toEqual([light.layers[0], 'solid']);
    expect([seventh.color, seventh.lineStyle.type]).toEqual([light.layers[0], 'dashed']);
  });

  test('are thinned to 250 points', () => {
    const many = Array.from({ length: 1001 }, (_, step) => step);
    const [curve] = seriesOf(
      layersOverTime({
        layers: [{ name: 'h', layer: 1, values: many.map(() => 3) }],
        steps: many,
        quantity: 'std',
      }),
    );
    expect(curve.data.length).toBeLessThanOrEqual(250);
    expect(curve.data[7][1]).toBe(3);
  });

  test('mark a limit only where the values come near, and never end above the most there can be', () => {
    const limits = [
      { at: 24, name: 'warning' },
      { at: 50, name: 'problem' },
    ];
    const [first] = seriesOf(layersOverTime({ ...data, limits }));
    expect(first.markLine?.data.map(({ name, yAxis }) => [name, yAxis])).toEqual([['warning', 24]]);
    const full = layersOverTime({ ...data, layers: [{ ...layers[0], values: [99, 99, 99, 99] }] });
    expect(ends(full).y).toBe(100);
  });

  test('share axes with a chart beside them', () => {
    const beside = { layers: [{ name: 'tanh 1', layer: 1, values: [60, 70, 80] }], steps: [0, 500, 1000] };
    expect(ends(layersOverTime({ ...data, beside }))).toEqual({ x: 1000, y: 100 });
    expect(ends(layersOverTime({ ...data, ...beside, beside: data }))).toEqual({ x: 1000, y: 100 });
  });

  test('step back behind the chosen one', () => {
    expect(
      seriesOf(layersOverTime({ ...data, chosen: 'tanh 7' })).map(({ lineStyle }) => lineStyle.opacity),
    ).toEqual([0.2, 1]);
    expect(
      seriesOf(layersOverTime({ ...data, chosen: 'no such' })).map(({ lineStyle }) => lineStyle.opacity),
    ).toEqual([1, 1]);
  });

  test('have axes where there is nothing yet', () => {
    expect(ends(layersOverTime({ layers: [], steps: [], quantity: 'std' }))).toEqual({ x: 1, y: 1 });
  });
});
