import { expectInteger } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Layer } from '../nn/layer.js';
import { type PlacedLayer, placedLayers, type Sequential } from '../nn/sequential.js';
import { Generator } from '../random/generator.js';
import type { TrainerState } from './trainer-options.js';

/** A generator that layers such as Dropout draw from. */
export interface DrawnState {
  /** The positions of those that share it. */
  layers: readonly string[];
  /** Whether the minibatches are drawn from it too. */
  minibatches: boolean;
  state: Uint8Array;
}

type Model = Sequential<Indices> | Sequential<Tensor>;

/** The layers that draw while they train. */
export const drawingLayers = (model: Model): PlacedLayer[] =>
  placedLayers(model as Layer).filter(({ layer }) => 'generator' in layer);

/** The generators of the layers, each once; `minibatches`: the one that draws those. */
export function drawnStates(model: Model, minibatches: Generator | undefined): DrawnState[] {
  const positions = new Map<Generator, string[]>();
  for (const { position, layer } of drawingLayers(model))
    if (layer.generator !== undefined)
      positions.set(layer.generator, [...(positions.get(layer.generator) ?? []), position]);
  return [...positions].map(([generator, layers]) => ({
    layers,
    minibatches: generator === minibatches,
    state: generator.getState(),
  }));
}

/** TypeError or RangeError for a state that no trainer of the model has; before anything changes. */
export function expectState(place: string, state: TrainerState, model: Model): void {
  if (typeof state !== 'object' || state === null)
    throw new TypeError(`${place}: expected a state of state(), got ${came(state)}`);
  const { steps, lastLoss, drawn = [] } = state;
  expectInteger(place, 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
  if (lastLoss !== undefined && typeof lastLoss !== 'number')
    throw new TypeError(`${place}: expected lastLoss to be a number, got ${came(lastLoss)}`);
  const problem = drawnProblem(model, drawn);
  if (problem !== undefined) throw new RangeError(`${place}: ${problem}`);
  for (const { state: own } of drawn) new Generator().setState(own);
}

/** What is wrong with states for this model, if anything. */
export function drawnProblem(model: Model, states: readonly DrawnState[]): string | undefined {
  const own = drawingLayers(model).map(({ position }) => position);
  const given = states.flatMap(({ layers }) => layers);
  if (given.every((position, i) => own.includes(position) && given.indexOf(position) === i)) return undefined;
  const told = (positions: readonly string[]) => positions.join(', ') || 'none';
  return `expected generators of layers that draw, here ${told(own)}, got those of ${told(given)}`;
}

/** Gives the layers generators with those states, shared as they were; such as have some keep the objects. */
export function restoreDrawn(
  model: Model,
  states: readonly DrawnState[],
  minibatches: Generator | undefined,
): void {
  const layers = new Map(drawingLayers(model).map(({ position, layer }) => [position, layer]));
  const taken = new Set([minibatches]);
  for (const { layers: positions, minibatches: shared, state } of states) {
    const own = positions.map((position) => layers.get(position) as Layer);
    const free = own.map(({ generator }) => generator).find((generator) => !taken.has(generator));
    const generator = (shared ? minibatches : free) ?? new Generator();
    taken.add(generator.setState(state));
    for (const layer of own) layer.generator = generator;
  }
}
