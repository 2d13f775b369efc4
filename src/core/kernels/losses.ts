import binary from '../../../build/release/losses.wasm?text';
import { losses } from '../reference/losses.js';
import type { KernelFamily } from './family.js';

/** Of outputs y(n,m), targets t(n,m): dy = slope · scale, and each element's loss; `0`: not wanted. Returns Σ loss. */
type ValueLoss = (
  dy: number,
  losses: number,
  y: number,
  t: number,
  n: number,
  m: number,
  scale: number,
) => number;

/** Losses of values. Units and layout as `KernelFamily` says. */
export interface LossesKernels {
  /** (y − t)². */
  mseLoss: ValueLoss;
  /** |y − t|. */
  l1Loss: ValueLoss;
  /** (y − t)² / 2 where |y − t| ≤ delta, else delta (|y − t| − delta / 2). */
  huberLoss: (...args: [...Parameters<ValueLoss>, delta: number]) => number;
}

/** The kernels of `MSELoss`, `L1Loss` and `HuberLoss`; `core.use(lossesKernels)` has them. */
export const lossesKernels: KernelFamily<LossesKernels> = { name: 'losses', binary, reference: losses };
