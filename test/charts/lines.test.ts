import { describe, expect, test } from 'vitest';
import { againstDiagonal, type ChartOption, light, linesOver, renderSvg } from '../../src/charts/index.js';

interface Series {
  name: string;
  type: string;
  color: string;
  data: [number, number][];
  symbol?: string;
  lineStyle?: { type?: unknown };
}
const seriesOf = (option: ChartOption) => option.series as unknown as Series[];
const boundsOf = (axis: unknown) => {
  const { min, max } = axis as { min: number; max: number };
  return [min, max];
};

describe('points against the diagonal', () => {
  const groups = [
    { name: 'minibatch', points: [[-1.2, 0.4] as const, [0.7, 1.9] as const] },
    { name: 'calibrated', points: [[0.1, 0.2] as const] },
  ];
  const option = againstDiagonal({ groups, x: 'batch', y: 'running' });

  test('have the same bounds on both axes, rounded outwards', () => {
    expect(boundsOf(option.xAxis)).toEqual([-2, 2]);
    expect(boundsOf(option.yAxis)).toEqual([-2, 2]);
    const [diagonal] = seriesOf(option);
    expect(diagonal.data).toEqual([
      [-2, -2],
      [2, 2],
    ]);
  });

  test('differ by shape as well as by colour', () => {
    const [, first, second] = seriesOf(option);
    expect([first.name, second.name]).toEqual(['minibatch', 'calibrated']);
    expect(first.symbol).not.toBe(second.symbol);
    expect(first.color).not.toBe(second.color);
  });

  test('are drawn where there are none, or one value', () => {
    for (const points of [[], [[3, 3] as const], [[Number.NaN, 1] as const]])
      expect(
        renderSvg(againstDiagonal({ groups: [{ name: 'a', points }], x: 'x', y: 'y' }), {
          width: 300,
          height: 200,
          theme: 'light',
          label: 'points',
        }),
      ).toContain('<svg');
  });
});

describe('lines over a quantity', () => {
  const option = linesOver({
    x: 'step',
    y: 'mean',
    min: 0,
    lines: [
      {
        name: 'each',
        points: [
          [0, 1],
          [10, 3],
        ],
        faint: true,
      },
      {
        name: 'true',
        points: [
          [2, 2],
          [12, 2],
        ],
        colour: 'ink',
        dashed: true,
      },
      { name: 'third', points: [], colour: 3 },
    ],
  });

  test('reach over all of them, each in its colour', () => {
    expect(boundsOf(option.xAxis)).toEqual([0, 12]);
    const [each, truth, third] = seriesOf(option);
    expect(each.color).toBe(light.faint);
    expect(truth.color).toBe(light.ink);
    expect(truth.lineStyle?.type).toEqual([5, 4]);
    expect(third.color).toBe(light.layers[2]);
  });

  test('are drawn without a point', () => {
    expect(
      renderSvg(linesOver({ x: 'x', y: 'y', lines: [{ name: 'a', points: [] }] }), {
        width: 300,
        height: 200,
        theme: 'light',
        label: 'lines',
      }),
    ).toContain('<svg');
  });
});
