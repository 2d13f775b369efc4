import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Backend,
  type Core,
  ELU,
  GELU,
  type Layer,
  LeakyReLU,
  LogSoftmax,
  load,
  SiLU,
  Softmax,
  Softplus,
} from '../../src/index.js';
import { floats, needs, readRecorded, type TensorRecord } from './recorded.js';

interface Case {
  layer: string;
  x: TensorRecord;
  dy: TensorRecord;
  y: TensorRecord;
  dx: TensorRecord;
  [option: string]: unknown;
}

const makers: Record<string, (c: Case) => Layer> = {
  gelu: ({ approximate }) => new GELU({ approximate: approximate as 'none' }),
  silu: () => new SiLU(),
  softplus: ({ beta, threshold }) => new Softplus({ beta: beta as number, threshold: threshold as number }),
  leaky_relu: ({ negative_slope }) => new LeakyReLU({ negativeSlope: negative_slope as number }),
  elu: ({ alpha }) => new ELU({ alpha: alpha as number }),
  softmax: () => new Softmax(),
  log_softmax: () => new LogSoftmax(),
};

const { title, present } = needs("functions against torch's float64", 'nn.json', 'built-in');
const cases = present
  ? readRecorded<{ layers: Case[] }>('nn.json').layers.filter(({ layer }) => layer in makers)
  : [];

describe.skipIf(!present).each<Backend>(['wasm', 'js'])(`${title}, on %s`, (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  test('there are cases', () => expect(cases.length).toBeGreaterThan(0));

  test.each(cases.map((c) => [`${c.layer} ${c.approximate ?? ''}`, c] as const))('%s', (_, c) => {
    const layer = makers[c.layer](c);
    const put = (record: TensorRecord) =>
      core.tensor([record.shape[0], record.shape[1] ?? 1]).set(floats(record));
    const y = layer.forward(put(c.x)).toArray();
    const dx = layer.backward(put(c.dy))?.toArray() as Float32Array;
    for (const [got, record] of [
      [y, c.y],
      [dx, c.dx],
    ] as const) {
      const want = floats(record);
      const largest = want.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      want.forEach((value, i) => {
        expect(Math.abs(got[i] - value), `${i}: ${got[i]}, not ${value}`).toBeLessThanOrEqual(
          2 ** -22 * Math.max(Math.abs(value), largest / 4),
        );
      });
    }
    layer.dispose?.();
  });
});
