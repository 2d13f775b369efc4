/** A layer of a view, and how its values are coloured. */
import type { LayerView, NetworkView } from '../engine/network-protocol.js';
import { namesOf } from './words.js';

export const layerIn = (view: NetworkView | undefined, position: number): LayerView | undefined =>
  position === 0 ? view?.embedding : view?.layers.find((layer) => layer.position === position);

/** The layer of another view that has the same name as one of this, and as many units: positions move with batch norm. */
export function counterpart(
  view: NetworkView | undefined,
  other: NetworkView | undefined,
  position: number,
): LayerView | undefined {
  const layer = layerIn(view, position);
  if (view === undefined || other === undefined || layer === undefined) return undefined;
  const name = namesOf(view).get(layer.place);
  const names = namesOf(other);
  return [other.embedding, ...other.layers].find(
    (each) => names.get(each.place) === name && each.outputs.length === layer.outputs.length,
  );
}

/** Cells have their strongest colour at this share of the axis, weights at so many deviations. */
export const COLOUR_SHARE = 2 / 3;
export const WEIGHT_DEVIATIONS = 3;
/** As the worker has it: of activations whose outputs are from −1 to 1. */
export const BOUNDED_AXIS = 1.1;
