/** Buffers that grow with the batch: the bits of a model that was reserved at once, and no memory in the steady state. */
import { describe, expect, test, vi } from 'vitest';
import {
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  ELU,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  LeakyReLU,
  Linear,
  load,
  MSELoss,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  Tanh,
} from '../../src/index.js';

const [IN, CLASSES] = [5, 4];

const floats = () =>
  new Sequential([
    new Linear(IN, 7),
    new BatchNorm1d(7),
    new Tanh(),
    new Sequential([new Linear(7, 6), new ReLU(), new Linear(6, 6), new LeakyReLU()]),
    new Sigmoid(),
    new ELU(),
    new Linear(6, CLASSES),
  ]);

const indices = () =>
  new Sequential<Indices>([
    new Embedding(9, 3),
    new Flatten(),
    new Linear(3 * IN, 7, { bias: false }),
    new BatchNorm1d(7, { correction: 0 }),
    new Tanh(),
    new Linear(7, CLASSES),
  ]);

/** A training step of so many rows; what it computed. */
function stepper(core: Core, model: Sequential, dtype: 'float32' | 'int32') {
  const loss = new CrossEntropyLoss();
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const inputs = new Map<number, { x: never; y: Indices }>();
  const inputOf = (rows: number) => {
    let made = inputs.get(rows);
    if (made === undefined) {
      const generator = new Generator(rows);
      const x =
        dtype === 'int32'
          ? core.indices([rows, IN]).set(generator.randint(0, 9, rows * IN))
          : core.tensor([rows, IN]).set(generator.randn(rows * IN));
      made = { x: x as never, y: core.indices([rows]).set(generator.randint(0, CLASSES, rows)) };
      inputs.set(rows, made);
    }
    return made;
  };
  return (rows: number) => {
    const { x, y } = inputOf(rows);
    const value = loss.forward(model.forward(x), y);
    model.backward(loss.backward());
    optimizer.step();
    return value;
  };
}

const state = (model: Sequential) =>
  [
    ...model.parameters().flatMap(({ value, grad }) => [value, grad]),
    ...model.buffers().map((b) => b.value),
  ].map((tensor) => tensor.toArray());

describe.each(['wasm', 'js'] as const)('on %s', (backend) => {
  describe.each([
    ['float32', floats],
    ['int32', indices as () => never],
  ] as const)('a network of %s', (dtype, make) => {
    test('that was never reserved has the bits of one that was, whatever the batches', async () => {
      using core = await load({ backend });
      const reserved = make() as Sequential;
      reserved.reserve(core, 40, IN);
      reserved.initialise(new Generator(3));
      const grown = (make() as Sequential).to(core, { seed: 3 });
      const [one, other] = [stepper(core, reserved, dtype), stepper(core, grown, dtype)];
      for (const rows of [2, 3, 40, 7, 2, 33]) {
        expect(other(rows)).toBe(one(rows));
        expect(state(grown)).toEqual(state(reserved));
        expect(grown.out?.toArray()).toEqual(reserved.out?.toArray());
        expect(grown.dx?.toArray()).toEqual(reserved.dx?.toArray());
      }
    });

    test('takes no memory for a step of a size seen before, and gives the smaller buffers back', async () => {
      using core = await load({ backend });
      const model = (make() as Sequential).to(core, { seed: 3 });
      const step = stepper(core, model, dtype);
      const sizes = [2, 17, 9, 16];
      sizes.forEach(step);
      const bytes = core.bytes;
      const allocate = vi.spyOn(core, 'allocate');
      for (let i = 0; i < 50; i++) sizes.forEach(step);
      expect(allocate).not.toHaveBeenCalled();
      allocate.mockRestore();
      expect(core.bytes).toBe(bytes);
    });

    test('grown row by row takes hardly more than one that was made so large', async () => {
      using core = await load({ backend });
      const model = (make() as Sequential).to(core, { seed: 3 });
      model.eval();
      using x = dtype === 'int32' ? core.indices([300, IN]) : core.tensor([300, IN]);
      const first = core.allocate(0);
      for (let rows = 1; rows <= 300; rows++) {
        x.resize(rows);
        model.forward(x as never);
      }
      const grown = core.allocate(0) - first;
      using whole = await load({ backend });
      const begin = whole.allocate(0);
      const other = make() as Sequential;
      other.reserve(whole, 300, IN);
      expect(grown).toBeLessThan(3 * (whole.allocate(0) - begin));
    });

    test('disposed of and placed again is as new, in this core or in another, and leaves no memory behind', async () => {
      using core = await load({ backend });
      using second = await load({ backend });
      const model = make() as Sequential;
      const free = [core.allocate(0), second.allocate(0)];
      const seen: unknown[] = [];
      for (const [place, rows] of [
        [core, 4],
        [core, 9],
        [second, 3],
        [core, 4],
      ] as const) {
        model.to(place, { seed: 3 });
        expect([model.core === place, model.training]).toEqual([true, true]);
        const x = dtype === 'int32' ? place.indices([rows, IN]) : place.tensor([rows, IN]);
        model.backward(model.forward(x as never));
        seen.push([...state(model), model.out?.toArray().subarray(0, CLASSES)]);
        expect(() => model.to(place === core ? second : core)).toThrow(
          new TypeError('Sequential.to: expected the core that it lies in, got another; dispose() first'),
        );
        model.eval();
        model.dispose();
        expect(() => model.forward(x as never)).toThrow(
          /^layer 0: (Linear|Embedding): expected to\(core\), or reserve\(…\), before the first use/,
        );
        x.dispose();
        expect([core.allocate(0), second.allocate(0)]).toEqual(free);
        expect(model.core).toBeUndefined();
      }
      expect(seen[3]).toEqual(seen[0]);
    });
  });

  test('a loss grows with the batch too', async () => {
    using core = await load({ backend });
    const [grown, reserved] = [new MSELoss(), new MSELoss()];
    reserved.reserve(core, 30, 3);
    for (const rows of [1, 30, 4]) {
      const [y, t] = [1, 2].map((seed) => core.tensor([rows, 3]).set(new Generator(seed).randn(rows * 3)));
      expect(grown.forward(y, t)).toBe(reserved.forward(y, t));
      expect(grown.backward().toArray()).toEqual(reserved.backward().toArray());
    }
    const [y, t] = [core.tensor([30, 3]), core.tensor([30, 3])];
    const allocate = vi.spyOn(core, 'allocate');
    for (let i = 0; i < 10; i++) grown.forward(y, t);
    expect(allocate).not.toHaveBeenCalled();
  });

  test('what a reserve makes, an evaluation of counts needs no more', async () => {
    using core = await load({ backend });
    const loss = new CrossEntropyLoss();
    loss.reserve(core, 8, 3);
    const logits = core.tensor([8, 3]);
    const allocate = vi.spyOn(core, 'allocate');
    expect(loss.evaluateCounts?.(logits, new Int32Array(24).fill(1))).toBeCloseTo(24 * Math.log(3), 12);
    expect(allocate).not.toHaveBeenCalled();
  });
});
