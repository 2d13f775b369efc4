import fc from 'fast-check';
import { expect, test } from 'vitest';
import { load } from '../../src/index.js';
import { CheckpointError } from '../../src/interchange/index.js';
import {
  deepSettings,
  lectureSettings,
  loadNetwork,
  parseNames,
  Run,
  type RunSettings,
  readRun,
} from '../../src/makemore/index.js';
import { signed } from '../interchange/saved.js';
import { character, runs } from '../platform/properties.js';

const names = parseNames(new TextEncoder().encode('emma\nava\nmia\nzoe\nann\nbob\n'), 'six.txt');

async function save(settings: RunSettings) {
  using run = await Run.prepare(names, { ...settings, hidden: 8, embedding: 2, steps: 20 });
  await run.train();
  return run.save();
}
const files = { mlp: await save(lectureSettings), deep: await save({ ...deepSettings, depth: 3 }) };

/** The file with metadata that lies, though the checksum holds. */
const lie = (key: string, value: string, net: 'mlp' | 'deep' = 'mlp') =>
  signed(files[net], ({ metadata }) => (metadata[key] = value));

const settings = (net: 'mlp' | 'deep', change: object) => {
  const { seed, ...rest } = readRun(files[net]).settings;
  return JSON.stringify({ ...rest, seed: String(seed), ...change });
};

test.each<[string, string]>([
  ['settings', '{}'],
  ['settings', settings('mlp', { lr: 'NaN' })],
  ['settings', settings('mlp', { lrAfter: null })],
  ['settings', settings('mlp', { hidden: -8 })],
  ['settings', settings('mlp', { steps: 1.5 })],
  ['settings', settings('mlp', { seed: '18446744073709551616' })],
  ['settings', settings('mlp', { net: 'wide' })],
  ['settings', settings('mlp', { init: 'constructor' })],
  ['names', '{"path":"six.txt","sha256":"0","count":6}'],
  ['names', 'null'],
  ['vocabulary', '["a","b"]'],
  ['vocabulary', '"abc"'],
  // Not the boundary of these characters.
  ['vocabulary', '["␃","a","b","e","i","m","n","o","v","z"]'],
  ['vocabulary', '[".",".","b","e","i","m","n","o","v","z"]'],
  ['losses', '[[0,3.2],[0,3.1]]'],
  ['losses', '[[1,3.2],[0,3.1]]'],
  ['losses', '[[20,3.2]]'],
  ['losses', '[[0,null]]'],
  ['losses', '[[0]]'],
  ['seconds', '-1'],
  ['seconds', 'NaN'],
  ['sampling_seed', '1.5'],
  ['sampling_seed', '-9223372036854775809'],
])('metadata that lies is refused: %s %s', (key, value) => {
  expect(() => readRun(lie(key, value), 'a.st')).toThrow(CheckpointError);
  expect(() => readRun(lie(key, value), 'a.st')).toThrow(
    new RegExp(`^a\\.st: expected metadata '${key}' to be .*, as a training run writes it, got '`),
  );
});

test('a network that the tensors do not fill is refused before it is made', async () => {
  const deep = lie('settings', settings('deep', { depth: Number.MAX_SAFE_INTEGER }), 'deep');
  expect(() => readRun(deep, 'a.st')).toThrow(
    /^a\.st: expected metadata 'settings' to be the settings of a network of at most 16 tensors, as/,
  );
  using core = await load();
  for (const change of [
    { hidden: 9 },
    { embedding: 3 },
    { context: 4 },
    { depth: 4 },
    { batchNorm: false },
  ]) {
    const saved = readRun(lie('settings', settings('deep', change), 'deep'), 'a.st');
    expect(() => loadNetwork(core, saved)).toThrow(CheckpointError);
    expect(() => loadNetwork(core, saved)).toThrow(/^a\.st: expected /);
  }
});

test('any text in place of metadata is refused by name, or is a run', () => {
  const keys = ['settings', 'names', 'vocabulary', 'losses', 'seconds', 'sampling_seed'];
  const field = fc.constantFrom(...Object.keys(readRun(files.deep).settings));
  const json = fc.jsonValue({ maxDepth: 3 });
  const text = fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ unit: character }), fc.double().map(String));
  const lies = fc.oneof(
    fc.tuple(fc.constantFrom(...keys), text),
    fc.tuple(field, json).map(([name, value]) => ['settings', settings('deep', { [name]: value })] as const),
  );
  let refused = 0;
  fc.assert(
    fc.property(lies, ([key, value]) => {
      const bytes = lie(key, value, 'deep');
      try {
        // What is taken is what was written.
        const { settings, losses, seconds, step } = readRun(bytes, 'a.st');
        for (const size of [settings.batch, settings.hidden, settings.embedding, settings.context])
          expect(Number.isSafeInteger(size) && size > 0).toBe(true);
        expect([settings.lr, settings.lrAfter, seconds].every(Number.isFinite)).toBe(true);
        for (const [at] of losses) expect(at).toBeLessThan(step);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        expect((error as Error).message).toMatch(/^a\.st: expected metadata '\w+' to be [^\p{Cc}]+$/u);
        refused++;
      }
    }),
    { numRuns: runs(200) },
  );
  expect(refused).toBeGreaterThan(runs(100));
});
