import type { ComparedResult, ComparedRun, ExperimentsData } from 'lanewise/charts';
import type { ExperimentResult, ExperimentSet, RunRecord, RunSettings } from 'lanewise/makemore';
import { count } from './format.js';
import { version } from './version.js';

/** Minibatches that the final loss is the mean of. */
const LAST = 100;

export interface Experiments {
  sets: readonly ExperimentSet[];
  /** Of each set’s runs; undefined is one that was not finished. */
  results: readonly (readonly (ExperimentResult | undefined)[])[];
  names: RunRecord['names'];
  vocabularySize: number;
  /** Versions of Node that the runs were made with, in any order. */
  nodes: readonly string[];
  /** Why there are runs that were not finished. */
  stopped?: string | undefined;
}

/** The sets as their report shows them. Nothing in it depends on speed, or on how many runs there were at a time. */
export function experimentsData(experiments: Experiments): ExperimentsData {
  const { sets, results, names, vocabularySize, nodes, stopped } = experiments;
  const all = sets.map((set) => set.experiments.map(({ settings }) => described(settings)));
  const shared = common(all.flat());
  const everywhere = new Set(shared.map(([name]) => name));
  const steps = Math.max(...sets.flatMap((set) => set.experiments.map(({ settings }) => settings.steps)));
  const backends = results.flat().flatMap((result) => result?.record.backend ?? []);
  return {
    title: 'makemore, part 3: what if?',
    summary:
      'The lecture’s questions about gains, learning rates and initialisations as runs side by side: same names, same ' +
      'minibatches, same seed, and in each set one thing that differs.',
    ...(stopped !== undefined && { stopped }),
    names: { source: names.path, count: names.count, sha256: names.sha256 },
    vocabularySize,
    lastMinibatches: Math.min(LAST, steps),
    settings: shared,
    versions: [
      ...(backends.length === 0 ? [] : [['backend', distinct(backends.map(backendInWords))] as const]),
      ['lanewise', version],
      ['Node', distinct(nodes)],
    ],
    sets: sets.map(({ name, title, about, experiments }, s) => ({
      name,
      title,
      about,
      settings: common(all[s]).filter(([setting]) => !everywhere.has(setting)),
      runs: experiments.map(({ label }, i): ComparedRun => {
        const result = results[s][i];
        return result === undefined ? { label } : { label, result: compared(result) };
      }),
    })),
  };
}

const backendInWords = (backend: RunRecord['backend']): string =>
  backend === 'wasm' ? 'WebAssembly SIMD' : 'JavaScript';

/** Each once, whichever run was made first. */
const distinct = (words: readonly string[]): string =>
  [...new Set(words)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).join(', ');

function compared({ record, initialLoss, finalLoss, curve, tanh }: ExperimentResult): ComparedResult {
  const { steps, parameters, fingerprint, final, divergence } = record;
  return {
    steps,
    parameters,
    fingerprint,
    initialLoss,
    finalLoss,
    curve,
    ...(final && { losses: final.running }),
    layers: tanh.map(({ std, saturated, gradientStd }) => ({ std, saturated: 100 * saturated, gradientStd })),
    ...(divergence && {
      diverged: { step: divergence.step, loss: divergence.loss, likely: divergence.likely },
    }),
  };
}

type Pairs = [name: string, value: string][];

/** A run's settings as names and values, without those that such a run makes no use of. */
function described(settings: Readonly<RunSettings>): Pairs {
  const { seed, steps, batch, hidden, embedding, context, lr, lrAfter, lrDrop } = settings;
  const drops = lrDrop < steps ? `, from step ${count(lrDrop)} on ${lrAfter}` : '';
  return [
    ['seed', String(seed)],
    ['steps', count(steps)],
    ['batch', String(batch)],
    ['characters of context', String(context)],
    ['numbers for a character', String(embedding)],
    ['hidden units', String(hidden)],
    ['learning rate', `${lr}${drops}`],
    ...network(settings),
  ];
}

function network(settings: Readonly<RunSettings>): Pairs {
  if (settings.net === 'mlp')
    return [
      ['network', 'one hidden layer'],
      ['initialisation', settings.init],
    ];
  const { depth, activation, batchNorm, gain, fanIn } = settings;
  const gains: Pairs = [
    ['gain', [gain ?? (batchNorm ? 1 : 5 / 3)].flat().map(rounded).join(', ')],
    ['division by √fan-in', fanIn ? 'yes' : 'no'],
  ];
  return [
    ['network', `${depth} linear layers`],
    ['activation', activation],
    ['batch norm', batchNorm ? 'yes' : 'no'],
    ...gains,
  ];
}

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** The pairs that all have. */
const common = ([first, ...others]: readonly Pairs[]): Pairs =>
  first.filter(([name, value]) => others.every((pairs) => pairs.some(([n, v]) => n === name && v === value)));
