import { expect, test } from 'vitest';
import { axisFor, fillDensity, momentsOf } from '../../src/page/engine/density.js';
import {
  barLayout,
  barScale,
  cellAfter,
  cellAt,
  isPortrait,
  matrixGrid,
  roomyLabels,
  smoothed,
  squareGrid,
} from '../../src/page/network/geometry.js';

const values = (...rows: number[][]) => ({
  // A row is padded, as a tensor's: what lies there is no value.
  data: Float32Array.from(rows.flatMap((row) => [...row, 999])),
  rows: rows.length,
  columns: rows[0].length,
  stride: rows[0].length + 1,
});

test('Moments are those of the finite values', () => {
  expect(momentsOf(values([1, 2], [3, 6]))).toEqual({ mean: 3, std: Math.sqrt(14 / 3), notFinite: 0 });
  expect(momentsOf(values([1, Number.NaN], [3, Number.POSITIVE_INFINITY]))).toEqual({
    mean: 2,
    std: Math.sqrt(2),
    notFinite: 0.5,
  });
});

test('A density holds every finite value, those beyond the axis in the outermost bins', () => {
  const into = new Float32Array(4);
  const beyond = fillDensity(into, 2, values([-2, -0.5, 0.5, 2], [9, -9, Number.NaN, 1.5]));
  expect(Array.from(into, (share) => Math.round(share * 7))).toEqual([2, 1, 1, 3]);
  expect(beyond).toBeCloseTo(2 / 7, 12);
  expect(fillDensity(new Float32Array(4), 2, values([Number.NaN]))).toBe(0);
});

test('An axis is round, holds three deviations, and stays while they fit', () => {
  expect(axisFor(1, undefined)).toBe(3);
  expect(axisFor(0.9, undefined)).toBe(3);
  expect(axisFor(1.2, undefined)).toBe(5);
  expect(axisFor(0.00061, undefined)).toBe(0.002);
  expect(axisFor(1.2, 3)).toBe(3);
  expect(axisFor(2, 3)).toBe(7);
  expect(axisFor(0.6, 3)).toBe(3);
  expect(axisFor(0.4, 3)).toBe(1.5);
  expect(axisFor(Number.NaN, 3)).toBe(3);
  expect(axisFor(0, undefined)).toBe(1);
});

test('Square cells fill the room, and a point finds its cell', () => {
  for (const [count, width, height] of [
    [200, 150, 250],
    [100, 300, 90],
    [27, 40, 500],
    [1, 50, 50],
  ]) {
    const grid = squareGrid(count, width, height);
    expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(count);
    expect(grid.columns * (grid.rows - 1)).toBeLessThan(count);
    expect(grid.columns * grid.width).toBeLessThanOrEqual(width);
    expect(grid.rows * grid.height).toBeLessThanOrEqual(height);
    expect(grid.width).toBe(grid.height);
    // No size that is larger by a unit fits.
    const side = grid.width + 1;
    expect(Math.floor(width / side) * Math.floor(height / side)).toBeLessThan(count);
    for (let cell = 0; cell < count; cell++) {
      const x = ((cell % grid.columns) + 0.5) * grid.width;
      const y = (Math.floor(cell / grid.columns) + 0.5) * grid.height;
      expect(cellAt(grid, x, y, count)).toBe(cell);
    }
    expect(cellAt(grid, -1, 1, count)).toBeUndefined();
    expect(cellAt(grid, grid.columns * grid.width + 1, 1, count)).toBeUndefined();
  }
  expect(cellAt(squareGrid(3, 20, 20), 15, 15, 3)).toBeUndefined();
  expect(squareGrid(1000, 10, 10).width).toBeGreaterThan(0);
});

test('A matrix fills its room; cells are whole where they are large', () => {
  expect(matrixGrid(30, 200, 150, 240)).toMatchObject({ width: 0.75, height: 8, rows: 30, columns: 200 });
  expect(matrixGrid(3, 10, 104, 31)).toMatchObject({ width: 10, height: 10 });
});

test('Arrow keys lead from cell to cell and stay at the edges', () => {
  expect(cellAfter('ArrowRight', 3, 5, 12)).toBe(4);
  expect(cellAfter('ArrowDown', 3, 5, 12)).toBe(8);
  expect(cellAfter('ArrowDown', 8, 5, 12)).toBe(8);
  expect(cellAfter('ArrowUp', 3, 5, 12)).toBe(3);
  expect(cellAfter('ArrowLeft', 0, 5, 12)).toBe(0);
  expect(cellAfter('End', 0, 5, 12)).toBe(11);
  expect(cellAfter('Home', 7, 5, 12)).toBe(0);
  expect(cellAfter('x', 7, 5, 12)).toBeUndefined();
});

test('Bars lie where there is room for a row each, stand where that is wide enough, else take columns', () => {
  expect(barLayout(27, 100, 400, 13)).toEqual({ upright: false, columns: 1, rows: 27 });
  expect(barLayout(27, 200, 150, 13)).toEqual({ upright: true, columns: 27, rows: 1 });
  const packed = barLayout(27, 100, 150, 13);
  expect(packed).toEqual({ upright: false, columns: 3, rows: 9 });
});

test('The longest bar is a half until a probability comes near it', () => {
  expect(barScale(Float32Array.of(0.2, 0.47))).toBe(0.5);
  expect(barScale(Float32Array.of(0.2, 0.5))).toBe(1);
});

test('Of numbers that would overlap the largest stays', () => {
  expect([...roomyLabels([0.1, 0.4, 0.2, 0, 0.3, 0.01], 0.05, 2)].sort()).toEqual([1, 4]);
});

test('A ridge has its peak at 1, and is as wide as what it smooths, a little more', () => {
  const density = new Float32Array(9);
  density[4] = 1;
  const into = new Float32Array(9);
  const peak = smoothed(density, into);
  // (1, 2, 1) / 4 twice: (1, 4, 6, 4, 1) / 16.
  expect(peak).toBeCloseTo(6 / 16, 6);
  Array.from(into).forEach((value, i) => {
    expect(value).toBeCloseTo([0, 0, 1 / 6, 4 / 6, 1, 4 / 6, 1 / 6, 0, 0][i], 6);
  });
  expect(density[4]).toBe(1);
  expect(smoothed(new Float32Array(4), new Float32Array(4))).toBe(0);
});

test('what has no room side by side stands below one another', () => {
  // A telephone; a window of 1024 pixels beside a lesson; one of 1280.
  expect([21, 41, 57].map((width) => isPortrait(width, 19, false))).toEqual([true, false, false]);
  expect([21, 41, 57].map((width) => isPortrait(width, 19, true))).toEqual([true, true, false]);
  // As wide, but higher.
  expect(isPortrait(41, 40, false)).toBe(true);
});
