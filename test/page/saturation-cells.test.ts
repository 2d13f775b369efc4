import { describe, expect, test } from 'vitest';
import {
  type Cells,
  colours,
  paintCells,
  saturatedIn,
  unitAfter,
  unitAt,
  whiteShare,
} from '../../src/page/instruments/saturation/cells.js';

const cells: Cells = {
  threshold: 0.97,
  place: 'layer 3 Tanh',
  name: 'tanh 1 of 1',
  position: 3,
  kind: 'Tanh',
  examples: 2,
  units: 4,
  image: Uint8Array.of(1, 1, 0, 0, 0, 1, 0, 1),
  dead: [1],
};

describe('the image of saturation', () => {
  test('is counted by column and as a whole', () => {
    expect([0, 1, 2, 3].map((unit) => saturatedIn(cells, unit))).toEqual([1, 2, 0, 1]);
    expect(whiteShare(cells)).toBe(50);
    expect(whiteShare({ ...cells, image: new Uint8Array(0) })).toBe(0);
  });

  test('is white, black, and of one colour in a dead column', () => {
    const pixels = new Uint8ClampedArray(32);
    paintCells(cells, pixels);
    const colourAt = (cell: number) => Array.from(pixels.subarray(4 * cell, 4 * cell + 4));
    expect(colourAt(0)).toEqual([...colours.saturated, 255]);
    expect(colourAt(1)).toEqual([...colours.dead, 255]);
    expect(colourAt(2)).toEqual([...colours.open, 255]);
    expect(colourAt(4)).toEqual([...colours.open, 255]);
    expect(colourAt(5)).toEqual([...colours.dead, 255]);
  });

  test('gives the unit under a pointer, also at the edges and beyond them', () => {
    expect([-3, 0, 24.9, 25, 99.9, 100, 140].map((x) => unitAt(x, 100, 4))).toEqual([0, 0, 0, 1, 3, 3, 3]);
  });

  test('is walked along with the keys of a slider, to its ends and not beyond', () => {
    expect(unitAfter('ArrowRight', 5, 200)).toBe(6);
    expect(unitAfter('ArrowLeft', 0, 200)).toBe(0);
    expect(unitAfter('PageUp', 195, 200)).toBe(199);
    expect(unitAfter('Home', 50, 200)).toBe(0);
    expect(unitAfter('End', 50, 200)).toBe(199);
    expect(unitAfter('x', 50, 200)).toBeUndefined();
  });
});
