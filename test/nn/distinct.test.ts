import { describe, expect, test } from 'vitest';
import { distinctRows } from '../../src/distinct.js';
import {
  Embedding,
  type Examples,
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
  const trainer = new Trainer({ core, model, optimizer, examples: repeated(40), batchSize: 8, generator });
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
      counts: Int32Array.from([0, 1, 3, 2, 0, 1, 0, 1, 0]),
    });
  });

  test.each<[string, Partial<Examples>]>([
    ['floats', { x: new Float32Array(16) }],
    ['a negative index', { x: Int32Array.from({ length: 16 }, (_, i) => (i === 5 ? -1 : 0)) }],
    ['a label below 0', { y: Int32Array.from({ length: 8 }, (_, i) => (i === 5 ? -1 : 0)) }],
    ['a label that is no class', { y: Int32Array.from({ length: 8 }, (_, i) => (i === 5 ? 3 : 0)) }],
    ['rows that hardly repeat', { x: Int32Array.from({ length: 16 }, (_, i) => i % 5) }],
    ['more possible rows than would pay', { x: Int32Array.from({ length: 16 }, (_, i) => (i < 2 ? 9 : 0)) }],
  ])('leaves %s alone', (_, change) => {
    const plain = { x: new Int32Array(16), y: new Int32Array(8), count: 8 };
    expect(distinctRows(plain, 3)).toBeDefined();
    expect(distinctRows({ ...plain, ...change }, 3)).toBeUndefined();
  });
});

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
      const each = await trainer.evaluate(examples, { onBatch });
      expect(seen).toBe(count);
      const distinct = await trainer.evaluate(examples);
      expect(Math.abs(distinct / each - 1)).toBeLessThan(1e-14);
    }
  });

  test('says where the network is NaN', async () => {
    const { core, model, trainer } = await trained(backend);
    using _ = core;
    model.parameters()[1].value.fill(Number.NaN);
    await expect(trainer.evaluate(repeated(333))).rejects.toThrow(
      'parameter 2.weight is NaN at (0, 0), and no update',
    );
  });

  test('refuses a label that is no class, as any evaluation', async () => {
    const { core, trainer } = await trained(backend);
    using _ = core;
    const { x, y, count } = repeated(333);
    y[200] = CLASSES;
    await expect(trainer.evaluate({ x, y, count })).rejects.toThrow(
      'Trainer: expected labels from 0 to 4, got 5 in row 200 of examples.y',
    );
    await expect(trainer.evaluate({ x, y, count: 0 })).rejects.toThrow('Trainer: expected examples.count');
  });
});
