/** The vectors of the characters as points of a plane, and what is near to what. */
import { principalComponents, steadyAxes } from '../../engine/symmetric-eigen.js';

/** A row for each character. */
export interface Vectors {
  data: Float32Array;
  rows: number;
  columns: number;
}

/** An axis of the plane: one of the two largest principal components, or a dimension of the vectors. */
export type AxisChoice = 'first' | 'second' | number;

export interface Plane {
  points: [x: number, y: number][];
  /** Shares of the variance along both principal components. */
  shares: [number, number];
  /** For the next plane, so that the picture does not flip. */
  axes: [Float64Array, Float64Array];
}

/**
 * Where each character lies.
 *
 * @param before axes of the plane before this one
 * @throws RangeError where a number is not finite
 */
export function planeOf(
  { data, rows, columns }: Vectors,
  [across, up]: readonly [AxisChoice, AxisChoice],
  before: Plane['axes'] | undefined,
): Plane {
  const { vectors, shares, mean } = principalComponents(data, rows, columns);
  const first = vectors[0];
  const second = vectors[1] ?? new Float64Array(columns);
  const { axes, swapped } = steadyAxes([first, second], before);
  const along = (row: number, choice: AxisChoice): number => {
    if (typeof choice === 'number') return data[row * columns + choice];
    const axis = axes[choice === 'first' ? 0 : 1];
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += (data[row * columns + j] - mean[j]) * axis[j];
    return sum;
  };
  const [a, b] = [shares[0], shares[1] ?? 0];
  return {
    points: Array.from({ length: rows }, (_, row) => [along(row, across), along(row, up)]),
    shares: swapped ? [b, a] : [a, b],
    axes,
  };
}

interface Neighbour {
  token: number;
  /** Euclidean, over all dimensions. */
  distance: number;
}

export function distanceBetween({ data, columns }: Vectors, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += (data[a * columns + j] - data[b * columns + j]) ** 2;
  return Math.sqrt(sum);
}

/** The other characters, nearest first. */
export const neighbours = (vectors: Vectors, token: number): Neighbour[] =>
  Array.from({ length: vectors.rows }, (_, other) => ({
    token: other,
    distance: distanceBetween(vectors, token, other),
  }))
    .filter((each) => each.token !== token)
    .sort((a, b) => a.distance - b.distance);

type CharacterKind = 'vowel' | 'consonant' | 'other';

const VOWELS = new Set('aeiouæœøаеёиоуыэюяіїєαεηιουω');

/** Letters without their marks; y is a consonant here. The boundary, hyphens and digits are neither. */
export function kindOfCharacter(character: string): CharacterKind {
  const [base = ''] = character.normalize('NFD').toLowerCase();
  if (VOWELS.has(base)) return 'vowel';
  return /\p{L}/u.test(base) ? 'consonant' : 'other';
}

interface VowelDistance {
  /** Mean distance between two vowels. */
  mean: number;
  /** Share of equally many letters picked at random that are further apart: near 1/2 where vowels are as any letters. */
  nearerThan: number;
}

/** Picks of letters that the vowels are compared with: a share is known to 2 % of them. */
const PICKS = 500;

/** How near the vowels are to each other; undefined where there are not two, or no other letters. */
export function vowelDistance(vectors: Vectors, characters: readonly string[]): VowelDistance | undefined {
  const kinds = characters.map(kindOfCharacter);
  const letters = kinds.flatMap((kind, token) => (kind === 'other' ? [] : [token]));
  const vowels = letters.filter((token) => kinds[token] === 'vowel');
  if (vowels.length < 2 || vowels.length === letters.length) return undefined;
  const mean = meanDistance(vectors, vowels);
  const random = numbers();
  let further = 0;
  for (let pick = 0; pick < PICKS; pick++) {
    // The first of a shuffle that goes as far as it is needed.
    for (let i = 0; i < vowels.length; i++) {
      const other = i + Math.floor(random() * (letters.length - i));
      [letters[i], letters[other]] = [letters[other], letters[i]];
    }
    if (meanDistance(vectors, letters.slice(0, vowels.length)) > mean) further++;
  }
  return { mean, nearerThan: further / PICKS };
}

function meanDistance(vectors: Vectors, tokens: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < tokens.length; i++)
    for (let j = 0; j < i; j++) sum += distanceBetween(vectors, tokens[i], tokens[j]);
  return (2 * sum) / (tokens.length * (tokens.length - 1));
}

/** From 0 to 1, always the same ones: what is said of a network does not change while it rests. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return (state >>> 8) / 2 ** 24;
  };
}
