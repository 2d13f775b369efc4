import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadUnits, histogram, saturatedUnits, summarise } from '../../src/diagnostics/index.js';
import { type Core, load, type Tensor } from '../../src/index.js';

const { fround } = Math;

describe.each(['wasm', 'js'] as const)('by %s', (backend) => {
  let core: Core;
  /** One tensor for all, so that the memory stays small. */
  let tensor: Tensor;
  beforeAll(async () => {
    core = await load({ backend });
    tensor = core.tensor([16, 7]);
  });
  afterAll(() => core.dispose());

  const fill = (values: ArrayLike<number>): Tensor => {
    tensor.resize(values.length / 7);
    tensor.data.fill(1e30);
    return tensor.set(values);
  };
  const rows = (element: fc.Arbitrary<number>) =>
    fc
      .array(fc.array(element, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 16 })
      .map((all) => Float32Array.from(all.flat()));
  const anything = fc.oneof(
    { weight: 9, arbitrary: fc.float({ min: -8, max: 8 }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
  );
  const usual = rows(fc.float({ min: -8, max: 8, noNaN: true }));

  test('summarise agrees with float64', () => {
    fc.assert(
      fc.property(usual, fc.constantFrom(0, 0.97, 3), (values, threshold) => {
        const { mean, std, min, max, saturated, nan, infinite } = summarise(fill(values), { threshold });
        const exactMean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const squares = values.reduce((sum, value) => sum + (value - exactMean) ** 2, 0);
        const exactStd = Math.sqrt(squares / (values.length - 1));
        expect(Math.abs(mean - exactMean)).toBeLessThan(1e-12);
        expect(Math.abs(std - exactStd)).toBeLessThanOrEqual(1e-10 * exactStd);
        expect(min).toBe(Math.min(...values) + 0);
        expect(max).toBe(Math.max(...values) + 0);
        const above = values.filter((value) => Math.abs(value) > fround(threshold)).length;
        expect(saturated).toBe(above / values.length);
        expect([nan, infinite]).toEqual([0, 0]);
      }),
    );
  });

  test('summarise counts what is not finite', () => {
    const values = [1, 2, Number.NaN, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY, Number.NaN];
    const got = summarise(fill(values));
    expect(got).toEqual({
      mean: Number.NaN,
      std: Number.NaN,
      min: Number.NEGATIVE_INFINITY,
      max: Number.POSITIVE_INFINITY,
      saturated: 5 / 7,
      nan: 2,
      infinite: 2,
    });
    expect(() => summarise(tensor, { threshold: -1 })).toThrow(/summarise: expected threshold .* got -1/);
  });

  test('a histogram counts every finite element once, in the bin whose edges hold it', () => {
    const bins = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(rows(anything), bins, (values, bins) => {
        const { edges, values: counts } = histogram(fill(values), { bins, density: false });
        const finite = values.filter(Number.isFinite);
        const expected = new Array(bins).fill(0);
        for (const value of finite)
          expected[
            Math.min(
              edges.findLastIndex((edge) => edge <= value),
              bins - 1,
            )
          ]++;
        expect([...counts]).toEqual(expected);
        const [low, high] = finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
        const wide = low === high ? 0.5 : 0;
        expect(edges[0]).toBeCloseTo(low - wide, 6);
        expect(edges[bins]).toBeCloseTo(high + wide, 6);
        if (finite.length === 0) return;
        const { values: densities } = histogram(tensor, { bins });
        const widths = Array.from(densities, (_, i) => edges[i + 1] - edges[i]);
        for (const [i, d] of densities.entries())
          expect([counts[i] === 0, d]).toEqual([d === 0, expect.any(Number)]);
        if (densities.some((d) => d === Number.POSITIVE_INFINITY)) {
          expect(Math.min(...widths)).toBeLessThan(1 / fround(3.4e38));
          return;
        }
        const integral = densities.reduce((sum, d, i) => sum + d * widths[i], 0);
        expect(integral).toBeCloseTo(1, 5);
      }),
    );
  });

  test('a density beyond a float is infinite, and that of an empty bin 0, of no width too', () => {
    fill([0, 0, 0, 0, 0, 0, 2.8e-45]);
    const { edges, values } = histogram(tensor, { bins: 3 });
    expect([...edges]).toEqual([0, 2 ** -149, 2 ** -149, 2 ** -148]);
    expect([...values]).toEqual([Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
  });

  test('a given range drops what is outside', () => {
    fill([-2, -1, -0.5, 0, 0.5, 1, 2]);
    const counted = histogram(tensor, { bins: 2, range: [-1, 1], density: false });
    expect(counted).toEqual({ edges: Float32Array.of(-1, 0, 1), values: Float32Array.of(2, 3) });
    const dense = histogram(tensor, { bins: 2, range: [-1, 1] });
    expect([...dense.values]).toEqual([fround(0.4), fround(0.6)]);
    expect([...histogram(tensor, { bins: 2, range: [5, 6] }).values]).toEqual([0, 0]);
    expect([...histogram(tensor, { bins: 4, range: [2, 2] }).edges]).toEqual([1.5, 1.75, 2, 2.25, 2.5]);
  });

  test('equal values, and a range without width: as torch.histogram', () => {
    fill(new Array(7).fill(0));
    expect(histogram(tensor, { bins: 4 })).toEqual({
      edges: Float32Array.of(-0.5, -0.25, 0, 0.25, 0.5),
      values: Float32Array.of(0, 0, 4, 0),
    });
    fill([6.4, 6, 7, 8, 7.6, 1, 100]);
    const { edges, values } = histogram(tensor, { bins: 5, range: [7, 7], density: false });
    expect([edges[0], edges[5]]).toEqual([6.5, 7.5]);
    expect([...values]).toEqual([0, 0, 1, 0, 0]);
  });

  test('a histogram says what is wrong', () => {
    fill(new Array(7).fill(0));
    expect(() => histogram(tensor, { bins: 0 })).toThrow(/histogram: expected bins .* got 0/);
    for (const [range, told] of [
      [null, 'null'],
      [[1], '[1]'],
      [[1, 2, 3], '[1, 2, 3]'],
      ['ab', "'ab'"],
      [7, '7'],
    ])
      expect(() => histogram(tensor, { range: range as never })).toThrow(
        new TypeError(`histogram: expected range [low, high], got ${told}`),
      );
    expect(() => histogram(tensor, { range: [2, 1] })).toThrow(/histogram: expected range\[1\] .* got 1/);
    expect(() => histogram(tensor, { range: [-3e38, 3e38] })).toThrow(/expected a range narrower than/);
    const out = { edges: new Float32Array(3), values: new Float32Array(3) };
    expect(() => histogram(tensor, { bins: 3 }, out)).toThrow(
      'histogram: expected 4 edges and 3 values to fill, got 3 and 3',
    );
  });

  test('units: the share of rows, and the dead', () => {
    const values = [
      [0.98, 0, -1, 0.5, 0, 1, Number.NaN],
      [-0.98, 0, 0.2, 0.5, 0, 1, 1],
    ].flat();
    fill(values);
    expect([...saturatedUnits(tensor)]).toEqual([1, 0, 0.5, 0, 0, 1, 0.5]);
    expect([...saturatedUnits(tensor, 0)]).toEqual([1, 0, 1, 1, 0, 1, 0.5]);
    expect(deadUnits(tensor)).toBe(2);
    expect(deadUnits(tensor, 0.97)).toBe(2);
    expect(deadUnits(tensor, 0.99)).toBe(1);
    expect(() => saturatedUnits(tensor, 0.97, new Float32Array(3))).toThrow(
      'expected 7 values to fill, got 3',
    );
    tensor.resize(0);
    expect(() => deadUnits(tensor)).toThrow('deadUnits: expected 1 row, got 0');
  });

  test('the second measurement reserves nothing, and fills what it is given', () => {
    fill([1, 2, 3, 4, 5, 6, 7]);
    const summary = summarise(tensor);
    const bars = histogram(tensor);
    const shares = saturatedUnits(tensor);
    const before = core.allocate(0);
    fill([0, 0, 0, 0, 0, 0, 1]);
    expect(summarise(tensor, {}, summary)).toBe(summary);
    expect(histogram(tensor, {}, bars)).toBe(bars);
    expect(saturatedUnits(tensor, 0.97, shares)).toBe(shares);
    expect(deadUnits(tensor)).toBe(6);
    expect(core.allocate(0)).toBe(before);
    expect(summary.max).toBe(1);
    expect(bars.edges[100]).toBe(1);
    expect([...shares]).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('histograms of more and more bins take the memory of the finest', async () => {
    using own = await load({ backend });
    const few = own.tensor([4]).set([1, 2, 3, 4]);
    const before = own.allocate(0);
    for (let bins = 1; bins <= 1000; bins++) histogram(few, { bins });
    const grown = own.allocate(0) - before;
    histogram(few, { bins: 1000 });
    expect(own.allocate(0) - before).toBe(grown);
    // Counts and edges of 1000 bins are some tens of KB; all the smaller ones would be some ten MB.
    expect(grown).toBeLessThan(200_000);
  });
});
