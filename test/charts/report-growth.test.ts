// A run with a report does for each layer of a deep network what it does for each of a shallow one: counted, since a clock
// would tell of the machine.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderReport, runReport } from '../../src/charts/index.js';
import { Core } from '../../src/core/core.js';
import type { KernelFamily } from '../../src/core/kernels/family.js';
import { Tensor } from '../../src/core/tensor.js';
import { findings, Recorder } from '../../src/diagnostics/index.js';
import { DivergenceError } from '../../src/index.js';
import { deepSettings, parseNames, Run } from '../../src/makemore/index.js';

const names = parseNames(Uint8Array.from(Buffer.from('emma\nava\nmia\nzoe\nann\nbob\n')), 'six.txt');

/** Calls of kernels, and looks at a tensor's elements from outside them. */
let calls = 0;
beforeEach(() => {
  calls = 0;
  const counted = new WeakMap<object, object>();
  const { use } = Core.prototype;
  vi.spyOn(Core.prototype, 'use').mockImplementation(function <K>(this: Core, family: KernelFamily<K>): K {
    const kernels = use.call(this, family) as Record<string, (...args: number[]) => unknown>;
    if (!counted.has(kernels)) {
      const each = Object.entries(kernels).map(([name, kernel]) => [
        name,
        (...args: number[]) => {
          calls++;
          return kernel(...args);
        },
      ]);
      counted.set(kernels, Object.fromEntries(each));
    }
    return counted.get(kernels) as K;
  });
  // What tensors and indices share has it.
  const matrix: Pick<Tensor, 'data'> = Object.getPrototypeOf(Tensor.prototype);
  const dataOf = Object.getOwnPropertyDescriptor(matrix, 'data')?.get as () => Float32Array;
  vi.spyOn(matrix, 'data', 'get').mockImplementation(function (this: Tensor) {
    calls++;
    return dataOf.call(this);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The value, whose every property that is read is counted, those of what is in it too. */
function counting<T>(value: T, count: () => void): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return new Proxy(value, {
    get(target, key) {
      count();
      return counting(Reflect.get(target, key), count);
    },
  }) as T;
}

/** A run as the command makes it, and its report: what each took, and how long the report is. */
async function work(depth: number, settings: { batchNorm?: boolean; lr?: number; gain?: number }) {
  const shape = { depth, hidden: 8, embedding: 2, batch: 16, steps: 12, lr: 1e-5, ...settings };
  const run = await Run.prepare(names, { ...deepSettings, ...shape }, { backend: 'js' });
  calls = 0;
  const recorder = new Recorder(run.trainer);
  let diverged = false;
  try {
    await run.train({ onStep: recorder.onStep });
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    diverged = true;
  }
  const last = recorder.snapshot();
  if (!diverged) await run.evaluate();
  const trained = calls;

  let reads = 0;
  const seen = <T>(value: T) => counting(value, () => reads++);
  const found = findings(seen(last), { firstLoss: recorder.firstLoss, first: seen(recorder.first) });
  const data = runReport({
    record: run.record('0.0.0'),
    first: seen(recorder.first),
    last: seen(last),
    losses: recorder.losses.track(),
    series: recorder.series.track(),
    findings: found,
  });
  const html = renderReport(seen(data));
  run.dispose();
  return { diverged, trained, reads, length: html.length, charts: html.split('<svg').length - 1 };
}

test.each([
  ['with batch norm', {}, false],
  ['without batch norm', { batchNorm: false, gain: 1 }, false],
  ['that diverges', { lr: 1e30 }, true],
] as const)(
  'a run %s and its report take no more for a layer, the more there are',
  async (_, settings, diverges) => {
    const one = await work(10, settings);
    const two = await work(20, settings);
    const four = await work(40, settings);
    expect([one.diverged, two.diverged, four.diverged]).toEqual([diverges, diverges, diverges]);
    expect(four.charts).toBe(one.charts);
    for (const of of ['trained', 'reads', 'length'] as const) {
      // Of a + b n the growth doubles; of n² it would be four times.
      const growth = (four[of] - two[of]) / (two[of] - one[of]);
      expect(growth, `${of}: ${one[of]}, ${two[of]}, ${four[of]}`).toBeLessThan(2.2);
    }
  },
);
