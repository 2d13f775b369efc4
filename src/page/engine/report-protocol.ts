/** What the worker measures of a network when it is asked for. All of it can be cloned. */
import type { Spread } from './histogram.js';

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
