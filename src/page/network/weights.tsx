import { useMemo, useRef } from 'preact/hooks';
import { scheme } from '../view/appearance.js';
import { plain } from '../view/figures.js';
import { Canvas, type Size } from './canvas.js';
import { cellAt, type Grid, matrixGrid } from './geometry.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import { CellPainter, type Surface } from './paint.js';
import { counterpart, layerIn, WEIGHT_DEVIATIONS } from './shown-layer.js';

/** The weights as an image: a row an input, a column a unit. */
export function Weights({ state, position }: { state: NetworkState; position: number }) {
  const kept = useRef<{ grid: Grid; scale: number } | undefined>(undefined);
  const paint = useMemo(() => {
    const cells = new CellPainter();
    // Weights come with some of the views only; the painter keeps the last, for another size or theme.
    let last: { rows: number; columns: number; values: Float32Array; std: number } | undefined;
    return ({ context }: Surface, { width, height, scale }: Size) => {
      const side = state.side.value;
      const { view, otherView } = state;
      const own = layerIn(view.value, position)?.weights;
      const other = (
        side === 'other'
          ? layerIn(otherView.value, position)
          : counterpart(view.value, otherView.value, position)
      )?.weights;
      const shown = side === 'other' ? other : own;
      if (shown !== undefined) {
        const { rows, columns, std } = shown;
        if (last?.values.length !== shown.values.length)
          last = { rows, columns, std, values: new Float32Array(shown.values.length) };
        Object.assign(last, { rows, columns, std });
        const apart =
          side === 'difference' && other?.values.length === shown.values.length ? other.values : undefined;
        for (let i = 0; i < last.values.length; i++) last.values[i] = shown.values[i] - (apart?.[i] ?? 0);
      }
      if (last === undefined) return;
      const grid = matrixGrid(last.rows, last.columns, width, height);
      kept.current = { grid, scale };
      cells.paint(context, last.values, grid, {
        most: WEIGHT_DEVIATIONS * last.std,
        scheme: scheme.value,
        surface: look.value.surface,
      });
    };
  }, [state, position]);
  const point = (event: PointerEvent) => {
    const weights = layerIn(state.told.peek(), position)?.weights;
    if (kept.current === undefined || weights === undefined) return;
    const { grid, scale } = kept.current;
    const cell = cellAt(grid, event.offsetX * scale, event.offsetY * scale, weights.values.length);
    if (cell === undefined) return;
    const [input, unit] = [Math.floor(cell / weights.columns), cell % weights.columns];
    const what = { forward: 'weight', gradient: 'gradient of the weight', update: 'change of the weight' };
    state.pointed.value = (view) => {
      const now = layerIn(view, position)?.weights;
      return `${what[view.flow]} from input ${input * weights.every[0]} to unit ${unit * weights.every[1]}: ${plain(now?.values[cell])}`;
    };
  };
  return (
    <div
      class="network-body"
      onPointerMove={point}
      onPointerLeave={() => {
        state.pointed.value = undefined;
      }}
    >
      <Canvas class="network-canvas" paint={paint} />
    </div>
  );
}
