import type { Finding } from '../diagnostics/finding-rules.js';
import type { Snapshot } from '../diagnostics/snapshot.js';
import type { Track } from '../diagnostics/thinned.js';
import { count, fixed } from './numbers.js';
import type { ReportData, SplitLosses } from './report/data.js';
import {
  activationGradientsOf,
  activationsOf,
  initialOf,
  updatesOf,
  weightGradientsOf,
} from './snapshots.js';

interface CommonRecord {
  version: string;
  names: { path: string; sha256: string; count: number };
  vocabulary: readonly string[];
  seed: number | string;
  /** Steps made. */
  steps: number;
  batch: number;
  hidden: number;
  embedding: number;
  context: number;
  lr: number;
  lrAfter: number;
  lrDrop: number;
  parameters: number;
  losses: readonly [number, number][];
  final: { running: SplitLosses; calibrated: SplitLosses } | null;
  samples: readonly string[];
  fingerprint: string;
  backend: 'wasm' | 'js';
  arithmetic: 'deterministic' | 'relaxed';
  divergence?: { step: number; loss: string; lastLoss: number | null; likely: string };
}

/** What a report takes from the record of a run, as `Run.record` of `lanewise/makemore` makes it. */
export type ReportedRecord = CommonRecord &
  (
    | { net: 'mlp'; init: string }
    | {
        net: 'deep';
        depth: number;
        activation: string;
        batchNorm: boolean;
        bias: boolean | null;
        gain: number | readonly number[] | null;
        fanIn: boolean;
      }
  );

/** A run, and what was seen of it. What is absent, as of a run without a step, has no section. */
export interface ReportedRun {
  record: ReportedRecord;
  /** Steps that were asked for; default: those that were made. */
  asked?: number | undefined;
  /** After step 0, images included, as `Recorder.first`. */
  first?: Snapshot | undefined;
  /** After the last step, or the forward whose loss was no number; before an evaluation overwrites the outputs. */
  last?: Snapshot | undefined;
  /** As `Recorder.losses`; without it the losses of the record, which are fewer. */
  losses?: Track | undefined;
  /** As `Recorder.series`: its first columns are log10 update:data of the parameters. */
  series?: Track | undefined;
  findings?: readonly Finding[] | undefined;
}

/**
 * What `renderReport` shows of one run. It holds what the run computed and nothing of where or how fast, so that the same
 * run on the same backend gives the same text in Node and in a browser.
 */
export function runReport({ record, asked, first, last, losses, series, findings }: ReportedRun): ReportData {
  const { names, lr, lrAfter, lrDrop, steps } = record;
  const activation = last?.layers.find((layer) => layer.activation !== undefined)?.kind;
  const initial = first && initialOf(first);
  const stopped = stoppedBy(record, asked);
  return {
    title: `makemore, part 3: ${titleOf(record)}`,
    summary: `${summaryOf(record)} It was trained for ${plural(steps, 'step')} of ${plural(record.batch, 'example')}.`,
    names: { ...names, source: sourceOf(names.path) },
    seed: record.seed,
    steps,
    ...(stopped !== undefined && { stopped }),
    parameters: record.parameters,
    fingerprint: record.fingerprint,
    backend: backendOf(record),
    versions: [['lanewise', record.version]],
    settings: settingsOf(record, asked),
    vocabularySize: record.vocabulary.length,
    losses: lossesOf(record, losses),
    ...(lrDrop > 0 && lrDrop < steps && { lrDrop: { step: lrDrop, before: lr, after: lrAfter } }),
    lr: steps > lrDrop ? lrAfter : lr,
    ...(initial && { initial }),
    ...(activation !== undefined && { activation }),
    ...(last && layersOf(last, series)),
    ...(record.final && { evaluation: evaluationOf(record.final) }),
    samples: [...record.samples],
    ...(findings && { findings: findings.map(({ severity, place, text }) => ({ severity, place, text })) }),
  };
}

/** What the last step left in the layers, and the updates that led there. */
function layersOf(last: Snapshot, series: Track | undefined): Partial<ReportData> {
  const { parameters, threshold } = last;
  const places = new Map(last.layers.map(({ position, place }) => [`${position}.weight`, place]));
  // A matrix by its layer, as the activations are named: `layer 2 Linear` for 2.weight.
  const named = <T extends { name: string }>(one: T): T => {
    const place = places.get(one.name);
    return place === undefined ? one : { ...one, name: place };
  };
  const updates = series && updatesOf(parameters, series.steps, series.columns.slice(0, parameters.length));
  return {
    saturationThreshold: threshold,
    activations: activationsOf(last),
    activationGradients: activationGradientsOf(last),
    weightGradients: weightGradientsOf(last).map(named),
    ...(updates && { updateToData: { ...updates, parameters: updates.parameters.map(named) } }),
  };
}

/** A browser knows no folder of a file, and a report that is passed on need not name one. */
const sourceOf = (path: string): string => path.replace(/^.*[\\/]/, '');

function backendOf({ backend, arithmetic }: ReportedRecord): string {
  if (backend === 'js') return 'JavaScript';
  return arithmetic === 'relaxed' ? 'WebAssembly SIMD, relaxed' : 'WebAssembly SIMD';
}

const plural = (number: number, of: string): string => `${count(number)} ${of}${number === 1 ? '' : 's'}`;

const titleOf = (record: ReportedRecord): string =>
  record.net === 'mlp' ? 'the first network' : plural(record.depth, 'layer');

function summaryOf(record: ReportedRecord): string {
  const hidden = count(record.hidden);
  if (record.net === 'mlp')
    return `The first network of the lecture: one hidden layer of ${hidden} tanh units, initialised as “${record.init}”.`;
  const { depth, activation, batchNorm } = record;
  if (depth === 1) return `One linear layer ${batchNorm ? 'with' : 'without'} batch normalisation.`;
  return (
    `${depth} linear layers, ${hidden} units in each hidden one, ${NAMES[activation] ?? activation} between them, ` +
    `${batchNorm ? 'with' : 'without'} batch normalisation.`
  );
}

const NAMES: Record<string, string> = { relu: 'ReLU', leaky_relu: 'leaky ReLU', elu: 'ELU' };

/** Why there are fewer steps than were asked for, or no losses over the splits; undefined where all is there. */
function stoppedBy({ divergence, steps, final }: ReportedRecord, asked = steps): string | undefined {
  if (divergence !== undefined) {
    const { step, loss, lastLoss, likely } = divergence;
    const before = lastLoss === null ? '' : `; the last one that was a number: ${fixed(lastLoss, 4)}`;
    return `The loss became ${loss} at step ${count(step)}${before}. Likely cause: ${likely}.`;
  }
  if (steps < asked) return `${count(steps)} of ${count(asked)} steps were made.`;
  return final === null ? 'All steps were made, but the network was not evaluated.' : undefined;
}

/** [setting, value], in the words of the lecture's report. */
function settingsOf(record: ReportedRecord, asked = record.steps): [string, string][] {
  const { seed, batch, hidden, embedding, context, lr, lrAfter, lrDrop } = record;
  return [
    ['seed', String(seed)],
    ...(asked === record.steps ? [] : [['steps asked for', count(asked)] as [string, string]]),
    ...networkSettings(record),
    ['batch', count(batch)],
    ['hidden units', count(hidden)],
    ['numbers for a character', count(embedding)],
    ['characters of context', count(context)],
    ['learning rate', `${lr}, from step ${count(lrDrop)} on ${lrAfter}`],
  ];
}

function networkSettings(record: ReportedRecord): [string, string][] {
  if (record.net === 'mlp') return [['initialisation', record.init]];
  const { depth, activation, batchNorm, bias, gain, fanIn } = record;
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  return [
    ['linear layers', count(depth)],
    ['activation', NAMES[activation] ?? activation],
    ['batch normalisation', yes(batchNorm)],
    ['bias', yes(bias ?? !batchNorm)],
    ['gain', gain === null ? (batchNorm ? '1' : '5/3') : [gain].flat().join(', ')],
    ...(fanIn ? [] : [['weights over √fan-in', 'no'] as [string, string]]),
  ];
}

/** The track, with what the record has before it, as of a run that was gone on with, and after it. */
function lossesOf({ losses }: ReportedRecord, track: Track | undefined): [number, number][] {
  if (track === undefined || track.steps.length === 0) return losses.map(([step, loss]) => [step, loss]);
  const { steps, columns } = track;
  const [from, to] = [steps[0], steps[steps.length - 1]];
  return [
    ...losses.filter(([step]) => step < from),
    ...Array.from(steps, (step, i): [number, number] => [step, columns[0][i]]),
    ...losses.filter(([step]) => step > to),
  ];
}

/** Without batch normalisation both rows are the same. */
function evaluationOf({ running, calibrated }: NonNullable<ReportedRecord['final']>) {
  const same = (['train', 'val', 'test'] as const).every((split) => running[split] === calibrated[split]);
  return same ? { plain: running } : { running, calibrated };
}
