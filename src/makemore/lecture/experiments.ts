import type { LoadOptions } from '../../core/load.js';
import { summarise } from '../../diagnostics/statistics.js';
import { Tanh } from '../../nn/tanh.js';
import { DivergenceError, type RunOptions } from '../../train.js';
import type { NameList } from '../names.js';
import type { RunRecord } from '../record.js';
import { Run } from '../run.js';
import { type DeepSettings, deepSettings, lectureSettings, type RunSettings } from '../settings.js';

/** One run among those that it is compared with. */
export interface Experiment {
  label: string;
  settings: Readonly<RunSettings>;
}

/** A question of the lecture, and the runs that answer it side by side. */
export interface ExperimentSet {
  name: string;
  title: string;
  experiments: readonly Experiment[];
}

/** The notebook stops its six-layer network after step 1000. */
const DEEP_STEPS = 1001;
/** Far enough for the first network's initialisations to come apart. */
const INIT_STEPS = 20_000;

const deep = (label: string, changed: Partial<DeepSettings>): Experiment => ({
  label,
  settings: { ...deepSettings, steps: DEEP_STEPS, ...changed },
});

const gains: readonly [label: string, gain: number][] = [
  ['gain 0.2', 0.2],
  ['gain 0.5', 0.5],
  ['gain 1', 1],
  ['gain 5/3', 5 / 3],
  ['gain 3', 3],
];

/** The lecture's what-ifs. */
export const experimentSets: readonly ExperimentSet[] = [
  {
    name: 'gain',
    title: 'Six layers without batch norm: the gain of the initial weights',
    experiments: gains.slice(1).map(([label, gain]) => deep(label, { batchNorm: false, gain })),
  },
  {
    name: 'gain-batchnorm',
    title: 'Six layers with batch norm: the gain of the initial weights',
    experiments: gains.map(([label, gain]) => deep(label, { gain })),
  },
  {
    name: 'no-fan-in',
    title: 'Six layers whose initial weights are not divided by √fan-in, at gain 1',
    experiments: [
      deep('without batch norm', { batchNorm: false, gain: 1, fanIn: false }),
      deep('with batch norm', { gain: 1, fanIn: false }),
    ],
  },
  {
    name: 'lr',
    title: 'Six layers with batch norm: the learning rate',
    experiments: [0.001, 0.01, 0.1, 0.3, 1].map((lr) => deep(`lr ${lr}`, { lr, lrAfter: lr / 10 })),
  },
  {
    name: 'init',
    title: 'The first network: its initial parameters, as in the rows of the lecture’s loss log',
    experiments: (['original', 'softmax', 'tanh', 'kaiming', 'bn'] as const).map((init) => ({
      label: init,
      settings: { ...lectureSettings, steps: INIT_STEPS, init },
    })),
  },
];

/** A tanh layer on the last training minibatch. */
export interface TanhStatistics {
  /** Of its output: standard deviation, and share of |y| > 0.97, from 0 to 1. */
  std: number;
  saturated: number;
  /** Standard deviation of the gradient of the loss by its output. */
  gradientStd: number;
}

export interface ExperimentResult {
  record: RunRecord;
  /** Loss of the first minibatch; null where that was NaN or infinite. */
  initialLoss: number | null;
  /** Mean loss of the last 100 minibatches, or of all where there are fewer; null where the run diverged. */
  finalLoss: number | null;
  /** Each tanh layer, first to last; empty where the run diverged. */
  tanh: TanhStatistics[];
}

export interface ExperimentOptions extends LoadOptions, RunOptions {
  /** Of lanewise, for the record. */
  version: string;
}

/** Minibatches whose losses make the final one. */
const LAST = 100;

/**
 * Makes one run, measures and evaluates it. One that diverges is a result too: its record says where and why.
 *
 * Errors: those of `Run.prepare`; RangeError for less than one step; the signal's reason where that ends the run.
 */
export async function runExperiment(
  names: NameList,
  settings: RunSettings,
  { version, signal, onStep, ...load }: ExperimentOptions,
): Promise<ExperimentResult> {
  if (settings.steps < 1)
    throw new RangeError(`runExperiment: expected at least 1 step, got ${settings.steps}`);
  const run = await Run.prepare(names, settings, load);
  try {
    const last = new Float64Array(Math.min(LAST, settings.steps));
    let tanh: TanhStatistics[] = [];
    try {
      await run.train({
        signal,
        onStep(step, loss) {
          last[step % last.length] = loss;
          onStep?.(step, loss);
        },
      });
      signal?.throwIfAborted();
      // Before the evaluation, whose batches overwrite what the last step left in the layers.
      tanh = measure(run);
      await run.evaluate({ signal });
      run.sample();
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
    }
    const diverged = run.divergence !== undefined;
    return {
      record: run.record(version),
      initialLoss: run.losses[0]?.[1] ?? null,
      finalLoss: diverged ? null : last.reduce((sum, loss) => sum + loss, 0) / last.length,
      tanh: diverged ? [] : tanh,
    };
  } finally {
    run.dispose();
  }
}

function measure({ model }: Run): TanhStatistics[] {
  const measured: TanhStatistics[] = [];
  model.layers.forEach((layer, position) => {
    const gradient = model.layers[position + 1]?.dx;
    if (!(layer instanceof Tanh) || gradient === undefined) return;
    const { std, saturated } = summarise(layer.out);
    measured.push({ std, saturated, gradientStd: summarise(gradient).std });
  });
  return measured;
}
