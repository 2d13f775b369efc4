import { useMemo } from 'preact/hooks';
import type { LayerView, NetworkView, UnitView } from '../engine/network-protocol.js';
import { scheme } from '../view/appearance.js';
import { characterText } from '../view/character.js';
import { fixed, plain } from '../view/figures.js';
import { Canvas } from './canvas.js';
import { matrixGrid, squareGrid } from './geometry.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import { CellPainter, type Surface } from './paint.js';
import { Units } from './units.js';
import { Weights } from './weights.js';
import { embeddingPlace, layerText, namesOf, nearestTo, quoted, unitText, valueText } from './words.js';

/** Characters that are listed as nearest. */
const NEAREST = 6;

interface DetailProps {
  state: NetworkState;
  /** Whether the layers show their weights and units by themselves. */
  inline: boolean;
}

/** What is selected, closer: a layer, one of its units, or a character. */
export function Detail({ state, inline }: DetailProps) {
  const { place, unit, token } = state.selection.selected.value;
  const view = state.told.value;
  if (view === undefined || (place === undefined && token === undefined)) return null;
  const layer = [view.embedding, ...view.layers].find((each) => each.place === place);
  const title =
    token !== undefined
      ? quoted(state.vocabulary.value, token)
      : layer && `${unit === undefined ? '' : `unit ${unit} of `}${namesOf(view).get(layer.place)}`;
  if (title === undefined) return null;
  return (
    <aside class="network-detail" aria-label={`Closer: ${title}`}>
      <header>
        <h3>{title}</h3>
        <button type="button" class="small" aria-label="Close" onClick={() => state.selection.select({})}>
          ×
        </button>
      </header>
      {token !== undefined ? (
        <Character state={state} view={view} token={token} />
      ) : (
        layer && <Layer state={state} view={view} layer={layer} inline={inline} unit={unit} />
      )}
    </aside>
  );
}

interface LayerProps {
  state: NetworkState;
  view: NetworkView;
  layer: LayerView;
  inline: boolean;
  unit: number | undefined;
}

function Layer({ state, view, layer, inline, unit }: LayerProps) {
  const name = namesOf(view).get(layer.place) ?? layer.place;
  const { kind, position, place } = layer;
  const shown = view.unit?.position === position && view.unit.unit === unit ? view.unit : undefined;
  return (
    <>
      {!inline && kind === 'Linear' && unit === undefined && <Weights state={state} position={position} />}
      {!inline && place !== embeddingPlace && kind !== 'Linear' && (
        <Units state={state} position={position} place={place} kind={kind} />
      )}
      {unit === undefined && <p>{layerText(layer, name, view.flow)}</p>}
      {unit === undefined && place !== embeddingPlace && kind !== 'Linear' && (
        <p class="help">Point at a unit for its number, press it to look closer.</p>
      )}
      {shown && <Unit view={view} layer={layer} unit={shown} tokens={state.vocabulary.value} />}
    </>
  );
}

interface UnitProps {
  view: NetworkView;
  layer: LayerView;
  unit: UnitView;
  tokens: readonly string[];
}

function Unit({ view, layer, unit, tokens }: UnitProps) {
  const { incoming, bias, outputs, gradient } = unit;
  const first = view.layers.findIndex(({ position }) => position >= layer.position);
  // Before the second linear layer the weights lead from the context.
  const fromContext = view.layers.slice(0, first + 1).filter(({ kind }) => kind === 'Linear').length === 1;
  const rows = fromContext ? view.tokens.length : 1;
  return (
    <>
      <p>{unitText(unit)}</p>
      {incoming && (
        <figure>
          <figcaption>
            incoming weights{bias === undefined ? '' : `, bias ${fixed(bias, 2)}`}
            {fromContext && ', a row for each place in the context'}
          </figcaption>
          <div class={fromContext ? 'network-incoming of-context' : 'network-incoming'}>
            {fromContext && (
              <div class="letters" aria-hidden="true">
                {view.tokens.map((token, i) => (
                  <span key={i}>{characterText(tokens[token] ?? '')}</span>
                ))}
              </div>
            )}
            <Cells values={incoming} rows={rows} most={largest(incoming)} />
          </div>
        </figure>
      )}
      <figure>
        <figcaption>
          {gradient && view.flow === 'gradient' ? 'its gradient' : 'its outputs'} over the {outputs.length}{' '}
          examples
        </figcaption>
        <Bars values={(view.flow === 'gradient' && gradient) || outputs} chosen={view.example} />
      </figure>
    </>
  );
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

interface CellsProps {
  values: Float32Array;
  /** 1: as many as fit. */
  rows: number;
  most: number;
}

function Cells({ values, rows, most }: CellsProps) {
  const paint = useMemo(() => {
    const cells = new CellPainter();
    return ({ context }: Surface, { width, height }: { width: number; height: number }) => {
      const grid =
        rows > 1
          ? matrixGrid(rows, values.length / rows, width, height)
          : squareGrid(values.length, width, height);
      cells.paint(context, values, grid, { most, scheme: scheme.value, surface: look.value.surface });
    };
  }, [values, rows, most]);
  return <Canvas class="network-canvas" paint={paint} />;
}

/** A bar up or down for each example; the one in the picture stands out. */
function Bars({ values, chosen }: { values: Float32Array; chosen: number }) {
  const paint = useMemo(
    () =>
      ({ context }: Surface, { width, height, scale }: { width: number; height: number; scale: number }) => {
        const most = largest(values) || 1;
        const { accent, ink, rule } = look.value;
        const step = width / values.length;
        const middle = Math.round(height / 2);
        values.forEach((value, i) => {
          const up = (value / most) * (middle - scale);
          context.fillStyle = i === chosen ? ink : accent;
          context.fillRect(
            Math.round(i * step),
            middle - Math.max(0, up),
            Math.max(scale, step - scale),
            Math.abs(up),
          );
        });
        context.fillStyle = rule;
        context.fillRect(0, middle, width, Math.max(1, Math.round(scale)));
      },
    [values, chosen],
  );
  return (
    <>
      <div class="network-examples">
        <Canvas class="network-canvas" paint={paint} />
      </div>
      <p class="help">
        from {plain(values.reduce((least, value) => Math.min(least, value), Infinity))} to{' '}
        {plain(values.reduce((most, value) => Math.max(most, value), -Infinity))}; dark: the example in the
        picture
      </p>
    </>
  );
}

interface CharacterProps {
  state: NetworkState;
  view: NetworkView;
  token: number;
}

function Character({ state, view, token }: CharacterProps) {
  const { value: vocabulary } = state.vocabulary;
  const { table } = view;
  if (table === undefined) return null;
  const dimensions = table.length / vocabulary.length;
  const vector = table.slice(token * dimensions, (token + 1) * dimensions);
  return (
    <>
      <figure>
        <figcaption>its vector</figcaption>
        <div class="network-incoming one">
          <Cells values={vector} rows={1} most={2} />
        </div>
        <p class="help">{Array.from(vector, (value) => valueText(value, 'forward')).join('  ')}</p>
      </figure>
      <p class="network-nearest">
        nearest:{' '}
        {nearestTo(token, table, vocabulary.length)
          .slice(0, NEAREST)
          .map((each) => (
            <button
              key={each.token}
              type="button"
              class="small"
              title={`distance ${fixed(each.distance, 2)}`}
              onClick={() => state.selection.select({ place: embeddingPlace, token: each.token })}
            >
              <b>{characterText(vocabulary[each.token] ?? '')}</b> {fixed(each.distance, 2)}
            </button>
          ))}
      </p>
    </>
  );
}
