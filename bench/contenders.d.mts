import type { Core } from 'lanewise';

/** The lecture's two networks: the first one (cell 7 of the notebook), the six-layer one (cell 13). */
export type Net = 'mlp' | 'deep';

/** Row-major float32. */
export interface Values {
  shape: readonly number[];
  data: Float32Array;
}

/** 32 windows of 3 characters, row-major, and the character after each. */
export interface Batch {
  contexts: Uint8Array;
  labels: Uint8Array;
}

/**
 * A network in training: each step is forward, cross-entropy, backward, p −= 0.1 · grad of every parameter, and the
 * running statistics of each batch norm. Either `step`, timed by the caller's clock, or, where a call costs more than
 * a step (another process), `run` with a clock of its own.
 */
export interface Network {
  /** One step; returns the minibatch's loss, before the update. */
  step?(contexts: Uint8Array, labels: Uint8Array): number;
  /** `steps` (default: one for each batch) steps over the batches, again and again from the first. */
  run?(batches: readonly Batch[], steps?: number): Promise<{ losses: Float64Array; seconds: number }>;
  /** For each batch norm its running mean, then its running deviation (mlp) or unbiased variance (deep). */
  running(): ArrayLike<number>[] | Promise<ArrayLike<number>[]>;
  dispose?(): void;
}

/** Computes its result `times` times; seconds by its own clock, where it keeps one. */
export interface Kernel {
  (times: number): undefined | Promise<number>;
  /** What the last call computed. */
  result(): Float32Array | Float64Array | Promise<Float32Array>;
}

export interface Kernels {
  /** a(M,K) b(K,N), row-major. */
  matmul(M: number, K: number, N: number, a: Float32Array, b: Float32Array): Kernel;
  /** tanh of each element. */
  tanh(data: Float32Array): Kernel;
  dispose?(): void;
}

/** What each file of `contenders/` exports. */
export interface Contender {
  name: string;
  /** Why it cannot run here, in a sentence; undefined where it can. */
  available(): Promise<string | undefined>;
  /**
   * `params`, which are copied, in the notebook's order. mlp: C, W1, W2, b2, bngain, bnbias. deep: C, then weight,
   * gamma and beta of each of the six blocks. The batch norms are the notebook's: mlp divides by the unbiased standard
   * deviation without eps, momentum 0.001; deep by √(unbiased variance + 1e-5), momentum 0.1.
   */
  network(net: Net, params: readonly Values[]): Promise<Network>;
  kernels(): Promise<Kernels>;
  /** lanewise: a core, whose every kernel is measured. */
  core?(): Promise<Core>;
}

/** By file name. */
export declare const contenders: Readonly<Record<string, Contender>>;
