import type { BatchNormWidget } from '../batchnorm-widget.js';
import type { Histogram, LayerStats } from '../layer-histograms.js';
import type { Saturation } from '../saturation-image.js';
import type { UpdateToData } from '../update-ratio.js';

/** Mean losses over whole splits, in nats. */
export interface SplitLosses {
  train: number;
  val: number;
  test: number;
}

/** A row of the loss log: one initialisation, trained to its end. */
export interface LossLogRow {
  init: string;
  train: number;
  val: number;
  /** The same run as PyTorch computes it. */
  torch?: { train: number; val: number };
  /** As the lecture prints it. */
  lecture?: { train: number; val: number };
}

/** Gradients of one matrix of parameters. */
export interface WeightGradient extends LayerStats {
  shape: readonly number[];
  /** std of the gradient over std of the values. */
  gradDataRatio: number;
}

/** A tanh layer at the first step, before its update. */
export interface InitialState {
  /** Its name, where there are several. */
  layer?: string;
  /** All of them, where there are several. */
  layers?: LayerStats[];
  /** Counts of h = tanh(pre-activation). */
  h: Histogram;
  preactivation: Histogram;
  saturation: Saturation;
  /** Size of the whole, where `saturation` is a part of it: its first examples and units. */
  whole?: { examples: number; units: number };
  /** Units that are saturated in every one of so many examples of the training split. */
  survey?: { examples: number; dead: number[] };
}

/** A finding as the report prints it. */
export interface Finding {
  severity: 'note' | 'warning' | 'problem';
  /** The layer, parameter or figure that it is about. */
  place: string;
  text: string;
}

/** A run in numbers and words, as plain JSON: all that the report shows. What is absent has no section. */
export interface ReportData {
  title: string;
  /** What was run, in a sentence. */
  summary?: string;
  names: { source: string; count: number; sha256: string };
  /** A string where it is too large for a JSON number. */
  seed: number | string;
  /** Steps made. */
  steps: number;
  /** Why there are fewer than were asked for. */
  stopped?: string;
  /** Number of trainable numbers. */
  parameters: number;
  /** Of the parameters at the end: equal fingerprints, equal networks. */
  fingerprint: string;
  backend: string;
  stepsPerSecond?: number;
  /** [program, version] */
  versions: [string, string][];
  /** [setting, value], at the end of the report. */
  settings: [string, string][];
  vocabularySize: number;
  /** Step and loss of its minibatch: every step or some of them, in order. */
  losses: [number, number][];
  lrDrop?: { step: number; before: number; after: number };
  /** Learning rate of the last step. */
  lr?: number;
  lossLog?: LossLogRow[];
  initial?: InitialState;
  /** The BatchNorm widget at positions of its slider, which sets the first input. */
  widget?: BatchNormWidget[];
  /** Class of the activation layers, such as `ReLU`; `Tanh` if absent. */
  activation?: string;
  /** Outputs of the activation layers after the last forward pass. */
  activations?: LayerStats[];
  /** Above which an output counts as `saturated`, on the scale of tanh; 0.97 if absent, as in the lecture. */
  saturationThreshold?: number;
  /** Over how many examples `deadInAll` of the activations counts. */
  surveyed?: number;
  /** Gradients of the loss by those outputs. */
  activationGradients?: LayerStats[];
  weightGradients?: WeightGradient[];
  updateToData?: UpdateToData;
  /**
   * By running statistics of batch normalisation, by those measured over the training split, or both; `plain` of a
   * network that has none.
   */
  evaluation?: { running?: SplitLosses; calibrated?: SplitLosses; plain?: SplitLosses };
  samples?: string[];
  findings?: Finding[];
}
