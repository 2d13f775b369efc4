import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Core,
  calculateGain,
  Generator,
  type Initialisable,
  kaimingNormal,
  kaimingUniform,
  Linear,
  load,
  type Nonlinearity,
  normal,
  uniform,
  xavierNormal,
  xavierUniform,
} from '../../src/index.js';
import { bits, floats, needs, readRecorded, type TensorRecord } from './recorded.js';

interface RecordedCase {
  name: string;
  call: string;
  std?: number;
  bound?: number;
  weight: TensorRecord;
  bias?: TensorRecord;
}

interface Recorded {
  seed: number;
  cases: RecordedCase[];
}

/** What lies here as (in, out), in torch's order: row-major of (out, in). */
function asTorch(weight: Float32Array, fanIn: number, fanOut: number): Float32Array {
  return weight.map((_, at) => weight[(at % fanIn) * fanOut + Math.floor(at / fanIn)]);
}

/** By what torch's draws were called with. */
const calls: Record<string, (target: Initialisable, generator: Generator) => Initialisable> = {
  "kaiming_normal_(w, mode='fan_in', nonlinearity='tanh')": (w, g) =>
    kaimingNormal(w, g, { mode: 'fan_in', nonlinearity: 'tanh' }),
  "kaiming_normal_(w, mode='fan_in', nonlinearity='relu')": (w, g) =>
    kaimingNormal(w, g, { nonlinearity: 'relu' }),
  'kaiming_uniform_(w, a=sqrt(5))': (w, g) => kaimingUniform(w, g, { a: Math.sqrt(5) }),
  'xavier_normal_(w, gain=5/3)': (w, g) => xavierNormal(w, g, { gain: 5 / 3 }),
  'xavier_uniform_(w)': (w, g) => xavierUniform(w, g),
};

const drawn = needs("torch.nn.init's draws", 'init.json', 'built-in');

describe.skipIf(!drawn.present)(drawn.title, () => {
  let core: Core;
  const { seed, cases }: Recorded = drawn.present ? readRecorded('init.json') : { seed: 0, cases: [] };
  beforeAll(async () => {
    core = await load();
    return () => core.dispose();
  });

  test('there are cases', () => expect(cases.length).toBeGreaterThan(0));

  const called = cases.filter(({ call }) => call in calls);
  test.each(called.map((one) => [one.name, one] as const))('%s, bit for bit', (_, recorded) => {
    const { weight, std, bound } = recorded;
    const call = calls[recorded.call];
    const [fanOut, fanIn] = weight.shape;
    const [value, plain] = [core.tensor([fanIn, fanOut]), core.tensor([fanIn, fanOut])];
    call(value, new Generator(seed));
    expect(bits(asTorch(value.toArray(), fanIn, fanOut))).toEqual(bits(floats(weight)));
    // The same of the recorded std or bound, without a fan.
    if (bound === undefined) normal(plain, new Generator(seed), { std: std as number });
    else uniform(plain, new Generator(seed), { a: -bound, b: bound });
    expect(bits(plain.toArray())).toEqual(bits(value.toArray()));
    // What says that it lies as torch's tensor does takes the draws as they come.
    const table = { value: core.tensor([fanOut, fanIn]), transposed: false };
    call(table, new Generator(seed));
    expect(bits(table.value.toArray())).toEqual(bits(floats(weight)));
  });

  const linear = cases.filter(({ call }) => call.startsWith('torch.nn.Linear('));
  test('some of them are tried', () => expect(called.length + linear.length).toBeGreaterThan(0));
  test.each(linear.map((one) => [one.name, one] as const))(
    '%s, weight and bias, bit for bit',
    (_, recorded) => {
      const { weight, bias } = recorded;
      const [fanOut, fanIn] = weight.shape;
      const layer = new Linear(fanIn, fanOut, { init: 'torch' });
      layer.to(core);
      layer.initialise(new Generator(seed));
      expect(bits(asTorch(layer.weight.value.toArray(), fanIn, fanOut))).toEqual(bits(floats(weight)));
      expect(bits(layer.bias?.value.toArray() as Float32Array)).toEqual(bits(floats(bias as TensorRecord)));
    },
  );
});

const gained = needs("torch's gains", 'nn.json', 'built-in');

describe.skipIf(!gained.present)(gained.title, () => {
  interface Gains {
    gains: Record<string, number>;
    layers: { layer: string; negative_slope?: number }[];
  }
  const { gains, layers }: Gains = gained.present ? readRecorded('nn.json') : { gains: {}, layers: [] };
  // Recorded with the slope of the recorded layer.
  const slope = layers.find(({ layer }) => layer === 'leaky_relu')?.negative_slope;

  const known = Object.entries(gains).filter(([name]) => name !== 'leaky_relu' || slope !== undefined);
  test('there are some', () => expect(Object.keys(gains).length).toBeGreaterThan(0));

  test.each(known)('%s, to the last bit', (name, recorded) => {
    const gain = name === 'leaky_relu' ? calculateGain(name, slope) : calculateGain(name as Nonlinearity);
    expect(gain).toBe(recorded);
  });
});
