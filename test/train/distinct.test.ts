import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainDivergence } from '../../src/diagnostics/index.js';
import {
  CrossEntropyLoss,
  Embedding,
  type Examples,
  evaluate,
  Flatten,
  Generator,
  type Indices,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { type Distinct, distinctRows } from '../../src/nn/distinct.js';

const CLASSES = 5;

/** `count` windows of two of five characters, with labels that differ where the windows do not. */
function repeated(count: number): Examples {
  const generator = new Generator(3);
  const x = Int32Array.from(generator.randint(0, 5, 2 * count));
  return { x, y: Int32Array.from(generator.randint(0, CLASSES, count)), count };
}

async function trained(backend: 'wasm' | 'js', capacity = 8) {
  const core = await load({ backend });
  const model = new Sequential<Indices>([
    new Embedding(5, 3),
    new Flatten(),
    new Linear(6, 7),
    new Tanh(),
    new Linear(7, CLASSES),
  ]);
  model.reserve(core, capacity, 2);
  const generator = new Generator(1);
  model.initialise(generator);
  const optimizer = new SGD(model.parameters(), { lr: 0.5 });
  const trainer = new Trainer({
    explain: explainDivergence,
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples: repeated(40),
    batchSize: 8,
    generator,
  });
  await trainer.run(30);
  return { core, model, trainer };
}

describe('distinctRows', () => {
  test('holds each row once, in order, with the labels of all that are like it', () => {
    const x = Int32Array.from(
      [
        [1, 0],
        [0, 1],
        [1, 0],
        [1, 0],
        [0, 1],
        [1, 1],
        [1, 0],
        [0, 1],
      ].flat(),
    );
    const y = Int32Array.from([2, 0, 2, 1, 0, 1, 2, 2]);
    expect(distinctRows({ x, y, count: 8 }, 3)).toEqual({
      rows: 3,
      x: Int32Array.from([1, 0, 0, 1, 1, 1]),
      labels: Int32Array.from([2, 2, 1, 2, 0, 0, 2, 1]),
      starts: Int32Array.from([0, 4, 7, 8]),
    });
  });

  test.each<[string, Partial<Examples>]>([
    ['floats', { x: new Float32Array(16) }],
    ['rows that are not whole', { x: new Int32Array(17) }],
    ['a label below 0', { y: Int32Array.from({ length: 8 }, (_, i) => (i === 5 ? -1 : 0)) }],
    ['a label that is no class', { y: Int32Array.from({ length: 8 }, (_, i) => (i === 5 ? 3 : 0)) }],
    ['rows that hardly repeat', { x: Int32Array.from({ length: 16 }, (_, i) => i % 5) }],
  ])('leaves %s alone', (_, change) => {
    const plain = { x: new Int32Array(16), y: new Int32Array(8), count: 8 };
    expect(distinctRows(plain, 3)).toBeDefined();
    expect(distinctRows({ ...plain, ...change }, 3)).toBeUndefined();
  });
});

test.each([
  ['few integers', fc.integer({ min: 0, max: 2 })],
  ['any integers', fc.oneof(fc.integer(), fc.constantFrom(-1, 0, 2 ** 31 - 1, -(2 ** 31)))],
  // The rows of a base of 2^16 that are alike in their lower bits.
  ['multiples', fc.integer({ min: -40, max: 40 }).map((n) => n * 2 ** 16)],
])('distinctRows finds what a map of all rows finds: %s', (_, integer) => {
  const some = fc.integer({ min: 0, max: 5 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.array(integer, { minLength: columns, maxLength: columns }), {
        minLength: 1,
        maxLength: 40,
      }),
      picks: fc.array(fc.nat(39), { minLength: 1, maxLength: 200 }),
    }),
  );
  fc.assert(
    fc.property(some, ({ columns, rows, picks }) => {
      const all = picks.map((pick) => rows[pick % rows.length]);
      expectDistinct(all, columns);
    }),
  );
});

test('distinctRows finds more rows than the smallest table has room for', () => {
  const rows = Array.from({ length: 9000 }, (_, i) => [(i % 3001) * 1_000_003, -(i % 3001), 1]);
  expect(expectDistinct(rows, 3)).toBe(3001);
});

/** Compares with a map by the rows' text; returns the number of distinct rows. */
function expectDistinct(all: readonly number[][], columns: number): number {
  const labelsOf = new Map<string, number[]>();
  const y = Int32Array.from(all, (_, i) => i % CLASSES);
  all.forEach((row, i) => {
    const key = Int32Array.from(row).join();
    labelsOf.set(key, [...(labelsOf.get(key) ?? []), y[i]]);
  });
  const distinct = distinctRows({ x: Int32Array.from(all.flat()), y, count: all.length }, CLASSES);
  if (2 * labelsOf.size > all.length) expect(distinct).toBeUndefined();
  else {
    const { x, rows, labels, starts } = distinct as Distinct;
    const found = Array.from({ length: rows }, (_, r) => [
      x.subarray(r * columns, (r + 1) * columns).join(),
      [...labels.subarray(starts[r], starts[r + 1])],
    ]);
    expect(found).toEqual([...labelsOf]);
  }
  return labelsOf.size;
}

describe.each(['wasm', 'js'] as const)('an evaluation by distinct rows on %s', (backend) => {
  test.each([8, 9, 100])('is that of every example, in batches of %i', async (capacity) => {
    const { core, trainer } = await trained(backend, capacity);
    using _ = core;
    for (const count of [40, 333, 1001]) {
      const examples = repeated(count);
      let seen = 0;
      const onBatch = (rows: number) => {
        seen += rows;
      };
      const each = await evaluate(trainer, examples, { onBatch });
      expect(seen).toBe(count);
      const distinct = await evaluate(trainer, examples);
      expect(Math.abs(distinct / each - 1)).toBeLessThan(1e-14);
    }
  });

  test('tells how many rows are done of those that it computes', async () => {
    const { core, trainer } = await trained(backend, 10);
    using _ = core;
    const examples = repeated(333);
    const tellings = async (expected: number, onBatch?: () => void) => {
      const told: number[] = [];
      await evaluate(trainer, examples, {
        onBatch,
        onProgress(done, count) {
          expect(count).toBe(expected);
          told.push(done);
        },
      });
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(expected);
      return told.length;
    };
    // 25 rows are distinct.
    expect(await tellings(25)).toBe(3);
    expect(await tellings(333, () => undefined)).toBe(34);
  });

  test('says where the network is NaN', async () => {
    const { core, model, trainer } = await trained(backend);
    using _ = core;
    model.parameters()[1].value.fill(Number.NaN);
    await expect(evaluate(trainer, repeated(333))).rejects.toThrow(
      'parameter 2.weight is NaN at (0, 0), and no update',
    );
  });

  test('refuses a label that is no class, as any evaluation', async () => {
    const { core, trainer } = await trained(backend);
    using _ = core;
    const { x, y, count } = repeated(333);
    y[200] = CLASSES;
    await expect(evaluate(trainer, { x, y, count })).rejects.toThrow(
      'Trainer: expected labels from 0 to 4, got 5 in row 200 of y',
    );
    await expect(evaluate(trainer, { x, y, count: 0 })).rejects.toThrow('Trainer: expected examples.count');
  });
});
