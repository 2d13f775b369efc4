import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Generator } from '../../src/random/generator.js';
import { getRngState, setRngState } from '../../src/random/generator-state.js';
import { multinomial } from '../../src/random/multinomial.js';
import { bits, double, fnv, hex, TORCH } from './fixtures.js';

const sum = (g: Generator) => fnv(bits(getRngState(g)));

describe.each(TORCH)("torch's get_state() with seed $seed", (want) => {
  const generator = () => new Generator(BigInt(want.seed));

  test('after 0, 1, 624 and 625 draws', () => {
    const g = generator();
    const sums = [sum(g)];
    for (const n of [1, 623, 1]) {
      g.rand(n);
      sums.push(sum(g));
    }
    expect(getRngState(g)).toHaveLength(5056);
    expect(sums).toEqual(want.state);
  });

  test('with a cached normal', () => {
    const g = generator();
    g.randn(3);
    const state = getRngState(g);
    const view = new DataView(state.buffer);
    expect(view.getInt32(5040, true)).toBe(1);
    // The cached double is correctly rounded functions' product; torch's are its libm's, rarely an ulp off.
    const cached = view.getFloat64(5024, true);
    expect(Math.abs(cached / double(want.cached) - 1)).toBeLessThanOrEqual(2 ** -51);
    view.setFloat64(5024, double(want.cached), true);
    expect(fnv(bits(state))).toBe(want.stateCached);

    expect(hex(setRngState(new Generator(), state).randn(3))).toBe(want.thenRandn);
    expect(hex(g.randn(3))).toBe(want.thenRandn);
  });
});

describe('the state', () => {
  const draws: Record<string, (g: Generator) => unknown> = {
    u32: (g) => g.u32(),
    u64: (g) => g.u64(),
    randn: (g) => g.randn(1),
    randn16: (g) => g.randn(17),
    exponential: (g) => g.exponential_(new Float32Array(2)),
    randperm: (g) => g.randperm(300),
    multinomial: (g) => multinomial([1, 2, 3], 2, { generator: g }),
  };
  const drawn = fc.array(fc.constantFrom(...Object.keys(draws)), { maxLength: 30 });

  test('reproduces the stream from any point, and is not touched by it', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n), drawn, drawn, (seed, before, after) => {
        const g = new Generator(seed);
        for (const name of before) draws[name](g);
        const state = getRngState(g);
        const kept = state.slice();
        const first = after.map((name) => draws[name](g));
        expect(state.join()).toBe(kept.join());

        const other = setRngState(new Generator(1), state);
        expect(getRngState(other).join()).toBe(kept.join());
        expect(other.initialSeed()).toBe(BigInt.asUintN(64, seed));
        expect(after.map((name) => draws[name](other))).toEqual(first);
      }),
    );
  });

  test('keeps a cached float normal, which only torch makes', () => {
    const state = getRngState(new Generator(1));
    const view = new DataView(state.buffer);
    view.setFloat32(5048, -0.75, true);
    state[5052] = 1;
    expect(getRngState(setRngState(new Generator(), state))).toEqual(state);
    expect(getRngState(setRngState(new Generator(), state).manualSeed(1))).toEqual(
      getRngState(new Generator(1)),
    );
  });

  test('is read from the middle of a larger array', () => {
    const large = new Uint8Array(6000);
    large.set(getRngState(new Generator(7)), 3);
    expect(setRngState(new Generator(), large.subarray(3, 5059)).rand(3)).toEqual(new Generator(7).rand(3));
  });

  test('is refused if no generator has it, and then nothing changes', () => {
    const g = new Generator(5);
    g.randn(1);
    const before = getRngState(g);
    expect(() => setRngState(g, [] as unknown as Uint8Array)).toThrow(
      new TypeError('setRngState: expected a Uint8Array, got an array'),
    );
    expect(() => setRngState(g, new Uint8Array(5048))).toThrow(
      new RangeError('setRngState: expected 5056 bytes, got 5048'),
    );
    for (const [left, seeded, next] of [
      [1, 0, 0],
      [0, 1, 0],
      [625, 1, 0],
      [1, 1, 625],
      [3, 1, 623],
    ]) {
      const state = getRngState(new Generator(6));
      new Int32Array(state.buffer, 8, 3).set([left, seeded, next]);
      expect(() => setRngState(g, state)).toThrow(
        new RangeError(
          'setRngState: expected a Mersenne Twister with seeded 1, left from 1 to 624, left + next to 625, ' +
            `got seeded ${seeded}, left ${left}, next ${next}`,
        ),
      );
    }
    expect(getRngState(g)).toEqual(before);
  });
});
