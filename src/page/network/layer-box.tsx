import { useComputed } from '@preact/signals';
import { useCallback, useMemo, useRef } from 'preact/hooks';
import { kindName } from '../layer-names.js';
import { scheme } from '../view/appearance.js';
import { fixed, plain, scientific } from '../view/figures.js';
import { Canvas } from './canvas.js';
import { cellAfter, cellAt, type Grid, matrixGrid, squareGrid } from './geometry.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import { CellPainter, FAST, paintUpdates, RidgePainter, type Surface } from './paint.js';
import { litIn, reachedIn } from './slow-motion.js';
import type { LayerView, NetworkView } from './types.js';
import { deadIn, layerText, namesOf, saturatedText, shortName, stdText, valueText } from './words.js';

/** Cells have their strongest colour at this share of the axis, weights at so many deviations. */
export const COLOUR_SHARE = 2 / 3;
export const WEIGHT_DEVIATIONS = 3;

type Size = { width: number; height: number; scale: number };

interface LayerBoxProps {
  state: NetworkState;
  /** Position among the network's layers. */
  position: number;
  kind: string;
  place: string;
  /** From 1, of the block that it belongs to: it gives the colour. */
  depth: number;
  /** Whether the network is shown layer by layer as ridges alone, side by side. */
  ridges: boolean;
}

export const layerIn = (view: NetworkView | undefined, position: number): LayerView | undefined =>
  position === 0 ? view?.embedding : view?.layers.find((layer) => layer.position === position);

/** One layer: what it is, what is in it, how that is spread, and in numbers. */
export function LayerBox({ state, position, kind, place, depth, ridges }: LayerBoxProps) {
  const className = useComputed(() => {
    const { stage, shown, selection } = state;
    const names = ['network-layer', `of-${shortName(kind).toLowerCase().replaceAll(' ', '-')}`];
    if (selection.selected.value.place === place) names.push('selected');
    if (stage.value && shown.value) {
      if (litIn(stage.value, shown.value).has(position)) names.push('lit');
      else if (!reachedIn(stage.value, position)) names.push('ahead');
    }
    return names.join(' ');
  });
  const name = useComputed(() => (state.shown.value && namesOf(state.shown.value).get(place)) ?? place);
  const label = useComputed(() => {
    const layer = layerIn(state.told.value, position);
    return layer ? layerText(layer, name.value, state.told.value?.flow ?? 'forward') : name.value;
  });
  return (
    <div class={className} data-place={`network:${place}`}>
      <button
        type="button"
        class="network-name"
        data-layer={place}
        aria-pressed={state.selection.selected.value.place === place}
        title={name.value}
        onClick={() => {
          const { selected } = state.selection;
          state.selection.select(selected.value.place === place ? {} : { place });
        }}
        onPointerEnter={() => {
          state.pointed.value = label.value;
        }}
        onPointerLeave={() => {
          state.pointed.value = undefined;
        }}
      >
        {ridges ? shortName(kind) : kindName(kind)}
        <span class="network-hidden">: {name}</span>
      </button>
      {!ridges && <Body state={state} position={position} kind={kind} place={place} />}
      <Ridge state={state} position={position} kind={kind} depth={depth} vertical={ridges} />
      <Numbers state={state} position={position} ridges={ridges} axis={!ridges || depth === 1} />
    </div>
  );
}

type BodyProps = Pick<LayerBoxProps, 'state' | 'position' | 'kind' | 'place'>;

/** What a layer is made of: weights as an image, scale and shift, or the units. */
function Body({ state, position, kind, place }: BodyProps) {
  if (kind === 'Linear') return <Weights state={state} position={position} />;
  return <Units state={state} position={position} place={place} kind={kind} />;
}

/** The weights as an image: a row an input, a column a unit. */
export function Weights({ state, position }: { state: NetworkState; position: number }) {
  const kept = useRef<{ grid: Grid; scale: number } | undefined>(undefined);
  const paint = useMemo(() => {
    const cells = new CellPainter();
    // Weights come with some of the views only; the painter keeps the last, for another size or theme.
    let last: { rows: number; columns: number; values: Float32Array; std: number } | undefined;
    return ({ context }: Surface, { width, height, scale }: Size) => {
      const side = state.side.value;
      const [own, other] = [state.view.value, state.otherView.value].map(
        (view) => layerIn(view, position)?.weights,
      );
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
    state.pointed.value = `${what[state.flowing.peek()]} from input ${input * weights.every[0]} to unit ${unit * weights.every[1]}: ${plain(weights.values[cell])}`;
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
      const beside = side.value === 'difference' ? layerIn(otherView.value, position) : undefined;
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
  const count = layerIn(state.shown.value, position)?.outputs.length ?? 1;
  const chosen = state.selection.selected.value;
  const now = chosen.place === place && chosen.unit !== undefined ? chosen.unit : walked.current;
  return (
    <div
      class="network-body units"
      role="slider"
      tabIndex={0}
      aria-label={`Units of ${(state.shown.value && namesOf(state.shown.value).get(place)) ?? kind}; Enter looks at one`}
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

/** As the worker has it: of activations whose outputs are from −1 to 1. */
const BOUNDED_AXIS = 1.1;

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

interface RidgeProps {
  state: NetworkState;
  position: number;
  kind: string;
  depth: number;
  vertical: boolean;
}

function Ridge({ state, position, kind, depth, vertical }: RidgeProps) {
  const paint = useMemo(() => {
    const ridge = new RidgePainter();
    return ({ context }: Surface, { width, height, scale }: Size) => {
      const { view, otherView, side } = state;
      const layer = layerIn(side.value === 'other' ? otherView.value : view.value, position);
      if (layer === undefined) return;
      const { layers, rule, ink, muted, accent, problem } = look.value;
      if (state.flowing.value === 'update') {
        const ratios = layer.updates.map(({ ratio }) => ratio);
        paintUpdates(context, ratios, width, height, {
          vertical,
          scale,
          rule,
          line: muted,
          fill: accent,
          fast: problem,
        });
        return;
      }
      const colour = layers[1 + ((depth - 1) % 6)];
      const quiet = kind === 'Linear' || kind === 'BatchNorm1d';
      const style = {
        vertical,
        back: state.flowing.value === 'gradient',
        fill: quiet ? `color-mix(in srgb, ${muted} 35%, transparent)` : colour,
        line: quiet ? muted : colour,
        rule,
        scale,
        marks: layer.axis === BOUNDED_AXIS ? [-1 / BOUNDED_AXIS, 1 / BOUNDED_AXIS] : [],
      };
      ridge.paint(context, layer.density, width, height, style);
      const beside = side.value === 'difference' ? layerIn(otherView.value, position) : undefined;
      if (beside) ridge.paint(context, beside.density, width, height, { ...style, line: ink, outline: true });
    };
  }, [state, position, kind, depth, vertical]);
  return <Canvas class="network-ridge" paint={paint} />;
}

interface NumbersProps {
  state: NetworkState;
  position: number;
  ridges: boolean;
  /** Whether how far the axis of the ridge reaches is said here. */
  axis: boolean;
}

function Numbers({ state, position, ridges, axis }: NumbersProps) {
  const view = state.told.value;
  const layer = layerIn(view, position);
  if (view === undefined || layer === undefined) return <p class="network-numbers" />;
  if (view.flow === 'update')
    return (
      <p class="network-numbers">
        {layer.updates.map(({ name, ratio }) => (
          <span key={name} class={ratio > FAST ? 'fast' : undefined}>
            {!ridges && symbolOf(name)} <b>{fixed(ratio, 1)}</b>
          </span>
        ))}
      </p>
    );
  const saturated = view.flow === 'forward' ? saturatedText(layer) : undefined;
  return (
    <p class="network-numbers">
      {axis && (
        <span class="network-axis" title="How far the axis reaches">
          ±{plain(layer.axis === BOUNDED_AXIS ? 1 : layer.axis)}
        </span>
      )}
      <span>
        <i>std </i>
        <b>{ridges && view.flow === 'gradient' ? scientific(layer.std, 1) : stdText(layer, view.flow)}</b>
      </span>
      {saturated !== undefined && (
        <span class="saturated">{ridges ? saturated.replace(/[a-z ]+$/, '') : saturated}</span>
      )}
    </p>
  );
}

const symbolOf = (name: string): string => ({ weight: 'W', bias: 'b', gamma: 'γ', beta: 'β' })[name] ?? name;
