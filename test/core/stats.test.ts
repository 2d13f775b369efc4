import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramRoom } from '../../src/core/kernels/stats.js';
import { stats } from '../../src/core/reference/stats.js';
import { rowStride } from '../../src/core/row-stride.js';
import { ALL_SPECIAL, exactMoments, fromBits, GUARD, normal, toBits } from './floats.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers({ stats });
const [{ kernels: checked, heapBase: checkedBase }] = all;
type Maker = (typeof all)[number];

/** What a row's padding holds: nothing of it may be seen. */
const POISON = [Number.NaN, Number.POSITIVE_INFINITY, -3e38, 0.5];

/** Writes x(n,m) with poisoned padding behind `room` words for results, guards around; the addresses, 16-aligned. */
const place = ({ f32, i32, heapBase }: Maker, values: ArrayLike<number>, m: number, room: number) => {
  const stride = rowStride(m);
  const n = m === 0 ? 0 : values.length / m;
  const out = heapBase + 16;
  const x = out + 4 * ((room + 3) & ~3) + 16;
  i32.fill(GUARD, heapBase >> 2, (x >> 2) + n * stride + 4);
  for (let i = 0; i < n * stride; i++) f32[(x >> 2) + i] = POISON[i % 4];
  for (let i = 0; i < values.length; i++) f32[(x >> 2) + Math.floor(i / m) * stride + (i % m)] = values[i];
  const intact = () => {
    for (const at of [(out >> 2) - 1, (x >> 2) - 1, (x >> 2) + n * stride]) expect(i32[at]).toBe(GUARD);
  };
  return { out, x, n, intact };
};

const moments = (maker: Maker, values: ArrayLike<number>, m: number): number[] => {
  const { out, x, n, intact } = place(maker, values, m, 18);
  maker.kernels.moments(out, x, n, m);
  intact();
  return [...maker.f64.slice(out >> 3, (out >> 3) + 9)];
};

const countAbove = (maker: Maker, values: ArrayLike<number>, m: number, threshold: number) => {
  const { out, x, n, intact } = place(maker, values, m, rowStride(m));
  const total = maker.kernels.countAbove(out, x, n, m, threshold);
  intact();
  const counts = [...maker.i32.slice(out >> 2, (out >> 2) + rowStride(m))];
  expect(maker.kernels.countAbove(0, x, n, m, threshold)).toBe(total);
  return { total, counts };
};

const countOutside = (maker: Maker, values: ArrayLike<number>, m: number, low: number, high: number) => {
  const { out, x, n, intact } = place(maker, values, m, rowStride(m));
  const total = maker.kernels.countOutside(out, x, n, m, low, high);
  intact();
  const counts = [...maker.i32.slice(out >> 2, (out >> 2) + rowStride(m))];
  expect(maker.kernels.countOutside(0, x, n, m, low, high)).toBe(total);
  return { total, counts };
};

const histogram = (
  maker: Maker,
  values: ArrayLike<number>,
  m: number,
  bins: number,
  low: number,
  high: number,
) => {
  const room = rowStride(bins + 1) + 4;
  const { out, x, n, intact } = place(maker, values, m, room + histogramRoom(bins));
  const counts = out + 4 * room;
  const total = maker.kernels.histogram(counts, out, x, n, m, bins, low, high);
  intact();
  expect(maker.i32[(out >> 2) + bins + 1], 'behind the edges').toBe(GUARD);
  return {
    total,
    edges: maker.f32.slice(out >> 2, (out >> 2) + bins + 1),
    counts: [...maker.i32.slice(counts >> 2, (counts >> 2) + bins)],
  };
};

const SHAPES = [1, 2, 3, 4, 5, 7, 8, 27, 30, 100].flatMap((m) => [1, 2, 5, 32].map((n) => [n, m]));
const same = (a: number[], b: number[]) => a.length === b.length && a.every((v, i) => Object.is(v, b[i]));

describe('moments', () => {
  it('are those of the elements alone, in every shape, the same bits by every maker', () => {
    for (const [n, m] of SHAPES) {
      const values = normal(n * m, n * 100 + m).map((value) => value + 3);
      const expected = moments(all[2], values, m);
      const [mean, variance, min, max, ...rest] = expected;
      const exact = exactMoments(values);
      expect(Math.abs(mean - exact.mean)).toBeLessThan(1e-13);
      if (n * m === 1) expect(variance).toBeNaN();
      else expect(Math.abs(variance / exact.variance - 1)).toBeLessThan(1e-12);
      expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
      expect(rest).toEqual([0, 0, 0, min, max]);
      for (const maker of all) expect(moments(maker, values, m), `${maker.name} ${n}×${m}`).toEqual(expected);
    }
  });

  it('sum column j in partial sum j mod 4', () => {
    // 2^53 + 1 + 1: what is added first decides whether the ones are seen.
    const big = 2 ** 53;
    const twelve = [0, big, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0];
    for (const maker of all) {
      expect(moments(maker, twelve, 12)[0] * 12, maker.name).toBe(big);
      expect(moments(maker, [...twelve.slice(0, 2), 1, 1, ...new Array(8).fill(0)], 12)[0] * 12).toBe(big);
      expect(moments(maker, [0, big, 1, 0, 0, 0, 1, 0], 4)[0] * 8, maker.name).toBe(big + 2);
    }
  });

  it('keep the digits of a small spread far from 0, and of a first element far from the rest', () => {
    const far = normal(320, 5).map((value) => 1000 + value / 1000);
    const outlier = normal(320, 6);
    outlier[0] = 1e6;
    for (const values of [far, outlier])
      for (const maker of all) {
        const [mean, variance] = moments(maker, values, 10);
        const exact = exactMoments(values);
        expect(Math.abs(variance / exact.variance - 1), maker.name).toBeLessThan(1e-10);
        expect(Math.abs(mean / exact.mean - 1), maker.name).toBeLessThan(1e-12);
      }
  });

  it('are torch’s where something is not finite, and count it', () => {
    const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
    const cases: [number[], number[]][] = [
      [
        [1, inf, 2],
        [inf, nan, 1, inf, 0, 1, 0, 1, 2],
      ],
      [
        [inf, 1, 2],
        [inf, nan, 1, inf, 0, 1, 0, 1, 2],
      ],
      [
        [1, -inf, 2],
        [-inf, nan, -inf, 2, 0, 0, 1, 1, 2],
      ],
      [
        [inf, -inf, 2],
        [nan, nan, -inf, inf, 0, 1, 1, 2, 2],
      ],
      [
        [nan, inf, 2, inf],
        [nan, nan, 2, inf, 1, 2, 0, 2, 2],
      ],
      [
        [5, nan, 2],
        [nan, nan, 2, 5, 1, 0, 0, 2, 5],
      ],
      [
        [nan, nan],
        [nan, nan, nan, nan, 2, 0, 0, nan, nan],
      ],
      [[inf], [inf, nan, inf, inf, 0, 1, 0, nan, nan]],
      [[], [nan, nan, nan, nan, 0, 0, 0, nan, nan]],
      [
        [-0, -0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 0],
      ],
      [
        [-0, nan],
        [nan, nan, 0, 0, 1, 0, 0, 0, 0],
      ],
      [
        [3.4028234663852886e38, -3.4028234663852886e38],
        [0, 2 * 3.4028234663852886e38 ** 2],
      ],
    ];
    for (const [values, expected] of cases)
      for (const maker of all) {
        const got = moments(maker, values, values.length).slice(0, expected.length);
        expect(same(got, expected), `${maker.name} of ${values}: ${got}`).toBe(true);
      }
  });

  it('are the same bits by every maker on any floats', () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (floats, m) => {
        const values = floats.slice(0, floats.length - (floats.length % m));
        const [debug, release, reference] = all.map((maker) => moments(maker, values, m));
        return same(debug, reference) && same(release, reference);
      }),
      { numRuns: 500 },
    );
  });
});

describe('countAbove', () => {
  it('counts |x| > threshold in each column, the threshold as a float32', () => {
    for (const [n, m] of SHAPES) {
      const values = normal(n * m, n + m).map((value, i) =>
        i % 6 === 5 ? [0.97, -0.97, 0, -0, Number.NaN, Number.NEGATIVE_INFINITY][i % 5] : value,
      );
      for (const threshold of [0.97, 0, 2])
        for (const maker of all) {
          const counts = new Array(rowStride(m)).fill(0);
          values.forEach((value, i) => {
            if (Math.abs(value) > fround(threshold)) counts[i % m]++;
          });
          const total = counts.reduce((sum, count) => sum + count, 0);
          expect(countAbove(maker, values, m, threshold), `${maker.name} ${n}×${m}`).toEqual({
            total,
            counts,
          });
        }
    }
  });
});

describe('countOutside', () => {
  it('counts x < low and x > high in each column, the bounds as float32s, NaN never', () => {
    const tiny = fromBits(1);
    const bounds = [
      [0.1, 0.9],
      [-0.97, Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, 0.5],
      [tiny, Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    ];
    const special = [fround(0.1), fround(0.9), 0, -0, tiny, Number.NaN, ...[1, -1].map((s) => s / 0)];
    for (const [n, m] of SHAPES) {
      const values = normal(n * m, n + m).map((value, i) => (i % 6 === 5 ? special[i % 8] : value));
      for (const [low, high] of bounds)
        for (const maker of all) {
          const counts = new Array(rowStride(m)).fill(0);
          values.forEach((value, i) => {
            if (value < fround(low) || value > fround(high)) counts[i % m]++;
          });
          const total = counts.reduce((sum, count) => sum + count, 0);
          expect(countOutside(maker, values, m, low, high), `${maker.name} ${n}×${m} ${low}`).toEqual({
            total,
            counts,
          });
        }
    }
  });

  it('is the same by every maker on any floats', () => {
    fc.assert(
      fc.property(
        ...([
          fc.float32Array({ maxLength: 60 }),
          fc.integer({ min: 1, max: 9 }),
          fc.float(),
          fc.float(),
        ] as const),
        (floats, m, low, high) => {
          const values = floats.slice(0, floats.length - (floats.length % m));
          const [debug, release, reference] = all.map((maker) => countOutside(maker, values, m, low, high));
          expect(debug).toEqual(reference);
          expect(release).toEqual(reference);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** By the definition: the last bin whose left edge is not above; the right edge of all belongs to the last bin. */
const byEdges = (values: ArrayLike<number>, edges: Float32Array): number[] => {
  const bins = edges.length - 1;
  const counts = new Array(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] >= edges[0] && values[i] <= edges[bins])) continue;
    counts[
      Math.min(
        edges.findLastIndex((edge) => edge <= values[i]),
        bins - 1,
      )
    ]++;
  }
  return counts;
};
const neighbours = (value: number): number[] =>
  value === 0 ? [0, fromBits(1), -fromBits(1)] : [-1, 0, 1].map((step) => fromBits(toBits(value) + step));

describe('histogram', () => {
  it('divides the range equally, both ends exact', () => {
    for (const maker of all) {
      expect([...histogram(maker, [], 0, 4, -1, 1).edges]).toEqual([-1, -0.5, 0, 0.5, 1]);
      expect([...histogram(maker, [], 0, 1, 2, 5).edges]).toEqual([2, 5]);
      const { edges } = histogram(maker, [], 0, 100, fround(-3.3), fround(2.9));
      edges.forEach((edge, i) => {
        const exact = fround(-3.3) + (i * (fround(2.9) - fround(-3.3))) / 100;
        expect(Math.abs(edge - exact), `edge ${i}`).toBeLessThan(3.5e-7);
      });
      expect([edges[0], edges[100]]).toEqual([fround(-3.3), fround(2.9)]);
    }
  });

  it('counts by the edges, at them and beside them, by every maker', () => {
    for (const [low, high] of [
      [-1, 1],
      [-3.3, 2.9],
      [0, 4],
      [1000, 1001],
      [-1e-40, 3e-39],
      [-1e38, 2e38],
      [1e6, 1e6 + 300],
    ].map((pair) => pair.map(fround)))
      for (const bins of [1, 2, 7, 100]) {
        const { edges } = histogram(all[2], [], 0, bins, low, high);
        const between = normal(1000, bins).map((value) => low + ((value + 6) / 12) * (high - low));
        const values = [...edges].flatMap(neighbours).concat(ALL_SPECIAL, ...between);
        for (const m of [1, 3, 8, 300]) {
          const cut = values.slice(0, values.length - (values.length % m));
          const counts = byEdges(cut, edges);
          const total = counts.reduce((sum, count) => sum + count, 0);
          for (const maker of all)
            expect(
              histogram(maker, cut, m, bins, low, high),
              `${maker.name}, ${bins} bins from ${low} to ${high}, m = ${m}`,
            ).toEqual({ edges, counts, total });
        }
      }
  });

  it('is the same by every maker on any range, however narrow', () => {
    const finite = fc.float({ noNaN: true, min: fround(-1e38), max: fround(1e38) });
    fc.assert(
      fc.property(
        ...([finite, finite, fc.integer({ min: 1, max: 130 }), fc.float32Array({ maxLength: 80 })] as const),
        (a, b, bins, floats) => {
          const [low, high] = a < b ? [a, b] : b < a ? [b, a] : [1, neighbours(1)[2]];
          const values = [...floats, low, high, ...neighbours(fround(low + (high - low) / 3))];
          const [debug, release, reference] = all.map((maker) =>
            histogram(maker, values, values.length, bins, low, high),
          );
          expect(debug).toEqual(reference);
          expect(release).toEqual(reference);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the debug build', () => {
  const at = checkedBase;
  it.each([
    ['moments', () => checked.moments(at + 8, at, 1, 1)],
    ['countAbove', () => checked.countAbove(at, at + 4, 1, 1, 1)],
    ['countOutside', () => checked.countOutside(at + 4, at, 1, 1, 0, 1)],
    ['histogram', () => checked.histogram(at, at, at, 1, 1, 0, 0, 1)],
    ['histogram', () => checked.histogram(at, at, at, 1, 1, 4, 1, 1)],
    ['histogram', () => checked.histogram(at, at, at, 1, 1, 4, -3e38, 3e38)],
  ])('refuses bad arguments of %s', (_name, call) => {
    expect(call).toThrow(/assertion failed in line \d+/);
  });
});
