/** Colours of the picture, by theme; those of the page's own style where it has them. */
import { computed, type ReadonlySignal } from '@preact/signals';
import { scheme } from '../view/appearance.js';

export interface NetworkLook {
  surface: string;
  rule: string;
  ink: string;
  muted: string;
  accent: string;
  problem: string;
  /** Of the layers by depth, as in the charts; 0 is the embedding. */
  layers: readonly string[];
}

export const look: ReadonlySignal<NetworkLook> = computed(() => {
  // The style has those of the theme by the time that the signal has.
  scheme.value;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: colour('raised'),
    rule: colour('rule'),
    ink: colour('ink'),
    muted: colour('muted'),
    accent: colour('accent'),
    problem: colour('problem'),
    layers: Array.from({ length: 7 }, (_, layer) => colour(`layer-${layer}`)),
  };
});
