import { TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { drawable } from './drawable.js';
import type { ChartOption } from './frame.js';
import { parts } from './parts.js';

/** A chart in a page, drawn again and again. */
export interface CanvasChart {
  draw(option: ChartOption): void;
  /** After the element has another size. */
  resize(): void;
  /** As a `data:` address of a PNG, twice as dense as the screen's pixels, on a background. */
  png(background: string): string;
  dispose(): void;
}

let registered = false;

/** Registers what the canvas needs beside the charts, on the first call: importing does nothing. */
function register(): void {
  if (registered) return;
  use([...parts, TooltipComponent, CanvasRenderer]);
  registered = true;
}

/** What a chart needs to be an element of a page; every HTMLElement is one. */
export interface ChartElement {
  readonly clientWidth: number;
  readonly clientHeight: number;
  innerHTML: string;
}

/**
 * A chart that fills an element of the page; it does not follow the element's size by itself.
 *
 * @param density pixels of the canvas for each CSS pixel of the element; without it `devicePixelRatio`, which is too few
 *   where a style zooms the element
 */
export function canvasChart(element: ChartElement, density?: number): CanvasChart {
  register();
  const chart = init(element as HTMLElement, null, {
    renderer: 'canvas',
    ...(density !== undefined && { devicePixelRatio: density }),
  });
  return {
    draw: (option) => chart.setOption(drawable(option), { notMerge: true }),
    resize: () => chart.resize(),
    png: (backgroundColor) => chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor }),
    dispose: () => chart.dispose(),
  };
}
