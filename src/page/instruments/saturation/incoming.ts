/** What leads to a unit, put in the order in which a person reads it. */
import type { Incoming } from '../../engine/protocol.js';

interface WeightGroup {
  /** Which place of the context; none where the inputs are the units of the layer before. */
  name: string | undefined;
  weights: Float32Array;
}

/** The weights by the place in the context that they belong to, oldest character first; else all in one. */
export function weightGroups({ weights, pushes }: Incoming): WeightGroup[] {
  if (pushes === undefined) return [{ name: undefined, weights }];
  const dimensions = weights.length / pushes.length;
  return pushes.map((_, place) => ({
    name: placeName(pushes.length - place),
    weights: weights.subarray(place * dimensions, (place + 1) * dimensions),
  }));
}

/** A place in the context, counted back from the character that is predicted. */
export function placeName(back: number): string {
  if (back === 1) return 'last character';
  return `${back}${back % 100 > 10 && back % 100 < 14 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[back % 10] ?? 'th')} last`;
}

export interface Push {
  character: string;
  push: number;
}

/** The characters that add most, and those that take away most, at one place of the context. */
export function strongest(
  pushes: Float32Array,
  vocabulary: readonly string[],
  count = 3,
): { up: Push[]; down: Push[] } {
  const sorted = Array.from(pushes, (push, token): Push => ({ character: vocabulary[token], push })).sort(
    (a, b) => b.push - a.push,
  );
  return {
    up: sorted.slice(0, count).filter(({ push }) => push > 0),
    down: sorted
      .slice(-count)
      .filter(({ push }) => push < 0)
      .reverse(),
  };
}

export const normOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

/** Least and largest, of any number of values. */
export const rangeOf = (values: Float32Array): [least: number, most: number] => [
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
];
