import { productError, sumError } from './fma.js';

// Why not Math.log, Math.sin, Math.cos: ECMAScript leaves their accuracy to the engine, so their bits differ between
// engines and versions. Below are only operations that IEEE 754 rounds exactly.

const float64 = new Float64Array(1);
/** The same 8 bytes, on a little-endian machine, as WebAssembly's memory is: word 1 has sign and exponent. */
const words = new Uint32Array(float64.buffer);

// ln 2 to 106 bits; the first 42 are in LN2_HIGH, so that its products with exponents are exact.
const LN2_HIGH = 0.6931471805598903;
const LN2_LOW = 5.497923018708371e-14;

/** 1/3, 1/5, … 1/23. */
const LOG_SERIES = /* @__PURE__ */ Array.from({ length: 11 }, (_, i) => 1 / (2 * i + 3));

/**
 * ln x for normal positive x, in double.
 *
 * x = 2^e m, m in [√½, √2); with s = (m − 1) / (m + 1): ln x = e ln 2 + 2 (s + s³/3 + s⁵/5 + …). The quotient s and the
 * sum are carried in two doubles, the rest of the series (up to s²³/23, at most 1 % of s) in one.
 *
 * Error: at most 0.54 ulp, 0.22 % of results not correctly rounded (measured against mpmath at 1.1 million points). Constants: reciprocals of odd numbers; ln 2 from
 * mpmath.
 */
export function log(x: number): number {
  float64[0] = x;
  let e = (words[1] >>> 20) - 1023;
  words[1] = (words[1] & 0x000fffff) | 0x3ff00000;
  let m = float64[0];
  if (m > Math.SQRT2) {
    m *= 0.5;
    e += 1;
  }

  const top = m - 1;
  const bottom = m + 1;
  const bottomLow = m < 1 ? m - (bottom - 1) : 1 - (bottom - m);
  const s = top / bottom;
  const product = s * bottom;
  const sLow = (top - product - productError(s, bottom, product) - s * bottomLow) / bottom;

  const z = s * s;
  const tail = polynomial(LOG_SERIES, z);

  // |e LN2_HIGH| is 0 or larger than |2s|, so the sum's error is found in one step.
  const large = e * LN2_HIGH;
  const small = 2 * s;
  const sum = large + small;
  const lost = e === 0 ? 0 : large - sum + small;
  return sum + (lost + (2 * sLow + small * z * tail + e * LN2_LOW));
}

// π/2 to 119 bits in three parts; the first two have 33 bits, so that their products with k < 2^20 are exact.
const TWO_OVER_PI = 0.6366197723675814;
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;

const SIXTH = 1 / 6;
/** 1/6 − SIXTH. */
const SIXTH_LOW = 9.25185853854297e-18;

/**
 * [sin x, cos x] for |x| ≤ 2^20, in double.
 *
 * x = k π/2 + r, |r| ≤ π/4 (Cody and Waite's reduction, r in two doubles); then Taylor's series, whose first terms,
 * r − r³/6 and 1 − r²/2, are carried in two doubles too; k mod 4 chooses function and sign.
 *
 * Error: at most 0.551 ulp, 0.3 % of results not correctly rounded (measured against mpmath at 530,000 points).
 * Constants: reciprocals of factorials; π/2 and 1/6 from mpmath.
 */
export function sincos(x: number): [sin: number, cos: number] {
  const k = Math.round(x * TWO_OVER_PI);
  const first = x - k * HALF_PI_1; // exact: the two lie within a factor of two, or k is 0
  const second = k * HALF_PI_2;
  const third = k * HALF_PI_3;
  // Each subtraction's error by TwoSum: near a multiple of π/2 nothing else is left of x.
  const high = first - second;
  const rest = high - third;
  const low = sumError(first, -second, high) + sumError(high, -third, rest);
  const r = rest + low;
  const rLow = rest - r + low;

  return turned(k, sineNearZero(r, rLow), cosineNearZero(r, rLow));
}

/** Sine and cosine of kπ/2 + r by those of r. */
export function turned(k: number, sin: number, cos: number): [sin: number, cos: number] {
  const [s, c] = (k & 1) !== 0 ? [cos, sin] : [sin, cos];
  return [(k & 2) !== 0 ? -s : s, ((k + 1) & 2) !== 0 ? -c : c];
}

/** 1/n!, 1/(n + 2)!, … 1/(n + 16)!; the factorials up to 21! are doubles. */
const reciprocals = (n: number): number[] =>
  Array.from({ length: 9 }, (_, i) => {
    let factorial = 1;
    for (let factor = n + 2 * i; factor > 1; factor--) factorial *= factor;
    return 1 / factorial;
  });

/** The sine's series from its third term. */
const SINE_SERIES = /* @__PURE__ */ reciprocals(5);

/** sin(r + rLow) for |r| ≤ π/4 and |rLow| ≤ ulp(r) / 2. */
function sineNearZero(r: number, rLow: number): number {
  const z = r * r;
  const cube = z * r;
  const cubeLow = productError(z, r, cube) + productError(r, r, z) * r;
  const sixth = cube * SIXTH;
  const sixthLow = productError(cube, SIXTH, sixth) + cubeLow * SIXTH + cube * SIXTH_LOW;

  const sum = r - sixth;
  const lost = r - sum - sixth;
  return sum + (lost + (cube * z * polynomial(SINE_SERIES, -z) - sixthLow + rLow * (1 - 0.5 * z)));
}

/** The cosine's series from its third term. */
const COSINE_SERIES = /* @__PURE__ */ reciprocals(4);

/** cos(r + rLow) for |r| ≤ π/4 and |rLow| ≤ ulp(r) / 2. */
function cosineNearZero(r: number, rLow: number): number {
  const z = r * r;
  const half = 0.5 * z;
  const halfLow = 0.5 * productError(r, r, z);

  const sum = 1 - half;
  const lost = 1 - sum - half;
  return sum + (lost + (z * z * polynomial(COSINE_SERIES, -z) - halfLow - rLow * (r - z * r * SIXTH)));
}

/** c₀ + c₁ x + c₂ x² + … */
function polynomial(c: readonly number[], x: number): number {
  let sum = c[c.length - 1];
  for (let i = c.length - 2; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}
