import { useComputed } from '@preact/signals';
import { fixed, plain, scientific } from '../view/figures.js';
import { kindName } from '../view/layer-names.js';
import { LayerButton } from './layer-button.js';
import type { NetworkState } from './network-state.js';
import { FAST } from './paint.js';
import { Ridge } from './ridge.js';
import { BOUNDED_AXIS, layerIn } from './shown-layer.js';
import { litIn, reachedIn } from './slow-motion.js';
import { Units } from './units.js';
import { Weights } from './weights.js';
import { layerText, namesOf, saturatedText, shortName, stdText } from './words.js';

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

/** One layer: what it is, what is in it, how that is spread, and in numbers. */
export function LayerBox({ state, position, kind, place, depth, ridges }: LayerBoxProps) {
  const className = useComputed(() => {
    const { stage, told, selection } = state;
    const names = ['network-layer', `of-${shortName(kind).toLowerCase().replaceAll(' ', '-')}`];
    if (selection.selected.value.place === place) names.push('selected');
    if (stage.value && told.value) {
      if (litIn(stage.value, told.value).has(position)) names.push('lit');
      else if (!reachedIn(stage.value, position)) names.push('ahead');
    }
    return names.join(' ');
  });
  const name = useComputed(() => (state.told.value && namesOf(state.told.value).get(place)) ?? place);
  const label = useComputed(() => {
    const layer = layerIn(state.told.value, position);
    return layer ? layerText(layer, name.value, state.told.value?.flow ?? 'forward') : name.value;
  });
  return (
    <div class={className} data-place={`network:${place}`}>
      <LayerButton state={state} place={place} title={name.value} told={() => label.value}>
        {ridges ? <ShortName kind={kind} /> : kindName(kind)}
        <span class="network-hidden">: {name}</span>
      </LayerButton>
      {!ridges && <Body state={state} position={position} kind={kind} place={place} />}
      <Ridge state={state} position={position} kind={kind} depth={depth} vertical={ridges} />
      <Numbers state={state} position={position} ridges={ridges} axis={!ridges || depth === 1} />
    </div>
  );
}

/** Where there is no room for more, “lin”. */
const ShortName = ({ kind }: Pick<LayerBoxProps, 'kind'>) =>
  kind === 'Linear' ? (
    <>
      lin<span class="network-rest">ear</span>
    </>
  ) : (
    <span>{shortName(kind)}</span>
  );

type BodyProps = Pick<LayerBoxProps, 'state' | 'position' | 'kind' | 'place'>;

/** What a layer is made of: weights as an image, scale and shift, or the units. */
function Body({ state, position, kind, place }: BodyProps) {
  if (kind === 'Linear') return <Weights state={state} position={position} />;
  return <Units state={state} position={position} place={place} kind={kind} />;
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
