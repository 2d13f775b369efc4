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
  Parameter,
  Sequential,
  Tanh,
  type Tensor,
} from '../../src/index.js';

describe.each<Backend>(['wasm', 'js'])('Sequential on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });
  const rows = (n: number, m: number) => core.tensor([n, m]);

  /** y = s · x with one parameter s: a layer as a user writes it. */
  class Scale implements Layer {
    readonly scale: Parameter;
    readonly #out: Tensor;
    readonly #dx: Tensor;
    #x?: Tensor;
    constructor(columns: number) {
      this.scale = new Parameter('scale', core.tensor([1]).set([2]), core.tensor([1]));
      this.#out = core.tensor([8, columns]);
      this.#dx = core.tensor([8, columns]);
    }
    forward(x: Tensor): Tensor {
      this.#x = x;
      this.#out.resize(x.rows);
      const s = this.scale.value.data[0];
      return this.#out.set(x.toArray().map((value) => s * value));
    }
    backward(dy: Tensor): Tensor {
      const x = (this.#x as Tensor).toArray();
      const d = dy.toArray();
      this.scale.grad.set([d.reduce((sum, value, i) => sum + value * x[i], 0)]);
      this.#dx.resize(dy.rows);
      const s = this.scale.value.data[0];
      return this.#dx.set(d.map((value) => s * value));
    }
    parameters(): Parameter[] {
      return [this.scale];
    }
  }

  test('takes a layer of the user between its own', () => {
    const [first, scale, last] = [new Linear(2, 3), new Scale(3), new Linear(3, 2)];
    const model = new Sequential([first, scale, new Tanh(), last]);
    expect(model.reserve(core, 8, 2)).toBe(2);
    model.initialise(new Generator(5));
    const x = rows(4, 2).set([1, 2, 3, 4, 5, 6, 7, 8]);
    const out = model.forward(x);
    expect(out).toBe(last.out);
    expect(model.out).toBe(out);
    const dx = model.backward(rows(4, 2).fill(1));
    expect(dx).toBe(first.dx);
    expect(model.dx).toBe(dx);
    const hidden = first.out.toArray();
    const want = hidden.map((value) => Math.tanh(2 * value));
    const [w, b] = last.parameters().map(({ value }) => value.toArray());
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 2; j++) {
        const sum = [0, 1, 2].reduce((total, p) => total + want[i * 3 + p] * w[p * 2 + j], b[j]);
        expect(out.toArray()[i * 2 + j]).toBeCloseTo(sum, 5);
      }
    const back = [0, 1, 2].map((p) => w[2 * p] + w[2 * p + 1]);
    const slope = hidden.reduce((sum, h, at) => sum + back[at % 3] * (1 - want[at] ** 2) * h, 0);
    expect(scale.scale.grad.toArray()[0]).toBeCloseTo(slope, 4);
    // It may train in a Trainer's step: nothing but the three methods is asked of it.
    expect(model.train()).toBe(model);
    expect(model.eval()).toBe(model);
    expect(model.buffers()).toEqual([]);
  });

  test('names its parameters and buffers by position, inner ones too', () => {
    const inner = new Sequential([new Linear(4, 4, { bias: false }), new BatchNorm1d(4), new Tanh()]);
    const model = new Sequential<Indices>([
      new Embedding(5, 2),
      new Flatten(),
      inner,
      new BatchNorm1d(4, { tracks: 'std' }),
      new Linear(4, 5),
    ]);
    model.reserve(core, 3, 2);
    const named = model.namedParameters();
    expect(named.map(([name]) => name)).toEqual([
      ...['0.weight', '2.0.weight', '2.1.gamma', '2.1.beta', '3.gamma', '3.beta', '4.weight', '4.bias'],
    ]);
    expect(named.map(([, parameter]) => parameter)).toEqual(model.parameters());
    expect(model.buffers().map(({ name }) => name)).toEqual([
      ...['2.1.running_mean', '2.1.running_var', '3.running_mean', '3.running_std'],
    ]);
    expect(model.dx).toBeUndefined();
  });

  test('draws in the order of its layers, from one generator', () => {
    const layers = [new Linear(3, 4), new BatchNorm1d(4), new Linear(4, 2)] as const;
    const model = new Sequential(layers);
    model.reserve(core, 2, 3);
    model.initialise(new Generator(9));
    const generator = new Generator(9);
    const [first, , last] = [new Linear(3, 4), undefined, new Linear(4, 2)];
    for (const layer of [first, last]) {
      layer.reserve(core, 2);
      layer.initialise(generator);
    }
    expect(layers[0].weight.value.toArray()).toEqual(first.weight.value.toArray());
    expect(layers[2].weight.value.toArray()).toEqual(last.weight.value.toArray());
  });

  test('refuses what is no layer, and says which', () => {
    expect(() => new Sequential([] as never)).toThrow(
      new RangeError('Sequential: expected at least one layer, got none'),
    );
    const half = { forward: () => rows(1, 1), parameters: () => [] };
    expect(() => new Sequential([new Tanh(), half as never])).toThrow(
      new TypeError('Sequential: expected layer 1 to have a method backward, got an Object'),
    );
    const wrong = new RangeError('layer 2: Linear: expected 5 input columns, got 4');
    expect(() => new Sequential([new Linear(3, 4), new Tanh(), new Linear(5, 2)])).toThrow(wrong);
    // Where a layer of the user's may change the columns, once they are known.
    const same: Layer = { forward: (x) => x, backward: (dy) => dy, parameters: () => [] };
    const unknown = new Sequential([new Linear(3, 4), same, new Linear(5, 2)]);
    expect(() => unknown.reserve(core, 2, 3)).toThrow(wrong);
    const placed = new Sequential([new Linear(3, 4), same, new Linear(5, 2)]).to(core, { seed: 1 });
    expect(() => placed.predict([1, 2, 3])).toThrow(wrong);
    const inner = new Sequential([new Linear(4, 5), new BatchNorm1d(5), new Tanh()]);
    expect([inner.inFeatures, inner.outFeatures]).toEqual([4, 5]);
    expect(() => new Sequential([new Linear(3, 2), inner])).toThrow(
      'layer 1: Sequential: expected 4 input columns, got 2',
    );
    expect(() => new Sequential([inner, new Linear(4, 2)])).toThrow(
      'layer 1: Linear: expected 4 input columns, got 5',
    );
    const model = new Sequential([new Linear(3, 4), new Tanh(), new Linear(4, 2)]);
    expect(() => model.reserve(undefined as never, 2, 3)).toThrow(
      new TypeError('Sequential.reserve: expected a Core, from await load(), got undefined'),
    );
    expect(() => model.reserve(core, 0, 3)).toThrow('Sequential.reserve: expected capacity to be an integer');
    expect(() => model.reserve(core, 2, -3)).toThrow('Sequential.reserve: expected columns to be an integer');
  });

  test('its layers are those that it was made of', () => {
    const layers: [Layer, ...Layer[]] = [new Linear(2, 3)];
    const model = new Sequential(layers);
    layers.push(new Tanh());
    expect(model.layers).toHaveLength(1);
    layers[3] = new Tanh();
    expect(() => new Sequential(layers)).toThrow(
      'Sequential: expected layer 2 to have a method forward, got undefined',
    );
  });

  test('a core that is none yet', () => {
    const model = new Sequential([new Linear(2, 3)]);
    expect(() => model.reserve(load() as never, 2, 2)).toThrow(
      new TypeError('Sequential.reserve: expected a Core, from await load(), got a Promise'),
    );
  });

  test('an error whose message cannot be written goes through as it is', () => {
    const aborted = AbortSignal.abort().reason;
    for (const error of [aborted, Object.freeze(new Error('frozen')), 'text']) {
      const layer: Layer = {
        forward: () => {
          throw error;
        },
        backward: (dy) => dy,
        parameters: () => [],
      };
      const model = new Sequential([new Tanh(), layer]);
      model.reserve(core, 1, 1);
      let thrown: unknown;
      try {
        model.forward(rows(1, 1));
      } catch (caught) {
        thrown = caught;
      }
      expect(thrown).toBe(error);
    }
    expect(aborted.name).toBe('AbortError');
  });

  test('an embedding behind another layer ends the way back with a message', () => {
    const deaf: Layer = { forward: (x) => x, backward: () => undefined, parameters: () => [] };
    const model = new Sequential([new Tanh(), deaf]);
    model.reserve(core, 1, 1);
    expect(() => model.backward(rows(1, 1))).toThrow(
      new TypeError(
        'Sequential.backward: expected layer 1 to return the gradient of its input, got undefined',
      ),
    );
  });

  test('fingerprint: SHA-256 of the elements, without padding, NaN as one NaN', () => {
    const make = (values: number[], shape = [values.length]) =>
      new Parameter('p', core.tensor(shape).fill(9).set(values), core.tensor(shape));
    // The digest of the bytes 0000803f 00000040.
    const known = 'b9c80b5adeca450753a16950c3cc655d271f7bef7a485bc83f112b72fef21d37';
    expect(fingerprint([make([1, 2])])).toBe(known);
    expect(fingerprint([make([1, 2])])).toBe(fingerprint([make([1, 2], [2, 1])]));
    expect(fingerprint([make([1, 2, 3])])).toBe(fingerprint([make([1, 2]), make([3])]));
    expect(fingerprint([make([0])])).not.toBe(fingerprint([make([-0])]));
    const nan = make([Number.NaN]);
    const other = make([0]);
    core.i32[other.value.pointer / 4] = 0x7fc12345;
    expect(fingerprint([other])).toBe(fingerprint([nan]));
  });
});
