/**
 * a · b + c with one rounding, to float32; a, b, c are float32 values.
 *
 * The product of two float32 is exact in a double, so one double addition and one rounding to float32 give the fused
 * result, unless the double sum, itself rounded, lies exactly halfway between two floats: then the part it lost
 * decides. That part comes from Knuth's TwoSum, so the result is exact unless it overflows.
 */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const rounded = Math.fround(sum);
  const off = sum - rounded;
  // Halfway if and only if the mirror image of `rounded` at `sum` is a float as well.
  if (off === 0 || Math.fround(sum + off) !== sum + off || !Number.isFinite(off)) return rounded;
  const lost = sumError(product, c, sum);
  if (lost === 0) return rounded;
  return lost > 0 === off > 0 ? sum + off : rounded;
}

/**
 * a · b + c in double as with one rounding, nearly always: the errors of product and sum are added back. Where the
 * error of the product cannot be had, beyond 2^995: two roundings.
 */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const lost = productError(a, b, product) + sumError(product, c, sum);
  return Number.isFinite(lost) ? sum + lost : sum;
}

/** a + b − s, exactly, where s is a + b rounded (Knuth's TwoSum). */
export function sumError(a: number, b: number, s: number): number {
  const part = s - a;
  return a - (s - part) + (b - part);
}

/**
 * a · b − p, exactly, where p is a · b rounded (Dekker's TwoProduct, with Veltkamp's splitting in 26-bit halves), for
 * |a|, |b| below 2^995 and no underflow.
 *
 * Source: T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 1971.
 */
export function productError(a: number, b: number, p: number): number {
  const a27 = a * 134217729;
  const aHigh = a27 - (a27 - a);
  const aLow = a - aHigh;
  const b27 = b * 134217729;
  const bHigh = b27 - (b27 - b);
  const bLow = b - bHigh;
  return aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
