import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/diagnostics/index.js';
import { calibrate, evaluate } from '../../src/index.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/interchange/index.js';
import {
  assemble,
  CONTEXT,
  DIM,
  examples,
  HIDDEN,
  type Parts,
  parts,
  refusal,
  saved,
  setUp,
  signed,
  V,
} from './saved.js';

describe('a checkpoint', () => {
  test('brings back every bit, the step, the loss and the minibatches', () => {
    const one = saved();
    const two = setUp(99);
    expect(two.bits()).not.toEqual(one.bits());
    const { metadata } = loadCheckpoint(one.bytes, two.both);
    expect(metadata.get('note')).toBe('π "quoted"\n');
    expect(two.bits()).toEqual(one.bits());
    expect(two.trainer.steps).toBe(10);
    expect(two.trainer.lastLoss).toBe(one.trainer.lastLoss);
    // Over the drop of the learning rate, which depends on the step.
    const losses = (net: typeof two) => Array.from({ length: 20 }, () => net.trainer.step());
    expect(losses(two)).toEqual(losses(one));
    expect(two.bits()).toEqual(one.bits());
  });

  test('without a trainer has the tensors alone, and none can be restored from it', () => {
    const { model } = saved();
    const bytes = saveCheckpoint({ model });
    expect(Object.keys(parts(bytes).metadata).sort()).toEqual(['architecture', 'checksum', 'lanewise']);
    const other = setUp(99);
    loadCheckpoint(bytes, { model: other.model });
    expect(fingerprint(other.model.parameters())).toBe(fingerprint(model.parameters()));
    expect(refusal(() => loadCheckpoint(bytes, other.both))).toBe(
      `checkpoint: expected metadata 'step' to be the number of steps made, got none`,
    );
  });

  test('before the first step can be restored', () => {
    const fresh = setUp(5);
    const other = setUp(6);
    loadCheckpoint(saveCheckpoint(fresh.both), other.both);
    expect([other.trainer.steps, other.trainer.lastLoss]).toEqual([0, undefined]);
    expect(other.trainer.step()).toBe(fresh.trainer.step());
  });

  test('keeps infinities, negative zero, subnormals and NaN', () => {
    const one = setUp(1);
    const odd = [Number.POSITIVE_INFINITY, -0, 1e-45, Number.NaN, -1e-40];
    one.last.bias?.value.set(odd);
    const two = setUp(2);
    loadCheckpoint(saveCheckpoint(one.both), two.both);
    expect([...(two.last.bias?.value.toArray() ?? [])]).toEqual(odd.map(Math.fround));
  });
});

describe('the file', () => {
  test('is safetensors: length, JSON padded to 8 bytes, F32 tensors that lie without a gap', () => {
    const { bytes } = saved();
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const { header, metadata, data } = parts(bytes);
    for (const value of Object.values(metadata)) expect(typeof value).toBe('string');
    let end = 0;
    for (const { dtype, shape, data_offsets: offsets } of Object.values(header)) {
      expect(dtype).toBe('F32');
      expect(offsets).toEqual([end, end + 4 * shape.reduce((a, b) => a * b, 1)]);
      end = offsets[1];
    }
    expect(data.length).toBe(end);
  });

  test("has the names and shapes of torch's state_dict, a nested Sequential's too", () => {
    const { bytes } = saved();
    expect(Object.entries(parts(bytes).header).map(([name, { shape }]) => [name, shape])).toEqual([
      ['0.weight', [V, DIM]],
      ['2.weight', [HIDDEN, CONTEXT * DIM]],
      ['3.weight', [HIDDEN]],
      ['3.bias', [HIDDEN]],
      ['3.running_mean', [HIDDEN]],
      ['3.running_std', [HIDDEN]],
      ['5.0.weight', [V, HIDDEN]],
      ['5.0.bias', [V]],
      ['5.1.weight', [V]],
      ['5.1.bias', [V]],
      ['5.1.running_mean', [V]],
      ['5.1.running_var', [V]],
    ]);
  });

  test('has the weight of a linear layer transposed, gamma as weight and the running spread', () => {
    const { bytes, linear, norm, inner } = saved();
    const { header, data } = parts(bytes);
    const view = new DataView(data.buffer, data.byteOffset);
    const at = (name: string, i: number) => view.getFloat32(header[name].data_offsets[0] + 4 * i, true);
    const inputs = CONTEXT * DIM;
    const w = linear.weight.value.toArray();
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < HIDDEN; o++) expect(at('2.weight', o * inputs + i)).toBe(w[i * HIDDEN + o]);
    const all = (name: string, n: number) => Float32Array.from({ length: n }, (_, i) => at(name, i));
    expect(all('3.weight', HIDDEN)).toEqual(norm.gamma.value.toArray());
    expect(all('3.bias', HIDDEN)).toEqual(norm.beta.value.toArray());
    expect(all('3.running_std', HIDDEN)).toEqual(norm.runningSpread.toArray());
    expect(all('5.1.running_var', V)).toEqual(inner.runningSpread.toArray());
  });

  test('may lie at any address, and in another order', () => {
    const { bytes } = saved();
    const { header, metadata, data } = parts(bytes);
    // Last tensor first.
    const turned: Parts = { header: {}, metadata, data: new Uint8Array(data.length) };
    let end = 0;
    for (const [name, entry] of Object.entries(header).reverse()) {
      const [from, to] = entry.data_offsets;
      turned.data.set(data.subarray(from, to), end);
      turned.header[name] = { ...entry, data_offsets: [end, end + to - from] };
      end += to - from;
    }
    const other = assemble(turned);
    const shifted = new Uint8Array(other.length + 3).subarray(3);
    shifted.set(other);
    const [one, two] = [setUp(2), setUp(3)];
    loadCheckpoint(bytes, one.both);
    loadCheckpoint(shifted, two.both);
    expect(two.bits()).toEqual(one.bits());
  });
});

describe('calibrated statistics', () => {
  const calibrated = async () => {
    const net = saved();
    await calibrate(net.trainer, examples);
    return { ...net, bytes: saveCheckpoint(net.both) };
  };
  const statistics = ({ norm, inner }: ReturnType<typeof setUp>) =>
    [norm, inner].flatMap((layer) => [layer.calibratedMean.toArray(), layer.calibratedSpread.toArray()]);
  const loss = ({ trainer }: ReturnType<typeof setUp>) =>
    evaluate(trainer, examples, { statistics: 'calibrated' });

  test('come back, with the losses that they give', async () => {
    const one = await calibrated();
    const two = setUp(99);
    await expect(loss(two)).rejects.toThrow('expected calibrate()');
    loadCheckpoint(one.bytes, two.both);
    expect(statistics(two)).toEqual(statistics(one));
    expect(await loss(two)).toBe(await loss(one));
    expect(two.bits()).toEqual(one.bits());
    expect(saveCheckpoint(two.both)).toEqual(one.bytes);
  });

  test("lie behind torch's tensors, under names of their own", async () => {
    const [plain, more] = [saved(), await calibrated()].map(({ bytes }) =>
      Object.entries(parts(bytes).header),
    );
    expect(more.slice(0, plain.length)).toEqual(plain);
    expect(more.slice(plain.length).map(([name, { shape }]) => [name, shape])).toEqual([
      ['3.calibrated_mean', [HIDDEN]],
      ['3.calibrated_std', [HIDDEN]],
      ['5.1.calibrated_mean', [V]],
      ['5.1.calibrated_var', [V]],
    ]);
  });

  test('are forgotten where the file has none, even by a network in their use', async () => {
    const net = await calibrated();
    net.model.eval('calibrated');
    loadCheckpoint(saved().bytes, net.both);
    expect([net.norm.calibrated, net.inner.calibrated]).toEqual([false, false]);
    const x = net.linear.out.core.indices([2, CONTEXT]).set([0, 1, 2, 3]);
    expect(() => net.model.forward(x)).toThrow('BatchNorm1d: expected calibrate() before');
    await expect(loss(net)).rejects.toThrow('expected calibrate()');
  });

  test('of one layer alone are that', async () => {
    const net = saved();
    net.inner.setCalibrated(new Float32Array(V), new Float32Array(V).fill(2));
    const other = setUp(3);
    loadCheckpoint(saveCheckpoint(net.both), other.both);
    expect([other.norm.calibrated, other.inner.calibrated]).toEqual([false, true]);
    expect(other.inner.calibratedSpread.toArray()).toEqual(new Float32Array(V).fill(2));
  });

  test('are refused without the other half, in another shape, of another network, or below 0', async () => {
    const { bytes } = await calibrated();
    const message = (edit: (file: Parts) => void) => {
      const net = setUp(7);
      net.norm.setCalibrated(new Float32Array(HIDDEN), new Float32Array(HIDDEN).fill(3));
      const before = [net.bits(), statistics(net), net.norm.calibrated, net.inner.calibrated];
      const text = refusal(() => loadCheckpoint(signed(bytes, edit), net.both));
      expect([net.bits(), statistics(net), net.norm.calibrated, net.inner.calibrated]).toEqual(before);
      return text;
    };
    const rename = (from: string, to: string) => (file: Parts) => {
      file.header[to] = file.header[from];
      delete file.header[from];
    };
    expect(message(rename('3.calibrated_std', '3.other'))).toBe(
      `checkpoint: expected '3.calibrated_std' of shape (6), as the model has, got no such tensor`,
    );
    expect(message(rename('5.1.calibrated_var', '5.1.calibrated_std'))).toBe(
      `checkpoint: expected '5.1.calibrated_var' of shape (5), as the model has, got no such tensor`,
    );
    expect(message(({ header }) => (header['3.calibrated_mean'].shape = [2, 3]))).toBe(
      `checkpoint: expected '3.calibrated_mean' of shape (6), as the model has, got shape (2, 3)`,
    );
    const negative = ({ header, data }: Parts) => {
      const [from] = header['5.1.calibrated_var'].data_offsets;
      new DataView(data.buffer).setFloat32(from + 8, -2, true);
    };
    expect(message(negative)).toBe(`checkpoint: expected '5.1.calibrated_var' to be 0 or more, got -2`);
  });
});
