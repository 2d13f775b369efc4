import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropy,
  Embedding,
  Flatten,
  Generator,
  type Layer,
  LayerNorm,
  Linear,
  load,
  Sequential,
  Tanh,
} from '../../src/index.js';
import {
  crossEntropy,
  gradient,
  jacobian,
  linear,
  lookUp,
  moments,
  normalise,
  normaliseRows,
  randn,
  relativeDistance,
  type Vector,
} from './reference.js';

/** float32 has 2^-24 = 6e-8; a gradient is made of a few dozen rounded operations. */
const TOLERANCE = 1e-6;

interface Case {
  name: string;
  layer: () => Layer;
  rows: number;
  columns: number;
  /** The output of the layer in float64. */
  reference: (x: Vector, parameters: Vector[]) => Vector;
  scale?: number;
}

const batchNorm = (correction: 0 | 1, eps: number, rows: number, scale = 1): Case => ({
  name: `BatchNorm1d, correction ${correction}, eps ${eps}, inputs of about ${scale}`,
  layer: () => new BatchNorm1d(5, { correction, eps }),
  ...{ rows, columns: 5, scale },
  reference: (x, [gamma, beta]) => normalise(x, moments(x, 5, correction), gamma, beta, eps),
});

const given = { mean: [0.5, -1, 0, 2, 1], variance: [1, 0.25, 4, 1e-4, 2] };
const fixed = (tracks: 'variance' | 'std'): Case => ({
  name: `BatchNorm1d with given statistics, tracking the ${tracks}`,
  layer: () => {
    const layer = new BatchNorm1d(5, { tracks });
    const initialise = layer.initialise.bind(layer);
    // Which forgets the statistics that there were.
    layer.initialise = () => {
      initialise();
      layer.setCalibrated(given.mean, given.variance);
      layer.eval('calibrated');
    };
    return layer;
  },
  ...{ rows: 4, columns: 5 },
  reference: (x, [gamma, beta]) => normalise(x, given, gamma, beta, 1e-5),
});

const layerNorm = (m: number, eps: number, scale = 1): Case => ({
  name: `LayerNorm of ${m} columns, eps ${eps}, inputs of about ${scale}`,
  layer: () => new LayerNorm(m, { eps }),
  ...{ rows: 4, columns: m, scale },
  reference: (x, [weight, bias]) => normaliseRows(x, m, eps, weight, bias),
});

const cases: Case[] = [
  {
    name: 'Linear',
    layer: () => new Linear(5, 7),
    ...{ rows: 6, columns: 5 },
    reference: (x, [w, b]) => linear(x, w, b, 5, 7),
  },
  {
    name: 'Linear without bias',
    layer: () => new Linear(6, 3, { bias: false }),
    ...{ rows: 3, columns: 6 },
    reference: (x, [w]) => linear(x, w, undefined, 6, 3),
  },
  { name: 'Tanh', layer: () => new Tanh(), ...{ rows: 3, columns: 5 }, reference: (x) => x.map(Math.tanh) },
  { name: 'Flatten', layer: () => new Flatten(), ...{ rows: 3, columns: 6 }, reference: (x) => x.slice() },
  batchNorm(0, 1e-5, 7),
  batchNorm(1, 1e-5, 7),
  batchNorm(1, 0, 3),
  // Here eps is as large as the variance.
  batchNorm(1, 1e-5, 7, 3e-3),
  batchNorm(0, 1e-5, 7, 3e-3),
  fixed('variance'),
  fixed('std'),
  {
    name: 'BatchNorm1d without gamma and beta',
    layer: () => new BatchNorm1d(5, { affine: false, correction: 0 }),
    ...{ rows: 7, columns: 5 },
    reference: (x) => normalise(x, moments(x, 5, 0), new Float64Array(5).fill(1), new Float64Array(5), 1e-5),
  },
  layerNorm(5, 1e-5),
  layerNorm(7, 1e-3),
  // Here eps is as large as the variance.
  layerNorm(6, 1e-5, 3e-3),
  layerNorm(1, 1e-5),
  {
    name: 'LayerNorm without weight and bias',
    layer: () => new LayerNorm(6, { affine: false }),
    ...{ rows: 4, columns: 6 },
    reference: (x) => normaliseRows(x, 6, 1e-5),
  },
];

describe.each<Backend>(['wasm', 'js'])('gradients on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  test.each(cases)('$name: the whole Jacobian', ({ layer: make, rows, columns, reference, scale = 1 }) => {
    const layer = make();
    // One row more than is live: the capacity must not matter.
    const width = layer.reserve?.(core, rows + 1, columns) ?? columns;
    layer.initialise?.(new Generator(3));
    const parameters = layer.parameters();
    for (const [i, { value }] of parameters.entries()) value.set(randn(10 + i, value.size));
    const x = core.tensor([rows + 1, columns]);
    x.resize(rows);
    x.set(randn(1, rows * columns).map((value) => value * scale));
    const dy = core.tensor([rows + 1, width]);
    dy.resize(rows);

    const x64 = Float64Array.from(x.toArray());
    const p64 = parameters.map(({ value }) => Float64Array.from(value.toArray()));
    expect(relativeDistance(layer.forward(x).toArray(), reference(x64, p64))).toBeLessThan(TOLERANCE);

    const byX = jacobian((moved) => reference(moved, p64), x64);
    const byParameter = p64.map((p, which) => jacobian((moved) => reference(x64, p64.with(which, moved)), p));
    const size = rows * width;
    const rowsOf = (columnsOfJ: Vector[]) =>
      Array.from({ length: size }, (_, o) => columnsOfJ.map((column) => column[o]));
    const wanted = [byX, ...byParameter].map(rowsOf);
    const got: number[][][] = wanted.map(() => []);
    for (let o = 0; o < size; o++) {
      const unit = new Float32Array(size);
      unit[o] = 1;
      const dx = layer.backward(dy.set(unit));
      expect(dx?.shape.slice(0, 1)).toEqual([rows]);
      [dx, ...parameters.map(({ grad }) => grad)].forEach((tensor, which) => {
        got[which].push(Array.from(tensor?.toArray() ?? []));
      });
    }
    wanted.forEach((rows, which) => {
      const name = which === 0 ? 'dx' : parameters[which - 1].name;
      // Central differences are good to about 1e-9 of the steepest slope.
      expect(relativeDistance(got[which].flat(), rows.flat()), name).toBeLessThan(TOLERANCE + 1e-8 / scale);
    });
  });

  test('Embedding: every element of the table, repeated indices included', () => {
    const layer = new Embedding(4, 3);
    layer.reserve(core, 6, 2);
    layer.weight.value.set(randn(1, 12));
    const indices = Int32Array.of(0, 1, 1, 1, 3, 0, 1, 3, 0, 0);
    const x = core.indices([5, 2]).set(indices);
    const dy = randn(2, 30);
    const weight = Float64Array.from(layer.weight.value.toArray());
    expect(Array.from(layer.forward(x).toArray())).toEqual(Array.from(lookUp(weight, indices, 3)));
    expect(layer.backward(core.tensor([5, 2, 3]).set(dy))).toBeUndefined();
    const along = (w: Vector) => lookUp(w, indices, 3).reduce((total, y, i) => total + y * dy[i], 0);
    expect(relativeDistance(layer.weight.grad.toArray(), gradient(along, weight))).toBeLessThan(TOLERANCE);
  });

  test('CrossEntropy: loss and gradient', () => {
    const loss = new CrossEntropy();
    loss.reserve(core, 8, 5);
    const targets = Int32Array.of(4, 0, 0, 2, 1, 3);
    const logits = core.tensor([6, 5]).set(randn(5, 30).map((value) => 3 * value));
    const t = core.indices([6]).set(targets);
    const logits64 = Float64Array.from(logits.toArray());
    const want = crossEntropy(logits64, targets);
    expect(Math.abs(loss.forward(logits, t) - want)).toBeLessThan(1e-14);
    expect(loss.evaluate(logits, t)).toBe(loss.forward(logits, t));
    expect(loss.backward()).toBe(loss.dlogits);
    const slope = gradient((moved) => crossEntropy(moved, targets), logits64);
    expect(relativeDistance(loss.dlogits.toArray(), slope)).toBeLessThan(1e-7);
  });

  test.each([0, 1] as const)(
    'a whole network, correction %i: every parameter, and random directions',
    (correction) => {
      const [rows, context, v, d, h] = [9, 3, 6, 3, 7];
      const model = new Sequential([
        new Embedding(v, d),
        new Flatten(),
        new Linear(context * d, h, { bias: false }),
        new BatchNorm1d(h, { correction }),
        new Tanh(),
        new Linear(h, v),
      ]);
      model.reserve(core, 12, context);
      model.initialise(new Generator(7));
      const loss = new CrossEntropy();
      loss.reserve(core, 12, v);
      const indices = new Generator(1).randint(0, v, rows * context);
      const targets = new Generator(2).randint(0, v, rows);
      const x = core.indices([rows, context]).set(indices);
      const y = core.indices([rows]).set(targets);

      const parameters = model.parameters();
      const start = parameters.map(({ value }) => Float64Array.from(value.toArray()));
      const network = ([C, w1, gamma, beta, w2, b2]: Vector[]): number => {
        const hidden = linear(lookUp(C, indices, d), w1, undefined, context * d, h);
        const normalised = normalise(hidden, moments(hidden, h, correction), gamma, beta, 1e-5);
        return crossEntropy(linear(normalised.map(Math.tanh), w2, b2, h, v), targets);
      };
      const got = loss.forward(model.forward(x), y);
      expect(Math.abs(got - network(start))).toBeLessThan(2e-7);
      expect(model.backward(loss.backward())).toBeUndefined();

      const grads = parameters.map(({ grad }) => grad.toArray());
      model.namedParameters().forEach(([name], which) => {
        const slope = gradient((moved) => network(start.with(which, moved)), start[which]);
        expect(relativeDistance(grads[which], slope), name).toBeLessThan(2 * TOLERANCE);
      });
      for (let seed = 0; seed < 5; seed++) {
        const direction = start.map((p, which) => randn(100 * seed + which, p.length));
        const moved = (step: number) =>
          start.map((p, which) => p.map((value, i) => value + step * direction[which][i]));
        const slope = (network(moved(1e-5)) - network(moved(-1e-5))) / 2e-5;
        const ours = direction.reduce(
          (total, one, which) => total + one.reduce((part, value, i) => part + value * grads[which][i], 0),
          0,
        );
        expect(Math.abs(ours - slope)).toBeLessThan(1e-6);
      }
    },
  );
});
