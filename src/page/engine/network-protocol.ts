/** What the picture of the network asks the worker, and what it is told. All of it can be cloned. */

/** What is drawn of each layer: its outputs, the gradient of the loss by them, or how far the step moved its parameters. */
export type Flow = 'forward' | 'gradient' | 'update';

export interface NetworkRequest {
  flow: Flow;
  /** Row of the minibatch. */
  example: number;
  /** Tokens, oldest first, in the example's place: computed with the running statistics, as names are drawn. */
  context?: readonly number[] | undefined;
  /** A kept step; else the newest. */
  step?: number | undefined;
  /** The step that the run would make next, in place of the last that it made. */
  ahead?: boolean | undefined;
  /** A unit to look at closely: position of its layer among the network's, and which. */
  unit?: { position: number; unit: number } | undefined;
  /** Whether the vectors of all characters are wanted, and the weights. */
  table?: boolean | undefined;
  weights?: boolean | undefined;
  /** Bins of each density. */
  bins: number;
  /** The range of the view before this one, which stays while it fits. */
  range?: number | undefined;
  /** Memory of an earlier view, to be used again. */
  memory?: ArrayBuffer | undefined;
}

/** Whose minibatch is shown: that of the last step, or the one that the run goes on with. */
export type Basis = 'last' | 'next';

export interface NetworkView {
  run: number;
  /** Steps made. */
  step: number;
  basis: Basis;
  flow: Flow;
  /** The loss of this minibatch is no number: there is no way back from it. */
  diverged: boolean;
  example: number;
  /** Rows of the minibatch. */
  examples: number;
  /** The context, oldest first, and what follows it; nothing follows one that was typed. */
  tokens: number[];
  target: number | undefined;
  /** −ln of the target's probability, and the mean of those of the minibatch. */
  loss: number | undefined;
  batchLoss: number;
  /** Of the next character, for the example or the context that was typed. */
  probabilities: Float32Array;
  /** Learning rate of that step. */
  lr: number;
  /** The axis of what has no bounds reaches from −range to range. */
  range: number;
  /** The vectors of the context, (context, dimensions), and their gradient. */
  embedding: LayerView;
  /** The layers behind it that are drawn: linear, batch norm, activations; first to last. */
  layers: LayerView[];
  /** The vectors of all characters, (characters, dimensions). */
  table: Float32Array | undefined;
  unit: UnitView | undefined;
  /** Where the arrays lie. */
  memory: ArrayBuffer;
  /** Milliseconds of training that this view has cost. */
  took: number;
}

export interface LayerView {
  /** As in a snapshot. */
  place: string;
  position: number;
  kind: string;
  /** The example's outputs; dL/d out of the minibatch's mean loss, its row of the example. */
  outputs: Float32Array;
  gradient: Float32Array | undefined;
  /** How the minibatch's values are spread, of what flows: shares per bin from −axis to axis; what is beyond is in the outermost. */
  density: Float32Array;
  axis: number;
  mean: number;
  std: number;
  /** Shares of the values that are beyond the axis, and that are no finite numbers. */
  beyond: number;
  notFinite: number;
  /** Of an activation: share of the outputs that are saturated, and for each unit in what share of the batch it lets no gradient through. */
  saturated: number | undefined;
  closed: Float32Array | undefined;
  /** Of a linear layer, thinned out where it is large: (inputs, units); in the update their change, in the gradient that. */
  weights: Matrix | undefined;
  /** Of a batch norm. */
  scale: Float32Array | undefined;
  shift: Float32Array | undefined;
  /** log10 of std(lr · gradient) / std(data), parameter by parameter. */
  updates: { name: string; ratio: number }[];
}

export interface Matrix {
  rows: number;
  columns: number;
  values: Float32Array;
  /** Each so-manieth row and column of the whole. */
  every: [rows: number, columns: number];
  std: number;
}

/** One unit, over the minibatch. */
export interface UnitView {
  position: number;
  unit: number;
  /** Weights that lead to it, in the order of the inputs. */
  incoming: Float32Array | undefined;
  bias: number | undefined;
  /** A row an example. */
  outputs: Float32Array;
  gradient: Float32Array | undefined;
  /** Share of the batch in which it lets no gradient through; undefined where the layer is no activation. */
  closed: number | undefined;
}
