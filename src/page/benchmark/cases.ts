/** What is measured: a name, a size, how it is computed on a core, and the error of what was computed. */
import type { Core } from 'lanewise';
import type { Entry } from './timing.js';

export interface Prepared extends Entry {
  /** Of what the last call left, against float64. */
  error(): number;
}

export interface Case {
  name: string;
  size: string;
  flops: number | undefined;
  /** On a core of its own for each contender. */
  prepare(core: Core): Prepared;
}

export const repeated =
  (compute: () => unknown): Entry['call'] =>
  (times) => {
    for (let i = 0; i < times; i++) compute();
  };
