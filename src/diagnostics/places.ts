import { statsKernels } from '../core/kernels/stats.js';
import type { Tensor } from '../core/tensor.js';
import { ELU, LeakyReLU, ReLU, Sigmoid, Tanh } from '../nn/activations.js';
import type { Layer } from '../nn/layer.js';
import { layerName } from '../nn/layer-names.js';
import { type PlacedLayer as Placed, placedLayers as placed } from '../nn/sequential.js';

/** A layer, where it stands, and the name of its class. */
export interface PlacedLayer extends Placed {
  kind: string;
}

/** The layers in the order of a forward; a Sequential among them by what is in it. */
export const placedLayers = (model: Layer): PlacedLayer[] =>
  placed(model).map((each) => ({ ...each, kind: layerName(each.layer) }));

/** As findings and snapshots call a layer. */
export const placeOf = ({ position, kind }: PlacedLayer): string => `layer ${position} ${kind}`;

/** An output of tanh above this counts as one that no gradient gets through, as in the lecture's image. */
export const DEAD = 0.99;

/** An output h of an activation is saturated where h < low or h > high; a NaN is not. Both are floats or infinite. */
export interface Bounds {
  low: number;
  high: number;
}

/** The least float above 0: h < TINY is h ≤ 0. */
const TINY = 2 ** -149;

/**
 * Where a layer's output lets little or no gradient through, by a threshold t on the scale of tanh: |h| > t for tanh,
 * |2h − 1| > t for sigmoid, h < −t · alpha for ELU, h ≤ 0, not active, for ReLU and LeakyReLU whatever t is.
 * Undefined for a layer that is none of these.
 */
export function boundsOf(layer: Layer, threshold: number): Bounds | undefined {
  // As the kernel that counts: the threshold is a float like the elements.
  const t = Math.fround(threshold);
  if (layer instanceof Tanh) return { low: -t, high: t };
  if (layer instanceof Sigmoid) return { low: floatFrom((1 - t) / 2), high: -floatFrom(-(1 + t) / 2) };
  if (layer instanceof ELU)
    return { low: layer.alpha > 0 ? floatFrom(-t * layer.alpha) : -Infinity, high: Infinity };
  if (layer instanceof ReLU || layer instanceof LeakyReLU) return { low: TINY, high: Infinity };
  return undefined;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The least float that is not below the number: a float is below the one where it is below the other. */
function floatFrom(value: number): number {
  float[0] = value;
  if (float[0] < value) bits[0] += float[0] < 0 ? -1 : 1;
  return float[0];
}

/**
 * How many outputs of a tensor are saturated, and in `counts` (an address with room for a row of int32, 0: not wanted)
 * how many of each column.
 */
export function countSaturated(tensor: Tensor, { low, high }: Bounds, counts = 0): number {
  const { core, pointer, rows, columns } = tensor;
  return low === -high
    ? core.use(statsKernels).countAbove(counts, pointer, rows, columns, high)
    : core.use(statsKernels).countOutside(counts, pointer, rows, columns, low, high);
}
