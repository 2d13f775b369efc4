import { describe, expect, test } from 'vitest';
import {
  barHistogram,
  light,
  lossCurve,
  renderSvg,
  saturationImage,
  updateRatios,
} from '../../src/charts/index.js';
import { withVariables } from '../../src/charts/svg.js';
import { readStrictly } from './html-check.js';
import { bars, losses, reseed, saturation, updates } from './synthetic.js';

reseed();

const size = { width: 500, height: 300, theme: 'light', label: 'A chart' } as const;
const data = { losses: losses(300), vocabularySize: 27 };

describe('a chart as SVG', () => {
  test('is the same text each time, whatever was drawn in between', () => {
    const first = renderSvg(lossCurve(data), size);
    renderSvg(barHistogram({ histogram: bars(50, 1), quantity: 'h' }), size);
    expect(renderSvg(lossCurve(data), size)).toBe(first);
  });

  test('is well formed, says what it is, and has no style, class or animation', () => {
    const svg = renderSvg(lossCurve(data), { ...size, label: 'Loss "so far" <of & all>', id: 'loss' });
    const { elements } = readStrictly(svg);
    expect(elements[0]).toEqual({
      tag: 'svg',
      attributes: {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: '0 0 500 300',
        width: '500',
        height: '300',
        'font-family': 'system-ui, sans-serif',
        role: 'img',
        'aria-label': 'Loss &#34;so far&#34; &#60;of &#38; all&#62;',
      },
    });
    expect(new Set(elements.map(({ tag }) => tag))).toEqual(
      new Set(['svg', 'rect', 'path', 'text', 'g', 'defs', 'clipPath']),
    );
    for (const { attributes } of elements)
      expect(Object.keys(attributes).filter((name) => /^(class|ecmeta|on)/.test(name))).toEqual([]);
    expect(elements.flatMap(({ attributes }) => attributes.id ?? [])).toEqual(['loss-c0', 'loss-c1']);
  });

  test('stands on the surface of its theme, or on none', () => {
    const surface = (theme: 'light' | 'dark', background: 'theme' | 'transparent') =>
      readStrictly(renderSvg(lossCurve(data), { ...size, theme, background })).elements.find(
        ({ tag }) => tag === 'rect',
      );
    expect(surface('light', 'theme')?.attributes.fill).toBe('#fdfdfc');
    expect(surface('dark', 'theme')?.attributes.fill).toBe('#14181b');
    expect(surface('light', 'transparent')).toBeUndefined();
  });

  test('escapes names, and drops what no document may hold', () => {
    const parameters = updates(50)
      .slice(0, 1)
      .map((one) => ({ ...one, name: '<b>"&\u0000\ud800' }));
    const svg = renderSvg(updateRatios({ steps: Array.from({ length: 50 }, (_, i) => i), parameters }), size);
    expect(readStrictly(svg).text).toContain('&lt;b&gt;&quot;&amp;\ufffd\ufffd');
  });

  test('draws one path for all saturated cells', () => {
    const image = saturation(200, 32, 0.5);
    const white = readStrictly(renderSvg(saturationImage(image), size)).elements.filter(
      ({ attributes }) => attributes.fill === light.saturated,
    );
    expect(white.length).toBe(1);
    expect(white[0].attributes.d.length).toBeGreaterThan(20_000);
  });
});

test('colours become variables, in fills and strokes but not in text', () => {
  const title = { text: `${light.accent} fill="${light.accent}"`, textStyle: { color: light.ink } };
  const option = { ...lossCurve(data, { legend: false }), title };
  const svg = withVariables(renderSvg(option, size), light);
  const { elements, text } = readStrictly(svg);
  const colours = elements.flatMap(({ attributes: { fill, stroke } }) => [fill, stroke]).filter(Boolean);
  expect(colours).toContain('var(--accent)');
  expect(colours).toContain('var(--faint)');
  expect(
    colours.filter((colour) => colour.startsWith('#') && colour !== '#000' && colour !== '#fff'),
  ).toEqual([]);
  expect(text).toContain(light.accent);
});
