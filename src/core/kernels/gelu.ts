import binary from '../../../build/release/gelu.wasm?text';
import { gelu } from '../reference/gelu.js';
import type { KernelFamily } from './family.js';

/** GELU by Φ. Units and layout as `KernelFamily` says. */
export interface GeluKernels {
  /** y = x Φ(x); y may be x. */
  geluForward(y: number, x: number, count: number): void;

  /** dx = dy (Φ(x) + x φ(x)); dx may be dy or x. */
  geluBackward(dx: number, dy: number, x: number, count: number): void;
}

/** The kernels of `GELU`; `core.use(geluKernels)` has them. */
export const geluKernels: KernelFamily<GeluKernels> = { name: 'gelu', binary, reference: gelu };
