import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Adam,
  BatchNorm1d,
  CrossEntropy,
  CrossEntropyLoss,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  Linear,
  load,
  type Optimizer,
  type Parameter,
  RMSprop,
  Sequential,
  SGD,
  Tanh,
  Trainer,
} from '../../src/index.js';

describe.each(['wasm', 'js'] as const)('memory that is given back, on %s', (backend) => {
  test('is used again, all zero, and nothing lies in two places', async () => {
    using core = await load({ backend });
    core.allocate(16);
    const first = core.allocate(0);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 300 }), drop: fc.nat() }), { maxLength: 60 }),
        async (acts) => {
          const live: { address: number; size: number; mark: number }[] = [];
          let most = 0;
          acts.forEach(({ size, drop }, mark) => {
            if (drop % 3 === 0 && live.length > 0) {
              const [gone] = live.splice(drop % live.length, 1);
              core.free(gone.address, gone.size);
              return;
            }
            const address = core.allocate(size);
            expect(address % 16).toBe(0);
            const bytes = new Uint8Array(core.f32.buffer, address, size);
            expect(bytes.every((byte) => byte === 0)).toBe(true);
            bytes.fill(mark + 1);
            live.push({ address, size, mark });
            most = Math.max(
              most,
              live.reduce((sum, each) => sum + each.size + 15, 0),
            );
          });
          for (const { address, size, mark } of live) {
            const bytes = new Uint8Array(core.f32.buffer, address, size);
            expect(bytes.every((byte) => byte === mark + 1)).toBe(true);
            core.free(address, size);
          }
          // Everything is free again, in one piece.
          expect(core.allocate(0)).toBe(first);
        },
      ),
    );
  });

  test('refuses what is not allocated', async () => {
    using core = await load({ backend });
    const address = core.allocate(64);
    core.allocate(64);
    core.free(address, 64);
    for (const [at, bytes] of [
      [address, 64],
      [0, 16],
      [core.bytes, 16],
      [-16, 16],
      [address, -16],
      [address, Number.NaN],
      [address + 0.5, 16],
      [address - 8, 16],
    ])
      expect(() => core.free(at, bytes)).toThrow(
        `Core.free: expected an address and bytes that are allocated, got ${at}, ${bytes}`,
      );
    core.dispose();
    expect(() => core.free(address, 64)).not.toThrow();
  });

  test('a tensor: once, twice, and by `using`; a view leaves it to its owner', async () => {
    using core = await load({ backend });
    const tensor = core.tensor([4, 4]).fill(7);
    const { pointer } = tensor;
    const view = new Flatten().forward(tensor);
    view.dispose();
    expect(tensor.toArray()[0]).toBe(7);
    tensor.dispose();
    tensor.dispose();
    const gone = 'Tensor: expected one that is in use, got one that was disposed of';
    for (const use of [
      () => tensor.data,
      () => tensor.toArray(),
      () => tensor.fill(1),
      () => tensor.set(new Float32Array(16)),
      () => tensor.gather(new Float32Array(16), 0),
    ])
      expect(use).toThrow(gone);
    {
      using other = core.tensor([4, 4]);
      expect(other.pointer).toBe(pointer);
      expect(other.toArray()).toEqual(new Float32Array(16));
    }
    expect(core.tensor([2]).pointer).toBe(pointer);
  });

  test('10,000 models that are made, trained, asked and dropped take no more than the first', async () => {
    using core = await load({ backend });
    const generator = new Generator(1);
    const examples = { x: Int32Array.of(0, 1, 2, 3, 2, 1), y: Int32Array.of(0, 1), count: 2 };
    const first = core.allocate(0);
    let bytes = 0;
    for (let round = 0; round < 10_000; round++) {
      // Of changing sizes: what one leaves does not just fit the next.
      const hidden = 3 + (round % 7);
      using model = new Sequential<Indices>([
        new Embedding(4, 2),
        new Flatten(),
        new Linear(6, hidden),
        new BatchNorm1d(hidden),
        new Tanh(),
        new Linear(hidden, 2),
      ]);
      model.reserve(core, 2, 3);
      model.initialise(generator);
      if (round % 100 === 0) {
        const optimizer = new SGD(model.parameters(), { lr: 0.1 });
        using trainer = new Trainer({
          loss: new CrossEntropyLoss(),
          core,
          model,
          optimizer,
          examples,
          batchSize: 2,
          generator,
        });
        trainer.step();
        model.reserve(core, 20, 3);
      }
      using x = core.indices([1, 3]);
      model.eval();
      model.forward(x);
      if (round === 100) bytes = core.bytes;
    }
    expect(core.bytes).toBe(bytes);
    expect(core.allocate(0)).toBe(first);
  });

  test.each<[string, (all: Parameter[]) => Optimizer]>([
    ['momentum', (all) => new SGD(all, { lr: 0.1, momentum: 0.9 })],
    ['Adam', (all) => new Adam(all, { amsgrad: true })],
    ['RMSprop', (all) => new RMSprop(all, { centered: true, momentum: 0.9 })],
  ])('what an optimizer keeps goes with its model: %s', async (_, make) => {
    using core = await load({ backend });
    const x = Array.from({ length: 9 }, (_, i) => [i / 9, 1 - i / 9, i % 2]);
    const y = x.map((_row, i) => i % 2);
    let bytes = 0;
    for (let round = 0; round < 1000; round++) {
      using model = new Sequential([new Linear(3, 3 + (round % 7)), new Tanh()]).to(core, { seed: round });
      const optimizer = make(model.parameters());
      using trainer = new Trainer({ loss: new CrossEntropyLoss(), model, optimizer, x, y });
      trainer.step();
      // One that is begun anew on the same model, and disposed of twice.
      optimizer.dispose?.();
      trainer.step();
      if (round === 10) bytes = core.bytes;
    }
    expect(core.bytes).toBe(bytes);
  });

  test('an optimizer: by `using`', async () => {
    using core = await load({ backend });
    using model = new Sequential([new Linear(3, 40)]).to(core, { seed: 1 });
    for (let round = 0; round < 3; round++) {
      const before = core.allocate(0);
      using optimizer = new Adam(model.parameters());
      optimizer.step();
      expect(core.allocate(0)).not.toBe(before);
      optimizer[Symbol.dispose]();
      expect(core.allocate(0)).toBe(before);
    }
  });

  test('models of any size, made and dropped in any order, take little more than those that live', async () => {
    using core = await load({ backend });
    const generator = new Generator(4);
    const below = (high: number) => generator.randint(0, high, 1)[0];
    const first = core.allocate(0);
    const live: { model: Sequential; bytes: number }[] = [];
    let most = 0;
    for (let round = 0; round < 2000; round++) {
      const [columns, hidden, rows] = [1 + below(20), 1 + below(60), 2 + below(60)];
      const model = new Sequential([new Linear(columns, hidden), new BatchNorm1d(hidden), new Tanh()]);
      model.reserve(core, rows, columns);
      if (below(3) === 0) model.reserve(core, 2 * rows, columns);
      // At least: its parameters and outputs.
      const bytes = 8 * columns * hidden + 4 * rows * (6 * hidden + columns);
      live.push({ model, bytes });
      while (live.length > 1 + below(8)) live.splice(below(live.length), 1)[0].model.dispose();
      most = Math.max(
        most,
        live.reduce((sum, each) => sum + each.bytes, 0),
      );
    }
    expect(core.bytes).toBeLessThan(4 * most);
    for (const { model } of live) model.dispose();
    expect(core.allocate(0)).toBe(first);
  });

  test('a larger reserve gives back the smaller buffers', async () => {
    using core = await load({ backend });
    const model = new Sequential([new Linear(8, 8), new BatchNorm1d(8), new Tanh()]);
    const loss = new CrossEntropy();
    const first = core.allocate(0);
    for (let rows = 1; rows <= 200; rows++) {
      model.reserve(core, rows, 8);
      loss.reserve(core, rows, 8);
    }
    // Seven buffers of 200 rows of 32 bytes and one of doubles are 46 KB; all of the smaller ones would be 4.7 MB.
    expect(core.allocate(0) - first).toBeLessThan(150_000);
  });

  test('after dispose a model says that it is in no core, and can be again', async () => {
    using core = await load({ backend });
    const model = new Sequential([new Linear(3, 4), new BatchNorm1d(4), new Tanh()]);
    const run = () => {
      model.reserve(core, 2, 3);
      model.initialise(new Generator(5));
      return model.forward(core.tensor([2, 3]).set([1, 2, 3, 4, 5, 6])).toArray();
    };
    const before = run();
    model.dispose();
    model.dispose();
    expect(() => model.forward(core.tensor([2, 3]))).toThrow(
      'layer 0: Linear: expected to(core), or reserve(…), before the first use of its parameters',
    );
    expect(() => model.parameters()).toThrow('Linear: expected to(core)');
    expect(() => model.predict([1, 2, 3])).toThrow('Sequential.predict: expected to(core) before it');
    expect(run()).toEqual(before);
  });
});
