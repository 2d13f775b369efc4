/** Where things are in the picture: pure numbers, for painting and for pointing alike. */

export interface Grid {
  columns: number;
  rows: number;
  /** Side of a cell, or width and height of one, in the unit of the room; and where the first begins. */
  width: number;
  height: number;
  left: number;
  top: number;
}

/** So many square cells, as large as fit, in rows. In whole units, so that no cell is wider than its neighbour. */
export function squareGrid(count: number, width: number, height: number): Grid {
  let best = { columns: Math.max(1, count), size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const size = Math.floor(Math.min(width / columns, height / Math.ceil(count / columns)));
    // Of equal sizes the one whose last row is fullest.
    if (size > best.size || (size === best.size && left(count, columns) < left(count, best.columns)))
      best = { columns, size };
  }
  const { columns } = best;
  const rows = Math.ceil(count / columns);
  const side = best.size > 0 ? best.size : Math.min(width / columns, height / rows);
  return placed({ columns, rows, width: side, height: side });
}

const left = (count: number, columns: number) => columns * Math.ceil(count / columns) - count;

/** A matrix over a whole room; cells in whole units where there is a unit for each. */
export function matrixGrid(rows: number, columns: number, width: number, height: number): Grid {
  const side = (room: number, cells: number) => (room >= 3 * cells ? Math.floor(room / cells) : room / cells);
  return placed({ columns, rows, width: side(width, columns), height: side(height, rows) });
}

/** At the left and the top, so that what stands side by side begins on one line. */
const placed = (grid: Omit<Grid, 'left' | 'top'>): Grid => ({ ...grid, left: 0, top: 0 });

/** The cell at a point, row by row; undefined beside the grid, and behind the last of `count`. */
export function cellAt(grid: Grid, x: number, y: number, count: number): number | undefined {
  const column = Math.floor((x - grid.left) / grid.width);
  const row = Math.floor((y - grid.top) / grid.height);
  if (column < 0 || column >= grid.columns || row < 0 || row >= grid.rows) return undefined;
  const cell = row * grid.columns + column;
  return cell < count ? cell : undefined;
}

/** Where an arrow key and the like leads from a cell of a grid; undefined for a key that does not move. */
export function cellAfter(key: string, cell: number, columns: number, count: number): number | undefined {
  const to = {
    ArrowLeft: cell - 1,
    ArrowRight: cell + 1,
    ArrowUp: cell - columns,
    ArrowDown: cell + columns,
    Home: 0,
    End: count - 1,
  }[key];
  if (to === undefined) return undefined;
  // Up from the first row, or down from the last, stays.
  return to < 0 || to >= count ? cell : to;
}

/** Rems: below these all layers do not fit side by side. Boxes do in a flat room of less. */
const WIDE = 44;
const WIDE_BOXES = 34;
const FLAT = 1.4;

/** Whether a room, in rems, takes the layers below one another rather than side by side. */
export const isPortrait = (width: number, height: number, ridges: boolean): boolean =>
  width < (!ridges && width > FLAT * height ? WIDE_BOXES : WIDE);

/** Where bars are, one for each of so many characters. */
export interface BarLayout {
  /** Whether they stand side by side rather than lie one below the other. */
  upright: boolean;
  columns: number;
  rows: number;
}

/** Least height of a row and width of a column, in ems. */
const ROW = 0.84;
const COLUMN = 0.48;

/** In rows where there is room for all, else standing, else in rows in as many columns as it takes. */
export function barLayout(count: number, width: number, height: number, em: number): BarLayout {
  const most = Math.max(1, Math.floor(height / (ROW * em)));
  if (count <= most) return { upright: false, columns: 1, rows: count };
  if (width >= count * COLUMN * em) return { upright: true, columns: count, rows: 1 };
  const columns = Math.ceil(count / most);
  return { upright: false, columns, rows: Math.ceil(count / columns) };
}

/** The probability of the longest bar: a half while none is near it, so that small ones can be told apart. */
export function barScale(probabilities: Float32Array): number {
  return probabilities.every((p) => !(p > 0.48)) ? 0.5 : 1;
}

/** Of numbers above standing bars, those that have room: the largest first. `wide`: how many columns a number takes. */
export function roomyLabels(values: readonly number[], least: number, wide: number): ReadonlySet<number> {
  const shown = new Set<number>();
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  for (const i of order)
    if (values[i] >= least && ![...shown].some((other) => Math.abs(other - i) < wide)) shown.add(i);
  return shown;
}

/** A density, smoothed twice by (1, 2, 1) / 4 so that a few thousand values have a line, its peak 1. Returns the peak before. */
export function smoothed(density: Float32Array, into: Float32Array): number {
  const { length } = density;
  let peak = 0;
  for (let pass = 0; pass < 2; pass++) {
    const from = pass === 0 ? density : into;
    let before = from[0];
    for (let i = 0; i < length; i++) {
      const here = from[i];
      const value = (before + 2 * here + from[Math.min(length - 1, i + 1)]) / 4;
      before = here;
      into[i] = value;
    }
  }
  for (let i = 0; i < length; i++) peak = Math.max(peak, into[i]);
  if (peak > 0) for (let i = 0; i < length; i++) into[i] /= peak;
  return peak;
}
