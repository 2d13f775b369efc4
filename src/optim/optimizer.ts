import type { Buffer, Parameter } from '../nn/layer.js';

/** What moves the parameters against their gradients. A class of your own with the first four members trains in a `Trainer`. */
export interface Optimizer {
  readonly parameters: readonly Parameter[];
  /** Steps made so far. */
  steps: number;
  /** The learning rate of the next step. */
  readonly lr: number;
  /** Changes the parameters by their gradients. */
  step(): void;
  /** The learning rate of any step; where it is not there, all have `lr`. */
  lrOf?(step: number): number;
  /** What it keeps from step to step beside `steps`: a checkpoint has it, so that a resumed run has the bits of one that never stopped. */
  buffers?(): Buffer[];
  /** Its name, such as `Adam`. */
  toString(): string;
}

/** The learning rate that an optimizer uses at a step, counted from 0. */
export const lrAt = (optimizer: Pick<Optimizer, 'lr' | 'lrOf'>, step: number): number =>
  optimizer.lrOf?.(step) ?? optimizer.lr;
