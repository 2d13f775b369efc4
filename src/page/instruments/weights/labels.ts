/** What the rows and columns of a weight matrix are: what feeds it, and what comes out. */

import { characterText } from '../../view/character.js';
import { layerName, type PlacedLayer } from '../../view/layer-names.js';

export interface Inputs {
  layers: readonly PlacedLayer[];
  /** Numbers of a character. */
  embedding: number;
  vocabulary: readonly string[];
}

export interface MatrixLabels {
  /** Of its layer. */
  name: string;
  place: string;
  row: (index: number) => string;
  column: (index: number) => string;
  /** Rows that belong together, as those of one character of the context: so many each. */
  group: number | undefined;
  /** Of the activation that its units go into: the columns are its units. */
  activation: string | undefined;
  /** Whether a row is a character. */
  characters: boolean;
}

const ordinal = (n: number): string =>
  `${n}${n % 100 > 10 && n % 100 < 14 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th')}`;

const ACTIVATIONS = new Set(['Tanh', 'ReLU', 'LeakyReLU', 'Sigmoid', 'ELU']);

/** Of the matrix of this name, as a snapshot has it; undefined where the network has no such layer. */
export function labelsOf(
  matrix: string,
  { layers, embedding, vocabulary }: Inputs,
): MatrixLabels | undefined {
  const position = matrix.slice(0, matrix.lastIndexOf('.'));
  const at = layers.findIndex(({ place }) => place.startsWith(`layer ${position} `));
  if (at < 0) return undefined;
  const { place, kind } = layers[at];
  const name = layerName(place, layers);
  const character = (token: number) => characterText(vocabulary[token] ?? '');
  if (kind === 'Embedding')
    return {
      ...{ name, place, group: undefined, activation: undefined, characters: true },
      row: character,
      column: (j) => `dimension ${j}`,
    };
  const before = layers.slice(0, at).findLast((layer) => layer.kind !== 'Flatten');
  const first = before === undefined || before.kind === 'Embedding';
  const behind = layers.slice(at + 1);
  const next = behind.findIndex((layer) => layer.kind === 'Linear');
  const last = next < 0;
  const activation = behind.slice(0, last ? undefined : next).find((layer) => ACTIVATIONS.has(layer.kind));
  return {
    name,
    place,
    row: first
      ? (i) => `${ordinal(Math.floor(i / embedding) + 1)} character, dimension ${i % embedding}`
      : (i) => `${layerName(before.place, layers)}, unit ${i}`,
    column: last ? (j) => `logit of ${character(j)}` : (j) => `unit ${j}`,
    group: first ? embedding : undefined,
    activation: activation?.place,
    characters: false,
  };
}

/** The matrix that leads to a layer, or is of it: the place in a list of matrices; undefined where none does. */
export function matrixBefore(
  place: string | undefined,
  names: readonly string[],
  layers: readonly PlacedLayer[],
): number | undefined {
  const at = layers.findIndex((layer) => layer.place === place);
  if (at < 0) return undefined;
  const positions = names.map((name) =>
    layers.findIndex((layer) => layer.place.startsWith(`layer ${name.slice(0, name.lastIndexOf('.'))} `)),
  );
  const found = positions.findLastIndex((position) => position >= 0 && position <= at);
  return found < 0 ? undefined : found;
}

/** Above most of the values, 1, 2 or 5 times a power of ten: where the colours end. */
export function scaleOf(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    sum += values[i] * values[i];
    count++;
  }
  const wanted = 2.5 * Math.sqrt(sum / Math.max(1, count));
  if (!(wanted > 0 && wanted < Number.POSITIVE_INFINITY)) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return Number(((([1, 2, 5] as const).find((step) => step * power >= wanted) ?? 10) * power).toPrecision(1));
}

/** How many of the largest singular values have such a share of the sum of squares. */
export function countFor(share: number, values: ArrayLike<number>): number {
  const squares = Array.from(values, (value) => value * value);
  const total = squares.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  for (const [i, square] of squares.entries()) {
    sum += square;
    if (sum >= share * total) return i + 1;
  }
  return squares.length;
}
