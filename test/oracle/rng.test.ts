import { describe, expect, inject, test } from 'vitest';
import { Generator } from '../../src/random/generator.js';
import { multinomial } from '../../src/random/multinomial.js';
import { PythonRandom } from '../../src/random/python.js';

// The test configuration hands the files over, so that this one runs in a browser too.
const rng = inject('oracleRng');
const lectureNames = inject('lectureNames');

/** A title that says why its tests are skipped, if they are. */
function unlessAbsent(title: string, { path, text }: { path: string; text: string | null }): string {
  if (text !== null) return title;
  console.warn(`${title}: skipped: ${path} absent`);
  return `${title} (skipped: ${path} absent)`;
}

interface Case {
  seed: number;
  randint_182625_x32: number[];
  'randint_-5_1000_x40': number[];
  randint_2pow40_x10: string[];
  rand_x40: string;
  randn: Record<string, string>;
  'uniform_-0.3_0.7_x20': string;
  normal_mean1_std2_x40: string;
  normal_mean1_std2_x7: string;
  exponential_x10: string;
  randperm_10: number[];
  randperm_1000: number[];
  multinomial: { probs: string; draws: number[] };
  mixed_on_one_generator: (
    | ['randint', [number, number, number], number[]]
    | ['rand' | 'randn', number, string]
  )[];
}

interface Oracle {
  cases: Case[];
  python: { seed: number; shuffle_1000: number[]; then_random: number[] }[];
  names_shuffled_seed42_first50: string[];
  names_shuffled_seed42_last5: string[];
}

const oracle: Oracle =
  rng.text === null
    ? { cases: [], python: [], names_shuffled_seed42_first50: [], names_shuffled_seed42_last5: [] }
    : JSON.parse(rng.text);

/** The bits of float32 values, from base64 or an array: so that −0 is not 0. */
function bits(values: string | Float32Array): number[] {
  const bytes =
    typeof values === 'string'
      ? Uint8Array.from(atob(values), (character) => character.charCodeAt(0))
      : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Array.from(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
}

function floats(base64: string): Float32Array {
  return new Float32Array(Uint32Array.from(bits(base64)).buffer);
}

const indices = (n: number) => Array.from({ length: n }, (_, i) => i);

describe.skipIf(rng.text === null)(unlessAbsent("torch's own draws", rng), () => {
  test('there are seeds, and some of Python', () => {
    expect(oracle.cases.length).toBeGreaterThan(0);
    expect(oracle.python.length).toBeGreaterThan(0);
  });

  for (const c of oracle.cases) {
    const generator = () => new Generator(c.seed);

    describe(`seed ${c.seed}`, () => {
      test('randint', () => {
        expect(generator().randint(0, 182625, 32)).toEqual(c.randint_182625_x32);
        expect(generator().randint(-5, 1000, 40)).toEqual(c['randint_-5_1000_x40']);
        expect(
          generator()
            .randint(0, 2 ** 40, 10)
            .map(String),
        ).toEqual(c.randint_2pow40_x10);
      });

      test('rand and uniform_', () => {
        expect(bits(generator().rand(40))).toEqual(bits(c.rand_x40));
        expect(bits(generator().uniform_(new Float32Array(20), -0.3, 0.7))).toEqual(
          bits(c['uniform_-0.3_0.7_x20']),
        );
      });

      test.each(Object.keys(c.randn))('randn of %s values', (n) => {
        expect(bits(generator().randn(Number(n)))).toEqual(bits(c.randn[n]));
      });

      test('normal_ with mean 1 and std 2', () => {
        expect(bits(generator().normal_(new Float32Array(40), 1, 2))).toEqual(bits(c.normal_mean1_std2_x40));
        expect(bits(generator().normal_(new Float32Array(7), 1, 2))).toEqual(bits(c.normal_mean1_std2_x7));
      });

      test('exponential_', () => {
        expect(bits(generator().exponential_(new Float32Array(10)))).toEqual(bits(c.exponential_x10));
      });

      test('randperm', () => {
        expect(Array.from(generator().randperm(10))).toEqual(c.randperm_10);
        expect(Array.from(generator().randperm(1000))).toEqual(c.randperm_1000);
      });

      test('multinomial, one sample at a time', () => {
        const g = generator();
        const probs = floats(c.multinomial.probs);
        expect(c.multinomial.draws.map(() => multinomial(probs, 1, { generator: g })[0])).toEqual(
          c.multinomial.draws,
        );
      });

      test('mixed draws on one generator', () => {
        const g = generator();
        for (const [kind, argument, want] of c.mixed_on_one_generator) {
          if (kind === 'randint') expect(g.randint(...argument)).toEqual(want);
          else expect(bits(g[kind](argument))).toEqual(bits(want));
        }
      });
    });
  }

  test.each(oracle.python)('Python with seed $seed', ({ seed, shuffle_1000, then_random }) => {
    const python = new PythonRandom(seed);
    expect(python.shuffle(indices(1000))).toEqual(shuffle_1000);
    expect(then_random.map(() => python.random())).toEqual(then_random);
  });

  describe.skipIf(lectureNames.text === null)(unlessAbsent("the lecture's names", lectureNames), () => {
    test('as random.seed(42) shuffles them', () => {
      const names = new PythonRandom(42).shuffle((lectureNames.text as string).trim().split(/\r?\n/));
      expect(names.slice(0, 50)).toEqual(oracle.names_shuffled_seed42_first50);
      expect(names.slice(-5)).toEqual(oracle.names_shuffled_seed42_last5);
    });
  });
});
