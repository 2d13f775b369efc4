import { effect, type ReadonlySignal } from '@preact/signals';
import type { CanvasChart, ChartOption, Look } from 'lanewise/charts';
import { useEffect, useRef } from 'preact/hooks';
import { save } from './download.js';
import { scheme } from './look.js';
import { type Painted, painter, task } from './painter.js';

type Charts = typeof import('./charts.js');

let loading: Promise<Charts> | undefined;

/** The charts' library comes after the page's first paint, and is ready before the task in which it is first used. */
function charts(): Promise<Charts> {
  loading ??= task()
    .then(() => import('./charts.js'))
    .then(async (library) => {
      await task();
      return library;
    });
  return loading;
}

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
  const tools = useRef<{ svg(): Promise<void>; png(): void }>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let gone = false;
    let leave = () => {};
    void charts().then((library) => {
      if (gone) return;
      let chart: CanvasChart | undefined;
      // Code that runs for the first time is slow: the axes are drawn in a task before that of the rest.
      let framed = false;
      const optionOf = () => {
        const data = source.peek();
        if (data === undefined) return undefined;
        const theme = library.themes[scheme.peek()];
        return describe(library, data, { theme, narrow: element.clientWidth < NARROW, legend: true });
      };
      const painted: Painted = {
        visible: false,
        stale: true,
        at: 0,
        paint() {
          const option = optionOf();
          if (option === undefined || element.clientWidth === 0) return true;
          if (chart === undefined) {
            chart = library.canvasChart(element);
            return false;
          }
          if (!framed) {
            framed = true;
            chart.draw({ ...option, series: [] });
            return false;
          }
          chart.draw(option);
          return true;
        },
      };
      const changed = () => {
        painted.stale = true;
        painter.ask();
      };
      const remove = painter.add(painted);
      const stop = effect(() => {
        source.value;
        scheme.value;
        changed();
      });
      const seen = new IntersectionObserver(
        ([entry]) => {
          painted.visible = entry.isIntersecting;
          if (painted.visible) painter.ask();
        },
        { rootMargin: '100px' },
      );
      seen.observe(element);
      const sized = new ResizeObserver(() => {
        chart?.resize();
        changed();
      });
      sized.observe(element);
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
          while (!painted.paint());
          const address = chart?.png(background);
          if (address !== undefined) save(address, `${name}.png`);
        },
      };
      leave = () => {
        remove();
        stop();
        seen.disconnect();
        sized.disconnect();
        chart?.dispose();
      };
    });
    return () => {
      gone = true;
      leave();
    };
  }, [source, describe, label, name]);
  return (
    <figure class="chart">
      <div ref={place} class="canvas" role="img" aria-label={label} style={{ height: `${height}px` }} />
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
