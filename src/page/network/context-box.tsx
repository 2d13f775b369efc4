import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { NetworkView } from '../engine/network-protocol.js';
import { scheme } from '../view/appearance.js';
import { characterText } from '../view/character.js';
import { Canvas } from './canvas.js';
import { matrixGrid } from './geometry.js';
import { LayerButton } from './layer-button.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import { CellPainter, type Surface } from './paint.js';
import { Ridge } from './ridge.js';
import { COLOUR_SHARE } from './shown-layer.js';
import { litIn, reachedIn } from './slow-motion.js';
import { embeddingPlace, layerText, quoted, valueText } from './words.js';

/** The characters of the context, each with the vector that it becomes. */
export function ContextBox({ state, ridges }: { state: NetworkState; ridges: boolean }) {
  const view = state.told.value;
  const className = useComputed(() => {
    const { stage, shown } = state;
    const names = ['network-layer', 'of-context'];
    if (stage.value && shown.value) {
      if (litIn(stage.value, shown.value).has(0)) names.push('lit');
      else if (!reachedIn(stage.value, 0)) names.push('ahead');
    }
    return names.join(' ');
  });
  const tokens = view?.tokens ?? [];
  const update = view?.flow === 'update' ? view.embedding.updates[0] : undefined;
  return (
    <div class={className} data-place={`network:${embeddingPlace}`}>
      <LayerButton
        state={state}
        place={embeddingPlace}
        title="embedding"
        told={() => view && layerText(view.embedding, 'embedding', view.flow)}
      >
        embedding
      </LayerButton>
      <div class="network-context">
        {tokens.map((token, i) => (
          <Vector key={i} state={state} at={i} token={token} view={view as NetworkView} />
        ))}
      </div>
      {!ridges && <Ridge state={state} position={0} kind="Embedding" depth={0} vertical={false} />}
      <p class="network-numbers">
        {view === undefined ? undefined : update ? (
          <span>
            C <b>{update.ratio.toFixed(1).replace('-', '−')}</b>
          </span>
        ) : (
          <span>
            <i>std </i>
            <b>{valueText(view.embedding.std, view.flow)}</b>
          </span>
        )}
        {ridges && view?.flow === 'forward' && <span>{headOf(view)}</span>}
      </p>
    </div>
  );
}

/** Where a vector has its strongest colour: it is drawn from a normal distribution. */
const VECTOR = 2;

interface VectorProps {
  state: NetworkState;
  at: number;
  token: number;
  view: NetworkView;
}

function Vector({ state, at, token, view }: VectorProps) {
  const { value: vocabulary } = state.vocabulary;
  const chosen = state.selection.selected.value.token === token;
  const count = view.tokens.length;
  const paint = useMemo(() => {
    const cells = new CellPainter();
    return ({ context }: Surface, { width, height }: { width: number; height: number }) => {
      const { side } = state;
      const { own, other: beside } = state.lettered.value;
      const shown = side.value === 'other' ? beside : own;
      if (shown === undefined) return;
      const gradient = state.flowing.value === 'gradient';
      const { outputs, axis, gradient: back } = shown.embedding;
      const all = gradient ? back : outputs;
      if (all === undefined) return;
      const dimensions = all.length / shown.tokens.length;
      const values = all.slice(at * dimensions, (at + 1) * dimensions);
      const other = side.value === 'difference' ? beside?.embedding : undefined;
      const others = gradient ? other?.gradient : other?.outputs;
      if (others?.length === all.length)
        for (let d = 0; d < dimensions; d++) values[d] -= others[at * dimensions + d];
      const { value: theme } = scheme;
      const surface = look.value.surface;
      cells.paint(context, values, matrixGrid(1, dimensions, width, height), {
        most: gradient ? COLOUR_SHARE * axis : VECTOR,
        scheme: theme,
        surface,
      });
    };
  }, [state, at]);
  return (
    <button
      type="button"
      class="network-vector"
      aria-pressed={chosen}
      aria-label={`Look at the vector of ${quoted(vocabulary, token)}, ${ordinal(at, count)} of the context`}
      onClick={() => state.selection.select(chosen ? {} : { place: embeddingPlace, token })}
      onPointerMove={(event) => {
        const { embedding, tokens, flow } = state.told.peek() ?? view;
        const all = flow === 'gradient' ? embedding.gradient : embedding.outputs;
        const canvas = event.currentTarget.querySelector('canvas');
        if (canvas === null || all === undefined) return;
        const { left, width } = canvas.getBoundingClientRect();
        const dimensions = all.length / tokens.length;
        const d = Math.floor(((event.clientX - left) / width) * dimensions);
        const what = flow === 'gradient' ? 'gradient by ' : '';
        state.pointed.value =
          d < 0 || d >= dimensions
            ? `${quoted(vocabulary, token)}: a click shows its nearest characters`
            : `${what}dimension ${d} of ${quoted(vocabulary, token)}: ${valueText(all[at * dimensions + d], flow)}`;
      }}
      onPointerLeave={() => {
        state.pointed.value = undefined;
      }}
    >
      <span>{characterText(vocabulary[token] ?? '')}</span>
      <Canvas class="network-canvas" paint={paint} />
    </button>
  );
}

/** Stands before the shares of the layers, where these have no room for words. */
const headOf = ({ layers }: NetworkView): string =>
  layers.some(({ kind }) => kind.endsWith('ReLU')) ? 'not active' : 'saturated';

const ordinal = (at: number, count: number): string =>
  at === count - 1 ? 'the last' : (['the first', 'the second', 'the third'][at] ?? `number ${at + 1}`);
