/** The network, drawn from what flows through it. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Selection } from '../session/selection.js';
import type { Session } from '../session/session.js';
import { Bar } from './bar.js';
import { ContextBox } from './context-box.js';
import { Description } from './description.js';
import { Detail } from './detail.js';
import { isPortrait } from './geometry.js';
import { LayerBox } from './layer-box.js';
import { NetworkState } from './network-state.js';
import { ProbabilityBox } from './probability-box.js';
import { StageLine } from './stage-line.js';
import './network.css';

/** Beyond so many layers behind the embedding each is a ridge alone. */
const BOXES = 5;
/** And where the picture is higher than wide, so many stand side by side. */
const ONE_ROW = 12;

interface NetworkPictureProps {
  session: Session;
  selection: Selection;
}

/** Fills its container. */
export function NetworkPicture({ session, selection }: NetworkPictureProps) {
  const state = useMemo(() => new NetworkState(session, selection), [session, selection]);
  const place = useRef<HTMLElement>(null);
  useEffect(() => state.start(), [state]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const seen = new IntersectionObserver((entries) => {
      state.visible.value = entries.at(-1)?.isIntersecting ?? false;
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, [state]);
  const layers =
    state.told.value?.layers.map(({ position, kind, place: at }) => ({ position, kind, place: at })) ?? [];
  const ridges = layers.length > BOXES;
  const portrait = usePortrait(place, ridges);
  const flow = state.flowing.value;
  const classes = ['network-picture', `flow-${flow}`, ridges ? 'as-ridges' : 'as-boxes'];
  if (portrait.value) classes.push('portrait');
  if (layers.length > ONE_ROW) classes.push('in-two-rows');
  if (state.stageIndex.value !== undefined) classes.push('slow');
  // The layers that are not there yet would push the others about when they come.
  if (state.shown.value === undefined) classes.push('waiting');
  return (
    <section
      ref={place}
      class={classes.join(' ')}
      data-place="network"
      aria-label="The network"
      onKeyDown={(event) => walk(event, state)}
    >
      <Bar state={state} />
      <div class="network-stage">
        <ContextBox state={state} ridges={ridges} />
        <div class="network-layers">
          {blocksOf(layers).map((block, i) => (
            <div
              key={block[0].place}
              class="network-block"
              style={{ '--grow': block.length + (block.length > 1 ? 0.3 : -0.1) }}
            >
              {block.map((layer) => (
                <LayerBox key={layer.place} state={state} {...layer} depth={i + 1} ridges={ridges} />
              ))}
            </div>
          ))}
        </div>
        <ProbabilityBox state={state} />
      </div>
      <Detail state={state} inline={!ridges} />
      <StageLine state={state} />
      <Description state={state} />
    </section>
  );
}

/** Whether the place is too narrow for all to stand side by side. */
function usePortrait(place: RefObject<HTMLElement | null>, ridges: boolean): ReadonlySignal<boolean> {
  const portrait = useSignal(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const sized = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      portrait.value = isPortrait(width / rem, height / rem, ridges);
    });
    sized.observe(element);
    return () => sized.disconnect();
  }, [place, ridges, portrait]);
  return portrait;
}

interface Placed {
  position: number;
  kind: string;
  place: string;
}

/** A linear layer with what follows it. */
function blocksOf(layers: readonly Placed[]): Placed[][] {
  const blocks: Placed[][] = [];
  for (const layer of layers) {
    if (layer.kind === 'Linear' || blocks.length === 0) blocks.push([]);
    blocks[blocks.length - 1].push(layer);
  }
  return blocks;
}

/** The arrows: from layer to layer, and from stage to stage in slow motion. */
function walk(event: KeyboardEvent, state: NetworkState): void {
  const { target, key, currentTarget } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key] as 1 | -1 | undefined;
  if (key === 'Escape' && Object.keys(state.selection.selected.peek()).length > 0) {
    event.stopPropagation();
    state.selection.select({});
    return;
  }
  if (by === undefined || !(target instanceof HTMLElement) || target.matches('input')) return;
  event.stopPropagation();
  event.preventDefault();
  if (state.stageIndex.peek() !== undefined) {
    void state.toStage(by);
    return;
  }
  const all = [...(currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[data-layer]')];
  const at = all.indexOf(target.closest<HTMLElement>('[data-layer]') ?? all[0]);
  all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
}
