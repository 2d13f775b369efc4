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
  /** The learning rate of any step, for a parameter where groups have rates of their own; without it all have `lr`. */
  lrOf?(step: number, parameter?: Parameter): number;
  /** The parameters by the options of their updates, such as `eps` and `weightDecay`: for those who explain. */
  readonly groups?: readonly { readonly parameters: readonly Parameter[]; readonly options: object }[];
  /**
   * What it keeps from step to step beside `steps`, as `0.exp_avg` of parameter 0: a checkpoint has it, so that a resumed run
   * has the bits of one that never stopped.
   */
  buffers?(): Buffer[];
  /** Gives the memory of that back. */
  dispose?(): void;
  /** Its name, such as `Adam`. */
  toString(): string;
}

/** The learning rate of a step; of groups the first one's, or that of a parameter. */
export const lrAt = (
  optimizer: Pick<Optimizer, 'lr' | 'lrOf'>,
  step: number,
  parameter?: Parameter,
): number => optimizer.lrOf?.(step, parameter) ?? optimizer.lr;
