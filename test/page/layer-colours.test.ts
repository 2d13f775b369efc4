import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ChartTheme, dark, light } from '../../src/charts/index.js';

// The page has the colours before the charts are loaded.
test('the lines in the tables have the colours of the charts', () => {
  const css = readFileSync(new URL('../../src/page/view/layer-name.css', import.meta.url), 'utf8');
  const colours = [...css.matchAll(/--layer-(\d): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, layer, ...both]) => [Number(layer), ...both],
  );
  const of = ({ embedding, layers }: ChartTheme) => [embedding, ...layers];
  expect(colours).toEqual(of(light).map((colour, layer) => [layer, colour, of(dark)[layer]]));
});
