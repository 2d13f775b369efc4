/** The activation layers of a moment in numbers, and what their kind of activation has for axes and words. */
import type { LayerSnapshot, Snapshot, TensorSnapshot } from 'lanewise/diagnostics';
import { layerNames } from '../../view/layer-names.js';

export interface ActivationLayer {
  place: string;
  /** Such as `tanh 2 of 5`. */
  name: string;
  kind: string;
  /** From 1: it gives the colour. */
  depth: number;
  input: TensorSnapshot | undefined;
  output: TensorSnapshot | undefined;
  gradient: TensorSnapshot | undefined;
  /** Share of the outputs that are saturated (ReLU: not active); undefined where it is not known at this threshold. */
  saturated: number | undefined;
  /** Units that let no gradient through in any example of the batch. */
  dead: number;
}

export function activationLayers(snapshot: Snapshot, threshold: number): ActivationLayer[] {
  let depth = 0;
  const names = layerNames(snapshot.layers);
  return snapshot.layers.flatMap((layer, i) => {
    const { place, kind, output, gradient, activation } = layer;
    if (activation === undefined) return [];
    return {
      place,
      name: names.get(place) ?? place,
      kind,
      depth: ++depth,
      input: snapshot.layers[i - 1]?.output,
      output,
      gradient,
      // What is no number is not saturated, and not open either.
      saturated: output && output.nan > 0 ? undefined : shareOf(layer, snapshot, threshold),
      dead: activation.dead.length,
    };
  });
}

/** At another threshold than the snapshot’s it can only be counted in the image. */
function shareOf(
  { kind, activation }: LayerSnapshot,
  { threshold, imageThreshold }: Snapshot,
  wanted: number,
): number | undefined {
  if (activation === undefined) return undefined;
  if (threshold === wanted || rectifies(kind)) return activation.saturated;
  const { image } = activation;
  if (wanted !== imageThreshold || image === undefined || image.length === 0) return undefined;
  let count = 0;
  for (const cell of image) count += cell;
  return count / image.length;
}

/** Whether a tensor can be drawn. */
export const drawable = (tensor: TensorSnapshot | undefined): boolean =>
  tensor?.histogram !== undefined && Number.isFinite(tensor.std);

/** ReLU and its kin are not saturated: they are off where nothing goes in above 0. */
export const rectifies = (kind: string): boolean => kind === 'ReLU' || kind === 'LeakyReLU';

export const saturatedWord = (kind: string): string => (rectifies(kind) ? 'not active' : 'saturated');

/** The kind of the activations of a network, which are all alike. */
export const kindOf = ({ layers }: Snapshot): string | undefined =>
  layers.find(({ activation }) => activation !== undefined)?.kind;

/** Ends of what an activation can give, and where in it saturation begins. */
export function outputAxis(kind: string, t: number): { bounds?: [number, number]; limits?: number[] } {
  switch (kind) {
    case 'Tanh':
      return { bounds: [-1, 1], limits: [-t, t] };
    case 'Sigmoid':
      return { bounds: [0, 1], limits: [(1 - t) / 2, (1 + t) / 2] };
    case 'ELU':
      return { limits: [-t] };
    default:
      return {};
  }
}

/** When an output counts, in words. */
export function saturatedWhen(kind: string, t: number): string {
  switch (kind) {
    case 'Tanh':
      return `|h| > ${t}`;
    case 'Sigmoid':
      return `h < ${((1 - t) / 2).toFixed(3)} or h > ${((1 + t) / 2).toFixed(3)}`;
    case 'ELU':
      return `h < −${t}`;
    default:
      return 'h ≤ 0';
  }
}
