import type { LoadOptions } from '../../core/load.js';
import { summarise } from '../../diagnostics/statistics.js';
import { Tanh } from '../../nn/activations.js';
import { DivergenceError } from '../../train/divergence.js';
import type { RunOptions } from '../../train/trainer-options.js';
import type { NameList } from '../names.js';
import type { RunRecord } from '../record.js';
import { type OnProgress, Run } from '../run.js';
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
  /** What is varied, and how it looks where it is well chosen. */
  about: string;
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
    about:
      'The initial weights of a layer are drawn from a normal distribution and multiplied by gain / ' +
      '√fan-in. Each tanh squeezes what it is given, and nothing but the gain stretches it again: too ' +
      'little, and the signal fades from layer to layer; too much, and the units sit at ±1, where no ' +
      'gradient passes. Where the gain fits, the lines over the layers are level: as wide an output and ' +
      'as wide a gradient in the last layer as in the first, few units saturated.',
    experiments: gains.slice(1).map(([label, gain]) => deep(label, { batchNorm: false, gain })),
  },
  {
    name: 'gain-batchnorm',
    title: 'Six layers with batch norm: the gain of the initial weights',
    about:
      'Gains from 0.2 to 3, with batch normalisation between each linear layer and its tanh. It divides the ' +
      'gain out again, so the outputs should be as wide whatever the gain was. What remains is how large the ' +
      'weights are beside their updates: small ones change faster at the same learning rate.',
    experiments: gains.map(([label, gain]) => deep(label, { gain })),
  },
  {
    name: 'no-fan-in',
    title: 'Six layers whose initial weights are not divided by √fan-in, at gain 1',
    about:
      'The initial weights are drawn with a standard deviation of 1 in place of 1 / √fan-in, so that a ' +
      'sum over a hundred units is ten times as wide as it should be. Without batch normalisation the ' +
      'tanh layers saturate before the first step. With it the widths are set right in every batch, and ' +
      'only the embedding and the last layer, which it does not reach, could still be out of scale.',
    experiments: [
      deep('without batch norm', { batchNorm: false, gain: 1, fanIn: false }),
      deep('with batch norm', { gain: 1, fanIn: false }),
    ],
  },
  {
    name: 'lr',
    title: 'Six layers with batch norm: the learning rate',
    about:
      'The same network from the same initial weights, at learning rates three powers of ten apart. Too ' +
      'low, and the loss has hardly moved when the run ends; too high, and it jumps about or becomes NaN. ' +
      'A good one falls fast and ends lowest. The layers say little here before the rate is far too high: ' +
      'batch normalisation keeps their widths.',
    experiments: [0.001, 0.01, 0.1, 0.3, 1].map((lr) => deep(`lr ${lr}`, { lr, lrAfter: lr / 10 })),
  },
  {
    name: 'init',
    title: 'The first network: its initial parameters, as in the rows of the lecture’s loss log',
    about:
      'One hidden layer of tanh, begun as in the rows of the lecture’s loss log, each row with one repair ' +
      'more: as it first was; a calm last layer, whose first loss is near that of knowing nothing; a ' +
      'hidden layer out of saturation; the same by the rule of Kaiming; batch normalisation. A healthy ' +
      'run sets out near the dashed line and is not saturated.',
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

/** What came of one run of an experiment. */
export interface ExperimentResult {
  record: RunRecord;
  /** Loss of the first minibatch; null where that was NaN or infinite. */
  initialLoss: number | null;
  /** Mean loss of the last 100 minibatches, or of all where there are fewer; null where the run diverged. */
  finalLoss: number | null;
  /** [middle step, mean loss] of 50 windows of steps, or of every step where there are fewer, as far as the run came. */
  curve: [number, number][];
  /** Each tanh layer, first to last; empty where the run diverged. */
  tanh: TanhStatistics[];
}

/** Of `runExperiment`. */
export interface ExperimentOptions extends LoadOptions, RunOptions {
  /** Of lanewise, for the record. */
  version: string;
  /** Called during the evaluation. */
  onProgress?: OnProgress | undefined;
}

/** Minibatches whose losses make the final one. */
const LAST = 100;
/** Points of the curve, about. */
const WINDOWS = 50;

/**
 * Makes one run, measures and evaluates it. One that diverges is a result too: its record says where and why.
 *
 * Errors: those of `Run.prepare`; RangeError for less than one step; the signal's reason where that ends the run.
 */
export async function runExperiment(
  names: NameList,
  settings: RunSettings,
  { version, signal, onStep, onProgress, ...load }: ExperimentOptions,
): Promise<ExperimentResult> {
  if (settings.steps < 1)
    throw new RangeError(`runExperiment: expected at least 1 step, got ${settings.steps}`);
  const run = await Run.prepare(names, settings, load);
  try {
    const last = new Float64Array(Math.min(LAST, settings.steps));
    const window = Math.max(1, Math.round(settings.steps / WINDOWS));
    const sums = new Float64Array(Math.ceil(settings.steps / window));
    let tanh: TanhStatistics[] = [];
    try {
      await run.train({
        signal,
        onStep(step, loss) {
          last[step % last.length] = loss;
          sums[Math.floor(step / window)] += loss;
          onStep?.(step, loss);
        },
      });
      signal?.throwIfAborted();
      // Before the evaluation, whose batches overwrite what the last step left in the layers.
      tanh = measure(run);
      await run.evaluate({ signal, onProgress });
      run.sample();
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
    }
    const diverged = run.divergence !== undefined;
    return {
      record: run.record(version),
      initialLoss: run.losses[0]?.[1] ?? null,
      finalLoss: diverged ? null : last.reduce((sum, loss) => sum + loss, 0) / last.length,
      curve: means(sums, window, run.trainer.steps),
      tanh: diverged ? [] : tanh,
    };
  } finally {
    run.dispose();
  }
}

/** The windows that were begun; the last may be shorter. */
function means(sums: Float64Array, window: number, steps: number): [number, number][] {
  return Array.from(sums.subarray(0, Math.ceil(steps / window)), (sum, i): [number, number] => {
    const first = i * window;
    const count = Math.min(window, steps - first);
    return [first + (count - 1) / 2, sum / count];
  });
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
