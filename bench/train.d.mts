import type { Batch, Network } from './contenders.mjs';

/** The losses of one step for each batch, by `step` or `run`. */
export declare function train(network: Network, batches: readonly Batch[]): Promise<Float64Array>;
