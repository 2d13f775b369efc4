import { ELU, type Layer, LeakyReLU, ReLU, Sigmoid, Tanh } from 'lanewise';

/** As the lecture's image: an output beyond this, on the scale of tanh, lets next to no gradient through. */
const CLOSED = 0.99;

/** Where an activation is flat, so that next to no gradient comes through it. */
interface FlatRegion {
  kind: string;
  /** By the output. */
  closed: (h: number) => boolean;
  /** The stretches of its input in which it is: [from, to], either of them infinite. */
  zones: [number, number][];
}

/**
 * Undefined for a layer that is no activation. Leaky ReLU is flat nowhere: its slope is 0.01 at least. `edge`: beyond which
 * an output counts, on the scale of tanh; the zones are those of 0.99.
 */
export function flatRegionOf(layer: Layer, edge = CLOSED): FlatRegion | undefined {
  if (layer instanceof Tanh) {
    return { kind: 'Tanh', closed: (h) => Math.abs(h) > edge, zones: outside(Math.atanh(CLOSED)) };
  }
  if (layer instanceof Sigmoid) {
    const zones = outside(2 * Math.atanh(CLOSED));
    return { kind: 'Sigmoid', closed: (h) => Math.abs(2 * h - 1) > edge, zones };
  }
  if (layer instanceof ELU) {
    const { alpha } = layer;
    return { kind: 'ELU', closed: (h) => h < -edge * alpha, zones: [[-Infinity, Math.log(1 - CLOSED)]] };
  }
  if (layer instanceof ReLU) return { kind: 'ReLU', closed: (h) => h <= 0, zones: [[-Infinity, 0]] };
  if (layer instanceof LeakyReLU) return { kind: 'LeakyReLU', closed: () => false, zones: [] };
  return undefined;
}

const outside = (edge: number): [number, number][] => [
  [-Infinity, -edge],
  [edge, Infinity],
];
