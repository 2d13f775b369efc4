import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import {
  type Backend,
  BatchNorm1d,
  type BatchNorm1dOptions,
  type Core,
  CrossEntropyLoss,
  DivergenceError,
  foldBatchNorm,
  Linear,
  load,
  Sequential,
  SGD,
  Tanh,
  Trainer,
  visit,
} from '../../src/index.js';
import { loadCheckpoint, loadStateDict, saveCheckpoint, saveStateDict } from '../../src/interchange/index.js';
import { crossEntropy, gradient, linear, moments, normalise, randn, type Vector } from './reference.js';

const [COUNT, INPUTS, HIDDEN, CLASSES] = [24, 4, 6, 3];
const x = randn(5, COUNT * INPUTS);
const y = Int32Array.from({ length: COUNT }, (_, i) => (x[4 * i] > 0 ? 1 : 0) + (x[4 * i + 1] > 0.5 ? 1 : 0));

/** A network whose batch norm has these options. */
function setUp(core: Core, options: BatchNorm1dOptions, seed = 8, batchSize = 8) {
  const norm = new BatchNorm1d(HIDDEN, options);
  const model = new Sequential([
    new Linear(INPUTS, HIDDEN, { bias: false }),
    norm,
    new Tanh(),
    new Linear(HIDDEN, CLASSES),
  ]).to(core, { seed });
  const optimizer = new SGD(model.parameters(), { lr: 0.3 });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    model,
    optimizer,
    examples: { x, y, count: COUNT },
    batchSize,
  });
  const buffers = () => model.buffers().map(({ name, value }) => [name, ...value.toArray()] as const);
  return { norm, model, trainer, buffers, both: { model, trainer } };
}

/** The recorded run without gamma and beta: the losses of its first 12 steps. */
const RECORDED = [
  ...[1.3294044, 1.189398, 1.0747452, 0.99053938, 0.9222112, 0.86792875],
  ...[0.8246232, 0.78938401, 0.76016612, 0.73552411, 0.714415, 0.69606874],
];

describe.each<Backend>(['wasm', 'js'])('BatchNorm1d on %s', (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
    return () => core.dispose();
  });

  describe('affine: false', () => {
    test('a recorded run, and the same run in float64 by central differences', () => {
      const { model, trainer } = setUp(core, { affine: false, correction: 0 }, 8, COUNT);
      let p = model.parameters().map(({ value }) => Float64Array.from(value.toArray()) as Vector);
      const network = ([w1, w2, b2]: Vector[]) => {
        const hidden = linear(Float64Array.from(x), w1, undefined, INPUTS, HIDDEN);
        const one = new Float64Array(HIDDEN).fill(1);
        const h = normalise(hidden, moments(hidden, HIDDEN, 0), one, new Float64Array(HIDDEN), 1e-5);
        return crossEntropy(linear(h.map(Math.tanh), w2, b2, HIDDEN, CLASSES), y);
      };
      const losses = Array.from({ length: 12 }, () => trainer.step());
      losses.forEach((loss, step) => {
        expect(Math.abs(loss - network(p)), `float64, step ${step}`).toBeLessThan(1e-6);
        const start = p;
        p = p.map((one, which) => {
          const slope = gradient((moved) => network(start.with(which, moved) as Vector[]), one);
          return one.map((value, i) => value - 0.3 * slope[i]);
        });
      });
      expect(losses.map((loss) => Number(loss.toPrecision(8)))).toEqual(RECORDED);
    });

    test('has no parameters, and the outputs of gamma 1 and beta 0', () => {
      const [plain, affine] = [new BatchNorm1d(3, { affine: false }), new BatchNorm1d(3)];
      const input = core.tensor([5, 3]).set(randn(1, 15));
      const dy = core.tensor([5, 3]).set(randn(2, 15));
      for (const layer of [plain, affine]) {
        layer.to(core);
        layer.forward(input);
      }
      expect(plain.out.toArray()).toEqual(affine.out.toArray());
      expect(plain.backward(dy).toArray()).toEqual(affine.backward(dy).toArray());
      expect([plain.parameters(), affine.parameters().length]).toEqual([[], 2]);
      for (const use of [() => plain.gamma, () => plain.beta])
        expect(use).toThrow('BatchNorm1d: expected one made with affine: true, which has gamma and beta');
      plain.eval();
      affine.eval();
      expect(plain.forward(input).toArray()).toEqual(affine.forward(input).toArray());
      plain.dispose();
      expect(() => plain.parameters()).toThrow('BatchNorm1d: expected to(core), or reserve(…), before');
    });

    test('files have its statistics only, and folding knows it', () => {
      const { model, trainer, buffers } = setUp(core, { affine: false });
      for (let i = 0; i < 10; i++) trainer.step();
      const other = setUp(core, { affine: false }, 9);
      loadCheckpoint(saveCheckpoint({ model }), { model: other.model });
      expect(other.buffers()).toEqual(buffers());
      const third = setUp(core, { affine: false }, 10);
      const file = saveStateDict(model);
      expect(new TextDecoder().decode(file)).not.toMatch(/"1\.(weight|bias)"/);
      loadStateDict(third.model, file);
      expect(third.model.predict(x)).toEqual(model.predict(x));
      expect(() => loadStateDict(setUp(core, {}).model, file)).toThrow('missing: 1.weight, 1.bias');
      const folded = foldBatchNorm(core, model);
      const want = model.predict(x);
      folded.to(core);
      folded.predict(x).forEach((value, i) => {
        expect(Math.abs(value - want[i])).toBeLessThan(1e-5);
      });
    });
  });

  describe('momentum: null', () => {
    test('tracks the mean over all batches, of whatever size', () => {
      for (const tracks of ['variance', 'std'] as const) {
        const layer = new BatchNorm1d(3, { momentum: null, tracks, correction: 0, eps: 0 });
        layer.to(core);
        const sums = { mean: new Float64Array(3), spread: new Float64Array(3) };
        [4, 9, 2, 5].forEach((rows, i) => {
          const values = randn(i, 3 * rows).map((value, at) => value * (1 + (at % 3)) + (at % 3));
          layer.forward(core.tensor([rows, 3]).set(values));
          const { mean, variance } = moments(Float64Array.from(values), 3, 1);
          mean.forEach((value, j) => {
            sums.mean[j] += value;
            sums.spread[j] += tracks === 'std' ? Math.sqrt(variance[j]) : variance[j];
          });
          const near = (got: Float32Array, sum: Float64Array) =>
            got.forEach((value, j) => {
              expect(Math.abs(value - sum[j] / (i + 1))).toBeLessThan(2e-6);
            });
          near(layer.runningMean.toArray(), sums.mean);
          near(layer.runningSpread.toArray(), sums.spread);
        });
        const [, , batches] = layer.buffers();
        expect([batches.name, batches.value.shape, batches.value.toArray()[0]]).toEqual([
          'num_batches_tracked',
          [],
          4,
        ]);
        layer.initialise();
        expect(batches.value.toArray()[0]).toBe(0);
        layer.eval();
        layer.forward(core.tensor([2, 3]));
        expect(batches.value.toArray()[0]).toBe(0);
        expect(layer.runningMean.toArray()).toEqual(new Float32Array(3));
      }
    });

    test('a step that is thrown away is not counted', async () => {
      const { model, trainer, norm, buffers } = setUp(core, { momentum: null });
      for (let i = 0; i < 3; i++) trainer.step();
      const before = buffers();
      const weight = model.parameters()[2].value;
      const values = weight.toArray();
      weight.set(values.map(() => Number.NaN));
      expect(() => trainer.step()).toThrow(DivergenceError);
      expect(buffers()).toEqual(before);
      expect(norm.buffers()[2].value.toArray()[0]).toBe(3);
      await visit(trainer, { x, y, count: COUNT }, () => {}, { statistics: 'batch' });
      expect(buffers()).toEqual(before);
    });

    test('a checkpoint and a state_dict keep the count', () => {
      const one = setUp(core, { momentum: null });
      for (let i = 0; i < 5; i++) one.trainer.step();
      const two = setUp(core, { momentum: null }, 9);
      loadCheckpoint(saveCheckpoint(one.both), two.both);
      const three = setUp(core, { momentum: null }, 10);
      const file = saveStateDict(one.model);
      expect(new TextDecoder().decode(file)).toContain('"1.num_batches_tracked":{"dtype":"I64","shape":[]');
      loadStateDict(three.model, file);
      for (const { buffers } of [two, three]) expect(buffers()).toEqual(one.buffers());
      for (const each of [one, two]) for (let i = 0; i < 5; i++) each.trainer.step();
      expect(two.buffers()).toEqual(one.buffers());
      expect(fingerprint(two.model.parameters())).toBe(fingerprint(one.model.parameters()));
      // One that does not count refuses it, by name.
      expect(() =>
        loadCheckpoint(saveCheckpoint({ model: one.model }), { model: setUp(core, {}).model }),
      ).toThrow(
        'expected layer 1 to be BatchNorm1d(6, eps=0.00001, correction=1, tracks=variance), as in the model, got ' +
          'BatchNorm1d(6, eps=0.00001, momentum=null, correction=1, ',
      );
    });
  });

  test('what it is made with', () => {
    expect(() => new BatchNorm1d(3, { affine: 1 as never })).toThrow(
      new TypeError('BatchNorm1d: expected affine to be true or false, got 1'),
    );
    expect(() => new BatchNorm1d(3, { trackRunningStats: false } as never)).toThrow(
      "expected options { eps, momentum, correction, tracks, affine }, got 'trackRunningStats'",
    );
    expect(new BatchNorm1d(3, { momentum: null }).momentum).toBeNull();
    expect(String(new BatchNorm1d(3, { momentum: null, affine: false, correction: 0 }))).toBe(
      'BatchNorm1d(3, eps=0.00001, momentum=null, affine=false, correction=0, tracks=variance)',
    );
  });
});
