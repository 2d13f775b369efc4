import type { SplitLosses } from './data.js';

/** A tanh layer on the last minibatch. */
export interface ComparedLayer {
  /** Standard deviation of its outputs. */
  std: number;
  /** Percent of its outputs beyond ±0.97. */
  saturated: number;
  /** Standard deviation of the gradient of the loss by its outputs. */
  gradientStd: number;
}

/** What came of a run that was finished. */
export interface ComparedResult {
  /** Steps made. */
  steps: number;
  /** Number of trainable numbers. */
  parameters: number;
  /** Of the parameters at the end: equal fingerprints, equal networks. */
  fingerprint: string;
  /** Loss of the first minibatch in nats; null where that was NaN or infinite. */
  initialLoss: number | null;
  /** Mean loss of the last minibatches; null where the run diverged. */
  finalLoss: number | null;
  /** [step, mean loss of the minibatches about it], in order, as far as the run came. */
  curve: readonly (readonly [number, number])[];
  /** Over whole splits, with the running statistics of batch normalisation. */
  losses?: SplitLosses;
  /** Each tanh layer, first to last; empty where the run diverged. */
  layers: readonly ComparedLayer[];
  /** Where the loss became NaN or infinite, and why, as far as is known. */
  diverged?: { step: number; loss: string; likely: string };
}

/** A run of a set that is compared. */
export interface ComparedRun {
  /** Its own in the set. */
  label: string;
  /** Absent where the run was not finished. */
  result?: ComparedResult;
}

/** Runs that differ in one thing. The chart has six colours; more runs begin them again. */
export interface ComparedSet {
  /** Begins the ids of its figures: its own in the report, of letters, digits and hyphens. */
  name: string;
  title: string;
  /** What is varied, and how it looks where it is well chosen. */
  about: string;
  /** [setting, value] that its runs share. */
  settings: readonly (readonly [string, string])[];
  runs: readonly ComparedRun[];
}

/** Sets of runs side by side, as plain JSON: all that their report shows. */
export interface ExperimentsData {
  title: string;
  /** What was run, in a sentence. */
  summary?: string;
  /** Why some runs are not finished. */
  stopped?: string;
  names: { source: string; count: number; sha256: string };
  vocabularySize: number;
  /** Minibatches that `finalLoss` is the mean of. */
  lastMinibatches: number;
  /** [setting, value] that all runs share. */
  settings: readonly (readonly [string, string])[];
  /** [program, version] */
  versions: readonly (readonly [string, string])[];
  sets: readonly ComparedSet[];
}
