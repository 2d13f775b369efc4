import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { log, sincos } from '../../src/random/elementary.js';
import { fma32, fma64 } from '../../src/random/fma.js';
import { double, hex64, LOG, SINCOS } from './fixtures.js';

describe('log, rounded to nearest', () => {
  test.each(LOG.map(([x, want]) => [double(x), want]))('of %d', (x, want) => {
    expect(hex64(log(x as number))).toBe(want);
  });
});

describe('sine and cosine, rounded to nearest', () => {
  test.each(SINCOS.map(([x, sin, cos]) => [double(x), sin, cos] as const))('of %d', (x, sin, cos) => {
    expect(sincos(x).map(hex64)).toEqual([sin, cos]);
  });
});

// The engine's own are accurate to a few ulp, whichever engine it is: enough to find a slip anywhere.
describe("near the engine's, everywhere", () => {
  const near = (got: number, want: number) => {
    expect(Math.abs(got - want)).toBeLessThanOrEqual(Math.abs(want) * 2 ** -51);
  };

  test('log', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -1022, noNaN: true, noDefaultInfinity: true }), (x) => {
        near(log(x), Math.log(x));
      }),
      { numRuns: 1000 },
    );
  });

  test('sine and cosine', () => {
    fc.assert(
      fc.property(fc.double({ min: -(2 ** 20), max: 2 ** 20, noNaN: true }), (x) => {
        const [sin, cos] = sincos(x);
        near(sin, Math.sin(x));
        near(cos, Math.cos(x));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('fma32 rounds once', () => {
  // (1 + 2^−15)(1 − 2^−15) = 1 − 2^−30, 33025 · 32513 = 2^30 + 1: half an ulp of 1, less or more 2^−54.
  const below = [(1 + 2 ** -15) * 2 ** -24, 1 - 2 ** -15] as const;
  const above = [33025 * 2 ** -27, 32513 * 2 ** -27] as const;
  const odd = 1 + 2 ** -23;

  test.each([
    ['just below halfway, down', ...below, odd, odd],
    ['just above halfway, up', ...above, 1, odd],
    ['just below halfway, negative', -below[0], below[1], -odd, -odd],
    ['just above halfway, negative', -above[0], above[1], -1, -odd],
    ['halfway, to even below', 2 ** -24, 1, 1, 1],
    ['halfway, to even above', 2 ** -24, 1, odd, 1 + 2 ** -22],
    ['exact', 3, 5, 7, 22],
    ['beyond the largest float32', 2 ** 127, 2, 1, Infinity],
    ['beyond it, less something lost', 2 ** 127, 4, -1, Infinity],
  ])('%s', (_, a, b, c, want) => {
    expect(fma32(a, b, c)).toBe(want);
  });

  test('where two roundings would not', () => {
    expect(Math.fround(below[0] * below[1] + odd)).not.toBe(odd);
    expect(Math.fround(above[0] * above[1] + 1)).not.toBe(odd);
  });
});

test('fma64 keeps what a · b rounded away', () => {
  const a = 1 + 2 ** -30;
  expect(fma64(a, a, -(1 + 2 ** -29))).toBe(2 ** -60);
  expect(fma64(1e308, 1, 5)).toBe(1e308);
  expect(fma64(1, Infinity, 0)).toBe(Infinity);
});
