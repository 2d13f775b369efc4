import { describe, expect, test } from 'vitest';
import { Generator } from '../../src/index.js';
import {
  distanceBetween,
  kindOfCharacter,
  neighbours,
  planeOf,
  type Vectors,
  vowelDistances,
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

test('mean distances of vowels among themselves and to consonants', () => {
  const vectors: Vectors = { data: Float32Array.of(9, 0, 1, 4), rows: 4, columns: 1 };
  expect(vowelDistances(vectors, ['.', 'a', 'e', 'b'])).toEqual({ among: 1, across: 3.5 });
  expect(vowelDistances(vectors, ['.', 'a', 'c', 'b'])).toBeUndefined();
});
