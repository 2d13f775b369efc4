import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { Snapshot } from 'lanewise/diagnostics';
import { useEffect, useRef } from 'preact/hooks';
import { whole } from '../../view/figures.js';
import { paintWhenSeen } from '../../view/paint-when-seen.js';
import { pixelDensity } from '../../view/pixel-density.js';
import { pointable } from '../shared/pointable.js';
import { type Cells, colours, paintCells, saturatedIn, unitAfter, unitAt } from './cells.js';
import { saveImage } from './save-image.js';

interface ImageProps {
  source: ReadonlySignal<Cells | undefined>;
  snapshot: ReadonlySignal<Snapshot | undefined>;
  playing: ReadonlySignal<boolean>;
  /** Unit of this image that is looked at closely. */
  chosen: ReadonlySignal<number | undefined>;
  onChoose: (unit: number) => void;
  /** What is drawn, and of the files that it is saved as. */
  label: string;
  name: string;
}

/** Height of the strip of marks above the image, in CSS pixels. */
const STRIP = 9;

/** The cells on a canvas, a pixel a cell, magnified by the page; columns can be pointed at, walked along and chosen. */
export function SaturationImage({ source, snapshot, playing, chosen, onChoose, label, name }: ImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  const pointed = useSignal<number | undefined>(undefined);
  const walked = useSignal(0);
  usePainting(source, canvas, marks);
  const unitsOf = () => source.peek()?.units ?? 0;
  const pick = (event: MouseEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return unitAt(event.clientX - left, width, unitsOf());
  };
  return (
    <figure class="saturation">
      <canvas ref={marks} class="marks" height={STRIP} />
      <div
        class="cells"
        role="slider"
        tabIndex={0}
        {...pointable({
          pointed,
          walked,
          pick,
          after: (key) => unitAfter(key, walked.value, unitsOf()),
          choose: onChoose,
        })}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, (source.value?.units ?? 1) - 1)}
        aria-valuenow={walked.value}
        aria-valuetext={playing.value ? `unit ${walked.value}` : textOf(source.value, walked.value)}
      >
        <canvas ref={canvas} width={1} height={1} />
        <Column source={source} unit={chosen} kind="chosen" />
        <Column source={source} unit={pointed} kind="pointed" />
      </div>
      <div class="below">
        <Readout source={source} pointed={pointed} chosen={chosen} />
        <div class="tools">
          {(['svg', 'png'] as const).map((format) => (
            <button
              key={format}
              type="button"
              aria-label={`Save as ${format.toUpperCase()}: ${label}`}
              onClick={() => {
                const [cells, now] = [source.peek(), snapshot.peek()];
                if (cells && now) void saveImage(now, cells, { format, label, name });
              }}
            >
              {format.toUpperCase()}
            </button>
          ))}
        </div>
      </div>
    </figure>
  );
}

function usePainting(
  source: ReadonlySignal<Cells | undefined>,
  canvas: { current: HTMLCanvasElement | null },
  marks: { current: HTMLCanvasElement | null },
) {
  useEffect(() => {
    const [cellsCanvas, marksCanvas] = [canvas.current, marks.current];
    const context = cellsCanvas?.getContext('2d');
    if (cellsCanvas === null || marksCanvas === null || !context) return;
    let pixels: ImageData | undefined;
    return paintWhenSeen(cellsCanvas, {
      paint() {
        const cells = source.peek();
        if (cells === undefined || cells.units * cells.examples === 0) return true;
        const { units, examples } = cells;
        if (pixels?.width !== units || pixels.height !== examples) {
          cellsCanvas.width = units;
          cellsCanvas.height = examples;
          pixels = context.createImageData(units, examples);
        }
        paintCells(cells, pixels.data);
        context.putImageData(pixels, 0, 0);
        paintMarks(marksCanvas, cells);
        return true;
      },
      follow() {
        source.value;
      },
    });
  }, [source, canvas, marks]);
}

/** A triangle above each dead unit, so that colour is not all that tells. */
function paintMarks(canvas: HTMLCanvasElement, { units, dead }: Cells): void {
  const scale = pixelDensity(canvas);
  const width = canvas.clientWidth;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(STRIP * scale);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(scale, scale);
  context.fillStyle = `rgb(${colours.dead.join(' ')})`;
  context.beginPath();
  for (const unit of dead) {
    const x = ((unit + 0.5) / units) * width;
    context.moveTo(x - 4, 0);
    context.lineTo(x + 4, 0);
    context.lineTo(x, STRIP - 1);
  }
  context.fill();
}

interface ColumnProps {
  source: ReadonlySignal<Cells | undefined>;
  unit: ReadonlySignal<number | undefined>;
  kind: 'chosen' | 'pointed';
}

function Column({ source, unit: { value: unit }, kind }: ColumnProps) {
  const { units } = source.value ?? { units: 0 };
  if (unit === undefined || unit >= units) return null;
  const percent = (columns: number) => `${(100 * columns) / units}%`;
  return <div class={`column ${kind}`} style={{ left: percent(unit), width: percent(1) }} />;
}

interface ReadoutProps {
  source: ReadonlySignal<Cells | undefined>;
  pointed: ReadonlySignal<number | undefined>;
  chosen: ReadonlySignal<number | undefined>;
}

function Readout({ source, pointed, chosen }: ReadoutProps) {
  const unit = pointed.value ?? chosen.value;
  const cells = source.value;
  return (
    <p class="readout">
      {cells === undefined || unit === undefined || unit >= cells.units
        ? 'Point at a column, or move along with the arrow keys; a click or Enter looks at the unit.'
        : textOf(cells, unit)}
    </p>
  );
}

function textOf(cells: Cells | undefined, unit: number): string {
  if (cells === undefined || unit >= cells.units) return '';
  const times = saturatedIn(cells, unit);
  const { examples } = cells;
  const share = ((100 * times) / examples).toFixed(0);
  return `Unit ${unit}: ${stateOf(cells)} in ${whole(times)} of ${whole(examples)} examples (${share} %)${cells.dead.includes(unit) ? `, dead on this batch${cells.kind.endsWith('ReLU') ? '' : ' (beyond 0.99 in all)'}` : ''}`;
}

/** What white means: (leaky) ReLU has no ceiling; there it is the unit that is off. */
export const stateOf = ({ kind }: Cells): string => (kind.endsWith('ReLU') ? 'not active' : 'saturated');
