import fc from 'fast-check';
import { expect, test } from 'vitest';
import { activationNames, initialisations, type RunSettings } from '../../src/makemore/index.js';
import { check, commandOf, type Linked, readAddress, writeAddress } from '../../src/page/settings/address.js';
import { presets } from '../../src/page/settings/fields.js';

const size = fc.integer({ min: 2, max: 2 ** 20 });
const rate = fc.oneof(
  fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0, max: 1e30, noNaN: true }),
);
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
/** Exact, as the settings have it: a bigint only where a number does not hold it. */
const seed = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })
  .map((value) =>
    BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value,
  );
const common = {
  seed,
  steps: count,
  batch: size,
  hidden: size,
  embedding: size,
  context: size,
  lr: rate,
  lrAfter: rate,
  lrDrop: count,
};
// −0 is written as 0.
const gain = fc.double({ min: -1e30, max: 1e30, noNaN: true }).map((value) => value + 0);
const mlp = fc.record({
  net: fc.constant('mlp' as const),
  init: fc.constantFrom(...initialisations),
  ...common,
});
const deep = fc.integer({ min: 3, max: 12 }).chain((depth) =>
  fc.record({
    net: fc.constant('deep' as const),
    depth: fc.constant(depth),
    activation: fc.constantFrom(...activationNames),
    batchNorm: fc.boolean(),
    bias: fc.constantFrom(null, true, false),
    gain: fc.oneof(fc.constant(null), gain, fc.array(gain, { minLength: depth - 1, maxLength: depth - 1 })),
    fanIn: fc.constant(true),
    ...common,
  }),
);
const linked: fc.Arbitrary<Linked> = fc.record(
  {
    settings: fc.oneof(mlp, deep) as fc.Arbitrary<RunSettings>,
    names: fc.stringMatching(/^[0-9a-f]{12}$/),
    backend: fc.constantFrom('wasm' as const, 'js' as const),
  },
  { requiredKeys: ['settings'] },
);

test('what is written is read again, one run or two', () => {
  fc.assert(
    fc.property(fc.array(linked, { minLength: 1, maxLength: 2 }), (runs) => {
      expect(readAddress(writeAddress(runs))).toEqual({ runs, problems: [] });
    }),
    { numRuns: 500 },
  );
});

test('a browser that escapes the bar between two runs changes nothing', () => {
  const address = writeAddress([{ settings: presets.mlp }, { settings: presets.deep }]);
  expect(readAddress(address.replace('|', '%7C'))).toEqual(readAddress(address));
});

test('whatever stands in a link, there is a run that can be made, and a reason for what was not read', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'net',
      'deep',
      'mlp',
      'hidden',
      'gain',
      'batch',
      '1',
      '5/3',
      '1,2',
      '-1',
      'NaN',
      '1e999',
      'names',
    ),
  );
  const entries = fc.array(fc.tuple(word, word)).map((all) => all.map((pair) => pair.join('=')).join('&'));
  fc.assert(
    fc.property(fc.oneof(fc.string(), entries), (hash) => {
      const { runs, problems } = readAddress(`#${hash}`);
      expect(runs.length).toBeGreaterThan(0);
      for (const { settings } of runs) check(settings);
      for (const problem of problems)
        expect(problem).toMatch(/expected|not a setting|that there is not|compares|cannot be read/);
      expect(readAddress(writeAddress(runs))).toEqual({ runs, problems: [] });
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['#hidden=0', 'Hidden units: expected an integer from 1 to 1,048,576, got ‘0’'],
  ['#lr=fast', 'Learning rate: expected a number from 0 to 1e30, got ‘fast’'],
  ['#lr=1e39', 'Learning rate: expected a number from 0 to 1e30, got ‘1e39’'],
  [
    '#seed=18446744073709551616',
    'Seed: expected an integer from −2^63 to 2^64 − 1, got ‘18446744073709551616’',
  ],
  ['#net=wide', 'Network: expected mlp or deep, got ‘wide’'],
  ['#depth=4', 'depth: not a setting of this network'],
  ['#colour=red', 'The link has a setting that there is not: ‘colour’'],
  ['#net=deep&gain=1,2', 'Gain: expected one number, or 5, one for each hidden layer, got 2'],
  ['#batch=1', 'Batch size: expected at least 2 with batch norm (one row has no deviation), got 1'],
  ['#names=XYZ', 'names: expected digits of a SHA-256, got ‘XYZ’'],
  ['#backend=gpu', 'backend: expected wasm or js, got ‘gpu’'],
  ['#||', 'The link has 3 runs; the page compares 2.'],
])('%s: %s', (hash, problem) => {
  expect(readAddress(hash).problems).toEqual([problem]);
});

test('a gain that the library refuses is refused by its label', () => {
  expect(readAddress('#net=deep&gain=1,2e30,1').problems).toEqual([
    'Gain: expected a number from −1e30 to 1e30, or several with commas between, got ‘1,2e30,1’',
  ]);
});

test('what is wrong with a long link is told in short', () => {
  const long = 'x'.repeat(50_000);
  for (const hash of [`#${long}`, `#lr=${long}`, `#net=${long}`, `#backend=${long}`, `#names=${long}`])
    expect(readAddress(hash).problems.join().length, hash.slice(0, 10)).toBeLessThan(200);
  const { problems } = readAddress(`#${Array.from({ length: 5000 }, (_, i) => `a${i}=1`).join('&')}`);
  expect(problems).toHaveLength(5);
  expect(problems[4]).toBe('and 4,996 more that cannot be read');
});

test('a fraction is a gain', () => {
  const [{ settings }] = readAddress('#net=deep&gain=5/3&batch-norm=no').runs;
  expect(settings).toMatchObject({ gain: 5 / 3, batchNorm: false });
});

test('the command that makes the same run', () => {
  expect(commandOf(presets.mlp)).toBe('npx lanewise train --net mlp');
  const deep = { ...presets.deep, batchNorm: false, gain: 0.5, seed: 2n ** 63n } as RunSettings;
  expect(commandOf(deep, "it's.txt")).toBe(
    `npx lanewise train --net deep --gain 0.5 --no-batch-norm --seed 9223372036854775808 --names 'it'\\''s.txt'`,
  );
  // What cannot be printed, as bash and zsh read it.
  const named = (file: string) => commandOf(presets.mlp, file).split(' --names ')[1];
  expect(named("it's\u202e\u001b \\u{1b}\u{e0061}")).toBe(
    "$'it\\'s\\U0000202E\\U0000001B \\\\u{1b}\\U000E0061'",
  );
});
