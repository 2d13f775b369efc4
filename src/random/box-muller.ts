import { log, sincos, turned } from './elementary.js';
import { fma32 } from './fma.js';

const fround = Math.fround;
const sqrt = Math.sqrt;

/**
 * Two normals of two uniforms u₁, u₂ in [0, 1), in double: r = √(−2 ln(1 − u₂)), θ = 2π u₁;
 * [r sin θ, r cos θ]. Torch's path for fewer than 16 values.
 */
export function normalPair(u1: number, u2: number): [number, number] {
  const radius = sqrt(-2 * log(1 - u2)); // 1 − u₂ is exact: u₂ is a multiple of 2^−53
  const [sin, cos] = sincos(2 * Math.PI * u1);
  return [radius * sin, radius * cos];
}

/**
 * Turns 16 float32 uniforms in [0, 1) at `start` into normals, in place: of u = values[start + i] and
 * v = values[start + 8 + i], i = 0..7, r = √(−2 ln(1 − u)), θ = 2π v: r cos θ · std + mean and r sin θ · std + mean.
 * Torch's vectorised path, every operation in float32; `mean` and `std` are float32 values.
 */
export function normalBlock(values: Float32Array, start: number, mean: number, std: number): void {
  for (let i = start; i < start + 8; i++) {
    const radius = fround(sqrt(fround(-2 * logFloat(fround(1 - values[i])))));
    const theta = fround(TWO_PI * values[i + 8]);
    const [sin, cos] = sincosFloat(theta);
    values[i] = fma32(fround(radius * cos), std, mean);
    values[i + 8] = fma32(fround(radius * sin), std, mean);
  }
}

// The float32 functions are Cephes' logf, sinf and cosf (S. L. Moshier), with a fused multiply-add where torch's AVX2
// build has one. Here `fround(a * b + c)` stands for it: rounded twice, but to the same float for each of the 2^24
// inputs that a uniform of 24 bits leaves (all of them were compared with the processor's fused instruction).

const TWO_PI = fround(2 * Math.PI);
const SQRT_HALF = fround(Math.SQRT1_2);

/** Coefficients as floats, highest power first. */
const LOG_SERIES = /* @__PURE__ */ Float32Array.of(
  7.0376836e-2,
  -1.151461e-1,
  1.16769987e-1,
  -1.2420141e-1,
  1.4249323e-1,
  -1.6668058e-1,
  2.00007148e-1,
  -2.4999994e-1,
  3.333333e-1,
);

/** Of these coefficients at x, each step rounded to float32. */
function polynomial(coefficients: Float32Array, x: number): number {
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) sum = fround(sum * x + coefficients[i]);
  return sum;
}

// ln 2 in two parts; the first has 10 bits.
const LN2_HIGH = fround(0.693359375);
const LN2_LOW = fround(-2.1219444e-4);

const float32 = new Float32Array(1);
const word = new Uint32Array(float32.buffer);

/** ln x in float32 for normal positive x: x = 2^e (1 + f), ln x = f − f²/2 + f³ P(f) + e ln 2. */
function logFloat(x: number): number {
  float32[0] = x;
  let e = (word[0] >>> 23) - 126;
  word[0] = (word[0] & 0x007fffff) | 0x3f000000;
  let f = float32[0]; // in [½, 1)
  if (f < SQRT_HALF) {
    e -= 1;
    f += f;
  }
  f -= 1; // exact

  const z = fround(f * f);
  let y = fround(polynomial(LOG_SERIES, f) * f);
  y = fround(y * z + fround(e * LN2_LOW));
  y = fround(-0.5 * z + y);
  return fround(e * LN2_HIGH + fround(f + y));
}

const FOUR_OVER_PI = fround(1.2732395);
// −π/4 in three parts; the first has 8 bits, the second 13.
const QUARTER_PI_1 = fround(-0.78515625);
const QUARTER_PI_2 = fround(-2.4187565e-4);
const QUARTER_PI_3 = fround(-3.774895e-8);

const COS_SERIES = /* @__PURE__ */ Float32Array.of(2.4433157e-5, -1.3887316e-3, 4.1666646e-2);
const SIN_SERIES = /* @__PURE__ */ Float32Array.of(-1.9515296e-4, 8.332161e-3, -1.6666655e-1);

/** [sin x, cos x] in float32 for x in [0, 2π]: x = j π/4 + f with j even, polynomials in f, j mod 8 chooses. */
function sincosFloat(x: number): [sin: number, cos: number] {
  const j = (Math.trunc(fround(x * FOUR_OVER_PI)) + 1) & ~1;
  let f = fround(j * QUARTER_PI_1 + x);
  f = fround(j * QUARTER_PI_2 + f);
  f = fround(j * QUARTER_PI_3 + f);

  const z = fround(f * f);
  let c = fround(polynomial(COS_SERIES, z) * z);
  c = fround(fround(c * z - fround(0.5 * z)) + 1);
  let s = polynomial(SIN_SERIES, z);
  s = fround(fround(s * z) * f + f);

  return turned(j / 2, s, c);
}
