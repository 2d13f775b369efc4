import type { Indices, Tensor } from '../core/tensor.js';
import { BatchNorm1d } from '../nn/batchnorm.js';
import { expectInitialised, type Layer } from '../nn/layer.js';
import { Linear } from '../nn/linear.js';
import { placedLayers, type Sequential } from '../nn/sequential.js';

export type Model = Sequential<Indices> | Sequential<Tensor>;

/** A tensor of the model, and how a file has it. */
export interface Slot {
  name: string;
  /** In the file. */
  shape: readonly number[];
  tensor: Tensor;
  transposed: boolean;
}

/** The tensors of a model by torch's names, in its order. */
export const slotsOf = (model: Model): Slot[] =>
  placedLayers(model as Layer).flatMap(({ layer, position }) =>
    (layer.inner === undefined ? slotsOfLayer(layer) : []).map((slot) => ({
      ...slot,
      name: `${position}.${slot.name}`,
    })),
  );

/** What was never given initial parameters would be zeros in a file, and load as such. */
export function expectParameters(place: string, model: Model): void {
  for (const { layer, position } of placedLayers(model as Layer)) {
    // An Embedding by what it has: a program without one does not carry it.
    const [weight] = layer instanceof Linear || 'numEmbeddings' in layer ? layer.parameters() : [];
    if (weight !== undefined) expectInitialised(`${place}: layer ${position}`, weight.value);
  }
}

/** Of each batch norm: mean, spread. */
export function slotsOfCalibrated(model: Model): { layer: BatchNorm1d; slots: Slot[] }[] {
  return placedLayers(model as Layer).flatMap(({ layer, position }) => {
    if (!(layer instanceof BatchNorm1d)) return [];
    const spread = layer.tracks === 'std' ? 'calibrated_std' : 'calibrated_var';
    const slots = [
      slotOf(`${position}.calibrated_mean`, layer.calibratedMean),
      slotOf(`${position}.${spread}`, layer.calibratedSpread),
    ];
    return [{ layer, slots }];
  });
}

export const slotOf = (name: string, tensor: Tensor): Slot => ({
  name,
  shape: tensor.shape,
  tensor,
  transposed: false,
});

function slotsOfLayer(layer: Layer): Slot[] {
  const buffers = (layer.buffers?.() ?? []).map(({ name, value }) => slotOf(name, value));
  if (layer instanceof BatchNorm1d) {
    const own = layer.parameters().map(({ value }, i) => slotOf(i === 0 ? 'weight' : 'bias', value));
    return [...own, ...buffers];
  }
  const parameters = layer.parameters().map(({ name, value }) => slotOf(name, value));
  if (layer instanceof Linear) {
    const [weight, ...bias] = parameters;
    return [{ ...weight, shape: [layer.outFeatures, layer.inFeatures], transposed: true }, ...bias];
  }
  return [...parameters, ...buffers];
}

/** A packed (rows, columns) matrix as (columns, rows). */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j];
  return out;
}
