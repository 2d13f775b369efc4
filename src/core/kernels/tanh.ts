import binary from '../../../build/release/tanh.wasm?text';
import { tanh } from '../reference/tanh.js';
import type { KernelFamily } from './family.js';

/** tanh and its derivative. Units and layout as `KernelFamily` says. */
export interface TanhKernels {
  /** y = tanh(x), elementwise over count floats; y may be x. */
  tanhForward(y: number, x: number, count: number): void;

  /** dx = dy · (1 − y²); dx may be dy. */
  tanhBackward(dx: number, dy: number, y: number, count: number): void;
}

/** The kernels of `Tanh`; `core.use(tanhKernels)` has them. */
export const tanhKernels: KernelFamily<TanhKernels> = { name: 'tanh', binary, reference: tanh };
