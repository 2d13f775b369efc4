// The shapes of ceiling.ts as rows to measure, each with its error against the same rounds in float64.
import { relative } from '../error.mjs';

/** Accumulators, factors and addends of each function, multiply-adds a round for each accumulator, and which a and b. */
export const shapes = {
  twelve: { accumulators: 12, steps: 1, pick: () => [0, 0] },
  tile4x2: { accumulators: 8, steps: 1, pick: (i) => [i >> 1, i & 1] },
  eightTwice: { accumulators: 8, steps: 2, pick: () => [0, 0] },
  tile3x2: { accumulators: 6, steps: 1, pick: (i) => [i >> 1, i & 1] },
};

/** Floating-point operations of a round: a multiplication and an addition on each of 4 floats. */
export const flopsOfRound = ({ accumulators, steps }) => accumulators * steps * 4 * 2;

const ROUNDS = 2048;
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
      for (let i = 0; i < 16; i++) f32[ADDENDS / 4 + i] = 1 + i / 32;
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
        const settled = exact(shape, 1000);
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
function exact({ accumulators, steps, pick }, rounds) {
  const c = Float64Array.from({ length: accumulators * 4 }, (_, i) => 1 + i / 64);
  for (let i = 0; i < c.length; i++) {
    const [a, b] = pick(i >> 2).map((at) => at * 4 + (i & 3));
    for (let step = 0; step < rounds * steps; step++) c[i] = 1 + b / 32 + (0.5 + a / 64) * c[i];
  }
  return c;
}
