import type { Origin } from '../train/divergence.js';
import type { Histogram, Summary } from './statistics.js';

/** What a snapshot counts. */
export interface SnapshotOptions {
  /** Whether to draw the images of the activation layers, or at which threshold; `true` is 0.99, default no. */
  images?: boolean | number;
}

/** A tensor by its numbers: moments and histogram. */
export interface TensorSnapshot extends Summary {
  /** Density; undefined where the finite elements span more than the largest float. */
  histogram: Histogram | undefined;
}

/**
 * By unit. Saturated is what lets little or no gradient through: with threshold t, |h| > t for tanh, |2h − 1| > t for
 * sigmoid, h < −t · alpha for ELU; h ≤ 0, not active, for ReLU and LeakyReLU.
 */
export interface ActivationSnapshot {
  /** Share of the outputs that are saturated, from 0 to 1. */
  saturated: number;
  /** For each unit the share of the batch in which it is. */
  units: Float32Array;
  /** Units that are saturated in every example of the batch, at 0.99. */
  dead: number[];
  /** For each example, for each unit, row-major: 1 where saturated at `imageThreshold` (white), 0 elsewhere (black). */
  image: Uint8Array | undefined;
}

/** What a step left in a layer. */
export interface LayerSnapshot {
  /** Such as `layer 4 Tanh`: the position is that of the parameters' names. */
  place: string;
  position: string;
  /** The layer's class. */
  kind: string;
  /** Of the batch: examples first. */
  shape: readonly number[];
  /** Undefined for a layer of your own without `out`. */
  output: TensorSnapshot | undefined;
  /** Gradient of the loss by the output. Undefined where the next layer has no `dx`, and before the first update. */
  gradient: TensorSnapshot | undefined;
  /** Of layers that are activations. */
  activation: ActivationSnapshot | undefined;
}

/** What a step left in a parameter. */
export interface ParameterSnapshot {
  /** As in `namedParameters()`. */
  name: string;
  shape: readonly number[];
  /** After the update. */
  data: Summary;
  /** This and what follows: undefined before the first update. */
  gradient: TensorSnapshot | undefined;
  /** std(gradient) / std(data). */
  gradToData: number | undefined;
  /** log10 of std(update) / std(data), of plain SGD std(lr · gradient); −∞ where nothing was updated. */
  updateToData: number | undefined;
}

/** What a step left in a network: the latest values of all layers and parameters. */
export interface Snapshot {
  /** Number of the last step, from 0; −1 before the first update. */
  step: number;
  /** Learning rate of that step. */
  lr: number | undefined;
  /** Loss of step 0, where `onStep` saw it. */
  firstLoss: number | undefined;
  /** Columns of the last layer's output; 0 where the loss is of values. */
  classes: number;
  threshold: number;
  /** Of the images; where there are none, undefined. */
  imageThreshold?: number;
  layers: LayerSnapshot[];
  parameters: ParameterSnapshot[];
  /** Where the first value that is not finite arose, if that has ended the training. */
  origin?: Origin | undefined;
}
