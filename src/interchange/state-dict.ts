import { expectOptions } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Tensor } from '../core/tensor.js';
import { BatchNorm1d } from '../nn/batchnorm.js';
import type { Layer } from '../nn/layer.js';
import { placedLayers } from '../nn/sequential.js';
import { bytesOf, CheckpointError } from './checkpoint-file.js';
import {
  type Bytes,
  readHeader,
  readTensors,
  type SafetensorsTensor,
  shown,
  writeSafetensors,
} from './safetensors.js';
import { expectParameters, type Model, type Slot, slotsOf, transpose } from './slots.js';

/**
 * The parameters and running statistics as a safetensors file that torch loads:
 *
 *     from safetensors.torch import load_file
 *     model.load_state_dict(load_file('model.safetensors'))   # an nn.Sequential of the same layers
 *
 * Names, shapes and orientation are those of torch's `state_dict()`: a `Linear`'s weight is written (outFeatures,
 * inFeatures). A `BatchNorm1d` that tracks the deviation is written with the variance that gives the same outputs in
 * eval mode, deviation² − eps. Nothing is read back from it but by `loadStateDict`: what a resumed training needs, a
 * checkpoint has.
 *
 * Errors: TypeError for what is no model, Error for one without initial parameters.
 */
export function saveStateDict(model: Model): Bytes {
  expectModel('saveStateDict', model);
  expectParameters('saveStateDict', model);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const { name, shape, tensor, transposed, norm } of torchSlots(model)) {
    const values = tensor.toArray();
    const data = transposed ? transpose(values, shape[1], shape[0]) : values;
    tensors.set(name, { shape, data: norm === undefined ? data : data.map((s) => s * s - norm.eps) });
  }
  for (const name of counters(model)) {
    const data = tensors.get(name)?.data ?? Float32Array.of(0);
    tensors.set(name, { shape: [], data, dtype: 'I64' });
  }
  return writeSafetensors(new Map([['format', 'pt']]), tensors);
}

/** Of `loadStateDict`. */
export interface LoadStateDictOptions {
  /** What errors call the file, such as its path. */
  source?: string;
}

/**
 * Sets the model's parameters and running statistics to those of a safetensors file with the names and shapes of torch's
 * `state_dict()`, written by `safetensors.torch.save_file(model.state_dict(), path)`, in float32, 64, 16 or bfloat16. A
 * refused file changes nothing.
 *
 * Errors: CheckpointError for a file that is damaged or none, and, all of them in one message, for tensors that are
 * missing, not expected, or of another shape.
 */
export function loadStateDict(
  model: Model,
  file: Uint8Array | ArrayBuffer,
  options: LoadStateDictOptions = {},
): void {
  expectModel('loadStateDict', model);
  expectOptions('loadStateDict', options, ['source']);
  const { source = 'state_dict' } = options;
  const bytes = bytesOf(file, 'loadStateDict');
  const refuse = (expected: string, got: string) =>
    new CheckpointError(`${source}: expected ${expected}, got ${got}`);
  const kinds = ['F32', 'F64', 'F16', 'BF16', 'I64'] as const;
  const tensors = readTensors(bytes, readHeader(bytes, refuse), refuse, kinds);
  const slots = torchSlots(model);
  expectTensors(source, slots, tensors, counters(model));
  for (const { name, shape, tensor, transposed, norm } of slots) {
    const { data } = tensors.get(name) as SafetensorsTensor;
    const values = transposed ? transpose(data, shape[0], shape[1]) : data;
    tensor.set(norm === undefined ? values : values.map((variance) => Math.sqrt(variance + norm.eps)));
  }
}

/** A slot as torch has it; `norm`, where its variance stands for a deviation. */
type TorchSlot = Slot & { norm?: { eps: number } };

function torchSlots(model: Model): TorchSlot[] {
  const norms = new Map<Tensor, BatchNorm1d>();
  for (const { layer } of placedLayers(model as Layer))
    if (layer instanceof BatchNorm1d && layer.tracks === 'std') norms.set(layer.runningSpread, layer);
  return slotsOf(model).map((slot) => {
    const norm = norms.get(slot.tensor);
    return norm === undefined ? slot : { ...slot, name: slot.name.replace(/_std$/, '_var'), norm };
  });
}

/** torch's count of the batches that a batch norm has seen; only one with `momentum: null` counts them here. */
const counters = (model: Model): string[] =>
  placedLayers(model as Layer).flatMap(({ layer, position }) =>
    layer instanceof BatchNorm1d ? [`${position}.num_batches_tracked`] : [],
  );

/** All that does not fit, in one error. */
function expectTensors(
  source: string,
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  optional: readonly string[],
): void {
  const shapeOf = (shape: readonly number[]) => `(${shape.join(', ')})`;
  const missing = slots.filter(({ name }) => !tensors.has(name)).map(({ name }) => name);
  const known = new Set([...slots.map(({ name }) => name), ...optional]);
  const unexpected = [...tensors.keys()].filter((name) => !known.has(name)).map(shown);
  const misshapen = slots.flatMap(({ name, shape }) => {
    const got = tensors.get(name)?.shape;
    return got === undefined || got.join() === shape.join()
      ? []
      : [`${name}: expected ${shapeOf(shape)}, got ${shapeOf(got)}`];
  });
  const faults = [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(unexpected.length > 0 ? [`unexpected: ${unexpected.join(', ')}`] : []),
    ...misshapen,
  ];
  if (faults.length > 0)
    throw new CheckpointError(`${source}: expected the tensors of the model; ${faults.join('; ')}`);
}

function expectModel(place: string, model: Model): void {
  if (!Array.isArray(model?.layers))
    throw new TypeError(`${place}: expected model to be a Sequential, got ${came(model)}`);
}
