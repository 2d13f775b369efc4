import binary from '../../../build/release/softmax-rows.wasm?text';
import { softmaxRows } from '../reference/softmax-rows.js';
import type { KernelFamily } from './family.js';

/** Softmax over the rows as a layer. Units and layout as `KernelFamily` says. */
export interface SoftmaxRowsKernels {
  /** dx(n,m) = y (dy − Σ dy y), y = softmax(x); dx may be dy. */
  softmaxBackward(dx: number, dy: number, y: number, n: number, m: number): void;

  /** y(n,m) = x − logSums(n), doubles, each ln Σ exp of its row; y may be x. */
  logSoftmaxForward(y: number, x: number, logSums: number, n: number, m: number): void;

  /** dx(n,m) = dy − e^y Σ dy, y = ln softmax(x); dx may be dy. */
  logSoftmaxBackward(dx: number, dy: number, y: number, n: number, m: number): void;
}

/** The kernels of `Softmax` and `LogSoftmax`; `core.use(softmaxRowsKernels)` has them. */
export const softmaxRowsKernels: KernelFamily<SoftmaxRowsKernels> = {
  name: 'softmax-rows',
  binary,
  reference: softmaxRows,
};
