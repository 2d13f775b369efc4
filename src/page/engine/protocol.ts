/** What page and worker say to each other. All of it can be cloned. */
import type { Arithmetic, Backend } from 'lanewise';
import type { Finding, Snapshot, Track } from 'lanewise/diagnostics';
import type { RunRecord, RunSettings, Splits } from 'lanewise/makemore';
import type { NetworkRequest, NetworkView } from './network-protocol.js';
import type {
  BiasReport,
  FoldReport,
  MatricesReport,
  SpectrumReport,
  SplitSurvey,
  UnitReport,
} from './report-protocol.js';

export type * from './report-protocol.js';
export type { NetworkRequest, NetworkView, Track };

/** A file that was opened or dropped on the page. */
export interface OpenedFile {
  bytes: Uint8Array;
  source: string;
}

/** A list of names; without one the built-in names are used. */
export type NamesFile = OpenedFile;

/** What is known of a run before its first step. */
export interface RunInfo {
  id: number;
  settings: RunSettings;
  names: { source: string; sha256: string; count: number; blankLines: number; lecture: boolean };
  /** Number of trainable numbers. */
  parameters: number;
  /** Bytes of the memory that its numbers are in. */
  memory: number;
  vocabulary: readonly string[];
  /** Number of examples. */
  examples: Splits<number>;
  backend: Backend;
  arithmetic: Arithmetic;
  /** Why this backend. */
  reason: string;
  /** The run and the step that this one went on from. */
  parent?: { id: number; step: number };
  /** The checkpoint, and its step, that it or its parent went on from. */
  file?: { source: string; step: number };
}

/** What a checkpoint says of the run that it is of. */
export interface SavedInfo {
  settings: RunSettings;
  /** Steps made. */
  step: number;
  /** The list that the run needs to go on. */
  names: { path: string; sha256: string; count: number; builtIn: boolean };
}

/** `diverged`: the loss of the next step would have been NaN or infinite. */
export type RunState = 'paused' | 'playing' | 'finished' | 'diverged';

/** Whether a drawn name is one that was trained on, one of the list that was held out, or not in the list. */
export type Origin = 'trained' | 'held-out' | 'new';

/** Names that a network drew after a step. Each ends with the boundary, the vocabulary's first token, or was cut where it did not end. */
export interface Drawn {
  step: number;
  samples: string[];
  /** Of each of them. */
  origins: Origin[];
}

/** How a drawn name came about, letter by letter. */
export interface NamePath {
  /** Of the network that drew it. */
  step: number;
  /** The letters that were drawn, the end included; of a name without end the first ones. */
  tokens: readonly number[];
  /** Characters of the vocabulary. */
  size: number;
  /** What each was drawn from: letters × characters, row-major. */
  probabilities: Float32Array;
}

/** All that the instruments show of one moment of a run. */
export interface Moment {
  run: number;
  /** Steps made. */
  step: number;
  /** Loss of the last step's minibatch. */
  loss: number | undefined;
  /** Learning rate of the next step. */
  lr: number;
  /** Images of the activation layers included. */
  snapshot: Snapshot;
  /** Drawn with the running statistics and always the same seed. */
  samples: string[];
  /** Steps that were made when they were drawn: while the run plays, that is not done at each step. */
  sampledAt: number;
  /** Of each of them. */
  origins: Origin[];
  findings: Finding[];
  /** Of each batch norm, first to last. */
  norms: NormStatistics[];
}

/** Unit by unit: mean of what goes into a batch norm, and the deviation that it divides by, √(variance + eps). */
export interface NormStatistics {
  /** As in the snapshot. */
  place: string;
  /** Weight of a batch in the running statistics. */
  momentum: number;
  /** Of the last minibatch; unbiased. */
  batchMean: Float32Array;
  batchStd: Float32Array;
  runningMean: Float32Array;
  runningStd: Float32Array;
}

/** A moment with what led to it. */
export interface Frame extends Moment {
  state: RunState;
  /** Why the run diverged. */
  message: string | undefined;
  /** Loss of each minibatch: one column. */
  losses: Track;
  /** log10 update:data of each parameter, then std, then saturated share of each activation layer. */
  series: Track;
  /**
   * How far the running statistics of each batch norm are from the minibatch's: for each of them a column for the mean
   * and one for the deviation, as `distanceOf` has them.
   */
  normDistances: Track;
  /** Steps of the moments that were kept, in order. */
  kept: number[];
  /** Of the training steps alone, over the last second or so. */
  stepsPerSecond: number;
  evaluation: Evaluation | undefined;
  /** The names after 0, 10, 100, 1000 … steps, as far as the run has come. */
  milestones: Drawn[];
}

/** Losses over whole splits in nats, and the step after which they were measured. */
export interface Evaluation {
  step: number;
  running: Splits<number>;
  /** The same where there is no batch norm. */
  calibrated: Splits<number>;
  /** Of each batch norm, first to last. */
  norms: CalibratedNorm[];
}

/** Statistics of a batch norm over the whole training split, as NormStatistics has them. */
export interface CalibratedNorm {
  place: string;
  mean: Float32Array;
  std: Float32Array;
  /** The units whose running statistics differ most from these. */
  furthestMean: Difference;
  furthestStd: Difference;
}

export interface Difference {
  unit: number;
  running: number;
  calibrated: number;
}

export interface Engine {
  /** A new run that nothing is trained of yet. Errors are the library's own. */
  open(settings: RunSettings, names: NamesFile | undefined, backend: 'auto' | Backend): Promise<RunInfo>;
  /** A new run that goes on from a kept moment of another. */
  fork(id: number, step: number): Promise<RunInfo>;
  /** Reads a checkpoint. Errors: CheckpointError. */
  saved(file: OpenedFile): Promise<SavedInfo>;
  /** A new run that goes on from a checkpoint. Errors: CheckpointError, for another list of names too. */
  resume(file: OpenedFile, names: NamesFile | undefined): Promise<RunInfo>;
  /**
   * Trains until so many steps are made, `pause` or a loss that is no number; resolves when it is at rest. Runs that play
   * at the same time are kept level: the one that is behind catches up first.
   */
  play(id: number, until: number): Promise<Frame>;
  /** Resolves when no run plays any more; those that were nearly level are level then. */
  pause(): Promise<void>;
  frame(id: number): Promise<Frame>;
  /**
   * What flows through the network, in the last step or the one after a kept moment. Errors: RangeError for an example, a
   * token or a unit that is none.
   */
  networkView(id: number, request: NetworkRequest): Promise<NetworkView>;
  /** A kept moment. */
  moment(id: number, step: number): Promise<Moment>;
  /** As many names as a moment has, drawn with another seed: from the network as it is, or as it was at a kept step. */
  draw(id: number, step: number | undefined, seed: number): Promise<Drawn>;
  /**
   * How a name of these was drawn, by its place among them. Errors: RangeError where it is not known any more: of names
   * that were drawn while the run played, after some more have been drawn.
   */
  namePath(id: number, drawn: { step: number; seed?: number }, index: number): Promise<NamePath>;
  /** Weight matrices, by name or all of them, now or at a kept step; the run plays on. */
  matrices(id: number, names?: readonly string[], step?: number): Promise<MatricesReport>;
  spectrum(id: number, name: string, step?: number): Promise<SpectrumReport>;
  evaluate(id: number): Promise<Evaluation>;
  /** The run's network with its batch norms folded, compared with itself. */
  fold(id: number): Promise<FoldReport>;
  biases(id: number): Promise<BiasReport>;
  /** One unit over the training split, now or at a kept step. */
  unit(id: number, layer: number, unit: number, step?: number): Promise<UnitReport>;
  /** All units over the training split, now or at a kept step. */
  survey(id: number, step?: number): Promise<SplitSurvey>;
  checkpoint(id: number, step?: number): Promise<Uint8Array>;
  record(id: number): Promise<RunRecord>;
  /** The report as one HTML file, the same that the command writes. */
  report(id: number): Promise<string>;
  /** Above which an output counts as saturated, from 0 to 1; of all runs. */
  setThreshold(threshold: number): Promise<void>;
  /** Most steps a second of each run that plays; Infinity: as fast as it goes. Errors: RangeError. */
  setSpeed(stepsPerSecond: number): Promise<void>;
  close(id: number): Promise<void>;
}
