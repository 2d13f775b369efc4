import { dark, light } from 'lanewise/charts';
import { expect, test } from 'vitest';
import { paintValues, type Scheme, valueColour, valuePixel } from '../../src/page/view/value-colour.js';

const schemes: readonly Scheme[] = ['light', 'dark'];
const channels = (pixel: number) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24];
const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
const luminance = (pixel: number) => {
  const [red, green, blue] = channels(pixel).map((value) => (value / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

test('0 has the colour of the surface, whatever the range', () => {
  for (const most of [0, 1e-9, 1, 1e9]) {
    expect(channels(valuePixel(0, most, 'light'))).toEqual([...rgb(light.surface), 255]);
    expect(channels(valuePixel(0, most, 'dark'))).toEqual([...rgb(dark.surface), 255]);
  }
});

test('A value further from 0 stands out more, on either side', () => {
  for (const scheme of schemes)
    for (const sign of [-1, 1]) {
      const surface = luminance(valuePixel(0, 1, scheme));
      const apart = Array.from({ length: 41 }, (_, i) =>
        Math.abs(luminance(valuePixel((sign * i) / 40, 1, scheme)) - surface),
      );
      for (let i = 1; i < apart.length; i++) expect(apart[i]).toBeGreaterThan(apart[i - 1]);
    }
});

test('Above 0 red outweighs blue, below it the other way round', () => {
  for (const scheme of schemes)
    for (const value of [0.1, 0.3, 0.7, 1]) {
      const [red, , blue] = channels(valuePixel(value, 1, scheme));
      expect(red).toBeGreaterThan(blue);
      const [cold, , warm] = channels(valuePixel(-value, 1, scheme));
      expect(warm).toBeGreaterThan(cold);
    }
});

test('Beyond the range the colour stays; NaN has one that no value has', () => {
  for (const scheme of schemes) {
    expect(valuePixel(7, 2, scheme)).toBe(valuePixel(2, 2, scheme));
    expect(valuePixel(Number.POSITIVE_INFINITY, 2, scheme)).toBe(valuePixel(2, 2, scheme));
    expect(valuePixel(Number.NEGATIVE_INFINITY, 2, scheme)).toBe(valuePixel(-2, 2, scheme));
    expect(valuePixel(3, 0, scheme)).toBe(valuePixel(1, 1, scheme));
    const colours = new Set(Array.from({ length: 2001 }, (_, i) => valuePixel(i / 1000 - 1, 1, scheme)));
    expect(colours).not.toContain(valuePixel(Number.NaN, 1, scheme));
  }
});

test('Pixels and style are the same colour', () => {
  const into = new Uint32Array(3);
  paintValues(Float32Array.of(-1, 0.25, 2), 2, 'dark', into);
  expect([...into]).toEqual([-1, 0.25, 2].map((value) => valuePixel(value, 2, 'dark')));
  expect(valueColour(0.25, 2, 'dark')).toBe(`rgb(${channels(into[1]).slice(0, 3).join(' ')})`);
});
