import { describe, expect, test } from 'vitest';
import { type LayerStats, light, renderSvg, ridges } from '../../src/charts/index.js';
import { smoothDensity } from '../../src/charts/ridges.js';

const density = (from: number, to: number, of: (x: number) => number, bins = 100) => {
  const edges = Array.from({ length: bins + 1 }, (_, i) => from + ((to - from) * i) / bins);
  return { edges, values: Array.from({ length: bins }, (_, i) => of((edges[i] + edges[i + 1]) / 2)) };
};
const normal = (std: number) => (x: number) =>
  Math.exp(-0.5 * (x / std) ** 2) / (std * Math.sqrt(2 * Math.PI));
const layer = (name: string, std: number, depth: number): LayerStats => ({
  name,
  layer: depth,
  mean: 0,
  std,
  histogram: density(-4 * std, 4 * std, normal(std)),
});
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

describe('smoothDensity', () => {
  test('of a single bin is a Gaussian of 2 bins of 100, and nothing is lost', () => {
    const values = new Array<number>(100).fill(0);
    values[50] = 1;
    const smooth = smoothDensity({ edges: [], values });
    expect(total(smooth)).toBeCloseTo(1, 12);
    // The Gaussian is cut at three deviations, whose weights sum to 0.9973 of the whole.
    expect(smooth[50]).toBeCloseTo(1 / (2 * Math.sqrt(2 * Math.PI)) / 0.9985, 3);
    expect(smooth[52] / smooth[50]).toBeCloseTo(Math.exp(-0.5), 12);
    const variance = smooth.reduce((sum, value, i) => sum + value * (i - 50) ** 2, 0);
    expect(variance).toBeCloseTo(4, 0);
  });

  test('keeps within the histogram what lies at its ends', () => {
    const values = new Array<number>(100).fill(0);
    values[0] = 3;
    values[99] = 1;
    const smooth = smoothDensity({ edges: [], values });
    expect(total(smooth)).toBeCloseTo(4, 12);
    expect(smooth.indexOf(Math.max(...smooth))).toBe(0);
    expect(total(smooth.slice(0, 10))).toBeCloseTo(3, 12);
  });

  test('leaves what is even as it is, of a few bins too', () => {
    for (const bins of [1, 2, 7, 100])
      for (const value of smoothDensity({ edges: [], values: new Array<number>(bins).fill(0.25) }))
        expect(value).toBeCloseTo(0.25, 12);
    expect(smoothDensity({ edges: [], values: [] })).toEqual([]);
  });
});

interface Row {
  name: string;
  data: [number, number][];
  areaStyle: { origin: number; opacity: number };
  color: string;
}
const rowsOf = (option: ReturnType<typeof ridges>) => option.series as Row[];

describe('ridges', () => {
  const layers = [layer('tanh 1 of 2', 1, 1), layer('tanh 2 of 2', 0.25, 2)];

  test('the first layer is at the top, and each is as high as its row', () => {
    const rows = rowsOf(ridges({ layers, quantity: 'h' }));
    expect(rows.map(({ areaStyle }) => areaStyle.origin)).toEqual([1, 0]);
    for (const { data, areaStyle } of rows) {
      const heights = data.map(([, y]) => y - areaStyle.origin);
      expect(Math.max(...heights)).toBeCloseTo(0.9, 12);
      expect([heights[0], heights.at(-1)]).toEqual([0, 0]);
    }
    expect(rows[0].color).toBe(light.layers[0]);
  });

  test('have one axis as wide as the widest, or as it is given', () => {
    const bounds = (option: ReturnType<typeof ridges>) => [option.xAxis.min, option.xAxis.max];
    expect(bounds(ridges({ layers, quantity: 'h' }))).toEqual([-4, 4]);
    expect(bounds(ridges({ layers, quantity: 'h', bounds: [-9, 9] }))).toEqual([-9, 9]);
  });

  test('a value that many share does not flatten the rest', () => {
    const relu = layer('ReLU 1 of 1', 1, 1);
    relu.histogram = density(0, 4, (x) => 2 * normal(1)(x));
    relu.histogram.values[0] = 25;
    const [row] = rowsOf(ridges({ layers: [relu], quantity: 'h' }));
    const heights = row.data.map(([, y]) => y);
    // Cut at the top; what is beside it is as high as the row, too.
    expect(heights[1]).toBeCloseTo(0.9, 12);
    expect(heights[12]).toBeGreaterThan(0.7);
  });

  test('the others step back behind the layer that is chosen', () => {
    const [first, second] = rowsOf(ridges({ layers, quantity: 'h', chosen: 'tanh 2 of 2' }));
    expect(second.areaStyle.opacity).toBeGreaterThan(2 * first.areaStyle.opacity);
  });

  test('print the name and the std of each, in Node too', () => {
    const svg = renderSvg(ridges({ layers, quantity: 'output h', limits: [-0.97, 0.97] }), {
      width: 400,
      height: 160,
      theme: 'light',
      label: 'outputs',
    });
    for (const text of ['tanh 1 of 2', 'std 1.00', 'tanh 2 of 2', 'std 0.25', 'output h'])
      expect(svg).toContain(text);
  });

  test('are drawn where there is nothing, or one value only', () => {
    const flat = { ...layer('a', 0, 1), histogram: { edges: [0.5, 0.5], values: [1] } };
    for (const given of [[], [flat]])
      expect(
        renderSvg(ridges({ layers: given, quantity: 'h' }), {
          width: 300,
          height: 100,
          theme: 'dark',
          label: 'h',
        }),
      ).toContain('<svg');
  });
});
