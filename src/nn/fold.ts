import type { Core } from '../core/core.js';
import { expectLoaded } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import { BatchNorm1d } from './batchnorm.js';
import { expectInitialised, type Layer, type Statistics } from './layer.js';
import { Linear } from './linear.js';
import { Sequential } from './sequential.js';

/**
 * A network that gives the same outputs as `model` in `eval(statistics)` and has no batch norm behind a linear layer:
 * each pair Linear, BatchNorm1d becomes one Linear with W' = W · scale and b' = b · scale + shift, column by column,
 * scale = gamma / √(variance + eps), shift = beta − mean · scale. For inference: what is trained further is `model`.
 *
 * The new layers lie in the core, reserved for as many rows as `model` was; all others are `model`'s own, shared with it,
 * so that the two networks are not to be used at the same time, and one of them only is to be disposed of. A batch norm
 * with no linear layer before it stays; these layers are in `eval(statistics)` from now on. So in a Sequential within, too.
 * Source: makemore part 3, exercise E02.
 * Errors: TypeError for what is no core, no Sequential or other statistics; Error for calibrated ones before `calibrate()`, or
 * a model that is in no core or has no initial parameters.
 */
export function foldBatchNorm<Input extends Tensor | Indices>(
  core: Core,
  model: Sequential<Input>,
  statistics: Statistics = 'running',
): Sequential<Input> {
  expectLoaded('foldBatchNorm', core);
  if (!Array.isArray(model?.layers))
    throw new TypeError(`foldBatchNorm: expected a Sequential, got ${came(model)}`);
  const folded = foldLayers(core, model, statistics);
  folded.eval(statistics);
  return folded;
}

function foldLayers<Input extends Tensor | Indices>(
  core: Core,
  { layers, capacity }: Sequential<Input>,
  statistics: Statistics,
): Sequential<Input> {
  const folded: Layer[] = [];
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i];
    const next = layers[i + 1];
    if (layer instanceof Linear && next instanceof BatchNorm1d) {
      folded.push(foldPair(core, layer, next, statistics, capacity));
      i++;
    } else if (layer instanceof Sequential) folded.push(foldLayers<Tensor>(core, layer, statistics));
    else folded.push(layer as Layer);
  }
  return new Sequential(folded as unknown as [Layer<Input>, ...Layer[]]).to(core);
}

function foldPair(
  core: Core,
  linear: Linear,
  norm: BatchNorm1d,
  statistics: Statistics,
  capacity: number,
): Linear {
  const { inFeatures, outFeatures } = linear;
  expectInitialised('foldBatchNorm', linear.weight.value);
  const { scale, shift } = norm.affine(statistics);
  const one = new Linear(inFeatures, outFeatures);
  one.to(core);
  if (capacity > 0) one.reserve(core, capacity);
  one.weight.value.set(linear.weight.value.toArray().map((w, i) => w * scale[i % outFeatures]));
  const bias = linear.bias?.value.toArray() ?? new Float32Array(outFeatures);
  one.bias?.value.set(bias.map((b, j) => b * scale[j] + shift[j]));
  return one;
}
