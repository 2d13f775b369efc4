import { useCallback, useMemo, useRef } from 'preact/hooks';
import type { LayerView } from '../engine/network-protocol.js';
import { scheme } from '../view/appearance.js';
import { fixed } from '../view/figures.js';
import { Canvas, type Size } from './canvas.js';
import { cellAfter, cellAt, type Grid, squareGrid } from './geometry.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import { CellPainter, type Surface } from './paint.js';
import { BOUNDED_AXIS, COLOUR_SHARE, counterpart, layerIn } from './shown-layer.js';
import { deadIn, namesOf, valueText } from './words.js';

interface UnitsProps {
  state: NetworkState;
  position: number;
  place: string;
  kind: string;
}

/** The units as cells: the example's values, or their gradient. They can be pointed at, walked along and chosen. */
export function Units({ state, position, place, kind }: UnitsProps) {
  const kept = useRef<{ grid: Grid; scale: number } | undefined>(undefined);
  const walked = useRef(0);
  const paint = useMemo(() => {
    const cells = new CellPainter();
    let apart = new Float32Array(0);
    return ({ context }: Surface, { width, height, scale }: Size) => {
      const { view, otherView, side, selection } = state;
      const layer = layerIn(side.value === 'other' ? otherView.value : view.value, position);
      let values = layer && valuesIn(layer, state.flowing.value);
      if (layer === undefined || values === undefined) return;
      const beside =
        side.value === 'difference' ? counterpart(view.value, otherView.value, position) : undefined;
      const others = beside && valuesIn(beside, state.flowing.value);
      if (others?.length === values.length) {
        if (apart.length !== values.length) apart = new Float32Array(values.length);
        for (let i = 0; i < apart.length; i++) apart[i] = values[i] - others[i];
        values = apart;
      }
      const grid = squareGrid(values.length, width, height);
      kept.current = { grid, scale };
      const { axis } = layer;
      const most = axis === BOUNDED_AXIS ? 1 : COLOUR_SHARE * axis;
      cells.paint(context, values, grid, { most, scheme: scheme.value, surface: look.value.surface });
      for (const unit of state.flowing.value === 'forward' ? deadIn(layer) : [])
        frame(context, grid, unit, look.value.problem, scale);
      const { selected } = selection;
      if (selected.value.place === place && selected.value.unit !== undefined)
        frame(context, grid, selected.value.unit, look.value.ink, 2 * scale);
    };
  }, [state, position, place]);
  const at = (event: MouseEvent) => {
    const layer = layerIn(state.told.peek(), position);
    if (kept.current === undefined || layer === undefined) return undefined;
    const { grid, scale } = kept.current;
    return cellAt(grid, event.offsetX * scale, event.offsetY * scale, layer.outputs.length);
  };
  const say = useCallback(
    (unit: number | undefined) => {
      state.pointed.value = unit === undefined ? undefined : unitReadout(state, position, unit);
    },
    [state, position],
  );
  const count = layerIn(state.told.value, position)?.outputs.length ?? 1;
  const chosen = state.selection.selected.value;
  const now = chosen.place === place && chosen.unit !== undefined ? chosen.unit : walked.current;
  return (
    <div
      class="network-body units"
      role="slider"
      tabIndex={0}
      aria-label={`Units of ${(state.told.value && namesOf(state.told.value).get(place)) ?? kind}; Enter looks at one`}
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={now}
      aria-valuetext={unitReadout(state, position, now)}
      onPointerMove={(event) => say(at(event))}
      onPointerLeave={() => say(undefined)}
      onBlur={() => say(undefined)}
      onClick={(event) => {
        const unit = at(event);
        if (unit === undefined) return;
        walked.current = unit;
        state.selection.select(chosen.place === place && chosen.unit === unit ? { place } : { place, unit });
      }}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const to = cellAfter(event.key, now, kept.current?.grid.columns ?? 1, count);
        if (to === undefined && event.key !== 'Enter') return;
        event.preventDefault();
        // The page has the arrows for other things.
        event.stopPropagation();
        walked.current = to ?? now;
        state.selection.select({ place, unit: to ?? now });
        say(to ?? now);
      }}
    >
      <Canvas class="network-canvas" paint={paint} />
    </div>
  );
}

const valuesIn = (layer: LayerView, flow: string): Float32Array | undefined =>
  flow === 'gradient' ? layer.gradient : layer.outputs;

function frame(
  context: CanvasRenderingContext2D,
  grid: Grid,
  cell: number,
  colour: string,
  width: number,
): void {
  const line = Math.max(1, Math.round(width));
  const x = grid.left + (cell % grid.columns) * grid.width;
  const y = grid.top + Math.floor(cell / grid.columns) * grid.height;
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.strokeRect(x + line / 2 - 1, y + line / 2 - 1, grid.width + 1 - line, grid.height + 1 - line);
}

function unitReadout(state: NetworkState, position: number, unit: number): string {
  const view = state.told.value;
  const layer = layerIn(view, position);
  if (view === undefined || layer === undefined) return `unit ${unit}`;
  const flow = state.flowing.value;
  const value = valuesIn(layer, flow)?.[unit];
  const closed = layer.closed?.[unit];
  const dead = closed !== undefined && closed >= 1 ? ', dead on this batch' : '';
  const parts =
    layer.scale && layer.shift ? `, γ ${fixed(layer.scale[unit], 2)}, β ${fixed(layer.shift[unit], 2)}` : '';
  const what = flow === 'gradient' ? 'gradient ' : '';
  return `unit ${unit}: ${what}${value === undefined ? 'none' : valueText(value, flow)}${parts}${dead}`;
}
