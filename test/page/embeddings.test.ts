import { describe, expect, test } from 'vitest';
import { Generator } from '../../src/index.js';
import {
  distanceBetween,
  kindOfCharacter,
  neighbours,
  planeOf,
  type Vectors,
  vowelDistance,
} from '../../src/page/instruments/embeddings/plane.js';

const random: Vectors = { data: new Generator(3).randn(270), rows: 27, columns: 10 };
const corner: Vectors = { data: Float32Array.of(0, 0, 3, 4, 0, 1), rows: 3, columns: 2 };

describe('the plane of the characters', () => {
  test('has them centred, along uncorrelated axes, the first the wider one', () => {
    const { points, shares } = planeOf(random, ['first', 'second'], undefined);
    const sum = (of: (point: [number, number]) => number) =>
      points.reduce((total, point) => total + of(point), 0);
    expect(sum(([x]) => x)).toBeCloseTo(0, 6);
    expect(sum(([, y]) => y)).toBeCloseTo(0, 6);
    expect(sum(([x, y]) => x * y)).toBeCloseTo(0, 6);
    const [first, second] = [sum(([x]) => x * x), sum(([, y]) => y * y)];
    expect(first).toBeGreaterThan(second);
    expect(shares[0] / shares[1]).toBeCloseTo(first / second, 9);
  });

  test('no other plane through the mean holds more of the variance', () => {
    const { points } = planeOf(random, ['first', 'second'], undefined);
    const held = points.reduce((total, [x, y]) => total + x * x + y * y, 0);
    for (let a = 0; a < 10; a++)
      for (let b = a + 1; b < 10; b++) {
        const other = planeOf(random, [a, b], undefined).points;
        const mean = [0, 1].map((i) => other.reduce((total, point) => total + point[i], 0) / 27);
        expect(
          other.reduce((total, [x, y]) => total + (x - mean[0]) ** 2 + (y - mean[1]) ** 2, 0),
        ).toBeLessThan(held);
      }
  });

  test('moves little where the vectors do, whatever signs the axes come with', () => {
    let { axes, points } = planeOf(random, ['first', 'second'], undefined);
    const data = random.data.slice();
    const noise = new Generator(4);
    for (let step = 0; step < 50; step++) {
      noise.randn(270).forEach((value, i) => {
        data[i] += 0.01 * value;
      });
      const next = planeOf({ ...random, data }, ['first', 'second'], axes);
      for (const [i, [x, y]] of next.points.entries())
        expect(Math.hypot(x - points[i][0], y - points[i][1])).toBeLessThan(0.5);
      ({ axes, points } = next);
    }
  });

  test('takes any two dimensions as they are', () => {
    expect(planeOf(corner, [1, 0], undefined).points).toEqual([
      [0, 0],
      [4, 3],
      [1, 0],
    ]);
    expect(
      planeOf({ data: Float32Array.of(1, 2), rows: 2, columns: 1 }, ['first', 'second'], undefined).points,
    ).toEqual([
      [-0.5, 0],
      [0.5, 0],
    ]);
  });
});

test('the nearest come first, by the distance in all dimensions', () => {
  expect(distanceBetween(corner, 0, 1)).toBe(5);
  expect(neighbours(corner, 0)).toEqual([
    { token: 2, distance: 1 },
    { token: 1, distance: 5 },
  ]);
});

test('vowels are told from consonants, with their marks and in other scripts', () => {
  const kinds = (text: string) => [...text].map(kindOfCharacter);
  expect(kinds('aEïøи')).toEqual(Array(5).fill('vowel'));
  expect(kinds('bYñжß')).toEqual(Array(5).fill('consonant'));
  expect(kinds('.-1 ␃')).toEqual(Array(5).fill('other'));
});

describe('vowels among themselves', () => {
  const characters = ['.', ...'abcdefghijklmnopqrstuvwxyz'];

  test('have a mean distance, and are as any letters where vectors are random', () => {
    const vectors: Vectors = { data: Float32Array.of(9, 0, 1, 4, 6), rows: 5, columns: 1 };
    expect(vowelDistance(vectors, ['.', 'a', 'e', 'b', 'i'])?.mean).toBeCloseTo((1 + 6 + 5) / 3, 12);
    expect(vowelDistance(vectors, ['.', 'a', 'c', 'b', 'd'])).toBeUndefined();
    expect(vowelDistance(vectors, ['.', 'a', 'e', 'o', 'i'])).toBeUndefined();
    const shares = Array.from({ length: 40 }, (_, seed) => {
      const data = new Generator(seed).randn(270);
      return vowelDistance({ data, rows: 27, columns: 10 }, characters)?.nearerThan ?? Number.NaN;
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / 40).toBeGreaterThan(0.35);
    expect(shares.reduce((sum, share) => sum + share, 0) / 40).toBeLessThan(0.65);
  });

  test('are nearer than nearly all picks where they lie together, and than none where they lie apart', () => {
    const of = (factor: number) => {
      const data = new Generator(2).randn(270);
      for (const [token, character] of characters.entries())
        if (kindOfCharacter(character) === 'vowel')
          for (let j = 0; j < 10; j++) data[10 * token + j] *= factor;
      return vowelDistance({ data, rows: 27, columns: 10 }, characters)?.nearerThan;
    };
    expect(of(0.2)).toBeGreaterThan(0.99);
    expect(of(5)).toBeLessThan(0.01);
  });
});
