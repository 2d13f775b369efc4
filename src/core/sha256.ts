/**
 * SHA-256 of bytes that come in pieces: `new Sha256().update(bytes).hex()`. Of less than 2^53 bits.
 *
 * Source: FIPS 180-4.
 */
export class Sha256 {
  readonly #state: Int32Array;
  readonly #constants: Int32Array;
  /** Words of bytes, the first one highest. */
  readonly #block = new DataView(new ArrayBuffer(64));
  readonly #schedule = new Int32Array(64);
  #length = 0;

  constructor() {
    const primes: number[] = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
    this.#state = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
    this.#constants = Int32Array.from(primes, (prime) => fraction(cubeRoot(prime)));
  }

  update(bytes: Uint8Array): this {
    const block = this.#block;
    let at = this.#length % 64;
    for (let i = 0; i < bytes.length; i++) {
      block.setUint8(at++, bytes[i]);
      if (at === 64) {
        this.#compress();
        at = 0;
      }
    }
    this.#length += bytes.length;
    return this;
  }

  /** 64 lower-case hexadecimal digits; the hash is used up. */
  hex(): string {
    const bits = this.#length * 8;
    const zeros = (119 - (this.#length % 64)) % 64;
    const end = new DataView(new ArrayBuffer(1 + zeros + 8));
    end.setUint8(0, 0x80);
    end.setUint32(1 + zeros, bits / 2 ** 32);
    end.setUint32(5 + zeros, bits);
    this.update(new Uint8Array(end.buffer));
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** Sums are taken modulo 2^32, where they are cut to int32. */
  #compress(): void {
    const w = this.#schedule;
    const k = this.#constants;
    const state = this.#state;
    for (let i = 0; i < 16; i++) w[i] = this.#block.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
      const s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    // One by one: an array's iterator takes nearly as long as the rounds.
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let i = 0; i < 64; i++) {
      const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const t = (h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t) | 0;
      d = c;
      const majority = (a & b) ^ (a & c) ^ (b & c);
      c = b;
      b = a;
      a = (t + s0 + majority) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      state[i] += word;
    });
  }
}

const rotated = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** The first 32 bits of what is behind the point. */
const fraction = (x: number): number => (x * 2 ** 32) | 0;

/** By Newton's method, whose operations every engine rounds alike. */
function cubeRoot(n: number): number {
  let x = n;
  for (let i = 0; i < 50; i++) x -= (x * x * x - n) / (3 * x * x);
  return x;
}
