import binary from '../../../build/release/sgd.wasm?text';
import { sgd } from '../reference/sgd.js';
import type { KernelFamily } from './family.js';

/** Gradient descent. Units and layout as `KernelFamily` says. */
export interface SgdKernels {
  /** p −= lr · dp over count floats, in place. */
  sgdUpdate(p: number, dp: number, count: number, lr: number): void;
}

/** The kernels of plain `SGD`; `core.use(sgdKernels)` has them. */
export const sgdKernels: KernelFamily<SgdKernels> = { name: 'sgd', binary, reference: sgd };
