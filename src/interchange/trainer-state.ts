import { expectInteger } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Layer } from '../nn/layer.js';
import { Generator } from '../random/generator.js';
import { getRngState, setRngState } from '../random/generator-state.js';
import { drawingLayers } from '../train/drawing-layers.js';
import { expectFree } from '../train/lock.js';
import type { Sampler } from '../train/sampler.js';
import type { Trainer } from '../train/trainer.js';
import type { TrainerParts } from '../train/trainer-parts.js';

/** What a trainer needs beside the model's tensors to go on as if it had never stopped. */
export interface TrainerState {
  /** Steps made. */
  steps: number;
  lastLoss: number | undefined;
  /** State of the generator that draws the minibatches, before those of the epoch in hand were drawn. */
  generator: Uint8Array;
  /** Of those that layers such as Dropout draw from; left out where there are none. */
  drawn?: readonly DrawnState[];
}

/** A generator that layers such as Dropout draw from. */
export interface DrawnState {
  /** The positions of those that share it. */
  layers: readonly string[];
  /** Whether the minibatches are drawn from it too. */
  minibatches: boolean;
  state: Uint8Array;
}

/** A copy of what, with the model's tensors and the optimizer's, is all that the trainer's next step depends on. */
export function trainerState(trainer: Trainer): TrainerState {
  const { sampler } = expectTrainer('trainerState', trainer);
  const { model, steps, lastLoss } = trainer;
  const drawn = drawnStates(model as Layer, sampler?.generator);
  const generator = sampler === undefined ? new Uint8Array(0) : samplerState(sampler, steps);
  return { steps, lastLoss, generator, ...(drawn.length > 0 && { drawn }) };
}

/**
 * Lets the trainer go on from a state of `trainerState`; the optimizer too. The model's tensors are the caller's affair.
 *
 * Errors: RangeError for a state no trainer has, Error while the trainer works; then nothing has changed.
 */
export function restoreTrainer(trainer: Trainer, state: TrainerState): void {
  const parts = expectTrainer('restoreTrainer', trainer);
  const model = trainer.model as Layer;
  expectFree('restoreTrainer', model, trainer);
  expectState('restoreTrainer', state, model);
  const { sampler } = parts;
  const { steps, lastLoss, generator, drawn = [] } = state;
  if (sampler !== undefined) restoreSampler(sampler, generator, steps);
  restoreDrawn(model, drawn, sampler?.generator);
  trainer.divergence = undefined;
  parts.explanation?.begin(steps);
  trainer.steps = steps;
  trainer.optimizer.steps = steps;
  trainer.lastLoss = lastLoss;
}

function expectTrainer(place: string, trainer: Trainer): TrainerParts {
  const parts = trainer?.parts;
  if (parts === undefined) throw new TypeError(`${place}: expected a Trainer, got ${came(trainer)}`);
  return parts;
}

/** What, with the number of steps made, the next examples depend on: the generator as it was when their epoch began. */
export const samplerState = ({ generator, batches, begin }: Sampler, steps: number): Uint8Array =>
  getRngState(steps % batches === 0 ? generator : (begin ?? generator));

export function restoreSampler(sampler: Sampler, state: Uint8Array, steps: number): void {
  setRngState(sampler.generator, state);
  sampler.order = sampler.begin = undefined;
  // Now: layers may go on with the same generator, from where they were after it.
  if (sampler.sampling !== 'replacement' && steps % sampler.batches !== 0) sampler.shuffle();
}

/** The generators of the layers, each once; `minibatches`: the one that draws those. */
function drawnStates(model: Layer, minibatches: Generator | undefined): DrawnState[] {
  const positions = new Map<Generator, string[]>();
  for (const { position, layer } of drawingLayers(model))
    if (layer.generator !== undefined)
      positions.set(layer.generator, [...(positions.get(layer.generator) ?? []), position]);
  return [...positions].map(([generator, layers]) => ({
    layers,
    minibatches: generator === minibatches,
    state: getRngState(generator),
  }));
}

/** TypeError or RangeError for a state that no trainer of the model has; before anything changes. */
function expectState(place: string, state: TrainerState, model: Layer): void {
  if (typeof state !== 'object' || state === null)
    throw new TypeError(`${place}: expected a state of trainerState(…), got ${came(state)}`);
  const { steps, lastLoss, drawn = [] } = state;
  expectInteger(place, 'steps', steps, 0, Number.MAX_SAFE_INTEGER);
  if (lastLoss !== undefined && typeof lastLoss !== 'number')
    throw new TypeError(`${place}: expected lastLoss to be a number, got ${came(lastLoss)}`);
  if (!Array.isArray(drawn) || drawn.some((one) => !Array.isArray(one?.layers)))
    throw new TypeError(
      `${place}: expected drawn to be an array of { layers, minibatches, state }, got ${came(drawn)}`,
    );
  const problem = drawnProblem(model, drawn);
  if (problem !== undefined) throw new RangeError(`${place}: ${problem}`);
  for (const { state: own } of drawn) setRngState(new Generator(), own);
}

/** What is wrong with states for this model, if anything. */
export function drawnProblem(model: Layer, states: readonly DrawnState[]): string | undefined {
  const own = drawingLayers(model).map(({ position }) => position);
  const given = states.flatMap(({ layers }) => layers);
  if (given.every((position, i) => own.includes(position) && given.indexOf(position) === i)) return undefined;
  const told = (positions: readonly string[]) => positions.join(', ') || 'none';
  return `expected generators of layers that draw, here ${told(own)}, got those of ${told(given)}`;
}

/** Gives the layers generators with those states, shared as they were; such as have some keep the objects. */
function restoreDrawn(model: Layer, states: readonly DrawnState[], minibatches: Generator | undefined): void {
  const layers = new Map(drawingLayers(model).map(({ position, layer }) => [position, layer]));
  const taken = new Set([minibatches]);
  for (const { layers: positions, minibatches: shared, state } of states) {
    const own = positions.map((position) => layers.get(position) as Layer);
    const free = own.map(({ generator }) => generator).find((generator) => !taken.has(generator));
    const generator = (shared ? minibatches : free) ?? new Generator();
    taken.add(setRngState(generator, state));
    for (const layer of own) layer.generator = generator;
  }
}
