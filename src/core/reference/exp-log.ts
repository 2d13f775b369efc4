// eˣ and ln x in doubles, operation for operation as assembly/simd.ts; engines differ in Math.exp and Math.log.

const LN2_HIGH = 0.6931471805598903; // 42 bits: its product with a small integer is exact
const LN2_LOW = 5.497923018708371e-14;
/** 1.5 · 2^52: a double plus this is rounded to an integer. */
const ROUND = 6755399441055744;

const double = new Float64Array(1);
/** The same 8 bytes as two words, on a little-endian machine, as WebAssembly’s memory is: the upper is word 1. */
const words = new Int32Array(double.buffer);

/** 2^n for n from −1022 to 1023. */
const powerOfTwo = (n: number): number => {
  words[0] = 0;
  words[1] = (n + 1023) << 20;
  return double[0];
};

/** n = round(x / ln 2). */
const exponent = (x: number): number => x * Math.LOG2E + ROUND - ROUND;

/** e^r − 1 = r / (h(r²) − r / 2) with r = x − n ln 2. */
const reducedExpm1 = (x: number, n: number): number => {
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  const u = r * r;
  const lower = u * 0.08333333333286778 + 1;
  const upper = u * 3.3068077560001616e-5 + -0.0013888888574194848;
  const h = lower + u * u * (upper + u * u * -8.202618363196073e-7);
  return r / (h - r * 0.5);
};

/** eˣ = 2^n · e^r for x up to 709; 0 below −708. */
export const exp = (x: number): number => {
  if (x < -708) return 0;
  const n = exponent(x);
  return (1 + reducedExpm1(x, n)) * powerOfTwo(n);
};

/** eˣ − 1 = 2^n (e^r − 1) + (2^n − 1) for x from −708 to 0. */
export const expm1 = (x: number): number => {
  const n = exponent(x);
  const scale = powerOfTwo(n);
  return reducedExpm1(x, n) * scale + (scale - 1);
};

/** ln x of a float or a normal double: x = 2^k (1 + f), s = f / (2 + f), ln(1 + f) = f − s (f − R). */
export const log = (x: number): number => {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  double[0] = x;
  const k = (words[1] - 0x3fe6a09e) >> 20;
  words[1] -= k << 20;
  const f = double[0] - 1;
  const s = f / (2 + f);
  const z = s * s;
  let R = z * 0.14795477047827013 + 0.15314098672475077;
  R = z * R + 0.18183562410442172;
  R = z * R + 0.22222198610702637;
  R = z * R + 0.285714287420161;
  R = z * R + 0.3999999999941637;
  R = z * R + 0.6666666666666734;
  R = z * R;
  return k * LN2_HIGH + (f - (s * (f - R) - k * LN2_LOW));
};
