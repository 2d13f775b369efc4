import type { ComponentChildren } from 'preact';
import type { NetworkView } from '../engine/network-protocol.js';
import type { NetworkState } from './network-state.js';

interface LayerButtonProps {
  state: NetworkState;
  place: string;
  title: string;
  /** The layer in words, for the line under the picture. */
  told: (view: NetworkView) => string | undefined;
  children: ComponentChildren;
}

/** A layer's name: pressed, every instrument speaks of it; the arrows lead to the names beside it. */
export function LayerButton({ state, place, title, told, children }: LayerButtonProps) {
  const { selection, pointed, walked, tabStop } = state;
  const pressed = selection.selected.value.place === place;
  const tell = () => {
    pointed.value = told;
  };
  const untell = () => {
    pointed.value = undefined;
  };
  return (
    <button
      type="button"
      class="network-name"
      data-layer={place}
      tabIndex={tabStop.value === place ? 0 : -1}
      aria-pressed={pressed}
      title={title}
      onClick={() => selection.select(pressed ? {} : { place })}
      onFocus={({ currentTarget }) => {
        walked.value = place;
        if (currentTarget.matches(':focus-visible')) tell();
      }}
      onBlur={untell}
      onPointerEnter={tell}
      onPointerLeave={untell}
    >
      {children}
    </button>
  );
}
