/** A layer of a view, and how its values are coloured. */
import type { LayerView, NetworkView } from './types.js';

export const layerIn = (view: NetworkView | undefined, position: number): LayerView | undefined =>
  position === 0 ? view?.embedding : view?.layers.find((layer) => layer.position === position);

/** Cells have their strongest colour at this share of the axis, weights at so many deviations. */
export const COLOUR_SHARE = 2 / 3;
export const WEIGHT_DEVIATIONS = 3;
/** As the worker has it: of activations whose outputs are from −1 to 1. */
export const BOUNDED_AXIS = 1.1;
