import {
  BatchNorm1d,
  Flatten,
  type Indices,
  type Layer,
  LeakyReLU,
  Linear,
  lrAt,
  type Parameter,
  type Sequential,
  type Tensor,
} from 'lanewise';
import { summarise } from 'lanewise/diagnostics';
import type { AnswerMemory } from './answer-memory.js';
import { axisFor, fillDensity, momentsOf, type Values } from './density.js';
import { flatRegionOf } from './flat-region.js';
import { layersOf, type NetworkPass } from './network-pass.js';
import type { LayerView, Matrix, NetworkRequest, UnitView } from './network-protocol.js';

/** Most rows, and columns, of a weight matrix that are drawn. */
const MOST_WEIGHTS = 256;
/** Half the axis of an activation whose outputs are from −1 to 1: a little is left beside them. */
const BOUNDED = 1.1;
const bounded = new Set(['Tanh', 'Sigmoid']);

interface Reading {
  memory: AnswerMemory;
  /** The network through which a typed context went, in place of the example. */
  typed: Sequential<Indices> | undefined;
  threshold: number;
}

/** Reads one view of one flow off the layers. */
export class NetworkReader {
  readonly range: number;
  /** Learning rate of the step. */
  readonly lr: number;
  readonly #layers: readonly Layer[];
  /** Of the moment. */
  readonly #weights: readonly Layer[];
  /** Whether the step came to its backward. */
  readonly #back: boolean;

  constructor(
    readonly pass: NetworkPass,
    readonly request: NetworkRequest,
    readonly reading: Reading,
  ) {
    this.#layers = layersOf(pass.run.model);
    this.#weights = layersOf(pass.moment);
    this.#back = !pass.diverged;
    const { optimizer, steps } = pass.run.trainer;
    this.lr = lrAt(optimizer, this.#back ? steps - 1 : steps);
    this.range = axisFor(this.#largest(), request.range);
  }

  /** Positions of the layers that are drawn: not those that only change the shape. */
  get #drawn(): number[] {
    return this.#layers.flatMap((layer, position) => (layer instanceof Flatten ? [] : [position]));
  }

  /** The largest deviation of what flows, of the layers whose axis they share. */
  #largest(): number {
    let most = 0;
    for (const position of this.#drawn) {
      const tensor = this.#flowing(position);
      if (tensor === undefined || this.#boundedAt(position)) continue;
      const { std } = momentsOf(tensor);
      if (std > most) most = std;
    }
    return most;
  }

  #boundedAt(position: number): boolean {
    return this.request.flow !== 'gradient' && bounded.has(kindOf(this.#layers[position]));
  }

  /** What flows out of a layer, of the whole minibatch. */
  #flowing(position: number): Values | undefined {
    const { pass } = this;
    return this.request.flow === 'gradient' ? pass.gradient(position) : pass.outputs(position);
  }

  layers(): LayerView[] {
    return this.#drawn.map((position) => this.#layer(position));
  }

  #layer(position: number): LayerView {
    const { request, reading } = this;
    const { memory, typed, threshold } = reading;
    const layer = this.#layers[position];
    const outputs = this.pass.outputs(position);
    const shown = typed === undefined ? rowOf(outputs, request.example) : rowOf(outOf(typed, position), 0);
    const gradient = typed === undefined ? this.pass.gradient(position) : undefined;
    const flowing = this.#flowing(position);
    const density = memory.take(request.bins);
    const axis = this.#boundedAt(position) ? BOUNDED : this.range;
    const moments = flowing === undefined ? undefined : momentsOf(flowing);
    const activation = flatRegionOf(layer) && outputs;
    const own = this.#weights[position];
    const norm = own instanceof BatchNorm1d ? own : undefined;
    return {
      place: `layer ${position} ${kindOf(layer)}`,
      position,
      kind: kindOf(layer),
      outputs: copied(memory, shown),
      gradient: gradient && copied(memory, rowOf(gradient, request.example)),
      density,
      axis,
      mean: moments?.mean ?? Number.NaN,
      std: moments?.std ?? Number.NaN,
      notFinite: moments?.notFinite ?? 0,
      beyond: flowing === undefined ? 0 : fillDensity(density, axis, flowing),
      saturated: activation && shareOf(activation, saturatedAt(layer, threshold)),
      closed: activation && closedUnits(memory, layer, activation),
      weights: request.weights && own instanceof Linear ? this.#matrix(position) : undefined,
      scale: norm && copied(memory, rowOf(norm.gamma.value, 0)),
      shift: norm && copied(memory, rowOf(norm.beta.value, 0)),
      updates: request.flow === 'update' && this.#back ? this.#updates(layer) : [],
    };
  }

  #updates(layer: Layer): LayerView['updates'] {
    return layer.parameters().map(({ name, value, grad }: Parameter) => ({
      name,
      ratio: Math.log10((Math.abs(this.lr) * summarise(grad).std) / summarise(value).std),
    }));
  }

  /** Weights, or their gradient where that flows, or what the step added to them; every so-manieth where there are many. */
  #matrix(position: number): Matrix | undefined {
    const { flow } = this.request;
    const moves = flow !== 'forward' && this.#back;
    const { weight } = (moves ? this.#layers : this.#weights)[position] as Linear;
    const { data, rows, columns, stride } = moves ? weight.grad : weight.value;
    const every = [rows, columns].map((size) => Math.ceil(size / MOST_WEIGHTS)) as [number, number];
    const [down, across] = every;
    const [height, width] = [Math.ceil(rows / down), Math.ceil(columns / across)];
    const values = this.reading.memory.take(height * width);
    const factor = flow === 'update' && moves ? -this.lr : 1;
    for (let i = 0, to = 0; i < rows; i += down)
      for (let j = 0; j < columns; j += across) values[to++] = factor * data[i * stride + j];
    const std = Math.abs(factor) * momentsOf({ data, rows, columns, stride }).std;
    return { rows: height, columns: width, values, every, std };
  }

  /** A whole tensor, row by row. */
  matrix({ data, rows, columns, stride }: Tensor): Float32Array {
    const values = this.reading.memory.take(rows * columns);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) values[i * columns + j] = data[i * stride + j];
    return values;
  }

  unit({ position, unit }: { position: number; unit: number }): UnitView {
    const layer = this.#layers[position];
    if (layer === undefined || position === 0)
      throw new RangeError(`networkView: expected a layer with units, got layer ${position}`);
    const out = this.pass.outputs(position);
    expectIndex('unit', unit, out.columns);
    const { memory } = this.reading;
    const gradient = this.pass.gradient(position);
    const linear = this.#weights
      .slice(0, position + 1)
      .reverse()
      .find((each): each is Linear => each instanceof Linear);
    const weight = linear?.weight.value;
    const outputs = columnOf(memory, out, unit);
    const closed = flatRegionOf(layer)?.closed;
    return {
      position,
      unit,
      incoming: weight && columnOf(memory, weight, unit),
      bias: linear?.bias?.value.data[unit],
      outputs,
      gradient: gradient && columnOf(memory, gradient, unit),
      closed: closed && outputs.reduce((sum, h) => sum + (closed(h) ? 1 : 0), 0) / outputs.length,
    };
  }
}

/** As snapshots count: leaky ReLU where it is not active. */
const saturatedAt = (layer: Layer, threshold: number) =>
  layer instanceof LeakyReLU ? (h: number) => h <= 0 : flatRegionOf(layer, threshold)?.closed;

/** As snapshots call it, also where the build has other names for classes. */
const kindOf = (layer: Layer): string => layer.toString().replace(/\(.*$/s, '');

export function expectIndex(what: string, index: number, count: number): void {
  if (!(Number.isInteger(index) && index >= 0 && index < count))
    throw new RangeError(`networkView: expected ${what} to be from 0 to ${count - 1}, got ${index}`);
}

export const rowOf = ({ data, columns, stride }: Values, row: number): Float32Array =>
  data.subarray(row * stride, row * stride + columns);

export const outOf = (model: Sequential<Indices>, position: number): Tensor =>
  layersOf(model)[position].out as Tensor;

function copied(memory: AnswerMemory, values: Float32Array): Float32Array {
  const copy = memory.take(values.length);
  copy.set(values);
  return copy;
}

function columnOf(memory: AnswerMemory, { data, rows, stride }: Values, column: number): Float32Array {
  const values = memory.take(rows);
  for (let i = 0; i < rows; i++) values[i] = data[i * stride + column];
  return values;
}

function shareOf(
  { data, rows, columns, stride }: Values,
  closed: ((h: number) => boolean) | undefined,
): number | undefined {
  if (closed === undefined) return undefined;
  let count = 0;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (closed(data[i * stride + j])) count++;
  return count / (rows * columns);
}

function closedUnits(
  memory: AnswerMemory,
  layer: Layer,
  { data, rows, columns, stride }: Values,
): Float32Array {
  const units = memory.take(columns);
  const closed = flatRegionOf(layer)?.closed;
  if (closed === undefined) return units;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) if (closed(data[i * stride + j])) units[j]++;
  for (let j = 0; j < columns; j++) units[j] /= rows;
  return units;
}
