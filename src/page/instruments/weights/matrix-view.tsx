import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { scheme } from '../../view/appearance.js';
import { fixed, plain } from '../../view/figures.js';
import { valueColour } from '../../view/value-colour.js';
import { pointable } from '../shared/pointable.js';
import type { MatrixLabels } from './labels.js';
import { MatrixCanvas, type Pixels } from './matrix-canvas.js';

/** A row and a column. */
export type Cell = readonly [row: number, column: number];

interface MatrixViewProps {
  source: ReadonlySignal<Pixels | undefined>;
  labels: MatrixLabels;
  /** What is in it: `weights` or `gradient`. */
  what: string;
  /** Shared by the weights and their gradient. */
  pointed: Signal<Cell | undefined>;
  /** Column or row that stands out, as a unit that is chosen on the page. */
  chosen: { row?: number | undefined; column?: number | undefined };
  onChoose: (cell: Cell) => void;
}

/** Cells are square as long as the image is not higher than this part of its width, nor flatter. */
const [FLATTEST, HIGHEST] = [0.3, 0.8];

/** A matrix as an image that one can point into, and walk through with the arrow keys. */
export function MatrixView({ source, labels, what, pointed, chosen, onChoose }: MatrixViewProps) {
  const walked = useSignal<Cell>([0, 0]);
  const pixels = source.value;
  if (pixels === undefined) return null;
  const { rows, columns, data, most } = pixels;
  const [row, column] = clamped(walked.value, pixels);
  const pick = (event: MouseEvent): Cell => {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return clamped(
      [
        Math.floor(((event.clientY - top) / height) * rows),
        Math.floor(((event.clientX - left) / width) * columns),
      ],
      pixels,
    );
  };
  const textOf = ([i, j]: Cell) => `${labels.row(i)} to ${labels.column(j)}: ${plain(data[i * columns + j])}`;
  const at = pointed.value;
  const ratio = Math.min(HIGHEST, Math.max(FLATTEST, rows / columns));
  return (
    <div class="matrix">
      <div
        class="cells"
        role="slider"
        tabIndex={0}
        {...pointable({
          pointed,
          walked,
          pick,
          after(key) {
            const move = steps[key];
            return move && clamped([row + move[0], column + move[1]], pixels);
          },
          choose: onChoose,
        })}
        aria-label={`${what} of ${labels.name}: ${rows} rows, ${columns} columns`}
        aria-valuemin={0}
        aria-valuemax={rows * columns - 1}
        aria-valuenow={row * columns + column}
        aria-valuetext={textOf([row, column])}
        style={{ aspectRatio: `1 / ${ratio}` }}
      >
        <MatrixCanvas source={source} />
        {labels.group !== undefined &&
          Array.from({ length: Math.max(0, Math.ceil(rows / labels.group) - 1) }, (_, i) => (
            <div
              key={i}
              class="rule"
              style={{ top: `${(100 * (i + 1) * (labels.group as number)) / rows}%` }}
            />
          ))}
        {chosen.column !== undefined && chosen.column < columns && (
          <Strip at={chosen.column} of={columns} side="left" />
        )}
        {chosen.row !== undefined && chosen.row < rows && <Strip at={chosen.row} of={rows} side="top" />}
        {at !== undefined && at[0] < rows && at[1] < columns && (
          <div
            class="cell"
            style={{
              top: `${(100 * at[0]) / rows}%`,
              left: `${(100 * at[1]) / columns}%`,
              height: `${100 / rows}%`,
              width: `${100 / columns}%`,
            }}
          />
        )}
      </div>
      <Scale most={most} />
    </div>
  );
}

const steps: Record<string, Cell | undefined> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

const clamped = ([row, column]: Cell, { rows, columns }: Pixels): Cell => [
  Math.max(0, Math.min(rows - 1, row)),
  Math.max(0, Math.min(columns - 1, column)),
];

/** A column or row of the image, framed. */
const Strip = ({ at, of, side }: { at: number; of: number; side: 'left' | 'top' }) => (
  <div
    class={side === 'left' ? 'strip column' : 'strip row'}
    style={{ [side]: `${(100 * at) / of}%`, [side === 'left' ? 'width' : 'height']: `${100 / of}%` }}
  />
);

/** What the colours mean; they are those of the whole page. */
function Scale({ most }: { most: number }) {
  const stops = Array.from({ length: 9 }, (_, i) => valueColour((i - 4) / 4, 1, scheme.value));
  return (
    <p class="scale">
      <span>−{plain(most)}</span>
      <i style={{ background: `linear-gradient(to right, ${stops.join(', ')})` }} aria-hidden="true" />
      <span>{plain(most)}</span>
    </p>
  );
}

/** What is at the cell that is pointed at, in words. */
export function CellText({
  cell,
  labels,
  weights,
  gradient,
}: {
  cell: Cell | undefined;
  labels: MatrixLabels;
  weights: Pixels | undefined;
  gradient: Pixels | undefined;
}) {
  if (cell === undefined || weights === undefined)
    return (
      <p class="readout help">
        Rows are what comes in, columns what goes out. Point at a cell, or walk with the arrow keys
        {labels.activation !== undefined && '; a click or Enter looks at the unit'}.
      </p>
    );
  const [row, column] = clamped(cell, weights);
  const at = row * weights.columns + column;
  return (
    <p class="readout">
      {labels.row(row)} → {labels.column(column)}: <b>{fixed(weights.data[at], 4)}</b>
      {gradient !== undefined && <>, gradient {plain(gradient.data[at], 2)}</>}
    </p>
  );
}
