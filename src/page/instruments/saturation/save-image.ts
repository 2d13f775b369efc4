import type { Snapshot } from 'lanewise/diagnostics';
import { scheme } from '../../view/appearance.js';
import { save } from '../../view/download.js';
import type { Cells } from './cells.js';

/** Size of a saved image in pixels of an SVG; a PNG has twice as many. */
const WIDTH = 1000;

export interface Saved {
  format: 'svg' | 'png';
  label: string;
  name: string;
}

/** Saves the image with its axes, as the report draws it. */
export async function saveImage(
  snapshot: Snapshot,
  { place, units, examples }: Cells,
  { format, label, name }: Saved,
): Promise<void> {
  const charts = await import('../../view/charts.js');
  const data = charts.saturationOf(snapshot, place);
  if (data === undefined) return;
  const theme = charts.themes[scheme.peek()];
  const option = charts.saturationImage(data, { theme });
  const height = Math.round(Math.min(800, Math.max(220, 80 + (examples * WIDTH) / units)));
  if (format === 'svg') {
    const { renderSvg } = await import('../../view/svg.js');
    const text = renderSvg(option, { width: WIDTH, height, theme: theme.name, label });
    save(new Blob([text], { type: 'image/svg+xml' }), `${name}.svg`);
    return;
  }
  const element = document.createElement('div');
  element.style.cssText = `position: absolute; left: -${2 * WIDTH}px; width: ${WIDTH}px; height: ${height}px`;
  document.body.append(element);
  const chart = charts.canvasChart(element);
  try {
    chart.draw(option);
    save(chart.png(theme.surface), `${name}.png`);
  } finally {
    chart.dispose();
    element.remove();
  }
}
