import binary from '../../../build/release/softmax.wasm?text';
import { softmax } from '../reference/softmax.js';
import type { KernelFamily } from './family.js';

/** Softmax, and the cross-entropy made of it. Units and layout as `KernelFamily` says. */
export interface SoftmaxKernels {
  /** out(n), doubles: ln Σ exp(logits) of each row of logits(n,m), so that −ln softmax[target] is out − logit. */
  logSumExp(out: number, logits: number, n: number, m: number): void;

  /** p(n,m): softmax of each row of logits(n,m); p may be logits. */
  softmaxForward(p: number, logits: number, n: number, m: number): void;

  /**
   * Mean over the rows of −ln softmax(logits)[target], returned in double precision, and
   * dlogits(n,m) = (softmax(logits) − onehot(target)) / n; `dlogits = 0`: not wanted. targets: n int32 in 0..m−1.
   */
  crossEntropy(dlogits: number, logits: number, targets: number, n: number, m: number): number;

  /**
   * Σ over the rows of (1 − smoothing) w[t] nll[t] + smoothing / m Σ w nll, with nll = −ln softmax(logits) and w(m) the
   * weights of the classes (0: all 1); rows whose target is `ignored` count 0. dlogits is its gradient times scale, and
   * losses(n, 1) has each row's; `0`: not wanted.
   */
  weightedCrossEntropy(
    dlogits: number,
    losses: number,
    logits: number,
    targets: number,
    weights: number,
    n: number,
    m: number,
    ignored: number,
    smoothing: number,
    scale: number,
  ): number;
}

/** The kernels of `CrossEntropyLoss`; `core.use(softmaxKernels)` has them. */
export const softmaxKernels: KernelFamily<SoftmaxKernels> = { name: 'softmax', binary, reference: softmax };
