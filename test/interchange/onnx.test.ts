import { env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { isInt32Array } from '../../src/core/kind.js';
import {
  BatchNorm1d,
  CrossEntropyLoss,
  Dropout,
  ELU,
  Embedding,
  Flatten,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  load,
  ReLU,
  Residual,
  Sequential,
  SGD,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { exportOnnx } from '../../src/interchange/onnx.js';

env.wasm.numThreads = 1;

/** What onnxruntime computes of the exported model. */
async function outputsOf(
  bytes: Uint8Array,
  x: Float32Array | Int32Array,
  rows: number,
): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes);
  const type = isInt32Array(x) ? 'int32' : 'float32';
  const { y } = await session.run({ x: new OrtTensor(type, x as never, [rows, x.length / rows]) });
  await session.release();
  return y.data as Float32Array;
}

const largestDifference = (a: Float32Array, b: Float32Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};

const x = Float32Array.from({ length: 50 }, (_, i) => 2 * Math.sin(i * 7));
const y = Array.from({ length: 10 }, (_, i) => i % 3);

/** A trained model: running statistics that are not those of the beginning. */
async function trained(layers: Layer[]) {
  const core = await load();
  const model = new Sequential(layers).to(core, { seed: 3 });
  const trainer = new Trainer({
    model,
    loss: new CrossEntropyLoss(),
    optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    x,
    y,
  });
  await trainer.run(30);
  return { core, model };
}

const networks: Record<string, () => Layer[]> = {
  'batch norm, tanh, ReLU': () => [
    new Linear(5, 7),
    new BatchNorm1d(7),
    new Tanh(),
    new Linear(7, 6, { bias: false }),
    new BatchNorm1d(6, { eps: 0.001, correction: 0 }),
    new ReLU(),
    new Linear(6, 3),
  ],
  'a batch norm that tracks the deviation, and one first': () => [
    new BatchNorm1d(5),
    new Linear(5, 8),
    new BatchNorm1d(8, { tracks: 'std' }),
    new Sigmoid(),
    new Linear(8, 3),
  ],
  'other activations, and a Sequential within': () => [
    new Linear(5, 6),
    new LeakyReLU({ negativeSlope: 0.2 }),
    new Sequential([new Linear(6, 6), new ELU({ alpha: 0.7 })]),
    new Linear(6, 3),
  ],
  'the smooth activations': () => [
    new Linear(5, 6),
    new GELU(),
    new Linear(6, 6),
    new GELU({ approximate: 'tanh' }),
    new Linear(6, 6),
    new SiLU(),
    new Linear(6, 3),
  ],
  'softplus, with its bend and its threshold': () => [
    new Linear(5, 6),
    new Softplus(),
    new Linear(6, 6),
    new Softplus({ beta: 1.5 }),
    new Linear(6, 6),
    new Softplus({ beta: 0.7, threshold: 0.5 }),
    new Linear(6, 3),
  ],
  'softmax within and at the end': () => [
    new Linear(5, 6),
    new Softmax(),
    new Linear(6, 3),
    new LogSoftmax(),
  ],
  'layer norm, dropout, and what is added to its input': () => [
    new LayerNorm(5),
    new Linear(5, 6),
    new BatchNorm1d(6, { affine: false, momentum: null }),
    new Residual([
      new Linear(6, 8),
      new BatchNorm1d(8),
      new Tanh(),
      new Dropout({ p: 0.2 }),
      new Residual([new Linear(8, 8)]),
      new Linear(8, 6),
    ]),
    new LayerNorm(6, { affine: false, eps: 0.001 }),
    new Linear(6, 3),
  ],
};

describe('an exported model gives the same outputs in onnxruntime', () => {
  for (const [name, layers] of Object.entries(networks))
    for (const fold of [false, true])
      test(`${name}, ${fold ? 'folded' : 'as it is'}`, async () => {
        const { core, model } = await trained(layers());
        const got = await outputsOf(exportOnnx(model, { fold }), x, 10);
        expect(largestDifference(got, model.predict(x))).toBeLessThan(1e-6);
        // Any number of rows.
        const one = await outputsOf(exportOnnx(model, { fold }), x.subarray(5, 10), 1);
        expect(largestDifference(one, model.predict(x.subarray(5, 10)))).toBeLessThan(1e-6);
        core.dispose();
      });

  test('an embedding, by int32 indices', async () => {
    using core = await load();
    const model = new Sequential([new Embedding(27, 10), new Flatten(), new Linear(30, 27)]).to(core, {
      seed: 1,
    });
    const indices = Int32Array.from({ length: 12 }, (_, i) => (i * 5) % 27);
    const rows = [0, 3, 6, 9].map((from) => indices.subarray(from, from + 3));
    const got = await outputsOf(exportOnnx(model, { columns: 3 }), indices, 4);
    expect(largestDifference(got, model.predict(rows))).toBeLessThan(1e-6);
  });
});

describe('what cannot be exported is refused by name', () => {
  test('a layer of one’s own', async () => {
    class Twice implements Layer {
      forward = (input: never) => input;
      backward = (dy: never) => dy;
      parameters = () => [];
      toString = () => 'Twice()';
    }
    const model = new Sequential([new Tanh(), new Twice()] as Layer[]);
    expect(() => exportOnnx(model)).toThrow(
      'exportOnnx: expected layers that ONNX has, got Twice at layer 1',
    );
  });

  test('no model, no parameters, unknown options', () => {
    expect(() => exportOnnx(undefined as never)).toThrow('exportOnnx: expected model to be a Sequential');
    expect(() => exportOnnx(new Sequential([new Linear(2, 2)]))).toThrow('Linear: expected to(core)');
    expect(() => exportOnnx(new Sequential([new Tanh()]), { opset: 11 } as never)).toThrow("got 'opset'");
  });
});
