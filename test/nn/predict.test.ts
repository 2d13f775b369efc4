/** A model goes to a core, and predicts rows of numbers. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  Embedding,
  Flatten,
  Generator,
  type Indices,
  type Layer,
  Linear,
  load,
  Sequential,
  Tanh,
  type Tensor,
} from '../../src/index.js';

describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  const floats = () => new Sequential([new Linear(3, 6), new BatchNorm1d(6), new Tanh(), new Linear(6, 2)]);
  const words = () => new Sequential<Indices>([new Embedding(5, 2), new Flatten(), new Linear(6, 2)]);

  describe('to', () => {
    test('a seed draws as its generator does; a generator goes on', () => {
      const reserved = floats();
      reserved.reserve(core, 4);
      reserved.initialise(new Generator(7));
      const print = fingerprint(reserved.parameters());
      expect(fingerprint(floats().to(core, { seed: 7 }).parameters())).toBe(print);
      expect(fingerprint(floats().to(core, { seed: 7n }).parameters())).toBe(print);
      expect(fingerprint(floats().to(core, { seed: 8 }).parameters())).not.toBe(print);
      const generator = new Generator(7);
      expect(fingerprint(floats().to(core, { generator }).parameters())).toBe(print);
      const both = [floats(), floats()];
      const one = new Generator(7);
      for (const model of both) model.to(core, { generator: one });
      expect(fingerprint(both[0].parameters())).toBe(print);
      expect(fingerprint(both[1].parameters())).not.toBe(print);
    });

    test('returns the model; again, it changes nothing, but for a seed', () => {
      const model = floats();
      expect(model.core).toBeUndefined();
      expect(model.to(core, { seed: 7 })).toBe(model);
      expect(model.core).toBe(core);
      const parameters = model.parameters();
      const print = fingerprint(parameters);
      const next = core.allocate(0);
      model.to(core);
      expect(model.parameters()).toEqual(parameters);
      expect(fingerprint(model.parameters())).toBe(print);
      model.to(core, { seed: 9 });
      expect(fingerprint(model.parameters())).not.toBe(print);
      model.to(core, { seed: 7 });
      expect(fingerprint(model.parameters())).toBe(print);
      expect(core.allocate(0)).toBe(next);
    });

    test('neither: the parameters are to come from elsewhere', () => {
      const model = floats().to(core);
      expect(() => model.predict([1, 2, 3])).toThrow(
        'layer 0: Linear: expected initial parameters before the first use: to(core, { seed }), initialise(generator), ' +
          'a checkpoint, or weight.value.set(…)',
      );
      model.initialise(new Generator(7));
      expect(model.predict([1, 2, 3])).toEqual(floats().to(core, { seed: 7 }).predict([1, 2, 3]));
    });

    test('says what it does not take', () => {
      const next = core.allocate(0);
      const model = floats();
      for (const [act, error] of [
        [
          () => model.to(undefined as never),
          'Sequential.to: expected a Core, from await load(), got undefined',
        ],
        [() => model.to({} as never), 'Sequential.to: expected a Core, from await load(), got an Object'],
        [() => model.to(core, 7 as never), 'Sequential.to: expected options { seed, generator }, got 7'],
        [
          () => model.to(core, { seeds: 7 } as never),
          "Sequential.to: expected options { seed, generator }, got 'seeds'",
        ],
        [
          () => model.to(core, { seed: 7, generator: new Generator(7) }),
          'Sequential.to: expected a seed or a generator, got both',
        ],
        [() => model.predict([1, 2, 3]), 'Sequential.predict: expected to(core) before it'],
        [() => model.initialise(new Generator(1)), 'layer 0: Linear: expected to(core)'],
      ] as const)
        expect(act).toThrow(error);
      expect(() => model.to(core, { seed: 'one' as never })).toThrow(/^Generator.*'one'/);
      expect(core.allocate(0)).toBe(next);
      expect(() => model.to(core, { generator: 7 as never })).toThrow(
        'Sequential.initialise: expected a Generator, got 7',
      );
    });
  });

  describe('predict', () => {
    const rows = [
      [1, 2, 3],
      [-1, 0.5, 0],
      [0, 0, 0],
      [4, -4, 1e-3],
    ];
    /** By hand: a forward in eval mode. */
    const by = (model: Sequential, values: number[][]) => {
      model.eval();
      const out = model.forward(core.tensor([values.length, values[0].length]).set(values.flat())).toArray();
      model.train();
      return out;
    };

    test('one row or many, in whatever arrays', () => {
      const model = floats().to(core, { seed: 7 });
      const all = by(model, rows);
      for (const many of [
        rows,
        rows.map((row) => Float32Array.from(row)),
        rows.map((row) => Float64Array.from(row)),
        rows.flat(),
        Float32Array.from(rows.flat()),
        Float64Array.from(rows.flat()),
        Object.freeze(rows.map((row) => Object.freeze(row))),
      ])
        expect(model.predict(many)).toEqual(all);
      rows.forEach((row, i) => {
        for (const one of [row, [row], Float32Array.from(row), Float64Array.from(row)])
          expect(model.predict(one)).toEqual(all.slice(2 * i, 2 * i + 2));
      });
      const integers = [
        [1, 2, 3],
        [-4, 5, 0],
      ];
      expect(model.predict(Int8Array.from(integers.flat()))).toEqual(by(model, integers));
      expect(model.predict(rows)).toBeInstanceOf(Float32Array);
    });

    test('indices for an embedding; one row where it lies flat', () => {
      const model = words().to(core, { seed: 7 });
      const contexts = [
        [0, 1, 2],
        [4, 4, 0],
      ];
      const all = model.forward(core.indices([2, 3]).set(contexts.flat())).toArray();
      for (const many of [
        contexts,
        contexts.map((row) => Int32Array.from(row)),
        contexts.map((row) => Uint8Array.from(row)),
      ])
        expect(model.predict(many)).toEqual(all);
      for (const one of [contexts[1], Int32Array.from(contexts[1]), [contexts[1]]])
        expect(model.predict(one)).toEqual(all.slice(2));
    });

    test('a thousand rows go through in chunks, as they do one by one', () => {
      const model = floats().to(core, { seed: 7 });
      const x = new Generator(5).randn(3000);
      const all = model.predict(x);
      expect(all).toHaveLength(2000);
      for (const row of [0, 1, 255, 256, 257, 511, 512, 767, 768, 999])
        expect(model.predict(x.subarray(3 * row, 3 * row + 3))).toEqual(all.slice(2 * row, 2 * row + 2));
      const [capacity, next] = [model.out?.capacity as number, core.allocate(0)];
      expect(capacity).toBeLessThan(1000);
      for (let i = 0; i < 20; i++) model.predict(x);
      expect(core.allocate(0)).toBe(next);
      const index = words().to(core, { seed: 7 });
      const context = Array.from({ length: 1000 }, (_, i) => [i % 5, (i >> 2) % 5, (i >> 4) % 5]);
      const outputs = index.predict(context);
      for (const row of [0, 256, 999])
        expect(index.predict(context[row])).toEqual(outputs.slice(2 * row, 2 * row + 2));
    });

    test('as after eval(), and leaves the mode as it was', () => {
      const model = floats().to(core, { seed: 7 });
      const norm = model.layers[1] as BatchNorm1d;
      model.forward(core.tensor([4, 3]).set(rows.flat()));
      const tracked = norm.runningMean.toArray();
      const running = model.predict(rows);
      expect([model.training, norm.mode]).toEqual([true, 'batch']);
      model.eval();
      expect(model.predict(rows)).toEqual(running);
      expect([model.training, norm.mode]).toEqual([false, 'running']);
      norm.setCalibrated(new Float32Array(6).fill(1), new Float32Array(6).fill(4));
      model.eval('calibrated');
      const calibrated = model.predict(rows);
      expect(calibrated).not.toEqual(running);
      expect(calibrated).toEqual(model.forward(core.tensor([4, 3]).set(rows.flat())).toArray());
      expect([model.training, norm.mode]).toEqual([false, 'calibrated']);
      model.train();
      expect(model.predict(rows)).toEqual(running);
      expect([model.training, norm.mode]).toEqual([true, 'batch']);
      expect(norm.runningMean.toArray()).toEqual(tracked);
      // A layer that throws leaves it too, and the memory of the input.
      const broken: Layer = {
        forward: () => {
          throw new Error('broken');
        },
        backward: (dy) => dy,
        parameters: () => [],
      };
      const throws = new Sequential([norm, broken]).to(core);
      throws.train();
      const next = core.allocate(0);
      for (let i = 0; i < 3; i++)
        expect(() => throws.predict([rows[0].concat(rows[1])])).toThrow('layer 1: broken');
      expect([throws.training, norm.mode, core.allocate(0)]).toEqual([true, 'batch', next]);
    });

    test('what is not finite goes through, in its own row', () => {
      const model = floats().to(core, { seed: 7 });
      const clean = model.predict(rows);
      const out = model.predict([rows[0], [Number.NaN, 0, 0], rows[2], [Number.POSITIVE_INFINITY, 0, 0]]);
      expect(out.slice(0, 2)).toEqual(clean.slice(0, 2));
      expect([...out.slice(2, 4)]).toEqual([Number.NaN, Number.NaN]);
      expect(out.slice(4, 6)).toEqual(clean.slice(4, 6));
      expect(out[6]).not.toBeNaN();
    });

    test('what it does not take, with its row', () => {
      const model = floats().to(core, { seed: 7 });
      const place = 'Sequential.predict: expected';
      const next = core.allocate(0);
      for (const [bad, error] of [
        [undefined, `${place} x to be rows of numbers, got undefined`],
        [7, `${place} x to be rows of numbers, got 7`],
        ['123', `${place} x to be rows of numbers, got '123'`],
        [[], `${place} at least 1 row of x, got none`],
        [new Float32Array(0), `${place} at least 1 row of x, got none`],
        [[1, 2], `${place} rows of 3 numbers in x, got 2 numbers`],
        [new Float32Array(4), `${place} rows of 3 numbers in x, got 4 numbers`],
        [
          [
            [1, 2, 3],
            [1, 2],
          ],
          `${place} 3 numbers in row 1 of x, got 2`,
        ],
        [[[1, 2, 3, 4]], `${place} 3 numbers in row 0 of x, got 4`],
        [[[1, 2, 3], 4], `${place} 3 numbers in row 1 of x, got 4`],
        [[[1, 2, 3], null], `${place} 3 numbers in row 1 of x, got null`],
        [
          [
            [1, 2, 3],
            [1, '2', 3],
          ],
          `${place} numbers in x, got '2' in row 1`,
        ],
        [[1, 2, 3, 4, undefined, 6], `${place} numbers in x, got undefined in row 1`],
        [new BigInt64Array(3), `${place} numbers in x, got 0n in row 0`],
      ] as const)
        expect(() => model.predict(bad as never)).toThrow(error);
      const index = words().to(core, { seed: 7 });
      const after = core.allocate(0);
      for (const [bad, error] of [
        [
          [
            [0, 1, 2],
            [0, 1, 0.5],
          ],
          `${place} integers in x, got 0.5 in row 1`,
        ],
        [[Number.NaN, 0, 0], `${place} integers in x, got NaN in row 0`],
        [
          [
            [0, 1, 2],
            [0, 1, 5],
          ],
          `${place} indices from 0 to 4, got 5 in row 1 of x`,
        ],
        [
          Array.from({ length: 700 }, (_, i) => (i === 600 ? [0, -1, 0] : [0, 0, 0])),
          `${place} indices from 0 to 4, got -1 in row 600 of x`,
        ],
        [[[0, 1]], 'layer 2: Linear: expected 6 input columns, got 4'],
      ] as const)
        expect(() => index.predict(bad as never)).toThrow(error);
      expect([after >= next, index.training, index.predict([0, 1, 2]).length]).toEqual([true, true, 2]);
    });

    test('by the first layer that knows its columns', () => {
      const model = new Sequential([new Tanh(), new Linear(3, 2)]).to(core, { seed: 7 });
      expect(model.inFeatures).toBe(3);
      expect(model.predict(rows.flat())).toEqual(model.predict(rows));
      const own: Layer = { forward: (x) => x, backward: (dy) => dy, parameters: () => [] };
      const unknown = new Sequential([own, new Linear(3, 2)]).to(core, { seed: 7 });
      expect(unknown.inFeatures).toBeUndefined();
      expect(unknown.predict(rows)).toHaveLength(8);
      expect(unknown.predict(rows[0])).toHaveLength(2);
      expect(() => unknown.predict(rows.flat())).toThrow('layer 1: Linear: expected 3 input columns, got 12');
    });
  });

  test('a list that was made at run time', () => {
    const layers: Layer[] = [];
    for (let i = 0; i < 3; i++) layers.push(new Linear(3, 3), new Tanh());
    const model: Sequential<Tensor> = new Sequential(layers).to(core, { seed: 7 });
    expect(model.layers).toHaveLength(6);
    expect(model.predict([1, 2, 3])).toHaveLength(3);
    const listed: readonly Layer[] = layers.slice(2);
    expect(new Sequential(listed as Layer[]).layers).toHaveLength(4);
    // @ts-expect-error An embedding takes indices, which no layer before it gives.
    expect(() => new Sequential([new Linear(3, 3), new Embedding(3, 3)])).not.toThrow();
  });
});
