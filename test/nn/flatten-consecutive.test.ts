import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint, surveyUnits, watch } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type Core,
  CrossEntropyLoss,
  calibrate,
  DivergenceError,
  Embedding,
  type Examples,
  evaluate,
  foldBatchNorm,
  Generator,
  type Indices,
  type Layer,
  Linear,
  load,
  type Parameter,
  Sequential,
  SGD,
  Tanh,
  type Tensor,
  Trainer,
} from '../../src/index.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/interchange/index.js';
import {
  crossEntropy,
  gradient,
  linear,
  lookUp,
  moments,
  normalise,
  randn,
  relativeDistance,
  type Vector,
} from './reference.js';

// What docs/programs/flatten-consecutive.mjs has, with types: the network of makemore, part 5, on eight letters.

/** (n, t, d) or (n·t, d) → (n·t / size, size·d): neighbours become one row. */
class FlattenConsecutive implements Layer {
  out?: Tensor;
  dx?: Tensor;
  #x?: Tensor;
  constructor(readonly size: number) {}

  forward(x: Tensor): Tensor {
    this.#x = x;
    const [d] = x.shape.slice(-1);
    this.out = inRows(this.out, x, this.size * d);
    return this.out;
  }

  backward(dy: Tensor): Tensor {
    this.dx = inRows(this.dx, dy, (this.#x as Tensor).columns);
    return this.dx;
  }

  parameters(): Parameter[] {
    return [];
  }
}

function inRows(to: Tensor | undefined, from: Tensor, columns: number): Tensor {
  const rows = from.size / columns;
  let own = to;
  if (own === undefined || own.columns !== columns || own.capacity < rows) {
    own?.dispose();
    own = from.core.tensor([rows, columns]);
  }
  own.resize(rows);
  return own.set(from.toArray());
}

const [V, CONTEXT, DIM, HIDDEN, COUNT, BATCH] = [5, 8, 3, 5, 45, 8];
const examples: Examples = (() => {
  const x = Int32Array.from(new Generator(11).randint(0, V, COUNT * CONTEXT));
  // Of a pair in the middle and of one at the end.
  const y = Int32Array.from({ length: COUNT }, (_, i) => (x[8 * i + 3] + x[8 * i + 7]) % V);
  return { x, y, count: COUNT };
})();

function setUp(core: Core, seed = 2147483647) {
  const block = (inputs: number) => [
    new FlattenConsecutive(2),
    new Linear(2 * inputs, HIDDEN, { bias: false, gain: 5 / 3 }),
    new BatchNorm1d(HIDDEN),
    new Tanh(),
  ];
  const layers: Layer[] = [...block(DIM), ...block(HIDDEN), ...block(HIDDEN), new Linear(HIDDEN, V)];
  const model = new Sequential<Indices>([new Embedding(V, DIM), ...layers]);
  const generator = new Generator(seed);
  model.to(core, { generator });
  const optimizer = new SGD(model.parameters(), { lr: 0.3 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    model,
    optimizer,
    examples,
    batchSize: BATCH,
    generator,
  });
  return { model, trainer, generator };
}

/** Its logits in float64: rows merge by being read as rows of twice as many columns. */
function network([C, ...p]: Vector[], x: ArrayLike<number>): Vector {
  let h = lookUp(C, x, DIM);
  let inputs = DIM;
  for (let i = 0; i < 3; i++) {
    const [w, gamma, beta] = p.slice(3 * i, 3 * i + 3);
    const pre = linear(h, w, undefined, 2 * inputs, HIDDEN);
    h = normalise(pre, moments(pre, HIDDEN, 1), gamma, beta, 1e-5).map(Math.tanh) as Vector;
    inputs = HIDDEN;
  }
  return linear(h, p[9], p[10], HIDDEN, V);
}

const values = (model: Sequential<Indices>) =>
  model.parameters().map(({ value }) => Float64Array.from(value.toArray()) as Vector);

/** The recorded run: the losses of its first 12 steps. */
const RECORDED = [
  ...[1.682735, 1.714626, 1.296143, 1.683877, 1.502101, 1.538062],
  ...[1.378627, 1.176421, 1.512173, 1.329327, 1.771867, 1.198153],
];

describe.each<Backend>(['wasm', 'js'])("a layer of one's own, by three methods, on %s", (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  test('rows merge, and their gradients part again', () => {
    const layer = new FlattenConsecutive(2);
    const x = core.tensor([2, 4, 3]).set(Array.from({ length: 24 }, (_, i) => i));
    const out = layer.forward(x);
    expect([out.shape, [...out.toArray()]]).toEqual([[4, 6], [...x.toArray()]]);
    const dx = layer.backward(out);
    expect([dx.rows, dx.columns, [...dx.toArray()]]).toEqual([2, 12, [...x.toArray()]]);
    const next = new FlattenConsecutive(2);
    expect(next.forward(out).shape).toEqual([2, 12]);
    expect(next.backward(next.out as Tensor).shape).toEqual([4, 6]);
  });

  test('the gradient of the whole network, by central differences', () => {
    const { model } = setUp(core);
    const rows = 5;
    const x = examples.x.subarray(0, rows * CONTEXT);
    const y = examples.y.subarray(0, rows);
    const logits = model.forward(core.indices([rows, CONTEXT]).set(x));
    const start = values(model);
    expect(relativeDistance(logits.toArray(), network(start, x))).toBeLessThan(2e-6);
    const dy = randn(3, rows * V);
    expect(model.backward(core.tensor([rows, V]).set(dy))).toBeUndefined();
    const along = (p: Vector[]) => network(p, x).reduce((sum, value, i) => sum + value * dy[i], 0);
    model.namedParameters().forEach(([name, { grad }], which) => {
      const slope = gradient((moved) => along(start.with(which, moved) as Vector[]), start[which]);
      expect(relativeDistance(grad.toArray(), slope), name).toBeLessThan(5e-6);
    });
    expect(crossEntropy(network(start, x), y)).toBeGreaterThan(0);
  });

  test('a recorded run, and the same run in float64 by central differences', () => {
    const { model, trainer, generator } = setUp(core);
    const replay = new Generator().copyFrom(generator);
    let p = values(model);
    const losses = Array.from({ length: 12 }, () => trainer.step());
    losses.forEach((loss, step) => {
      const picks = replay.randint(0, COUNT, BATCH);
      const x = picks.flatMap((pick) => Array.from(examples.x.subarray(8 * pick, 8 * pick + 8)));
      const y = picks.map((pick) => examples.y[pick]);
      expect(Math.abs(loss - crossEntropy(network(p, x), y)), `step ${step}`).toBeLessThan(3e-6);
      const start = p;
      p = p.map((one, which) => {
        const slope = gradient(
          (moved) => crossEntropy(network(start.with(which, moved) as Vector[], x), y),
          one,
        );
        return one.map((value, i) => value - 0.3 * slope[i]) as Vector;
      });
    });
    expect(losses.map((loss) => Number(loss.toPrecision(7)))).toEqual(RECORDED);
  });

  test('it learns, is evaluated and predicts, whatever the number of rows', async () => {
    const { model, trainer } = setUp(core);
    const first = await evaluate(trainer, examples);
    await trainer.run(400);
    const loss = await evaluate(trainer, examples);
    expect(loss).toBeLessThan(first / 4);
    const rows = Array.from({ length: COUNT }, (_, i) => examples.x.subarray(8 * i, 8 * i + 8));
    const logits = model.predict(rows);
    expect(logits.length).toBe(COUNT * V);
    expect(Math.abs(crossEntropy(Float64Array.from(logits) as Vector, examples.y) - loss)).toBeLessThan(1e-6);
    // Each example by itself, too.
    for (const i of [0, 17, 44]) expect(model.predict(rows[i])).toEqual(logits.subarray(V * i, V * (i + 1)));
    // All of them as one row, as it has to take it, merge into each other.
    expect(() => model.predict(examples.x)).toThrow('Sequential.predict: the output: expected 1 row, got 45');
    expect(String(model)).toContain('(1): [object Object]');
    const folded = foldBatchNorm(core, model);
    folded.to(core);
    folded.predict(rows).forEach((value, i) => {
      expect(Math.abs(value - logits[i])).toBeLessThan(1e-4);
    });
  });

  test('a step of a size seen before allocates nothing', () => {
    const { trainer } = setUp(core);
    for (let i = 0; i < 3; i++) trainer.step();
    const next = core.allocate(0);
    for (let i = 0; i < 10; i++) trainer.step();
    expect(core.allocate(0)).toBe(next);
  });

  test('calibration and surveys count the rows that a layer has', async () => {
    const { model, trainer } = setUp(core);
    await trainer.run(5);
    await calibrate(trainer, examples);
    const p = values(model);
    let h = lookUp(p[0], examples.x, DIM);
    let inputs = DIM;
    for (let i = 0; i < 3; i++) {
      const [w, gamma, beta] = p.slice(1 + 3 * i, 4 + 3 * i);
      const pre = linear(h, w, undefined, 2 * inputs, HIDDEN);
      const { mean, variance } = moments(pre, HIDDEN, 1);
      const norm = model.layers[3 + 4 * i] as unknown as BatchNorm1d;
      expect(relativeDistance(norm.calibratedMean.toArray(), mean), `${i}`).toBeLessThan(5e-6);
      expect(relativeDistance(norm.calibratedSpread.toArray(), variance), `${i}`).toBeLessThan(5e-6);
      h = normalise(pre, { mean, variance }, gamma, beta, 1e-5).map(Math.tanh) as Vector;
      inputs = HIDDEN;
      const { layers, examples: counted } = await surveyUnits(trainer, examples, {
        statistics: 'calibrated',
        threshold: 0.5,
      });
      expect(counted).toBe(COUNT);
      const share = h.filter((value) => Math.abs(value) > 0.5).length / h.length;
      expect(Math.abs(layers[i].saturated - share)).toBeLessThan(0.003);
    }
  });

  test('a checkpoint, a watcher and a divergence know it', () => {
    const [one, two] = [setUp(core), setUp(core, 5)];
    for (let i = 0; i < 5; i++) one.trainer.step();
    const watcher = watch(one.trainer);
    expect(watcher.snapshot().layers.map(({ place, shape }) => `${place} (${shape.join(', ')})`)).toEqual([
      'layer 0 Embedding (8, 8, 3)',
      ...['layer 1 FlattenConsecutive (32, 6)', 'layer 2 Linear (32, 5)', 'layer 3 BatchNorm1d (32, 5)'],
      ...['layer 4 Tanh (32, 5)', 'layer 5 FlattenConsecutive (16, 10)', 'layer 6 Linear (16, 5)'],
      ...['layer 7 BatchNorm1d (16, 5)', 'layer 8 Tanh (16, 5)', 'layer 9 FlattenConsecutive (8, 10)'],
      ...[
        'layer 10 Linear (8, 5)',
        'layer 11 BatchNorm1d (8, 5)',
        'layer 12 Tanh (8, 5)',
        'layer 13 Linear (8, 5)',
      ],
    ]);
    loadCheckpoint(saveCheckpoint({ model: one.model, trainer: one.trainer }), {
      model: two.model,
      trainer: two.trainer,
    });
    for (const { trainer } of [one, two]) for (let i = 0; i < 5; i++) trainer.step();
    expect(fingerprint(two.model.parameters())).toBe(fingerprint(one.model.parameters()));
    const merging = one.model.layers[5];
    const { forward } = merging;
    merging.forward = (x) => forward.call(merging, x).fill(Number.NaN);
    expect(() => one.trainer.step()).toThrow(DivergenceError);
    expect(one.trainer.divergence?.origin.place).toBe('layer 5 FlattenConsecutive');
  });
});

test('the bits of a run are the same on both backends', async () => {
  const prints = await Promise.all(
    (['wasm', 'js'] as const).map(async (backend) => {
      using core = await load({ backend });
      const { model, trainer } = setUp(core);
      for (let i = 0; i < 40; i++) trainer.step();
      return fingerprint(model.parameters());
    }),
  );
  expect(prints[0]).toBe(prints[1]);
});
