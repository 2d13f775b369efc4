/** Buffers that cannot be had, and backwards without the forward that they are of. */
import { describe, expect, test } from 'vitest';
import { Core, PAGE } from '../../src/core/core.js';
import { referenceMaker } from '../../src/core/reference/maker.js';
import {
  BatchNorm1d,
  CrossEntropy,
  CrossEntropyLoss,
  ELU,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  type Layer,
  LayerNorm,
  Linear,
  load,
  Sequential,
  type Tensor,
} from '../../src/index.js';
import { KeptBuffers } from '../../src/train/kept-buffers.js';

/** A core whose memory ends after so many pages. */
function smallCore(most: number): Core {
  const maker = referenceMaker();
  const { memory } = maker;
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE > most * PAGE) throw new RangeError('no more memory');
    grow(pages);
  };
  return new Core(maker, 'a test');
}

const FEATURES = 16;

function network() {
  return new Sequential<Indices>([
    new Embedding(5, 4),
    new Flatten(),
    new Linear(4 * 3, FEATURES),
    new BatchNorm1d(FEATURES),
    new ELU(),
    new Linear(FEATURES, 3),
  ]);
}

describe('a reserve for which there is no memory', () => {
  test('leaves a network the buffers that it had, wherever the memory ends', () => {
    let refused = 0;
    // Where in a page what is there already ends, and so each of what is reserved.
    const ends = Array.from({ length: 56 }, (_, i) => ({ pages: 1 + (i >> 3), taken: (i & 7) * 7_168 }));
    for (const { pages, taken } of ends) {
      using core = smallCore(pages);
      core.allocate(taken);
      const model = network();
      const loss = new CrossEntropy();
      model.reserve(core, 8, 3);
      loss.reserve(core, 8, 3);
      model.initialise(new Generator(1));
      const x = core.indices([8, 3]).set(new Generator(2).randint(0, 5, 24));
      const y = core.indices([8]).set([0, 1, 2, 0, 1, 2, 0, 1]);
      const run = () => {
        const value = loss.forward(model.forward(x), y);
        model.backward(loss.backward());
        const gradients = model.parameters().map(({ grad }) => grad.toArray());
        return [value, loss.evaluateCounts?.(model.out as Tensor, new Int32Array(24).fill(1)), gradients];
      };
      const before = run();
      for (const rows of [600, 500_000]) {
        try {
          model.reserve(core, rows, 3);
          loss.reserve(core, rows, 3);
        } catch (error) {
          expect((error as Error).message).toMatch(/cannot grow the memory|at most 2147418112 bytes in all/);
          refused++;
        }
        model.reserve(core, 8, 3);
        loss.reserve(core, 8, 3);
        expect(run()).toEqual(before);
      }
    }
    expect(refused).toBeGreaterThan(56);
  });

  test('leaves a loss all that it had, whichever of its tensors has no room', () => {
    const losses = {
      'in sums of the rows': () => new CrossEntropyLoss(),
      'in each loss': () => new CrossEntropyLoss({ reduction: 'none' }),
    };
    for (const make of Object.values(losses)) {
      // Room for the gradient of 600 rows alone, on a page whose rest is taken.
      let refused = 0;
      for (let rows = 100; rows <= 4000; rows += 100) {
        using core = smallCore(1);
        const loss = make();
        loss.reserve(core, 8, 3);
        const [logits, targets] = [core.tensor([8, 3]).fill(1), core.indices([8])];
        const before = loss.forward(logits, targets);
        const gradient = loss.backward();
        const rest = core.allocate(0);
        try {
          loss.reserve(core, rows, 3);
          continue;
        } catch (error) {
          expect((error as Error).message).toContain('Core.allocate: cannot grow the memory');
        }
        refused++;
        expect(loss.backward()).toBe(gradient);
        expect(gradient.capacity).toBe(8);
        expect(core.allocate(0)).toBe(rest);
        loss.reserve(core, 8, 3);
        expect(loss.forward(logits, targets)).toBe(before);
        loss.evaluateCounts?.(logits, new Int32Array(24).fill(1));
      }
      expect(refused).toBeGreaterThan(0);
    }
  });

  test('for the first time: nothing is kept, and a smaller one works', () => {
    using core = smallCore(1);
    const first = core.allocate(0);
    // The weight and its gradient have room, the rest has not.
    const layer = new Linear(80, 90);
    expect(() => layer.reserve(core, 4)).toThrow('Core.allocate: cannot grow the memory');
    expect(core.allocate(0)).toBe(first);
    expect(() => layer.weight).toThrow('Linear: expected to(core), or reserve(…), before the first use');
    const embedding = new Embedding(9, 1000);
    expect(() => embedding.reserve(core, 4, 1)).toThrow('Core.allocate: cannot grow the memory');
    expect(core.allocate(0)).toBe(first);
  });

  test.each<[string, () => Layer]>([
    ['Linear', () => new Linear(100, 100)],
    ['BatchNorm1d', () => new BatchNorm1d(1000)],
    ['BatchNorm1d over all batches', () => new BatchNorm1d(1000, { momentum: null })],
    ['LayerNorm', () => new LayerNorm(1000)],
  ])('of a %s nothing is kept, wherever the memory ends', (_, make) => {
    let refused = 0;
    for (let left = 0; left < 3 * PAGE - 16; left += 1000) {
      using core = smallCore(3);
      core.allocate(3 * PAGE - 16 - left);
      const first = core.allocate(0);
      const layer = make();
      try {
        layer.reserve?.(core, 8, layer.inFeatures as number);
      } catch (error) {
        expect((error as Error).message).toContain('Core.allocate: cannot grow the memory');
        expect(core.allocate(0)).toBe(first);
        refused++;
      }
      layer.dispose?.();
      expect(core.allocate(0)).toBe(first);
    }
    expect(refused).toBeGreaterThan(60);
    expect(refused).toBeLessThan(196);
  });

  test('nor of the copies of its buffers, where there is room for some of them', () => {
    using core = smallCore(1);
    const buffers = ['running_mean', 'running_var'].map((name) => ({ name, value: core.tensor([5000]) }));
    const first = core.allocate(0);
    expect(() => new KeptBuffers('Trainer', core, buffers)).toThrow('Core.allocate: cannot grow the memory');
    expect(core.allocate(0)).toBe(first);
  });
});

describe.each(['wasm', 'js'] as const)('a backward on %s', (backend) => {
  const layers: Record<string, () => Layer> = {
    Linear: () => new Linear(3, 3),
    BatchNorm1d: () => new BatchNorm1d(3),
    ELU: () => new ELU(),
  };

  test.each(Object.keys(layers))('of %s needs a forward, after a larger reserve too', async (name) => {
    using core = await load({ backend });
    const layer = layers[name]();
    layer.reserve?.(core, 2, 3);
    layer.initialise?.(new Generator(1));
    const dy = core.tensor([2, 3]).fill(1);
    const without = `${name}.backward: expected a forward before it`;
    expect(() => layer.backward(dy)).toThrow(without);
    layer.forward(core.tensor([2, 3]).set([1, 2, 3, 4, 5, 7]));
    expect(() => layer.backward(dy)).not.toThrow();
    // The rows of the forward are gone, and there are more of them now.
    layer.reserve?.(core, 4, 3);
    expect(() => layer.backward(core.tensor([4, 3]).fill(1))).toThrow(without);
    layer.dispose?.();
    layer.reserve?.(core, 2, 3);
    expect(() => layer.backward(dy)).toThrow(without);
  });

  test.each(['Linear', 'ELU'])('of %s needs the input of the forward, in use', async (name) => {
    using core = await load({ backend });
    const layer = layers[name]();
    layer.reserve?.(core, 2, 3);
    layer.initialise?.(new Generator(1));
    const x = core.tensor([2, 3]).fill(1);
    layer.forward(x);
    x.dispose();
    expect(() => layer.backward(core.tensor([2, 3]).fill(1))).toThrow(
      'Tensor: expected one that is in use, got one that was disposed of',
    );
  });

  test('of an embedding takes the rows of its forward, whatever the indices have become', async () => {
    using core = await load({ backend });
    const layer = new Embedding(4, 2);
    layer.reserve(core, 4, 1);
    layer.initialise(new Generator(1));
    const x = core.indices([4, 1]).set([3, 3, 3, 3]);
    x.resize(2);
    layer.forward(x);
    const dy = core.tensor([2, 1, 2]).fill(1);
    // Behind the gradient.
    core.tensor([2, 1, 2]).fill(100);
    x.resize(4);
    layer.backward(dy);
    expect(layer.weight.grad.toArray()).toEqual(Float32Array.of(0, 0, 0, 0, 0, 0, 2, 2));
  });

  test('of an embedding and of the loss', async () => {
    using core = await load({ backend });
    const embedding = new Embedding(4, 2);
    embedding.reserve(core, 2, 1);
    embedding.initialise(new Generator(1));
    embedding.forward(core.indices([2, 1]));
    embedding.reserve(core, 3, 1);
    expect(() => embedding.backward(core.tensor([3, 1, 2]))).toThrow(
      'Embedding.backward: expected a forward before it',
    );

    const loss = new CrossEntropy();
    loss.reserve(core, 2, 3);
    const without = 'CrossEntropyLoss.backward: expected a forward before it';
    expect(() => loss.backward()).toThrow(without);
    const [logits, targets] = [core.tensor([2, 3]), core.indices([2])];
    loss.evaluate(logits, targets);
    expect(() => loss.backward()).toThrow(without);
    loss.forward(logits, targets);
    expect(loss.backward()).toBe(loss.dlogits);
    expect(() => loss.forward(logits, core.indices([2]).set([0, 3]))).toThrow('expected indices from 0 to 2');
    expect(() => loss.backward()).toThrow(without);
    loss.reserve(core, 5, 3);
    expect(() => loss.backward()).toThrow(without);
  });
});
