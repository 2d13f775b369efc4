/** What page and worker say to each other. All of it can be cloned. */
import type { Arithmetic, Backend, Finding, Snapshot, Track } from 'lanewise';
import type { RunRecord, RunSettings, Splits } from 'lanewise/makemore';
import type { Spread } from './histogram.js';
import type { NetworkRequest, NetworkView } from './network-protocol.js';

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

/** A matrix of a network's parameters as it is after a step. */
export interface MatrixReport {
  /** As in a snapshot. */
  name: string;
  /** Rows and columns: what goes in, and the units that come out. */
  shape: readonly [number, number];
  /** Row-major. */
  data: Float32Array;
  /** Of the last step; undefined where there is none: before the first step, and for a past moment. */
  gradient: Float32Array | undefined;
}

export interface MatricesReport {
  run: number;
  step: number;
  matrices: MatrixReport[];
}

/** Singular values of one matrix and of its gradient, descending. */
export interface SpectrumReport {
  run: number;
  step: number;
  name: string;
  /** Undefined where the matrix holds what is no finite number. */
  values: Float64Array | undefined;
  gradient: Float64Array | undefined;
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

/** A network, and the same with each batch norm multiplied into the linear layer before it; running statistics. */
export interface FoldReport {
  step: number;
  /** Of the validation split. */
  examples: number;
  /** Batch norms before, and those that had no linear layer to go into. */
  norms: number;
  left: number;
  /** Before and after, as `losses`. */
  parameters: [number, number];
  /** Largest difference of a logit, and the largest logit. */
  largest: number;
  scale: number;
  losses: [number, number];
  /** Undefined where nothing was folded. */
  example: FoldedUnit | undefined;
}

/** One unit before and after: of the first pair that was folded, the one whose gain and shift are furthest from 1 and 0. */
export interface FoldedUnit {
  unit: number;
  /** The weight of its first input; its bias, 0 where it has none. */
  weight: number;
  bias: number;
  gamma: number;
  beta: number;
  /** Running statistics of its sums: the mean, and what they are divided by. */
  mean: number;
  std: number;
  /** The same weight and the bias of the linear layer that does both. */
  folded: { weight: number; bias: number };
}

/** What biases before a batch norm do; gradients by their largest absolute value. */
export interface BiasReport {
  layers: { place: string; bias: number; weight: number; beta: number }[];
  /** Added to all these biases, and the largest change of a logit with the batch's statistics and the running ones. */
  shift: number;
  training: number;
  evaluation: number;
}

/** What leads to a unit. */
export interface Incoming {
  /** In the order of the inputs. */
  weights: Float32Array;
  /**
   * Of the first hidden layer: for each place in the context, oldest first, what each character there adds to the sum
   * that goes into the unit: its vector times the weights of that place.
   */
  pushes?: Float32Array[];
}

/** One unit of an activation layer, looked at over the whole training split. */
export interface UnitReport {
  /** Steps made when it was measured. */
  step: number;
  /** Position of the activation among the network's layers. */
  layer: number;
  /** As in a snapshot. */
  place: string;
  kind: string;
  unit: number;
  incoming: Incoming;
  bias: number | undefined;
  /** Whether a batch norm stands between the weights and the activation. */
  normalised: boolean;
  /**
   * Euclidean norm of the gradient of the incoming weights after the last step, and the median of those of the layer's
   * units; undefined where there is none: before the first step, and for a past moment.
   */
  gradient: { norm: number; median: number } | undefined;
  /** What goes into the activation. */
  preactivations: Spread;
  /** Stretches of the pre-activation in which the unit lets next to no gradient through: [from, to]. */
  flat: [number, number][];
  /** Examples in which the unit lets a gradient through (tanh: |h| ≤ 0.99), of so many. */
  open: number;
  examples: number;
}

/** The activation layers over the whole training split. */
export interface SplitSurvey {
  step: number;
  threshold: number;
  examples: number;
  layers: {
    place: string;
    position: number;
    units: number;
    /** Share of the outputs beyond the threshold. */
    saturated: number;
    /** Units that are saturated, at 0.99, in every example. */
    dead: number[];
  }[];
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
