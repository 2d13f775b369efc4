import binary from '../../../build/release/pointwise.wasm?text';
import { pointwise } from '../reference/pointwise.js';
import type { KernelFamily } from './family.js';

/** Of two matrices, element by element, over count floats. Units and layout as `KernelFamily` says. */
export interface PointwiseKernels {
  /** y = a + b; y may be a or b. */
  addPointwise(y: number, a: number, b: number, count: number): void;

  /** y = a · b; y may be a or b. */
  multiplyPointwise(y: number, a: number, b: number, count: number): void;
}

/** The kernels of `Dropout` and `Residual`; `core.use(pointwiseKernels)` has them. */
export const pointwiseKernels: KernelFamily<PointwiseKernels> = {
  name: 'pointwise',
  binary,
  reference: pointwise,
};
