import type { ReadonlySignal } from '@preact/signals';
import type { CanvasChart, ChartOption, Look } from 'lanewise/charts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { scheme } from './appearance.js';
import { save } from './download.js';
import { type Charts, loadCharts } from './load-charts.js';
import { paintWhenSeen } from './paint-when-seen.js';
import { pixelDensity } from './pixel-density.js';

/** Elements narrower than this have charts with fewer ticks. */
const NARROW = 460;

export interface ChartProps<T> {
  /** What is drawn; undefined: nothing yet. */
  source: ReadonlySignal<T | undefined>;
  describe: (charts: Charts, data: T, look: Partial<Look>) => ChartOption;
  /** What the chart shows, for those who do not see it. */
  label: string;
  /** Of the files that it is saved as. */
  name: string;
  height?: number;
}

/** A chart on a canvas that follows its source, drawn when the painter has time; with buttons that save it. */
export function Chart<T>({ source, describe, label, name, height = 240 }: ChartProps<T>) {
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const tools = useRef<{ svg(): Promise<void>; png(): void }>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let gone = false;
    let leave = () => {};
    const show = (library: Charts) => {
      if (gone) return;
      let chart: CanvasChart | undefined;
      let density: number | undefined;
      // Code that runs for the first time is slow: the axes are drawn in a task before that of the rest.
      let framed = false;
      const optionOf = () => {
        const data = source.peek();
        if (data === undefined) return undefined;
        const theme = library.themes[scheme.peek()];
        return describe(library, data, { theme, narrow: element.clientWidth < NARROW, legend: true });
      };
      const paint = () => {
        const option = optionOf();
        if (option === undefined || element.clientWidth === 0) return true;
        if (chart === undefined) {
          density = pixelDensity(element);
          chart = library.canvasChart(element, density);
          return false;
        }
        if (!framed) {
          framed = true;
          chart.draw({ ...option, series: [] });
          return false;
        }
        chart.draw(option);
        return true;
      };
      const stop = paintWhenSeen(element, {
        paint,
        follow() {
          source.value;
          scheme.value;
        },
        resized() {
          if (chart === undefined || density === pixelDensity(element)) return chart?.resize();
          chart.dispose();
          chart = undefined;
        },
      });
      tools.current = {
        async svg() {
          const option = optionOf();
          if (option === undefined) return;
          const { clientWidth: width, clientHeight: height } = element;
          const theme = scheme.peek();
          const { renderSvg } = await import('./svg.js');
          const text = renderSvg(option, { width, height, theme, label });
          save(new Blob([text], { type: 'image/svg+xml' }), `${name}.svg`);
        },
        png() {
          const background = library.themes[scheme.peek()].surface;
          while (!paint());
          const address = chart?.png(background);
          if (address !== undefined) save(address, `${name}.png`);
        },
      };
      leave = () => {
        stop();
        chart?.dispose();
      };
    };
    loadCharts().then(show, () => setFailed(true));
    return () => {
      gone = true;
      leave();
    };
  }, [source, describe, label, name]);
  return (
    <figure class="chart">
      <div ref={place} class="canvas" role="img" aria-label={label} style={{ '--height': `${height}px` }} />
      {failed && <p class="empty">The charts could not be loaded; reload the page to try again.</p>}
      <div class="tools">
        <button type="button" onClick={() => void tools.current?.svg()} aria-label={`Save as SVG: ${label}`}>
          SVG
        </button>
        <button type="button" onClick={() => tools.current?.png()} aria-label={`Save as PNG: ${label}`}>
          PNG
        </button>
      </div>
    </figure>
  );
}
