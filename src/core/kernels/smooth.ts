import binary from '../../../build/release/smooth.wasm?text';
import { smooth } from '../reference/smooth.js';
import type { KernelFamily } from './family.js';

/** Activations made of eˣ. Units and layout as `KernelFamily` says. */
export interface SmoothKernels {
  /** y = 1 / (1 + e⁻ˣ); y may be x. */
  sigmoidForward(y: number, x: number, count: number): void;

  /** dx = dy · (1 − y) · y; dx may be dy. */
  sigmoidBackward(dx: number, dy: number, y: number, count: number): void;

  /** y = alpha (eˣ − 1) where x ≤ 0, else x; y may be x. alpha is rounded to float32. */
  eluForward(y: number, x: number, count: number, alpha: number): void;

  /** dx = dy · alpha eˣ where x ≤ 0, else dy; dx may be dy or x. */
  eluBackward(dx: number, dy: number, x: number, count: number, alpha: number): void;
}

/** The kernels of `Sigmoid` and `ELU`; `core.use(smoothKernels)` has them. */
export const smoothKernels: KernelFamily<SmoothKernels> = { name: 'smooth', binary, reference: smooth };
