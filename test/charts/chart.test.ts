import { describe, expect, test } from 'vitest';
import {
  Chart,
  chartSvg,
  histogram,
  image,
  lines,
  normalised,
  type Ridges,
  renderSvg,
  ridges,
  scatter,
} from '../../src/charts/index.js';
import { Generator, Linear, load, Tanh } from '../../src/index.js';

/** As another thread has it. */
const sent = (chart: Chart) => new Chart(structuredClone(chart.toJSON()));
const dataOf = <Kind extends string>(chart: Chart, kind: Kind) => {
  const made = chart.toJSON();
  expect(made.kind).toBe(kind);
  return made.data as never;
};
const normals = new Generator(1).randn(3200);

describe('a chart in one line', () => {
  test('is data that a thread can be sent, and drawn there the same', async () => {
    const core = await load();
    const tensor = core.tensor([32, 100]).set(normals);
    const charts = [
      histogram(tensor),
      image(tensor),
      lines(normals, { mark: { at: 0, name: 'none' } }),
      normalised([1, 2, 6], [-0.76, -0.38, 1.13], { reach: 30 }),
      ridges([tensor, normals]),
      scatter(
        [
          [1, 2],
          [3, 4],
        ],
        ['a', 'b'],
      ),
    ];
    for (const chart of charts) {
      const svg = chartSvg(chart);
      expect(svg).toMatch(/^<svg .*aria-label="/);
      expect(svg).not.toMatch(/NaN|undefined/);
      expect(chartSvg(sent(chart))).toBe(svg);
      expect(chartSvg(chart, { theme: 'dark' })).not.toBe(svg);
    }
    core.dispose();
  });

  test('histogram: every finite value is in a bin, the largest too', () => {
    const { histogram: bins, quantity } = dataOf(
      histogram([0, 1, 2, 3, 4, NaN, Infinity], { bins: 4, quantity: 'h' }),
      'histogram',
    ) as {
      histogram: { edges: number[]; values: number[] };
      quantity: string;
    };
    expect(bins).toEqual({ edges: [0, 1, 2, 3, 4], values: [1, 1, 1, 2] });
    expect(quantity).toBe('h');
    const { values } = (dataOf(histogram(normals), 'histogram') as { histogram: { values: number[] } })
      .histogram;
    expect(values).toHaveLength(50);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(3200);
  });

  test.each([
    [
      [-20.8345, 22.1209],
      [-21, 23],
    ],
    [
      [-1, 1],
      [-1, 1],
    ],
    [
      [-0.0123, 0.0101],
      [-0.0125, 0.0105],
    ],
    [
      [5, 5],
      [4.5, 5.5],
    ],
    [
      [-3e300, 3e300],
      [-3e300, 3e300],
    ],
  ])('histogram: the axis of %j ends at numbers of few digits', (values, [low, high]) => {
    const { bounds } = dataOf(histogram(values), 'histogram') as { bounds: [number, number] };
    expect(bounds[0] / low).toBeCloseTo(1, 9);
    expect(bounds[1] / high).toBeCloseTo(1, 9);
    expect(chartSvg(histogram(values))).toMatch(/^<svg/);
  });

  test('image: a row an example, white above the threshold', () => {
    expect(
      dataOf(
        image([
          [0.5, -1],
          [0.995, 0],
        ]),
        'image',
      ),
    ).toEqual({
      units: 2,
      examples: 2,
      above: [
        [0, 1],
        [1, 0],
      ],
      threshold: 0.99,
    });
    expect(dataOf(image([[0.5, -1]], { threshold: 0.4 }), 'image')).toMatchObject({ above: [[1, 1]] });
  });

  test('lines: few values as they are, many as means of windows', () => {
    const few = dataOf(lines([3, 1, 2]), 'lines') as { lines: { name: string; points: number[][] }[] };
    expect(few.lines).toMatchObject([
      {
        name: 'value',
        points: [
          [0, 3],
          [1, 1],
          [2, 2],
        ],
      },
    ]);
    const many = dataOf(
      lines({ a: new Float32Array(2000).fill(2), b: [1] }, { y: 'loss' }),
      'lines',
    ) as typeof few;
    expect(many).toMatchObject({ y: 'loss, mean of 8', lines: [{ name: 'a' }, { name: 'b' }] });
    expect(many.lines[0].points).toHaveLength(250);
    expect(new Set(many.lines[0].points.map(([, value]) => value))).toEqual(new Set([2]));
    expect(many.lines[1].points).toEqual([[0, 1]]);
    expect((dataOf(lines([1, 2, 3, 4], { mean: 2 }), 'lines') as typeof few).lines[0].points).toEqual([
      [0.5, 1.5],
      [2.5, 3.5],
    ]);
  });

  test('ridges: of layers, of their last outputs, by the names of their classes', async () => {
    const core = await load();
    const [linear, tanh] = [new Linear(100, 10), new Tanh()];
    linear.to(core);
    linear.initialise(new Generator(2));
    const out = tanh.forward(linear.forward(core.tensor([32, 100]).set(normals)));
    const { layers } = dataOf(ridges([linear, tanh]), 'ridges') as Ridges;
    expect(layers.map(({ name }) => name)).toEqual(['1 Linear', '2 Tanh']);
    const values = Array.from(out.toArray());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(layers[1].mean).toBeCloseTo(mean, 6);
    const { edges, values: density } = layers[1].histogram;
    const integral = density.reduce((sum, value, i) => sum + value * (edges[i + 1] - edges[i]), 0);
    expect(integral).toBeCloseTo(1, 9);
    const named = dataOf(ridges({ before: linear, after: tanh }), 'ridges') as Ridges;
    expect(named.layers.map(({ name }) => name)).toEqual(['before', 'after']);
    // What is described already is drawn as it is.
    const look = { width: 720, height: 300, theme: 'light', label: 'output of 2 layers' } as const;
    expect(renderSvg(ridges({ layers, quantity: 'output' }), look)).toBe(chartSvg(ridges([linear, tanh])));
    core.dispose();
  });

  test('lines: the axis holds every step, though a mean stands in the middle of its window', () => {
    const axis = (values: ArrayLike<number>) => {
      const { min, max } = lines(values).option().xAxis as { min: number; max: number };
      return [min, max];
    };
    expect(axis(new Float32Array(1000))).toEqual([0, 999]);
    expect(axis([1, 2, 3])).toEqual([0, 2]);
    expect(axis([1])).toEqual([0, 1]);
  });

  test('normalised: numbers, what became of them, and the moments of the first', () => {
    const { widget, reach } = dataOf(normalised([1, 3, 8], [-0.8, -0.3, 1.1]), 'normalised') as {
      widget: { x: number[]; y: number[]; mean: number; std: number };
      reach: number;
    };
    expect(widget).toEqual({ x: [1, 3, 8], y: [-0.8, -0.3, 1.1], mean: 4, std: Math.sqrt(13) });
    expect(reach).toBe(9);
    expect(normalised([1, 3, 8], [0, 0, 0]).label).toBe('3 numbers, normalised: input mu 4.00 std 3.61');
  });

  test('scatter: a row a point, by two of its columns', () => {
    const data = dataOf(
      scatter(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        ['a', 'b'],
        { columns: [2, 0] },
      ),
      'scatter',
    );
    expect(data).toEqual({
      points: [
        [3, 1],
        [6, 4],
      ],
      labels: ['a', 'b'],
      x: 'column 2',
      y: 'column 0',
    });
  });

  test('says what it cannot draw', () => {
    const core = new Linear(1, 1);
    const refusals: [() => unknown, string][] = [
      [() => histogram(3 as never), 'histogram: expected a tensor or an array, got number'],
      [() => histogram(['a'] as never), 'histogram: expected numbers, got string at 0'],
      [() => histogram([1], { bins: 0 }), 'histogram: expected 1 bin or more, got 0'],
      [() => lines([1], { mean: 0.5 }), 'lines: expected mean to be an integer of 1 or more, got 0.5'],
      [() => normalised([1], [1]), 'normalised: expected two numbers or more, got 1'],
      [() => normalised([1, 2], [1]), 'normalised: expected 2 normalised numbers, got 1'],
      [() => normalised([1, 2], [1, 2], { reach: 0 }), 'normalised: expected a reach above 0, got 0'],
      [() => scatter([[1, 2]], ['a', 'b']), 'scatter: expected 1 labels, one for each row, got 2'],
      [() => scatter([[1]]), 'scatter: expected a column from 0 to 0, got 1'],
      [
        () => ridges([{ toString: () => 'Own()' }]),
        'ridges: expected layers with an output, got 1 Own without one',
      ],
      [() => ridges([core]), 'Linear: expected a forward, or reserve(…), before its out'],
    ];
    for (const [draw, message] of refusals) expect(draw).toThrow(message);
  });
});
