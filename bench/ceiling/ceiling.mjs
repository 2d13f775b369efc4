// The shapes of ceiling.ts as rows to measure, each with its error against the same rounds in float64.
import { relative } from '../error.mjs';

/** Each function's accumulators, how often a round goes through them, and whether they sum products of a and b. */
export const shapes = {
  twelve: { accumulators: 12, steps: 1, outer: false },
  outer4x2: { accumulators: 8, steps: 1, outer: true },
  eightTwice: { accumulators: 8, steps: 2, outer: false },
  outer3x2: { accumulators: 6, steps: 1, outer: true },
};

/** Floating-point operations of a round: a multiplication and an addition on 4 floats each, and the change of b. */
export const flopsOfRound = ({ accumulators, steps, outer }) =>
  4 * (2 * accumulators * steps + (outer ? 1 : 0));

/** A multiple of 6: after as many, b is what it was, and sums of a · b have come back to where they began. */
const ROUNDS = 2052;
/** Bytes from where a shape's numbers begin. */
const [FACTORS, ADDENDS, END] = [192, 256, 320];
const BASE = 1024;

/** Rows for `measure` from the bytes of ceiling.ts. */
export async function ceilingRows(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes, {
    env: {
      abort() {
        throw new Error('ceiling.wasm stopped');
      },
    },
  });
  const { memory, ...functions } = instance.exports;
  if (memory.buffer.byteLength < 65_536) memory.grow(1);
  return Object.entries(shapes).map(([name, shape], at) => {
    const { accumulators } = shape;
    const address = BASE + at * END;
    const f32 = new Float32Array(memory.buffer, address, END / 4);
    const run = functions[name];
    const reset = () => {
      for (let i = 0; i < accumulators * 4; i++) f32[i] = 1 + i / 64;
      // Below 1, so that every accumulator settles at b / (1 − a), far from infinity and from zero.
      for (let i = 0; i < 16; i++) f32[FACTORS / 4 + i] = 0.5 + i / 64;
      // Whole numbers: sums of products with them are exact.
      for (let i = 0; i < 16; i++) f32[ADDENDS / 4 + i] = 1 + i;
    };
    reset();
    return {
      name,
      flops: ROUNDS * flopsOfRound(shape),
      call(times) {
        for (let i = 0; i < times; i++) run(address, ROUNDS);
      },
      /** Of what has been computed while it was timed, and of a few rounds from the start. */
      error() {
        const settled = exact(shape, ROUNDS);
        const timed = relative(f32.subarray(0, accumulators * 4), settled);
        reset();
        run(address, 5);
        return Math.max(timed, relative(f32.subarray(0, accumulators * 4), exact(shape, 5)));
      },
    };
  });
}

/** The ceiling in FLOP/s, and each shape's part in it, from the timings of `ceilingRows`. */
export function ceilingOf(rows, timings) {
  const found = rows.map(({ name, flops, error }, i) => ({
    shape: name,
    // The best sample: a ceiling is what nothing gets above.
    flopsPerSecond: flops / timings[i].min,
    ...timings[i],
    error: error(),
  }));
  return { flopsPerSecond: Math.max(...found.map(({ flopsPerSecond }) => flopsPerSecond)), shapes: found };
}

/** The accumulators after some rounds in float64. */
function exact({ accumulators, steps, outer }, rounds) {
  return Float64Array.from({ length: accumulators * 4 }, (_, i) => {
    const [row, lane] = [i >> 2, i & 3];
    let c = 1 + i / 64;
    if (!outer) {
      for (let step = 0; step < rounds * steps; step++) c = 1 + lane + (0.5 + lane / 64) * c;
      return c;
    }
    const a = 0.5 + ((row >> 1) * 4 + lane) / 64;
    const b = [1 + lane, 5 + lane];
    for (let round = 0; round < rounds; round++) {
      c += a * b[row & 1];
      b.push(b[1] - b[0]);
      b.shift();
    }
    return c;
  });
}
