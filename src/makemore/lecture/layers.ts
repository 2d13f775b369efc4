import type { Tensor } from '../../core/tensor.js';
import { deadUnits, type Histogram, histogram, summarise } from '../../diagnostics/statistics.js';
import { Tanh } from '../../nn/activations.js';
import type { Run } from '../run.js';

/** What the notebook shows of one tensor of a layer. */
export interface LayerStatistics {
  name: string;
  mean: number;
  std: number;
  /** Share above 0.97, from 0 to 1. */
  saturated: number;
  /** Density, 100 bins. */
  histogram: Histogram;
}

/** After the last training step: outputs of each tanh, the gradients there, and those of C and the weights. */
export interface DeepLayers {
  activations: (LayerStatistics & { dead: number })[];
  activationGradients: LayerStatistics[];
  weightGradients: (LayerStatistics & { shape: readonly number[]; gradDataRatio: number })[];
}

/** Embedding and flattening, which are not among the notebook's `layers`. */
const NOT_LAYERS = 2;

/** A parameter by its name in the notebook: `C`, `layers.0.weight` … */
export function notebookName(name: string): string {
  const [position, parameter] = name.split('.');
  return position === '0' ? 'C' : `layers.${Number(position) - NOT_LAYERS}.${parameter}`;
}

/** What the last step left in the six-layer network. */
export function measureLayers({ model }: Run): DeepLayers {
  const measured: DeepLayers = { activations: [], activationGradients: [], weightGradients: [] };
  model.layers.forEach((layer, position) => {
    if (!(layer instanceof Tanh)) return;
    const name = `layer ${position - NOT_LAYERS} Tanh`;
    measured.activations.push({ ...describe(name, layer.out), dead: deadUnits(layer.out, 0.99) });
    const gradient = model.layers[position + 1].dx;
    if (gradient !== undefined) measured.activationGradients.push(describe(name, gradient));
  });
  for (const [name, { value, grad }] of model.namedParameters()) {
    if (!name.endsWith('.weight')) continue;
    const of = describe(notebookName(name), grad);
    const gradDataRatio = of.std / summarise(value).std;
    measured.weightGradients.push({ ...of, shape: value.shape, gradDataRatio });
  }
  return measured;
}

function describe(name: string, tensor: Tensor): LayerStatistics {
  const { mean, std, saturated } = summarise(tensor);
  return { name, mean, std, saturated, histogram: histogram(tensor) };
}
