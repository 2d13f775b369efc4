import { beforeAll, describe, expect, test } from 'vitest';
import { type Backend, type Core, type Layer, LogSoftmax, load, Softmax } from '../../src/index.js';
import { jacobian, randn, relativeDistance, type Vector } from './reference.js';

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: MINUS_INF } = Number;
const LN2 = Math.fround(Math.LN2);

const logarithms =
  (m: number) =>
  (x: Vector): Vector =>
    x.map((value, at) => {
      const start = at - (at % m);
      const row = x.subarray(start, start + m);
      const most = Math.max(...row);
      return value - most - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    });

const CASES: {
  name: string;
  make: () => Layer;
  of: (m: number) => (x: Vector) => Vector;
  special: number[][];
  slopes: number[][];
}[] = [
  {
    name: 'Softmax',
    make: () => new Softmax(),
    of: (m) => (x) => logarithms(m)(x).map(Math.exp),
    special: [
      [0, 0.5, 0.5],
      [1, 0, 0],
    ],
    slopes: [
      [0, 0, 0],
      [0, 0, 0],
    ],
  },
  {
    name: 'LogSoftmax',
    make: () => new LogSoftmax(),
    of: logarithms,
    special: [
      [MINUS_INF, -LN2, -LN2],
      [0, -1000, -1000],
    ],
    slopes: [
      [1, -0.5, -0.5],
      [-2, 1, 1],
    ],
  },
];

describe.each(CASES)('$name', ({ name, make, of, special, slopes }) => {
  describe.each<Backend>(['wasm', 'js'])('on %s', (backend) => {
    let core: Core;
    beforeAll(async () => {
      core = await load({ backend });
      return () => core.dispose();
    });

    test.each([
      [1, 1],
      [2, 3],
      [3, 4],
      [4, 9],
    ])('%i rows of %i columns: values, and the whole Jacobian', (n, m) => {
      const layer = make();
      const x = core.tensor([n, m]).set(randn(n, n * m).map((value) => 3 * value));
      const x64 = Float64Array.from(x.toArray());
      expect(relativeDistance(layer.forward(x).toArray(), of(m)(x64))).toBeLessThan(1e-7);
      const columns = jacobian(of(m), x64);
      for (let o = 0; o < n * m; o++) {
        const unit = new Float32Array(n * m);
        unit[o] = 1;
        const dx = layer.backward(core.tensor([n, m]).set(unit))?.toArray() as Float32Array;
        const wanted = columns.map((column) => column[o]);
        wanted.forEach((slope, i) => {
          expect(Math.abs(dx[i] - slope), `${o} by ${i}`).toBeLessThan(3e-7);
        });
      }
    });

    test('one size after another, to the bits of a layer that is made for it', () => {
      const layer = make();
      for (const [n, m] of [
        [2, 3],
        [70, 3],
        [5, 8],
        [1, 3],
      ]) {
        const [x, dy] = [1, 2].map((seed) => core.tensor([n, m]).set(randn(seed, n * m)));
        const other = make();
        expect(layer.forward(x).toArray()).toEqual(other.forward(x).toArray());
        expect(layer.backward(dy)?.toArray()).toEqual(other.backward(dy)?.toArray());
        expect(layer.out?.shape).toEqual([n, m]);
        expect(layer.dx?.shape).toEqual([n, m]);
      }
    });

    test('special values are torch’s', () => {
      const rows = [
        [MINUS_INF, MINUS_INF, MINUS_INF],
        [0, NAN, 0],
        [0, INF, 0],
        [MINUS_INF, 7, 7],
        [1000, 0, 0],
      ];
      const layer = make();
      const out = layer.forward(core.tensor([5, 3]).set(rows.flat())).toArray();
      expect([...out.subarray(0, 9)]).toEqual(new Array(9).fill(NAN));
      expect([...out.subarray(9)]).toEqual(special.flat());
      const dx = layer
        .backward(core.tensor([5, 3]).set(new Float32Array(15).fill(1)))
        ?.toArray() as Float32Array;
      expect([...dx.subarray(0, 9)]).toEqual(new Array(9).fill(NAN));
      dx.subarray(9).forEach((value, i) => {
        expect(value).toBeCloseTo(slopes.flat()[i], 6);
      });
    });

    test('a core that was disposed of is refused by name', async () => {
      const own = await load({ backend });
      const layer = make();
      const x = own.tensor([2, 3]);
      layer.forward(x);
      own.dispose();
      expect(() => layer.forward(x)).toThrow('this core was disposed');
    });
  });

  test('says what is wrong', async () => {
    using core = await load();
    const layer = make();
    expect(`${layer}`).toBe(`${name}()`);
    expect(() => layer.backward(core.tensor([2, 3]))).toThrow(
      `${name}.backward: expected a forward before it`,
    );
    layer.forward(core.tensor([2, 3]));
    expect(() => layer.backward(core.tensor([1, 3]))).toThrow(`${name}.backward: expected 2 rows, got 1`);
    const Class = layer.constructor as new (options: object) => Layer;
    expect(() => new Class({ dim: 1 })).toThrow(name);
  });
});

test('both backends have the same bits', async () => {
  for (const { make } of CASES) {
    const [wasm, js] = await Promise.all(
      (['wasm', 'js'] as const).map(async (backend) => {
        using core = await load({ backend });
        const layer = make();
        const [x, dy] = [3, 4].map((seed) =>
          core.tensor([9, 13]).set(randn(seed, 117).map((value) => 4 * value)),
        );
        return [layer.forward(x).toArray(), layer.backward(dy)?.toArray()];
      }),
    );
    expect(wasm).toEqual(js);
  }
});
