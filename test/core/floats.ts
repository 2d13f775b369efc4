/** Floats by their bits, and how far results are from exact ones: what the tests of elementwise kernels share. */

export const GUARD = 0x5eed5eed;
const bitsOf = new Int32Array(1);
const floatOf = new Float32Array(bitsOf.buffer);
export const fromBits = (bits: number): number => {
  bitsOf[0] = bits;
  return floatOf[0];
};
export const toBits = (value: number): number => {
  floatOf[0] = value;
  return bitsOf[0];
};
export const TINY = fromBits(1);
const SPECIAL = [
  ...[0, TINY, fromBits(0x007fffff), fromBits(0x00800000), 1, 2, 9.010913848876953, 9.010912895202637, 20],
  ...[
    88.72283172607422,
    88.7228393,
    89,
    103.97207641601562,
    104,
    3.4028234663852886e38,
    Number.POSITIVE_INFINITY,
  ],
].flatMap((value) => [value, -value, Math.fround(value * 1.01)]);
export const ALL_SPECIAL = [...SPECIAL, Number.NaN];

/** xorshift: the same bit patterns on each run. */
export function* randomBits(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state;
  }
}

/** The place of the first difference between two results, NaN equal to NaN, +0 not to −0; −1 where none. */
export const firstDifference = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length ? a.findIndex((value, i) => !Object.is(value, b[i])) : a.length;

const ulpOf = (exact: number): number =>
  2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(exact)) + 1e-9)) - 23);

/** The largest error of outputs in ulps of the exact result, and where; infinite for a wrong special value. */
export const worstError = (oracle: (x: number) => number, inputs: Float32Array, outputs: Float32Array) => {
  let worst = { ulp: 0, input: 0, got: 0, exact: 0 };
  for (let i = 0; i < inputs.length; i++) {
    const exact = oracle(inputs[i]);
    const got = outputs[i];
    if (Object.is(got, Math.fround(exact))) continue;
    const ulp =
      Number.isFinite(got) && got !== 0 ? Math.abs(got - exact) / ulpOf(exact) : Number.POSITIVE_INFINITY;
    if (!(ulp <= worst.ulp)) worst = { ulp, input: inputs[i], got, exact };
  }
  return worst;
};

export const windowAround = (center: number, radius: number): Float32Array => {
  const bits = toBits(Math.abs(center));
  const low = Math.max(0, bits - radius);
  return Float32Array.from({ length: bits + radius - low }, (_, i) => fromBits(low + i));
};

/** Bell-shaped values within ±6, of variance 4, the same on each run. */
export const normal = (count: number, seed: number): Float32Array => {
  const random = randomBits(seed);
  const unit = () => random.next().value / 2 ** 31;
  return Float32Array.from({ length: count }, () => 2 * (unit() + unit() + unit()));
};

/** Mean and unbiased variance by compensated sums: exact enough to judge by. */
export const exactMoments = (values: ArrayLike<number>) => {
  const sum = (map: (value: number) => number) => {
    let [total, rest] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const term = map(values[i]);
      const next = total + term;
      rest += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
      total = next;
    }
    return total + rest;
  };
  const mean = sum((value) => value) / values.length;
  return { mean, variance: sum((value) => (value - mean) ** 2) / (values.length - 1) };
};
