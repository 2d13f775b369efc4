import binary from '../../../build/release/gated.wasm?text';
import { gated } from '../reference/gated.js';
import type { KernelFamily } from './family.js';

/** Activations that let x through by a sigmoid of it. Units and layout as `KernelFamily` says. */
export interface GatedKernels {
  /** y = x σ(x), σ(a) = 1 / (1 + e⁻ᵃ); y may be x. */
  siluForward(y: number, x: number, count: number): void;

  /** dx = dy σ(x) (1 + x (1 − σ(x))); dx may be dy or x. */
  siluBackward(dx: number, dy: number, x: number, count: number): void;

  /** y = x σ(2u), u = √(2/π) (x + 0.044715 x³); y may be x. */
  geluTanhForward(y: number, x: number, count: number): void;

  /** dx = dy s (1 + x (1 − s) 2u′), s = σ(2u); dx may be dy or x. */
  geluTanhBackward(dx: number, dy: number, x: number, count: number): void;
}

/** The kernels of `SiLU` and of `GELU` by tanh; `core.use(gatedKernels)` has them. */
export const gatedKernels: KernelFamily<GatedKernels> = { name: 'gated', binary, reference: gated };
