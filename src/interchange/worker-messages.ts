import type { Origin } from '../train/divergence.js';
import type { Validated } from '../train/validation.js';
import type { Bytes } from './safetensors.js';

/** What a training in a worker came to. */
export interface TrainedInWorker {
  /** Steps made: fewer than asked for where the signal or the patience ended it. */
  steps: number;
  lastLoss: number | undefined;
  best: Validated | undefined;
  /** The model's parameters and statistics: `loadStateDict(model, parameters)`. */
  parameters: Bytes;
}

/** To the worker. */
export type Order = { type: 'start'; data: unknown } | { type: 'abort' };
/** From the worker. */
export type Report =
  | { type: 'ready' }
  | { type: 'steps'; first: number; losses: number[] }
  | { type: 'validated'; validated: Validated }
  | ({ type: 'done' } & TrainedInWorker)
  | { type: 'diverged'; step: number; loss: number; lastLoss: number | undefined; origin: Origin }
  | { type: 'failed'; name: string; message: string };
