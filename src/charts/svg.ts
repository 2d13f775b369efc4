import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart } from './chart.js';
import { drawable } from './drawable.js';
import type { ChartOption } from './frame.js';
import { parts } from './parts.js';
import { escaped, printable } from './printable.js';
import { type ChartTheme, namedColours, themes } from './theme.js';

/** Of `renderSvg`. */
export interface SvgOptions {
  width: number;
  height: number;
  /** Whose surface lies behind the chart; the option's own colours are those it was described with. */
  theme: 'light' | 'dark';
  /** What the chart shows, for those who do not see it. */
  label: string;
  /** Begins the ids inside; each chart of a page needs its own. */
  id?: string;
  /** `transparent` leaves the page's own surface behind the chart. */
  background?: 'theme' | 'transparent';
}

let registered = false;

/** Registers the parts of echarts that the charts use, on the first call: importing does nothing. */
function register(): void {
  if (registered) return;
  use([...parts, SVGRenderer]);
  registered = true;
}

/** A chart as SVG text: no script, no animation, and the same text for the same option, whatever was drawn before. */
export function renderSvg(option: ChartOption, options: SvgOptions): string {
  const { width, height, theme, label, id = 'chart', background = 'theme' } = options;
  register();
  const { tooltip: _, ...still } = drawable(option);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      ...still,
      animation: false,
      backgroundColor: background === 'theme' ? themes[theme].surface : 'transparent',
    });
    return named(tidied(printable(chart.renderToSVGString()), id), label);
  } finally {
    chart.dispose();
  }
}

/** A chart as SVG text, for a file or a page without scripts; 720 by 300 in the light colours unless `options` say so. */
export function chartSvg(chart: Chart, options: Partial<SvgOptions> = {}): string {
  const { theme = 'light', width = 720 } = options;
  const option = chart.option({ theme: themes[theme], narrow: width < 500 });
  return renderSvg(option, { width, height: 300, theme, label: chart.label, ...options });
}

/**
 * echarts counts ids through the life of a process and adds what only its own page script reads; both go. Text cannot
 * be mistaken for an attribute: quotation marks in it are escaped.
 */
function tidied(svg: string, id: string): string {
  return (
    svg
      .replace(/<style[^>]*><!\[CDATA\[[\s\S]*?\]\]>\s*<\/style>\s*/g, '')
      .replace(
        / (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="visible"|stroke-linejoin="bevel")/g,
        '',
      )
      .replace(/(id="|url\(#)zr\d+-/g, `$1${id}-`)
      .replace(/<defs >/g, '<defs>')
      .replace(/<rect [^>]*fill="none"><\/rect>\s*/, '')
      // The boxes of titles and legends, which nothing fills and nothing frames.
      .replace(/<path [^>]* fill-opacity="0" [^>]* ?stroke-width="0"><\/path>\s*/g, '')
      .replace(/><\/(?:path|rect)>/g, '/>')
      .replace(/ font-family="[^"]*"|font-family:[^;"]*;?/g, '')
      .replace(/>\n+/g, '>')
      .trim()
  );
}

/** The size becomes a view box, so that the chart takes the width it is given; role and label name it. */
function named(svg: string, label: string): string {
  return svg.replace(
    /^<svg width="(\d+)" height="(\d+)"[^>]*>/,
    (_, width, height) =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="system-ui, sans-serif" role="img" aria-label="${escaped(label)}">`,
  );
}

/** Replaces the theme's colours in fills and strokes by `var(--name)`, so that the page's style decides. */
export function withVariables(svg: string, theme: ChartTheme): string {
  const names = new Map(namedColours(theme).map(([name, colour]) => [colour, name]));
  return svg.replace(/ (fill|stroke)="(#[0-9a-f]{6})"/g, (whole, attribute, colour) => {
    const name = names.get(colour);
    return name === undefined ? whole : ` ${attribute}="var(--${name})"`;
  });
}
