/** What this machine and engine do at best on 4 floats at a time: multiply-adds in registers alone. */
import type { Entry, Timed } from './timing.js';

/** The loops of the module: accumulators, how often a round goes through them, and whether b changes in each. */
const loops = [
  { name: 'twelve', accumulators: 12, steps: 1, outer: false },
  { name: 'outer4x2', accumulators: 8, steps: 1, outer: true },
  { name: 'eightTwice', accumulators: 8, steps: 2, outer: false },
  { name: 'outer3x2', accumulators: 6, steps: 1, outer: true },
];

/** A multiple of 6: after as many, the factors are what they were, and sums have come back to where they began. */
const ROUNDS = 2052;
/** Bytes: where a loop's numbers begin, and from there its factors, its addends and the end. */
const [BASE, FACTORS, ADDENDS, END] = [1024, 192, 256, 320];

type Loop = (address: number, rounds: number) => void;

/** One entry for each loop. */
export async function ceilingEntries(bytes: ArrayBuffer): Promise<Entry[]> {
  const abort = () => {
    throw new Error('the loop of the ceiling stopped');
  };
  const { instance } = await WebAssembly.instantiate(bytes, { env: { abort } });
  const memory = instance.exports.memory as WebAssembly.Memory;
  if (memory.buffer.byteLength === 0) memory.grow(1);
  return loops.map(({ name, accumulators }, at) => {
    const address = BASE + at * END;
    const floats = new Float32Array(memory.buffer, address, END / 4);
    for (let i = 0; i < accumulators * 4; i++) floats[i] = 1 + i / 64;
    for (let i = 0; i < 16; i++) {
      // Below 1, so that every accumulator settles, far from infinity and from zero.
      floats[FACTORS / 4 + i] = 0.5 + i / 64;
      floats[ADDENDS / 4 + i] = 1 + i;
    }
    const run = instance.exports[name] as Loop;
    return {
      call(times) {
        for (let i = 0; i < times; i++) run(address, ROUNDS);
      },
    };
  });
}

/** FLOP/s: of the best loop its best turn, since a ceiling is what nothing gets above. */
export const ceilingOf = (timed: readonly Timed[]): number =>
  Math.max(
    ...loops.map(({ accumulators, steps, outer }, i) => {
      const flops = ROUNDS * 4 * (2 * accumulators * steps + (outer ? 1 : 0));
      return flops / timed[i].least;
    }),
  );
