import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activations } from '../../src/core/reference/activations.js';
import { makers } from './makers.js';

const all = await makers(activations);
const [{ kernels: checked, heapBase: checkedBase }] = all;

type Maker = (typeof all)[number];
type Unary = 'tanhForward' | 'expForward' | 'logForward';
const UNARY: Unary[] = ['tanhForward', 'expForward', 'logForward'];
const ORACLE = { tanhForward: Math.tanh, expForward: Math.exp, logForward: Math.log };
/** The bounds stated at the kernels, in ulps. */
const BOUND = { tanhForward: 0.504, expForward: 0.50001, logForward: 0.50001 };

const GUARD = 0x5eed5eed;
const bitsOf = new Int32Array(1);
const floatOf = new Float32Array(bitsOf.buffer);
const fromBits = (bits: number): number => {
  bitsOf[0] = bits;
  return floatOf[0];
};
const toBits = (value: number): number => {
  floatOf[0] = value;
  return bitsOf[0];
};
const TINY = fromBits(1);
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
const ALL_SPECIAL = [...SPECIAL, Number.NaN];

/** xorshift: the same bit patterns on each run. */
function* randomBits(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state;
  }
}

/** Runs a kernel over inputs in a maker's memory, whole vectors and a guard behind. */
const apply = (maker: Maker, kernel: Unary, inputs: ArrayLike<number>, inPlace = false): Float32Array => {
  const { f32, i32, heapBase } = maker;
  const count = inputs.length;
  const padded = (count + 3) & ~3;
  const x = heapBase + 16;
  const y = inPlace ? x : x + 4 * padded + 16;
  i32.fill(GUARD, heapBase >> 2, (y >> 2) + padded + 4);
  f32.set(inputs, x >> 2);
  maker.kernels[kernel](y, x, count);
  const guards = [(x >> 2) - 1, (y >> 2) - 1, (y >> 2) + padded, (x >> 2) + padded];
  for (const at of guards) expect(i32[at], `${maker.name} ${kernel}(${count}) at ${at}`).toBe(GUARD);
  return f32.slice(y >> 2, (y >> 2) + count);
};

/** The place of the first difference between two results, NaN equal to NaN, +0 not to −0; −1 where none. */
const firstDifference = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length ? a.findIndex((value, i) => !Object.is(value, b[i])) : a.length;

const ulpOf = (exact: number): number =>
  2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(exact)) + 1e-9)) - 23);

/** The largest error of a kernel in ulps of the exact result, and where; infinite for a wrong special value. */
const worstError = (kernel: Unary, inputs: Float32Array, outputs: Float32Array) => {
  let worst = { ulp: 0, input: 0, got: 0, exact: 0 };
  for (let i = 0; i < inputs.length; i++) {
    const exact = ORACLE[kernel](inputs[i]);
    const got = outputs[i];
    if (Object.is(got, Math.fround(exact))) continue;
    const ulp =
      Number.isFinite(got) && got !== 0 ? Math.abs(got - exact) / ulpOf(exact) : Number.POSITIVE_INFINITY;
    if (!(ulp <= worst.ulp)) worst = { ulp, input: inputs[i], got, exact };
  }
  return worst;
};

const windowAround = (center: number, radius: number): Float32Array => {
  const bits = toBits(Math.abs(center));
  const low = Math.max(0, bits - radius);
  return Float32Array.from({ length: bits + radius - low }, (_, i) => fromBits(low + i));
};

describe.each(UNARY)('%s', (kernel) => {
  it('gives the same bits by every maker, at every size, in place or not, within its buffers', () => {
    const random = randomBits(1);
    for (const size of [0, 1, 2, 3, 4, 5, 7, 8, 9, 27, 30, 31, 32, 200, 1001]) {
      const inputs = Float32Array.from({ length: size }, (_, i) =>
        i % 3 === 2 ? ALL_SPECIAL[i % ALL_SPECIAL.length] : fromBits(random.next().value),
      );
      const expected = apply(all[2], kernel, inputs);
      for (const maker of all)
        for (const inPlace of [false, true]) {
          const outputs = apply(maker, kernel, inputs, inPlace);
          const at = firstDifference(outputs, expected);
          expect(
            at,
            `${maker.name}, size ${size}: ${outputs[at]} for ${inputs[at]}, not ${expected[at]}`,
          ).toBe(-1);
        }
    }
  });

  it('gives the same bits by every maker on any floats', () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 70 }), (inputs) => {
        const [debug, release, reference] = all.map((maker) => apply(maker, kernel, inputs));
        return firstDifference(debug, reference) === -1 && firstDifference(release, reference) === -1;
      }),
      { numRuns: 500 },
    );
  });

  it('is right on special values', () => {
    for (const maker of all) {
      const outputs = apply(maker, kernel, ALL_SPECIAL);
      ALL_SPECIAL.forEach((value, i) => {
        const input = Math.fround(value);
        expect(outputs[i], `${maker.name} ${kernel}(${input})`).toBe(Math.fround(ORACLE[kernel](input)));
      });
    }
  });

  it('keeps its bound on 2^18 random floats and 2^18 of the magnitudes that occur', () => {
    const random = randomBits(7);
    const count = 1 << 18;
    const anything = Float32Array.from({ length: count }, () => fromBits(random.next().value));
    const usual = Float32Array.from({ length: count }, (_, i) => {
      const magnitude = 2 ** ((i / count) * 40 - 33);
      return kernel === 'logForward' || i % 2 ? magnitude : -magnitude;
    });
    for (const maker of all)
      for (const inputs of [anything, usual]) {
        const { ulp, input, got, exact } = worstError(kernel, inputs, apply(maker, kernel, inputs));
        expect(ulp, `${maker.name} at ${input}: ${got}, not ${exact}`).toBeLessThanOrEqual(BOUND[kernel]);
      }
  });

  it('keeps its bound and its direction on consecutive floats', () => {
    const centers = [
      TINY,
      2 ** -126,
      1e-20,
      2 ** -12,
      0.01,
      0.25,
      0.347,
      0.5493,
      Math.SQRT1_2,
      1,
      Math.SQRT2,
    ];
    for (const center of [...centers, 2, 4.5, 9.0109, 10, 88.7228, 87.3365, 103.97, 1e10]) {
      const inputs = windowAround(center, 4000);
      for (const maker of all)
        for (const sign of kernel === 'logForward' ? [1] : [1, -1]) {
          const signed = inputs.map((value) => sign * value);
          const outputs = apply(maker, kernel, signed);
          const { ulp, input } = worstError(kernel, signed, outputs);
          expect(ulp, `${maker.name} at ${input}`).toBeLessThanOrEqual(BOUND[kernel]);
          const descent = outputs.findIndex((value, i) => i > 0 && sign * (value - outputs[i - 1]) < 0);
          expect(descent, `${maker.name} turns back at ${signed[descent]}`).toBe(-1);
        }
    }
  });
});

describe('tanhForward', () => {
  it('is odd, keeps zeros and subnormals, and is ±1 exactly where the rounded tanh is', () => {
    const random = randomBits(3);
    const positive = Float32Array.from({ length: 20_000 }, (_, i) =>
      i % 2 ? fromBits(random.next().value & 0x7f7fffff) : fromBits(random.next().value & 0x007fffff),
    );
    const one = 9.010913848876953;
    for (const maker of all) {
      const up = apply(maker, 'tanhForward', positive);
      const down = apply(
        maker,
        'tanhForward',
        positive.map((value) => -value),
      );
      expect(
        firstDifference(
          down.map((value) => -value),
          up,
        ),
        `${maker.name} is not odd`,
      ).toBe(-1);
      const moved = positive.findIndex((value, i) => value < 2 ** -126 && up[i] !== value);
      expect(moved, `${maker.name}: tanh ${positive[moved]} is ${up[moved]}`).toBe(-1);
      const below = fromBits(toBits(one) - 1);
      expect([...apply(maker, 'tanhForward', [0, -0, one, below, -one, -below])]).toEqual([
        ...[0, -0, 1, 1 - 2 ** -24, -1, -1 + 2 ** -24],
      ]);
    }
  });
});

describe('tanhBackward', () => {
  const backward = (maker: Maker, dy: Float32Array, y: Float32Array, inPlace: boolean): Float32Array => {
    const { f32, i32, heapBase } = maker;
    const padded = (y.length + 3) & ~3;
    const dyAt = heapBase;
    const yAt = dyAt + 4 * padded + 16;
    const dxAt = inPlace ? dyAt : yAt + 4 * padded + 16;
    i32.fill(GUARD, dyAt >> 2, (dxAt >> 2) + 2 * padded + 16);
    f32.set(dy, dyAt >> 2);
    f32.set(y, yAt >> 2);
    maker.kernels.tanhBackward(dxAt, dyAt, yAt, y.length);
    for (const at of [dyAt, yAt, dxAt]) expect(i32[(at >> 2) + padded], maker.name).toBe(GUARD);
    expect(firstDifference(f32.slice(yAt >> 2, (yAt >> 2) + y.length), y)).toBe(-1);
    return f32.slice(dxAt >> 2, (dxAt >> 2) + y.length);
  };

  it('is dy · (1 − y · y), each operation rounded, by every maker and in place', () => {
    const random = randomBits(11);
    for (const size of [0, 1, 3, 4, 5, 7, 8, 27, 30, 200]) {
      const y = Float32Array.from({ length: size }, (_, i) =>
        i % 5 === 4 ? [0, -0, 1, -1, Number.NaN][i % 3] : random.next().value / 2 ** 31,
      );
      const dy = Float32Array.from({ length: size }, (_, i) =>
        i % 7 === 6 ? ALL_SPECIAL[i % ALL_SPECIAL.length] : random.next().value / 2 ** 35,
      );
      const expected = dy.map((value, i) => value * Math.fround(1 - Math.fround(y[i] * y[i])));
      for (const maker of all)
        for (const inPlace of [false, true])
          expect(firstDifference(backward(maker, dy, y, inPlace), expected), `${maker.name} ${size}`).toBe(
            -1,
          );
    }
  });

  it('is the slope of tanhForward', () => {
    const x = Float32Array.from({ length: 400 }, (_, i) => (i - 200) / 50);
    for (const maker of all) {
      const y = apply(maker, 'tanhForward', x);
      const dx = backward(maker, new Float32Array(400).fill(1), y, false);
      const h = 1e-6;
      x.forEach((value, i) => {
        const slope = (Math.tanh(value + h) - Math.tanh(value - h)) / (2 * h);
        expect(Math.abs(dx[i] - slope), `${maker.name} at ${value}`).toBeLessThan(2e-7);
      });
    }
  });
});

describe('the debug build', () => {
  const aligned = checkedBase;
  it.each([
    ['tanhForward', () => checked.tanhForward(aligned + 4, aligned, 1)],
    ['tanhForward', () => checked.tanhForward(aligned, aligned + 8, 1)],
    ['tanhBackward', () => checked.tanhBackward(aligned, aligned, aligned + 4, 1)],
    ['expForward', () => checked.expForward(aligned, aligned, -1)],
    ['logForward', () => checked.logForward(aligned, aligned + 2, 1)],
  ])('refuses bad arguments of %s', (_name, call) => {
    expect(call).toThrow(/assertion failed in line \d+/);
  });
});
