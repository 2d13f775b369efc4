/** The vectors of the characters as points of a plane, and what is near to what. */
import { principalComponents, steadyAxes } from '../../symmetric-eigen.js';

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

export interface Neighbour {
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

export type CharacterKind = 'vowel' | 'consonant' | 'other';

const VOWELS = new Set('aeiouæœøаеёиоуыэюяіїєαεηιουω');

/** Letters without their marks; y is a consonant here. The boundary, hyphens and digits are neither. */
export function kindOfCharacter(character: string): CharacterKind {
  const [base = ''] = character.normalize('NFD').toLowerCase();
  if (VOWELS.has(base)) return 'vowel';
  return /\p{L}/u.test(base) ? 'consonant' : 'other';
}

/** Mean distances between two vowels, and between a vowel and a consonant; undefined where there are not two of each. */
export function vowelDistances(
  vectors: Vectors,
  characters: readonly string[],
): { among: number; across: number } | undefined {
  const kinds = characters.map(kindOfCharacter);
  const sums = { among: 0, across: 0 };
  const counts = { among: 0, across: 0 };
  for (let a = 0; a < vectors.rows; a++)
    for (let b = 0; b < vectors.rows; b++) {
      if (a === b || kinds[a] !== 'vowel' || kinds[b] === 'other') continue;
      const group = kinds[b] === 'vowel' ? 'among' : 'across';
      sums[group] += distanceBetween(vectors, a, b);
      counts[group]++;
    }
  if (counts.among === 0 || counts.across === 0) return undefined;
  return { among: sums.among / counts.among, across: sums.across / counts.across };
}
