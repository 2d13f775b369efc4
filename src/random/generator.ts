import { expectInteger, expectNumber } from '../core/expect.js';
import { came, isInt32Array } from '../core/kind.js';
import { expectBounds, expectFloats, seed64 } from './arguments.js';
import { normalBlock, normalPair } from './box-muller.js';
import { log } from './elementary.js';
import { entropy } from './entropy.js';
import { fma32, fma64 } from './fma.js';
import { MersenneTwister } from './mersenne-twister.js';

const fround = Math.fround;

/** What torch's CPU generator consists of. */
export interface GeneratorState {
  seed: bigint;
  twister: MersenneTwister;
  /** The second normal of the last pair, not yet drawn. */
  cachedNormal: number | undefined;
  /** The same in float32: torch keeps one in the state, though no draw of this library makes or takes it. */
  cachedFloatNormal: number | undefined;
}

/** The seed of a new torch.Generator. */
const DEFAULT_SEED = 67280421310721n;
/** Of more torch's randperm draws otherwise. */
const MAX_RANDPERM = 214748363;
const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * Torch's random numbers on the CPU, bit for bit: a Mersenne Twister, and torch's ways from its words to
 * distributions. Same seed, same calls: same numbers as `torch.Generator().manual_seed(seed)`, in every engine.
 *
 * Counts n are whole numbers from 0; RangeError otherwise. All numbers are float32 where torch's are.
 *
 * Source: torch 1.13, AVX2 build (aten/src/ATen: CPUGeneratorImpl, core/TransformationHelper.h,
 * native/cpu/DistributionTemplates.h, native/Distributions.cpp); each method was compared with it bit for bit.
 */
export class Generator {
  readonly #twister = new MersenneTwister();
  /** @internal */
  readonly state: GeneratorState = {
    seed: 0n,
    twister: this.#twister,
    cachedNormal: undefined,
    cachedFloatNormal: undefined,
  };

  /** Seeded as by `manualSeed`; without a seed with torch's default, 67280421310721. */
  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.manualSeed(seed);
  }

  /**
   * Starts anew from a seed, of which the Mersenne Twister takes the low 32 bits. A negative seed stands for
   * 2^64 + seed, as in torch.
   *
   * @throws RangeError unless the seed is from −2^63 to 2^64 − 1 and, as a number, a safe integer; TypeError unless
   * it is a number or a bigint.
   */
  manualSeed(seed: number | bigint): this {
    const state = this.state;
    state.seed = seed64(seed);
    state.cachedNormal = state.cachedFloatNormal = undefined;
    this.#twister.initGenrand(Number(BigInt.asUintN(32, state.seed)));
    return this;
  }

  /** The seed last set, from 0 to 2^64 − 1. */
  initialSeed(): bigint {
    return this.state.seed;
  }

  /** Starts anew from 64 bits of the system's randomness (of Math.random without `crypto`), and returns them. */
  seed(): bigint {
    const [low, high] = entropy(2);
    const seed = (BigInt(high) << 32n) | BigInt(low);
    this.manualSeed(seed);
    return seed;
  }

  /** Takes up the state of another generator, from where both draw the same; allocates nothing. */
  copyFrom(other: Generator): this {
    const state = this.state;
    const { seed, twister, cachedNormal, cachedFloatNormal } = other.state;
    state.seed = seed;
    state.cachedNormal = cachedNormal;
    state.cachedFloatNormal = cachedFloatNormal;
    state.twister.state.set(twister.state);
    state.twister.left = twister.left;
    state.twister.next = twister.next;
    return this;
  }

  /** The next 32 bits: an integer from 0 to 2^32 − 1. */
  u32(): number {
    return this.#twister.u32();
  }

  /** The next 64 bits; the first word is the high half. */
  u64(): bigint {
    const high = BigInt(this.#twister.u32());
    return (high << 32n) | BigInt(this.#twister.u32());
  }

  /** A uniform of 24 bits: (u32 mod 2^24) / 2^24, in [0, 1); torch's float32 uniform. */
  uniform24(): number {
    return (this.#twister.u32() & 0xffffff) / 0x1000000;
  }

  /** A uniform of 53 bits: (u64 mod 2^53) / 2^53, in [0, 1); torch's float64 uniform. */
  uniform53(): number {
    const high = this.#twister.u32() & 0x1fffff;
    return (high * 0x100000000 + this.#twister.u32()) / 0x20000000000000;
  }

  /** torch.rand: n uniforms of 24 bits. */
  rand(n: number): Float32Array {
    expectInteger('Generator.rand', 'n', n, 0);
    const out = new Float32Array(n);
    for (let i = 0; i < n; i++) out[i] = this.uniform24();
    return out;
  }

  /** torch.randn: n standard normals; see `normal_`. */
  randn(n: number): Float32Array {
    expectInteger('Generator.randn', 'n', n, 0);
    return this.normal_(new Float32Array(n));
  }

  /**
   * torch.randint: n integers from low to high − 1: low + u mod (high − low), with u of 32 bits, or of 64 if the span
   * is 2^32 or more. The bounds are safe integers.
   *
   * @throws RangeError unless low < high.
   */
  randint(low: number, high: number, n: number): number[] {
    expectBounds('Generator.randint', low, high, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    expectInteger('Generator.randint', 'n', n, 0);
    if (high - low >= 0x100000000) {
      const from = BigInt(low);
      const span = BigInt(high) - from;
      return Array.from({ length: n }, () => Number(from + (this.u64() % span)));
    }
    const span = high - low;
    return Array.from({ length: n }, () => low + (this.#twister.u32() % span));
  }

  /**
   * `randint` into an array, as many as it has room for; allocates nothing. Returns the array.
   *
   * @throws RangeError unless −2^31 ≤ low < high ≤ 2^31.
   */
  randintInto(out: Int32Array, low: number, high: number): Int32Array {
    if (!isInt32Array(out)) {
      throw new TypeError(`Generator.randintInto: expected an Int32Array, got ${came(out)}`);
    }
    expectBounds('Generator.randintInto', low, high, -0x80000000, 0x80000000);
    const span = (high - low) >>> 0;
    if (span === 0) {
      // The whole range, 2^32: one draw takes 64 bits, of which the low word, drawn second, is left.
      for (let i = 0; i < out.length; i++) {
        this.#twister.u32();
        out[i] = low + this.#twister.u32();
      }
      return out;
    }
    for (let i = 0; i < out.length; i++) out[i] = low + ((this.#twister.u32() >>> 0) % span);
    return out;
  }

  /**
   * torch's uniform_: fills with u (high − low) + low, u of 24 bits; everything in float32, fused multiply-add.
   *
   * @throws RangeError unless low ≤ high, and both and their distance are finite float32; TypeError for what is no number.
   */
  uniform_(array: Float32Array, low = 0, high = 1): Float32Array {
    expectFloats('Generator.uniform_', array);
    expectNumber('Generator.uniform_', 'low', low, -FLOAT32_MAX, FLOAT32_MAX);
    expectNumber('Generator.uniform_', 'high', high, low, Math.min(FLOAT32_MAX, low + FLOAT32_MAX));
    const from = fround(low);
    const span = fround(fround(high) - from);
    for (let i = 0; i < array.length; i++) array[i] = fma32(this.uniform24(), span, from);
    return array;
  }

  /**
   * torch's normal_: fills with normals of this mean and standard deviation, by Box and Muller's method:
   * √(−2 ln(1 − u)) cos 2πv and … sin 2πv of uniforms u, v; times std plus mean.
   *
   * Fewer than 16 values: in double, rounded at last; the second of a pair waits for the next such draw, in the next
   * call as well. 16 and more: in float32, in blocks of 16 that pair values 8 apart; if the last block is not whole,
   * the last 16 values are drawn again.
   *
   * @throws RangeError unless mean and std are finite and std ≥ 0; TypeError for what is no number.
   */
  normal_(array: Float32Array, mean = 0, std = 1): Float32Array {
    expectFloats('Generator.normal_', array);
    expectNumber('Generator.normal_', 'mean', mean, -FLOAT32_MAX, FLOAT32_MAX);
    expectNumber('Generator.normal_', 'std', std, 0, FLOAT32_MAX);
    const n = array.length;
    if (n < 16) {
      for (let i = 0; i < n; i++) array[i] = fma64(this.#normal(), std, mean);
      return array;
    }
    const [mean32, std32] = [fround(mean), fround(std)];
    for (let i = 0; i < n; i++) array[i] = this.uniform24();
    for (let start = 0; start + 16 <= n; start += 16) normalBlock(array, start, mean32, std32);
    if (n % 16 !== 0) {
      for (let i = n - 16; i < n; i++) array[i] = this.uniform24();
      normalBlock(array, n - 16, mean32, std32);
    }
    return array;
  }

  /**
   * torch's exponential_: fills with −ln(1 − u) / λ, u of 53 bits, in double, rounded at last.
   *
   * @throws RangeError unless λ ≥ 0; TypeError for what is no number.
   */
  exponential_(array: Float32Array, lambda = 1): Float32Array {
    expectFloats('Generator.exponential_', array);
    if (lambda !== Infinity) expectNumber('Generator.exponential_', 'lambda', lambda, 0, Number.MAX_VALUE);
    for (let i = 0; i < array.length; i++) array[i] = (-1 / lambda) * log(1 - this.uniform53());
    return array;
  }

  /**
   * torch.randperm: 0 … n − 1 in random order: for i = 0 … n − 2, swaps i with i + u32 mod (n − i).
   *
   * @throws RangeError for n of 214,748,364 and more, which torch draws otherwise.
   */
  randperm(n: number): Int32Array {
    expectInteger('Generator.randperm', 'n', n, 0, MAX_RANDPERM);
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.#twister.u32() % (n - i));
      const value = order[i];
      order[i] = order[j];
      order[j] = value;
    }
    return order;
  }

  /** A standard normal in double: the cached one, or the first of a new pair. */
  #normal(): number {
    const cached = this.state.cachedNormal;
    if (cached !== undefined) {
      this.state.cachedNormal = undefined;
      return cached;
    }
    const u1 = this.uniform53();
    const [kept, next] = normalPair(u1, this.uniform53());
    this.state.cachedNormal = kept;
    return next;
  }
}
