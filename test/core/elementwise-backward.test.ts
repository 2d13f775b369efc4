import { describe, expect, it } from 'vitest';
import { families, type Listed, listed } from './elementwise.js';
import {
  ALL_SPECIAL,
  firstDifference,
  fromBits,
  GUARD,
  randomBits,
  windowAround,
  worstError,
} from './floats.js';
import { makers } from './makers.js';

const { fround } = Math;
const all = await makers(families);
const [checked] = all;

type Maker = (typeof all)[number];
type Run = (...values: number[]) => void;

/** Runs a backward in a maker's memory, guards behind each operand; `over`: which operand dx overwrites. */
const apply = (
  maker: Maker,
  { spec, usual }: Listed,
  dy: Float32Array,
  saved: Float32Array,
  over: 'dy' | 'saved' | 'none' = 'none',
  scalars = usual,
): Float32Array => {
  const { f32, i32, heapBase } = maker;
  const padded = (saved.length + 3) & ~3;
  const dyAt = heapBase;
  const savedAt = dyAt + 4 * padded + 16;
  const dxAt = over === 'dy' ? dyAt : over === 'saved' ? savedAt : savedAt + 4 * padded + 16;
  i32.fill(GUARD, dyAt >> 2, (savedAt >> 2) + 2 * padded + 16);
  f32.set(dy, dyAt >> 2);
  f32.set(saved, savedAt >> 2);
  const run: Run = spec.backward(maker.kernels);
  run(dxAt, dyAt, savedAt, saved.length, ...scalars);
  for (const at of [dyAt, savedAt, dxAt]) expect(i32[(at >> 2) + padded], maker.name).toBe(GUARD);
  const kept = f32.slice(savedAt >> 2, (savedAt >> 2) + saved.length);
  if (over !== 'saved') expect(firstDifference(kept, saved), `${spec.by} was changed`).toBe(-1);
  return f32.slice(dxAt >> 2, (dxAt >> 2) + saved.length);
};

const SPECIAL = [0, -0, 1, -1, Number.NaN, 1e-45, -1e-45, -200, Number.NEGATIVE_INFINITY];

describe.each(listed)('$title', (kernel) => {
  const { spec, exact, slope, rounded, usual, scalars: others = [], ulps } = kernel;
  const { by } = spec;
  const sets = [usual, ...others.map((set) => set.map(fround))];

  it('gives the same bits by every maker, at every size, in place or not, within its buffers', () => {
    const random = randomBits(11);
    for (const size of [0, 1, 3, 4, 5, 7, 8, 27, 30, 200, 1001])
      for (const scalars of sets) {
        const saved = Float32Array.from({ length: size }, (_, i) =>
          i % 5 === 4 ? SPECIAL[i % SPECIAL.length] : random.next().value / 2 ** 29,
        );
        const dy = Float32Array.from({ length: size }, (_, i) =>
          i % 7 === 6 ? ALL_SPECIAL[i % ALL_SPECIAL.length] : random.next().value / 2 ** 35,
        );
        const expected = apply(all[2], kernel, dy, saved, 'none', scalars);
        for (const maker of all)
          for (const over of ['none', 'dy', ...(by === 'x' ? (['saved'] as const) : [])] as const) {
            const got = apply(maker, kernel, dy, saved, over, scalars);
            const at = firstDifference(got, expected);
            expect(
              at,
              `${maker.name}, size ${size}: ${got[at]} for dy = ${dy[at]}, ${by} = ${saved[at]}, not ${expected[at]}`,
            ).toBe(-1);
          }
      }
  });

  it('is right on special values, of dy and of what it goes by', () => {
    const pairs = [...ALL_SPECIAL, ...SPECIAL].flatMap((a) =>
      [1, -3, 0, -0, ...ALL_SPECIAL].map((b) => [a, b]),
    );
    const saved = Float32Array.from(pairs, ([a]) => a);
    const dy = Float32Array.from(pairs, ([, b]) => b);
    for (const maker of all)
      for (const scalars of sets) {
        const got = apply(maker, kernel, dy, saved, 'none', scalars);
        const want = saved.map((x, i) =>
          rounded === undefined ? dy[i] * slope(x, ...scalars) : rounded(dy[i], x, ...scalars),
        );
        const at = firstDifference(got, want);
        const what = `${got[at]} for dy = ${dy[at]}, ${by} = ${saved[at]}, not ${want[at]}`;
        expect(at, `${maker.name}, ${scalars}: ${what}`).toBe(-1);
      }
  });

  it('is its formula, each rounding in its place, or keeps its bound', () => {
    const random = randomBits(5);
    const count = 1 << 17;
    const saved = Float32Array.from({ length: count }, (_, i) =>
      i % 4 ? random.next().value / 2 ** 28 : fromBits(random.next().value),
    );
    const dy = Float32Array.from({ length: count }, () =>
      fromBits(0x3f800000 + (random.next().value & 0x7fffff)),
    );
    for (const maker of all) {
      const got = apply(maker, kernel, dy, saved);
      if (rounded) {
        const want = saved.map((value, i) => rounded(dy[i], value, ...usual));
        const at = firstDifference(got, want);
        expect(
          at,
          `${maker.name}: ${got[at]} for dy = ${dy[at]}, ${by} = ${saved[at]}, not ${want[at]}`,
        ).toBe(-1);
      }
      if (ulps.dx === undefined) continue;
      const places = Float32Array.from(saved.keys());
      const {
        ulp,
        input,
        got: g,
        exact: e,
      } = worstError((i) => dy[i] * slope(saved[i], ...usual), places, got);
      expect(ulp, `${maker.name} at ${saved[input]}, dy = ${dy[input]}: ${g}, not ${e}`).toBeLessThanOrEqual(
        ulps.dx,
      );
    }
  });

  it('is the slope of its forward, whatever its scalars', () => {
    // The kinks at 0 and at Softplus' threshold have no slope; there the formula decides.
    const x = Float32Array.from({ length: 400 }, (_, i) => (i - 199.5) / 50);
    for (const maker of all)
      for (const scalars of sets) {
        const { f32, heapBase } = maker;
        f32.set(x, heapBase >> 2);
        const run: Run = spec.forward(maker.kernels);
        run(heapBase + 1600, heapBase, 400, ...scalars);
        const y = f32.slice((heapBase + 1600) >> 2, (heapBase + 3200) >> 2);
        const dx = apply(maker, kernel, new Float32Array(400).fill(1), by === 'x' ? x : y, 'none', scalars);
        const h = 1e-6;
        x.forEach((value, i) => {
          const central = (exact(value + h, ...scalars) - exact(value - h, ...scalars)) / (2 * h);
          expect(Math.abs(dx[i] - central), `${maker.name} at ${value}, ${scalars}`).toBeLessThan(2.5e-7);
        });
      }
  });

  it('refuses bad arguments in the debug build', () => {
    const run: Run = spec.backward(checked.kernels);
    const at = checked.heapBase;
    const wrong = [
      [at + 4, at, at, 1],
      [at, at + 8, at, 1],
      [at, at, at + 2, 1],
      [at, at, at, -1],
    ];
    for (const values of wrong)
      expect(() => run(...values, ...usual), `${values}`).toThrow(/assertion failed in line \d+/);
  });
});

describe.each(listed.filter(({ ulps }) => ulps.dx !== undefined))('$title, by x', (kernel) => {
  const { slope, usual, ulps } = kernel;

  it('keeps its bound on consecutive floats', () => {
    // Beside magnitudes, the zeros of the slopes: there only the digits that doubles have are left.
    for (const center of [
      1e-30, 0.01, 0.5, 0.7517916, 0.75240403, 1, 1.2784645, 3, 6, 14.2, 20, 87.3, 103.9,
    ]) {
      const inputs = windowAround(center, 4000);
      const dy = new Float32Array(inputs.length).fill(1);
      for (const sign of [1, -1]) {
        const x = inputs.map((value) => sign * value);
        for (const maker of all) {
          const { ulp, input, got, exact } = worstError(
            (x) => slope(x, ...usual),
            x,
            apply(maker, kernel, dy, x),
          );
          expect(ulp, `${maker.name} at ${input}: ${got}, not ${exact}`).toBeLessThanOrEqual(
            ulps.dx as number,
          );
        }
      }
    }
  });
});
