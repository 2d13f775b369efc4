import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Backend,
  BCEWithLogitsLoss,
  type Core,
  CrossEntropyLoss,
  HuberLoss,
  L1Loss,
  type LossOptions,
  load,
  MSELoss,
} from '../../src/index.js';
import { floats, needs, readRecorded, type TensorRecord } from './recorded.js';

interface Case {
  loss: string;
  reduction: 'mean' | 'sum' | 'none';
  delta?: number;
  pos_weight?: TensorRecord | null;
  weight?: TensorRecord | null;
  ignore_index?: number;
  label_smoothing?: number;
  input: TensorRecord;
  target: TensorRecord | number[];
  value: number | TensorRecord;
  dinput: TensorRecord;
}

const { title, present } = needs("losses against torch's float64", 'nn.json', 'built-in');
const cases: Case[] = present ? readRecorded<{ losses: Case[] }>('nn.json').losses : [];

const lossOf = (c: Case) => {
  const reduction: LossOptions = { reduction: c.reduction };
  switch (c.loss) {
    case 'mse':
      return new MSELoss(reduction);
    case 'l1':
      return new L1Loss(reduction);
    case 'huber':
      return new HuberLoss({ ...reduction, delta: c.delta as number });
    case 'bce_with_logits':
      return new BCEWithLogitsLoss({
        ...reduction,
        ...(c.pos_weight && { posWeight: floats(c.pos_weight) }),
      });
    case 'cross_entropy':
      return new CrossEntropyLoss({
        ...reduction,
        ...(c.weight && { weight: floats(c.weight) }),
        ignoreIndex: c.ignore_index as number,
        labelSmoothing: c.label_smoothing as number,
      });
    default:
      throw new Error(`no loss ${c.loss}`);
  }
};

const name = ({ loss, reduction, delta, pos_weight, weight, label_smoothing }: Case) =>
  [loss, reduction, delta, pos_weight && 'posWeight', weight && 'weight', label_smoothing]
    .filter(Boolean)
    .join(' ');

/** Within an ulp or two of what float32 can hold of a float64 that was rounded to it. */
const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>) => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++)
    expect(Math.abs(got[i] - want[i]), `${i}: ${got[i]}, not ${want[i]}`).toBeLessThanOrEqual(
      2 ** -23 * Math.abs(want[i]) + 1e-12,
    );
};

describe.skipIf(!present).each<Backend>(['wasm', 'js'])(`${title}, on %s`, (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  test('there are cases', () => expect(cases.length).toBeGreaterThan(0));

  test.each(cases.map((c) => [name(c), c] as const))('%s', (_, c) => {
    const loss = lossOf(c);
    const [rows, columns] = c.input.shape;
    const outputs = core.tensor([rows, columns]).set(floats(c.input));
    const targets = Array.isArray(c.target)
      ? core.indices([rows]).set(c.target)
      : core.tensor([rows, columns]).set(floats(c.target));
    const got = loss.forward(outputs, targets as never);
    if (typeof c.value === 'number') expect(Math.abs(got / c.value - 1)).toBeLessThan(1e-14);
    else {
      const each = floats(c.value);
      expectClose(loss.losses.toArray(), each);
      expect(got).toBeCloseTo(
        each.reduce((sum, value) => sum + value, 0),
        4,
      );
    }
    expectClose(loss.backward().toArray(), floats(c.dinput));
    expect(loss.evaluate(outputs, targets as never)).toBe(got);
    loss.dispose();
  });
});
