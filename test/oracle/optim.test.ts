import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Adam,
  AdamW,
  type Backend,
  type Core,
  clipGradNorm,
  cosineAnnealingLR,
  exponentialLR,
  linearLR,
  load,
  multiStepLR,
  type Optimizer,
  oneCycleLR,
  Parameter,
  ReduceLROnPlateau,
  RMSprop,
  type Schedule,
  SGD,
  stepLR,
} from '../../src/index.js';
import { distance, floats, needs, readRecorded, type TensorRecord } from './recorded.js';

interface Case {
  name: string;
  optimizer: string;
  options: Record<string, never>;
  float32: TensorRecord;
  float64_rounded: TensorRecord;
  float32_against_float64: { max_abs: number };
}
interface Recorded {
  initial: TensorRecord;
  gradients: TensorRecord;
  cases: Case[];
}
interface ScheduleCase {
  name: string;
  lr: number;
  options: Record<string, never>;
  rates: number[];
  metric?: number[];
}
interface ClipCase {
  max_norm: number;
  norm_type: string;
  before: TensorRecord[];
  total_norm: number;
  after: TensorRecord[];
}

const optim = needs("optimizers against torch's float32", 'optim.json', 'built-in');
const more = needs('more of them, schedules and clipping', 'nn.json', 'built-in');
const recordings: Recorded[] = [
  ...(optim.present ? [readRecorded<Recorded>('optim.json')] : []),
  ...(more.present ? [readRecorded<{ optim: Recorded }>('nn.json').optim] : []),
];

/** weight_decay → weightDecay. */
const camel = (options: Record<string, never>) =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key.replace(/_./g, ([, c]) => c.toUpperCase()), value]),
  );

const makers: Record<string, new (parameters: Parameter[], options: never) => Optimizer> = {
  'torch.optim.SGD': SGD,
  'torch.optim.Adam': Adam,
  'torch.optim.AdamW': AdamW,
  'torch.optim.RMSprop': RMSprop,
};

describe.skipIf(recordings.length === 0).each<Backend>(['wasm', 'js'])(`${optim.title}, on %s`, (backend) => {
  let core: Core;
  beforeAll(async () => {
    core = await load({ backend });
  });
  afterAll(() => core.dispose());

  const cases = recordings.flatMap((recorded) => recorded.cases.map((c) => [c.name, c, recorded] as const));
  test.each(cases)('%s', (_, c, recorded) => {
    const [count] = recorded.initial.shape;
    const parameter = new Parameter(
      'p',
      core.tensor([count]).set(floats(recorded.initial)),
      core.tensor([count]),
    );
    const optimizer = new makers[c.optimizer]([parameter], camel(c.options) as never);
    const gradients = floats(recorded.gradients);
    const [float32, float64] = [floats(c.float32), floats(c.float64_rounded)];
    const steps = gradients.length / count;
    const bound = 10 * c.float32_against_float64.max_abs;
    expect(steps).toBeGreaterThan(0);
    for (let step = 0; step < steps; step++) {
      parameter.grad.set(gradients.subarray(step * count, (step + 1) * count));
      optimizer.step();
      const got = parameter.value.toArray();
      for (const want of [float32, float64])
        expect(distance(got, want.subarray(step * count, (step + 1) * count)), `step ${step}`).toBeLessThan(
          bound,
        );
    }
  });

  test.skipIf(!more.present)('clipping by the norm of all gradients', () => {
    for (const c of readRecorded<{ clip: ClipCase[] }>('nn.json').clip) {
      const parameters = c.before.map((record, i) => {
        const grad = core.tensor(record.shape).set(floats(record));
        return new Parameter(`${i}`, core.tensor(record.shape), grad);
      });
      const normType = c.norm_type === 'inf' ? Infinity : 2;
      const norm = clipGradNorm(parameters, c.max_norm, { normType });
      expect(Math.abs(norm / c.total_norm - 1)).toBeLessThan(1e-6);
      c.after.forEach((record, i) => {
        expect(distance(parameters[i].grad.toArray(), floats(record))).toBeLessThan(3e-7);
      });
    }
  });
});

describe.skipIf(!more.present)('schedules, to the last digit', () => {
  const cases = more.present ? readRecorded<{ schedules: ScheduleCase[] }>('nn.json').schedules : [];
  const schedules: Record<string, (lr: number, options: never) => Schedule> = {
    StepLR: stepLR,
    MultiStepLR: multiStepLR,
    ExponentialLR: exponentialLR,
    CosineAnnealingLR: (lr, { TMax, ...rest }: { TMax: number }) =>
      cosineAnnealingLR(lr, { tMax: TMax, ...rest }),
    LinearLR: linearLR,
    OneCycleLR: (_lr, { maxLr, ...rest }: { maxLr: number; totalSteps: number }) => oneCycleLR(maxLr, rest),
  };

  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const options = camel(c.options) as never;
    if (c.name === 'ReduceLROnPlateau') {
      const plateau = new ReduceLROnPlateau(c.lr, options);
      const rates = (c.metric as number[]).map((metric) => {
        const before = plateau.lr;
        const after = plateau.step(metric);
        return [before, after];
      });
      expect([rates.map(([before]) => before), rates.map(([, after]) => after)]).toContainEqual(c.rates);
      return;
    }
    const schedule = schedules[c.name](c.lr, options);
    expect(c.rates.map((_rate, step) => schedule(step))).toEqual(c.rates);
    // Asked for in any order.
    for (const step of [7, 3, 20, 0, 24].filter((each) => each < c.rates.length))
      expect(schedule(step)).toBe(c.rates[step]);
  });
});
