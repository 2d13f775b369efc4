import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropy,
  Dropout,
  Embedding,
  Flatten,
  Generator,
  type Layer,
  LayerNorm,
  Linear,
  load,
  Residual,
  Tanh,
  type Tensor,
} from '../../src/index.js';

const notBound = (place: string) =>
  new Error(`${place}: expected to(core), or reserve(…), before the first use of its parameters`);
const noOut = (place: string) => new Error(`${place}: expected a forward, or reserve(…), before its out`);

describe.each<Backend>(['wasm', 'js'])('layers on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });
  const rows = (n: number, m: number) => core.tensor([n, m]);

  interface Facts {
    name: string;
    layer: () => Layer;
    columns: number;
    width: number;
  }
  const facts: Facts[] = [
    { name: 'Linear', layer: () => new Linear(5, 7), columns: 5, width: 7 },
    { name: 'Tanh', layer: () => new Tanh(), columns: 5, width: 5 },
    { name: 'BatchNorm1d', layer: () => new BatchNorm1d(5), columns: 5, width: 5 },
    { name: 'LayerNorm', layer: () => new LayerNorm(5), columns: 5, width: 5 },
    { name: 'Dropout', layer: () => new Dropout(), columns: 5, width: 5 },
    { name: 'Residual', layer: () => new Residual([new Linear(5, 5)]), columns: 5, width: 5 },
  ];

  describe.each(facts)('$name', ({ name, layer: make, columns, width }) => {
    const reserved = (capacity: number): Layer => {
      const layer = make();
      layer.reserve?.(core, capacity, columns);
      layer.initialise?.(new Generator(1));
      return layer;
    };

    test('shapes follow the rows of the input', () => {
      const layer = make();
      expect(layer.reserve?.(core, 6, columns)).toBe(width);
      layer.initialise?.(new Generator(1));
      for (const n of [6, 2, 5, 6]) {
        const out = layer.forward(rows(n, columns));
        expect(out).toBe(layer.out);
        expect(out.shape).toEqual([n, width]);
        const dx = layer.backward(rows(n, width));
        expect(dx).toBe(layer.dx);
        expect(dx?.shape).toEqual([n, columns]);
      }
    });

    test('rows that are not live stay as they were', () => {
      const layer = reserved(6);
      const out = layer.forward(rows(6, columns));
      const dx = layer.backward(rows(6, width)) as Tensor;
      out.fill(7);
      dx.fill(7);
      layer.forward(rows(2, columns));
      layer.backward(rows(2, width));
      for (const tensor of [out, dx]) {
        tensor.resize(6);
        expect(tensor.data.subarray(2 * tensor.stride)).toEqual(new Float32Array(4 * tensor.stride).fill(7));
      }
    });

    test('more rows than were reserved: the buffers grow, the bits are those of one reserved at once', () => {
      const [layer, wide] = [reserved(2), reserved(9)];
      for (const n of [2, 5, 3, 9, 4]) {
        const x = rows(n, columns).set(new Generator(n).randn(n * columns));
        const dy = rows(n, width).set(new Generator(n + 50).randn(n * width));
        expect(layer.forward(x).toArray()).toEqual(wide.forward(x).toArray());
        expect(layer.out?.shape).toEqual([n, width]);
        expect(layer.backward(dy)?.toArray()).toEqual(wide.backward(dy)?.toArray());
        layer.parameters().forEach(({ grad }, i) => {
          expect(grad.toArray()).toEqual(wide.parameters()[i].grad.toArray());
        });
      }
    });

    test('no rows, no output rows', () => {
      const layer = reserved(4);
      layer.eval?.();
      const fresh = make();
      fresh.to?.(core);
      fresh.initialise?.(new Generator(1));
      fresh.eval?.();
      for (const each of [layer, fresh]) expect(each.forward(rows(0, columns)).shape).toEqual([0, width]);
    });

    test('a reserve between forward and backward takes the forward away', () => {
      const layer = reserved(4);
      layer.forward(rows(3, columns));
      layer.reserve?.(core, 4, columns);
      expect(layer.backward(rows(3, width))?.rows).toBe(3);
      layer.reserve?.(core, 7, columns);
      expect(() => layer.backward(rows(3, width))).toThrow(
        new Error(`${name}.backward: expected a forward before it`),
      );
    });

    test('a capacity that is none', () => {
      const layer = reserved(4);
      for (const bad of [0, -1, 1.5, Number.NaN])
        expect(() => layer.reserve?.(core, bad, columns)).toThrow(
          `${name}.reserve: expected capacity to be an integer from 1 to 2147483647, got ${bad}`,
        );
    });

    test('more capacity later keeps the parameters', () => {
      const layer = reserved(4);
      const before = layer.parameters();
      layer.reserve?.(core, 9, columns);
      expect(layer.forward(rows(9, columns)).rows).toBe(9);
      expect(layer.backward(rows(9, width))?.rows).toBe(9);
      layer.parameters().forEach((parameter, i) => {
        expect(parameter).toBe(before[i]);
      });
      const { out, dx } = layer;
      layer.reserve?.(core, 5, columns);
      expect([layer.out === out, layer.dx === dx]).toEqual([true, true]);
    });

    test('another number of input columns: both numbers, and nothing changes; a function of each element takes it', () => {
      const layer = reserved(4);
      const { out } = layer;
      if (layer.inFeatures === undefined) {
        expect(layer.forward(rows(3, 8)).shape).toEqual([3, 8]);
        return;
      }
      const wrong = new RangeError(`${name}: expected ${columns} input columns, got 8`);
      for (const n of [3, 30]) expect(() => layer.forward(rows(n, 8))).toThrow(wrong);
      expect(() => layer.reserve?.(core, 30, 8)).toThrow(wrong);
      expect([layer.out === out, out?.rows]).toEqual([true, 4]);
      expect(() => layer.backward(rows(3, width))).toThrow('expected a forward before it');
    });

    test('a gradient of another number of rows', () => {
      const layer = reserved(4);
      layer.forward(rows(3, columns));
      expect(() => layer.backward(rows(2, width))).toThrow(
        new RangeError(`${name}.backward: expected 3 rows, got 2`),
      );
    });

    test('used before it lies in a core: what has parameters says so, and takes no memory', () => {
      const layer = make();
      const [x, dy] = [rows(3, columns), rows(3, width)];
      const next = core.allocate(0);
      expect(() => layer.backward(dy)).toThrow(new Error(`${name}.backward: expected a forward before it`));
      expect(() => layer.out).toThrow(noOut(name));
      expect(layer.dx).toBeUndefined();
      if (name === 'Tanh') expect(layer.forward(x).rows).toBe(3);
      else {
        expect(() => layer.forward(x)).toThrow(
          name === 'Dropout' ? 'Dropout: expected a generator before it trains' : notBound(name),
        );
        expect(core.allocate(0)).toBe(next);
      }
    });

    test('in a core, without a reserve', () => {
      const [layer, other] = [make(), reserved(6)];
      layer.to?.(core);
      layer.to?.(core);
      layer.initialise?.(new Generator(1));
      const x = rows(6, columns).set(new Generator(3).randn(6 * columns));
      expect(layer.forward(x).toArray()).toEqual(other.forward(x).toArray());
    });

    test('a step of a size seen before makes no memory', () => {
      const layer = make();
      layer.to?.(core);
      layer.initialise?.(new Generator(1));
      const steps = [4, 2, 3].map((n) => [rows(n, columns), rows(n, width)]);
      const step = ([x, dy]: Tensor[]) => {
        layer.forward(x);
        layer.backward(dy);
      };
      step(steps[0]);
      const allocate = vi.spyOn(core, 'allocate');
      for (let i = 0; i < 10; i++) steps.forEach(step);
      expect(allocate).not.toHaveBeenCalled();
      allocate.mockRestore();
    });
  });

  test('Linear: what it is made with', () => {
    for (const bad of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
      const range = `to be an integer from 1 to 2147483647, got ${bad}`;
      expect(() => new Linear(bad, 3)).toThrow(new RangeError(`Linear: expected inFeatures ${range}`));
      expect(() => new Linear(3, bad)).toThrow(new RangeError(`Linear: expected outFeatures ${range}`));
    }
    expect(() => new Linear('3' as never, 3)).toThrow(
      new TypeError("Linear: expected inFeatures to be a number, got '3'"),
    );
    for (const gain of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => new Linear(3, 3, { gain })).toThrow(
        new RangeError(`Linear: expected gain to be a finite number from -1e+30 to 1e+30, got ${gain}`),
      );
    const layer = new Linear(3, 2);
    expect(() => layer.weight).toThrow(notBound('Linear'));
    expect(() => layer.parameters()).toThrow(notBound('Linear'));
    expect(() => layer.reserve(core, 4, 5)).toThrow(
      new RangeError('Linear: expected 3 input columns, got 5'),
    );
    layer.reserve(core, 4);
    expect(() => layer.backward(rows(1, 2))).toThrow(
      new Error('Linear.backward: expected a forward before it'),
    );
    // Zeros would train hardly anything, without a word.
    for (const n of [1, 9])
      expect(() => layer.forward(rows(n, 3))).toThrow(
        'Linear: expected initial parameters before the first use',
      );
    expect(layer.out.capacity).toBe(4);
    expect(layer.parameters().map(({ name, value }) => [name, value.shape])).toEqual([
      ['weight', [3, 2]],
      ['bias', [2]],
    ]);
    const plain = new Linear(3, 2, { bias: false });
    plain.reserve(core, 4);
    expect(plain.bias).toBeUndefined();
    expect(plain.parameters()).toEqual([plain.weight]);
  });

  test('Linear: drawn as randn / √inFeatures · gain, bias 0', () => {
    const { fround } = Math;
    for (const [gain, factor] of [
      [undefined, 1],
      [5 / 3, fround(5 / 3)],
    ] as const) {
      const layer = new Linear(30, 4, gain === undefined ? {} : { gain });
      layer.reserve(core, 1);
      layer.bias?.value.fill(7);
      const generator = new Generator(2147483647);
      layer.initialise(generator);
      const draws = new Generator(2147483647);
      const want = draws.randn(120).map((draw) => fround(fround(draw / fround(Math.sqrt(30))) * factor));
      expect(layer.weight.value.toArray()).toEqual(want);
      expect(layer.bias?.value.toArray()).toEqual(new Float32Array(4));
      // Nothing else is drawn.
      expect(generator.u32()).toBe(draws.u32());
    }
  });

  test('Tanh: values, and other columns at a later reserve', () => {
    const layer = new Tanh();
    layer.reserve(core, 2, 3);
    const inputs = [0, 0.5, -0.5, 20, -20, 1];
    const out = layer.forward(rows(2, 3).set(inputs)).toArray();
    inputs.forEach((x, i) => {
      expect(out[i]).toBeCloseTo(Math.tanh(x), 7);
    });
    expect(layer.parameters()).toEqual([]);
    expect(layer.reserve(core, 2, 6)).toBe(6);
    expect(layer.forward(rows(2, 6)).shape).toEqual([2, 6]);
  });

  test('Embedding: shapes, messages, draws', () => {
    expect(() => new Embedding(0, 3)).toThrow(
      new RangeError('Embedding: expected numEmbeddings to be an integer from 1 to 2147483647, got 0'),
    );
    expect(() => new Embedding(3, 0.5)).toThrow('Embedding: expected embeddingDim to be an integer');
    const layer = new Embedding(4, 3);
    expect(() => layer.weight).toThrow(notBound('Embedding'));
    expect(() => layer.out).toThrow(noOut('Embedding'));
    expect(() => layer.forward(core.indices([1, 2]))).toThrow(notBound('Embedding'));
    expect(layer.reserve(core, 5, 2)).toBe(6);
    expect(() => layer.backward(core.tensor([5, 2, 3]))).toThrow(
      new Error('Embedding.backward: expected a forward before it'),
    );
    layer.initialise(new Generator(1));
    expect(layer.weight.value.toArray()).toEqual(new Generator(1).randn(12));
    const x = core.indices([3, 2]).set([0, 1, 2, 3, 0, 0]);
    expect(layer.forward(x).shape).toEqual([3, 2, 3]);
    expect(layer.out.rows).toBe(3);
    expect(() => layer.backward(core.tensor([2, 2, 3]))).toThrow(
      new RangeError('Embedding.backward: expected 3 rows, got 2'),
    );
    for (const bad of [4, -1])
      expect(() => layer.forward(core.indices([1, 2]).set([0, bad]))).toThrow(
        new RangeError(`Embedding: expected indices from 0 to 3, got ${bad}`),
      );
    // What was refused has changed nothing: the backward is that of the forward before.
    expect(layer.out.shape).toEqual([3, 2, 3]);
    layer.backward(core.tensor([3, 2, 3]).fill(1));
    expect(layer.weight.grad.toArray()).toEqual(Float32Array.of(3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    // A context of another length, and more rows, get their room.
    expect(layer.forward(core.indices([3, 3])).shape).toEqual([3, 3, 3]);
    expect(layer.forward(core.indices([6, 2])).shape).toEqual([6, 2, 3]);
  });

  test('Embedding: more columns at a later reserve get their room', () => {
    const layer = new Embedding(4, 3);
    layer.reserve(core, 5, 2);
    const neighbour = core.tensor([64]).fill(7);
    expect(layer.reserve(core, 5, 9)).toBe(27);
    layer.initialise(new Generator(1));
    expect(layer.forward(core.indices([5, 9])).shape).toEqual([5, 9, 3]);
    expect(neighbour.toArray()).toEqual(new Float32Array(64).fill(7));
  });

  test('CrossEntropy: messages, and other classes at a later reserve', () => {
    const loss = new CrossEntropy();
    const targets = core.indices([2]).set([0, 2]);
    for (const use of [() => loss.dlogits, () => loss.backward()])
      expect(use).toThrow(new Error('CrossEntropyLoss.backward: expected a forward before it'));
    expect(() => loss.reserve(core, 0, 3)).toThrow(
      'CrossEntropyLoss.reserve: expected capacity to be an integer',
    );
    expect(() => loss.reserve(core, 1, 0)).toThrow(
      'CrossEntropyLoss.reserve: expected columns to be an integer',
    );
    // Without a reserve.
    expect(loss.evaluate(rows(2, 3), targets)).toBeCloseTo(Math.log(3), 14);
    expect(loss.forward(rows(2, 3), targets)).toBeCloseTo(Math.log(3), 14);
    loss.reserve(core, 4, 3);
    expect(loss.forward(rows(2, 3), targets)).toBeCloseTo(Math.log(3), 14);
    expect(loss.dlogits.shape).toEqual([2, 3]);
    expect(() => loss.forward(rows(3, 3), targets)).toThrow(
      new RangeError('CrossEntropyLoss: targets: expected 3 rows, got 2'),
    );
    expect(() => loss.evaluate(rows(0, 3), core.indices([0]))).toThrow(
      new RangeError('CrossEntropyLoss: expected at least 1 row, got 0'),
    );
    expect(() => loss.forward(rows(2, 3), core.indices([2]).set([0, 3]))).toThrow(
      new RangeError('CrossEntropyLoss: expected indices from 0 to 2, got 3 in row 1'),
    );
    expect(loss.forward(rows(2, 3).fill(Number.NaN), targets)).toBeNaN();
    loss.reserve(core, 4, 6);
    expect(loss.forward(rows(2, 6), targets)).toBeCloseTo(Math.log(6), 14);
    // More rows and other classes than were reserved get their room.
    expect(loss.forward(rows(5, 6), core.indices([5]))).toBeCloseTo(Math.log(6), 14);
    expect(loss.dlogits.shape).toEqual([5, 6]);
    expect(loss.forward(rows(2, 4), targets)).toBeCloseTo(Math.log(4), 14);
    expect(loss.dlogits.shape).toEqual([2, 4]);
  });

  test('Flatten shares the memory both ways', () => {
    const layer = new Flatten();
    const x = core.tensor([2, 2, 3]).set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const out = layer.forward(x);
    expect([out.shape, out.pointer, layer.out === out]).toEqual([[2, 6], x.pointer, true]);
    out.data[1] = 42;
    expect(x.toArray()[1]).toBe(42);
    const dy = rows(2, 6);
    const dx = layer.backward(dy);
    expect([dx.shape, dx.pointer, layer.dx === dx]).toEqual([[2, 2, 3], dy.pointer, true]);
    // The views stay, whatever the number of rows.
    x.resize(1);
    dy.resize(1);
    expect(layer.forward(x)).toBe(out);
    expect(out.shape).toEqual([1, 6]);
    expect(layer.backward(dy)).toBe(dx);
    expect(dx.shape).toEqual([1, 2, 3]);
    dy.resize(2);
    expect(() => layer.backward(dy)).toThrow(new RangeError('Flatten.backward: expected 1 row, got 2'));
    expect(() => new Flatten().backward(dy)).toThrow(
      new Error('Flatten.backward: expected a forward before it'),
    );
    expect(layer.parameters()).toEqual([]);
  });
});
