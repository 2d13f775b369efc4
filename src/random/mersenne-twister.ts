const N = 624;
const M = 397;

/**
 * MT19937: 32-bit words of period 2^19937 − 1. Torch's CPU generator and Python's `random` both stand on it.
 *
 * Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
 * number generator", ACM TOMACS 8(1), 1998; seeding as in the authors' mt19937ar of 2002.
 */
export class MersenneTwister {
  /** The block of 624 words that the next draws temper. */
  readonly state: Uint32Array = new Uint32Array(N);
  /** One more than the draws left in the block, except after seeding, when the block has yet to be made: 1. */
  left = 1;
  /** The position in the block of the next word. */
  next = 0;

  /** Seeded by `initGenrand`. */
  constructor(seed = 5489) {
    this.initGenrand(seed);
  }

  /**
   * Seeds with one 32-bit number: s₀ = seed, sᵢ = 1812433253 (sᵢ₋₁ ⊕ (sᵢ₋₁ ≫ 30)) + i mod 2^32.
   * Of a larger seed the low 32 bits count.
   */
  initGenrand(seed: number): void {
    const { state } = this;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    this.left = 1;
    this.next = 0;
  }

  /** The next word: an integer from 0 to 2^32 − 1. */
  u32(): number {
    if (--this.left === 0) this.#twist();
    let y = this.state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** The next block. */
  #twist(): void {
    const { state } = this;
    for (let k = 0; k < N; k++) state[k] = state[(k + M) % N] ^ mix(state[k], state[(k + 1) % N]);
    this.left = N;
    this.next = 0;
  }
}

/**
 * Seeds a twister with a key of 32-bit words, however long: each word is mixed into the state that seed 19650218 gives.
 * Python's seeding; by itself, since torch has none of it.
 *
 * @throws RangeError if the key is empty.
 */
export function initByArray(twister: MersenneTwister, key: ArrayLike<number>): void {
  if (key.length === 0) {
    throw new RangeError('MersenneTwister.initByArray: expected a key of at least 1 word, got 0');
  }
  twister.initGenrand(19650218);
  const { state } = twister;
  let i = 1;
  const advance = () => {
    i++;
    if (i === N) {
      state[0] = state[N - 1];
      i = 1;
    }
  };
  for (let k = 0; k < Math.max(N, key.length); k++) {
    const j = k % key.length;
    const previous = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = (state[i] ^ Math.imul(previous, 1664525)) + key[j] + j;
    advance();
  }
  for (let k = 0; k < N - 1; k++) {
    const previous = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = (state[i] ^ Math.imul(previous, 1566083941)) - i;
    advance();
  }
  state[0] = 0x80000000;
}

/** The top bit of one word and the low 31 of the next, through the twist matrix. */
function mix(top: number, low: number): number {
  const y = (top & 0x80000000) | (low & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}
