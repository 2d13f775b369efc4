import type { Net, Network, Values } from './contenders.mjs';

type Rows = number[][];

export declare function matmul(a: Rows, b: Rows): Rows;
export declare function rows(values: ArrayLike<number>, width: number): Rows;
export declare function reference(
  net: Net | 'plain',
  params: readonly Values[],
): Required<Pick<Network, 'step'>> & {
  running(): number[][];
  /** By layers, as their gradients. */
  parameters: Rows[];
  loss(contexts: ArrayLike<number>, labels: ArrayLike<number>): number;
  gradients(contexts: ArrayLike<number>, labels: ArrayLike<number>): Rows[];
};
