import { beforeAll, describe, expect, test } from 'vitest';
import {
  Adam,
  type Backend,
  type Core,
  CrossEntropyLoss,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  Linear,
  load,
  Sequential,
  Trainer,
} from '../../src/index.js';
import { gradient, lookUp, randn, relativeDistance, type Vector } from './reference.js';

describe.each<Backend>(['wasm', 'js'])('Embedding with paddingIdx on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  test("torch's draws, with zeros in the row; from the end too", () => {
    for (const [paddingIdx, row] of [
      [0, 0],
      [3, 3],
      [-1, 3],
      [-4, 0],
    ]) {
      const layer = new Embedding(4, 3, { paddingIdx });
      layer.to(core);
      const generator = new Generator(1);
      layer.initialise(generator);
      const want = new Generator(1).randn(12);
      expect(layer.weight.value.toArray()).toEqual(want.fill(0, 3 * row, 3 * row + 3));
      expect(layer.paddingIdx).toBe(row);
      // The row was drawn, and nothing else.
      const drawn = new Generator(1);
      drawn.randn(12);
      expect(generator.u32()).toBe(drawn.u32());
      layer.dispose();
    }
  });

  test('the gradient, by central differences: zero in the row, the sums elsewhere', () => {
    const layer = new Embedding(4, 3, { paddingIdx: 1 });
    layer.to(core);
    layer.weight.value.set(randn(1, 12));
    const indices = Int32Array.of(0, 1, 1, 1, 3, 0, 1, 3, 0, 0);
    const weight = Float64Array.from(layer.weight.value.toArray()) as Vector;
    // Whoever sets the row has its values looked up, as in torch.
    const y = layer.forward(core.indices([5, 2]).set(indices)).toArray();
    expect(Array.from(y)).toEqual(Array.from(lookUp(weight, indices, 3)));
    const dy = randn(2, 30);
    layer.backward(core.tensor([5, 2, 3]).set(dy));
    const along = (w: Vector) => lookUp(w, indices, 3).reduce((total, value, i) => total + value * dy[i], 0);
    const want = gradient(along, weight).fill(0, 3, 6);
    expect(relativeDistance(layer.weight.grad.toArray(), want)).toBeLessThan(1e-6);
    expect([...layer.weight.grad.toArray().subarray(3, 6)]).toEqual([0, 0, 0]);
  });

  test('training leaves the row as it is: sentences of different lengths, filled up', async () => {
    const [words, length, count] = [6, 4, 40];
    const drawn = new Generator(5).randint(0, words - 1, length * count);
    const lengths = new Generator(6).randint(1, length + 1, count);
    // Word 5 fills up; whether word 0 is in a sentence.
    const x = Int32Array.from(drawn, (word, at) =>
      at % length < lengths[Math.floor(at / length)] ? word : 5,
    );
    const y = Int32Array.from({ length: count }, (_, i) =>
      x.subarray(i * length, (i + 1) * length).includes(0) ? 1 : 0,
    );
    const embedding = new Embedding(words, 2, { paddingIdx: -1 });
    const model = new Sequential<Indices>([embedding, new Flatten(), new Linear(2 * length, 2)]).to(core, {
      seed: 3,
    });
    const optimizer = new Adam(model.parameters(), { lr: 0.05, weightDecay: 0.01 });
    const trainer = new Trainer({
      loss: new CrossEntropyLoss(),
      model,
      optimizer,
      examples: { x, y, count },
      batchSize: count,
    });
    const before = embedding.weight.value.toArray();
    const first = trainer.step();
    await trainer.run(150);
    const after = embedding.weight.value.toArray();
    expect([...after.subarray(10)]).toEqual([0, 0]);
    after.subarray(0, 10).forEach((value, i) => {
      expect(value).not.toBe(before[i]);
    });
    expect(trainer.lastLoss).toBeLessThan(first / 3);
  });

  test('what it is made with', () => {
    const range = (got: unknown) =>
      new RangeError(`Embedding: expected paddingIdx to be an integer from -4 to 3, got ${got}`);
    for (const paddingIdx of [4, -5, 1.5, Number.NaN])
      expect(() => new Embedding(4, 3, { paddingIdx })).toThrow(range(paddingIdx));
    expect(() => new Embedding(4, 3, { paddingIdx: '0' as never })).toThrow(
      new TypeError("Embedding: expected paddingIdx to be a number, got '0'"),
    );
    expect(() => new Embedding(4, 3, { maxNorm: 1 } as never)).toThrow(
      new TypeError("Embedding: expected options { paddingIdx }, got 'maxNorm'"),
    );
    expect([new Embedding(4, 3), new Embedding(4, 3, { paddingIdx: -1 })].map(String)).toEqual([
      'Embedding(4, 3)',
      'Embedding(4, 3, paddingIdx=3)',
    ]);
  });
});
